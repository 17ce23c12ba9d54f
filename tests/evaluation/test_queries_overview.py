import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.people.roles import Role
from evaluation import queries
from tests.evaluation import factories
from tests.factories import authority, person

pytestmark = pytest.mark.django_db


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def test_it_counts_who_handed_in_and_what_is_agreed_and_tells_no_score():
    case = factories.case("handed_in")
    (row,) = queries.under_way(fresh(case.lead), 10)
    assert (row.evaluators, row.handed_in, row.agreed) == (3, 3, 0)
    factories.begin(case)
    factories.agree(case, case.assessment())
    (row,) = queries.under_way(fresh(case.evaluators[0]), 10)
    assert (row.agreed, row.wanted) == (1, 8)
    assert not hasattr(row, "total")


def test_a_stranger_has_none_and_a_closed_moderation_is_no_longer_under_way():
    case = factories.case("closed")
    assert queries.under_way(fresh(case.lead), 10) == []
    running = factories.case("scoring")
    assert queries.under_way(person(authority(), Role.LEAD), 10) == []
    assert len(queries.under_way(fresh(running.lay), 10)) == 1


def test_queries_do_not_grow_with_exercises():
    def cost(lots):
        case = factories.case("scoring", lots=lots)
        lead = fresh(case.lead)
        lead.held_roles()
        with CaptureQueriesContext(connection) as found:
            assert len(queries.under_way(lead, 10)) == lots
        return len(found)

    assert cost(1) == cost(2)

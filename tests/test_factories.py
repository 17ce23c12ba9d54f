import pytest
from django.db import IntegrityError

from commissioning.people.roles import Role

from .factories import authority, member, person, provider

pytestmark = pytest.mark.django_db


def test_a_person_holds_the_roles_given_where_they_were_given():
    council, other = authority("PCC"), authority()
    lead = person(council, Role.LEAD, Role.COMMISSIONER)
    assert lead.roles_in([council.pk]) == {"lead", "commissioner"}
    assert lead.roles_in([other.pk]) == frozenset()
    member(lead, other, Role.DIRECTOR)
    assert lead.roles_in([other.pk]) == {"director"}


def test_two_spellings_of_one_provider_are_refused_by_the_database():
    provider("Cera Care Operations Ltd")
    with pytest.raises(IntegrityError):
        provider("CERA CARE OPERATIONS LTD")

"""Dates of judging: to the panel and its lead, and the standstill once outcomes are released."""

from datetime import timedelta

import pytest

from commissioning.board.queries import dates as board_dates
from commissioning.people.models import User
from evaluation.queries.dates import dates
from tests import factories as people
from tests.commissioning.board import factories as board
from tests.evaluation import factories as e

pytestmark = pytest.mark.django_db


def found(user, now):
    return {one.key: one.at for one in dates(User.objects.get(pk=user.pk), now)}


def test_scores_due_are_in_the_calendar_of_panel_and_lead_alone():
    case = e.case("scoring")
    key = f"{case.exercise.reference}-scores"
    for user in (case.lead, *case.scorers, case.moderator):
        assert found(user, e.NOW) == {key: e.DUE}
    outsiders = (people.person(case.authority, "evaluator"), people.person(people.authority(), "lead"))
    for user in outsiders:
        assert found(user, e.NOW) == {}
    assert found(case.lead, e.NOW + timedelta(days=200)) == {}


def test_the_standstill_of_outcomes_is_the_leads_once_they_are_released():
    case = e.case("drafted")
    standing = case.window.releases.get()
    key = f"{case.window.reference}-standstill"
    assert key not in found(case.lead, e.SENDING)
    standing.standstill_ends_on = e.SENDING.date() + timedelta(days=10)
    standing.state = "released"
    standing.save()
    assert found(case.lead, e.SENDING)[key] == standing.standstill_ends_on
    assert key not in found(case.evaluators[0], e.SENDING)


def test_by_when_the_board_decides_is_in_its_members_calendars_alone():
    sitting = board.sitting()
    paper = board.tabled(sitting)
    for user in (sitting.chair, sitting.member):
        (date,) = board_dates(User.objects.get(pk=user.pk), board.NOW)
        assert (date.key, date.at) == (f"{paper.reference}-decision", paper.decide_by)
    assert list(board_dates(User.objects.get(pk=sitting.author.pk), board.NOW)) == []

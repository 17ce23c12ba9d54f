"""The sweep reminds whoever is late, once for each day that was set."""

from datetime import UTC, date, datetime

import pytest

from commissioning.audit.models import Event
from commissioning.records.models import Message
from commissioning.workflow import Refused
from evaluation import tasks
from evaluation.services import panels, reminders, scoring
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db

ON_THE_DAY = datetime(2027, 2, 5, 23, 59, tzinfo=UTC)
AFTER = datetime(2027, 2, 6, 0, 0, tzinfo=UTC)


def swept(now):
    return tasks.sweep(now=now)["evaluators reminded"]


def reminded():
    rows = Message.objects.filter(kind="panel_reminder").order_by("recipient")
    return [row.recipient for row in rows]


def test_nobody_is_reminded_on_the_day_itself():
    f.case("declared")
    assert swept(ON_THE_DAY) == 0
    assert reminded() == []


def test_whoever_has_not_handed_in_is_reminded_once_and_the_moderator_never():
    case = f.case("scored")
    scoring.hand_in(exercise=case.fresh(), actor=case.lay, now=f.NOW)
    assert swept(AFTER) == 2
    assert swept(AFTER) == 0
    assert reminded() == case.evaluators
    assert Event.objects.filter(action="exercise.remind").count() == 2


def test_the_message_says_what_is_left_and_where():
    case = f.case("declared")
    f.score_for(case, case.lay)
    swept(AFTER)
    body = {row.recipient: row.body for row in Message.objects.filter(kind="panel_reminder")}
    assert "all of them are complete, and only the handing in is left" in body[case.lay]
    assert "8 scores lack a number or a reason" in body[case.evaluators[0]]
    assert "5 February 2027" in body[case.lay]
    assert case.url() in body[case.lay]


def test_a_later_day_is_reminded_of_again():
    case = f.case("declared")
    assert swept(AFTER) == 3
    panels.change_terms(
        exercise=case.fresh(),
        minimum_panel=3,
        quorum=2,
        scores_due_on=date(2027, 2, 12),
        reason="The panel asked for a week more.",
        actor=case.lead,
        now=AFTER,
    )
    assert swept(AFTER) == 0
    assert swept(datetime(2027, 2, 13, 9, 0, tzinfo=UTC)) == 3


def test_who_hands_in_between_look_and_act_is_left_alone():
    case = f.case("scored")
    seat = case.seat(case.lay)
    scoring.hand_in(exercise=case.fresh(), actor=case.lay, now=f.NOW)
    with pytest.raises(Refused, match="nothing to remind"):
        reminders.remind(panellist=seat, actor=tasks.SWEEP, now=AFTER)
    assert reminded() == []


def test_one_persons_trouble_does_not_hold_up_the_others(monkeypatch):
    case = f.case("declared")
    told = reminders.tell

    def fails_once(people, *rest, **given):
        if people[0] == case.evaluators[0]:
            raise OSError("The disk is full.")
        told(people, *rest, **given)

    monkeypatch.setattr(reminders, "tell", fails_once)
    assert swept(AFTER) == 2
    assert case.seat(case.evaluators[0]).reminded_at is None

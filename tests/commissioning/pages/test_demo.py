"""The demonstration replays the real first window exactly, and shows each person what is theirs."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from calloffs.models import CallOff, Contract
from commissioning.audit import verification
from commissioning.audit.models import Event
from commissioning.pages import demo
from commissioning.pages.demo.stage import facts
from commissioning.records.models import Letter, Message
from lots.models import DeadlineChange, Window
from providers.models import Admission, Entry

from . import addresses

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_demonstration_is_as_it_happened_loads_once_and_lets_in_whom_it_should(time_machine, settings):
    # It takes most of a minute to load, so all that is asked of it is asked of one.
    settings.PORTAL_DEMO = True
    demo.load(now=NOW, report=lambda line: None)
    assert_it_is_the_first_window_as_it_happened()
    assert_loading_again_adds_nothing()
    time_machine.move_to(NOW)
    # Others get a 404, or a 403 with its reason; strangers a 404 of all that is not public.
    assert list(addresses.disagreements()) == []


def assert_it_is_the_first_window_as_it_happened():
    first = Window.objects.earliest("opens_at")
    entries = Entry.objects.filter(window_lot__window=first)
    by_lot = Counter(entries.values_list("window_lot__lot__number", flat=True))
    admitted = Counter(Admission.objects.values_list("lot__number", flat=True))
    assert by_lot == {row["number"]: row["bids"] for row in facts()["lots"]}
    assert admitted == {row["number"]: row["passed"] for row in facts()["lots"]}
    placed = {(row["provider"], number) for row in facts()["appointments"] for number in row["lots"]}
    assert placed == set(Admission.objects.values_list("organisation__name", "lot__number"))

    letters = Letter.objects.filter(batch__release__window=first, withdrawn_at=None)
    assert Counter(letters.values_list("kind", flat=True)) == {"admission": 37, "refusal": 12}
    assert not letters.filter(path="").exists()
    assert {str(day) for day in Admission.objects.values_list("standstill_ends_on", flat=True)} == {
        "2021-04-06"
    }

    change = DeadlineChange.objects.get(window=first)
    assert (change.old, change.new) == (
        datetime(2021, 1, 13, 12, 0, tzinfo=UTC),
        datetime(2021, 1, 20, 12, 0, tzinfo=UTC),
    )
    assert change.reason

    open_now = [window for window in Window.objects.all() if window.opens_at <= NOW <= window.deadline]
    coming = Window.objects.filter(opens_at__gt=NOW)
    assert len(open_now) == 1
    today = DeadlineChange.objects.get(window=open_now[0])
    assert today.old < today.new == open_now[0].deadline
    assert today.reason
    told = set(Message.objects.filter(veil=open_now[0].veil).values_list("kind", flat=True))
    assert {"deadline_moved", "window_extended"} <= told
    assert coming.count() == 1

    states = dict(CallOff.objects.values_list("title", "state"))
    assert len(states) == len(facts()["phasing"])
    assert set(states) == {row["title"] for row in facts()["phasing"]}
    assert set(states.values()) == {
        "draft",
        "with_board",
        "approved",
        "open",
        "evaluating",
        "recommended",
        "standstill",
        "contracted",
    }
    assert set(Contract.objects.values_list("state", flat=True)) == {"issued", "signed"}
    assert not Letter.objects.filter(withdrawn_at=None, path="").exists()
    assert verification.verify(full=True).problem is None

    # What is history is noted as sent: nobody's mail is flooded with the past.
    assert not Message.objects.filter(state="queued", queued_at__year__lt=2026).exists()


def assert_loading_again_adds_nothing():
    before = (Event.objects.count(), Message.objects.count(), Letter.objects.count())
    assert demo.load(now=NOW, report=lambda line: None) == 0
    assert (Event.objects.count(), Message.objects.count(), Letter.objects.count()) == before

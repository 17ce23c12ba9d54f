"""Applying: the one application, its lots, and when nothing is started."""

from datetime import timedelta

import pytest

from commissioning.policies import Denied
from commissioning.records.models import Wrap
from commissioning.workflow import Refused
from providers.models import Application
from providers.services import applications
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def window():
    return f.window()


def start(window, by, numbers=(1,), now=f.NOW, organisation=None):
    return applications.start(
        window=window,
        lots=list(window.lots.filter(lot__number__in=numbers)),
        organisation=organisation or f.provider_of(by),
        actor=by,
        now=now,
    )


def test_an_application_has_an_entry_for_each_chosen_lot(window):
    made = start(window, f.bid_writer(), numbers=(1, 3))
    assert [entry.reference for entry in made.entries.all()] == [f"{made.reference}/1", f"{made.reference}/3"]
    assert {entry.state for entry in made.entries.all()} == {"draft"}
    assert made.common.round is None


def test_a_window_without_a_common_part_has_none():
    assert start(f.window(common=False), f.bid_writer()).common is None


def test_an_organisation_applies_once_a_window(window):
    ana = f.bid_writer()
    ben = people.person(f.provider_of(ana), "provider_editor")
    start(window, ana)
    with pytest.raises(Refused, match="already started"):
        start(window, ben)
    assert Application.objects.count() == 1


def test_only_the_organisations_own_people_may_start_it(window):
    ana, other = f.bid_writer(), people.provider()
    for who in (ana, f.lead_of(window.agreement)):
        with pytest.raises(Denied):
            start(window, who, organisation=other)


@pytest.mark.parametrize(
    ("now", "sentence"),
    [(f.OPENS - MICROSECOND, "opens on"), (f.DEADLINE + MICROSECOND, "after the deadline")],
)
def test_nothing_starts_outside_the_window(window, now, sentence):
    with pytest.raises(Refused, match=sentence):
        start(window, f.bid_writer(), now=now)


def test_the_dates_judge_and_not_the_label():
    dead_scheduler = f.window(state="scheduled")
    assert f.submitted(dead_scheduler).state == "submitted"
    late = f.window(deadline=f.NOW - timedelta(hours=1), state="open")
    with pytest.raises(Refused):
        start(late, f.bid_writer())


def test_a_lot_of_another_window_or_none_is_refused(window):
    ana = f.bid_writer()
    with pytest.raises(Refused, match="at least one lot"):
        start(window, ana, numbers=())
    with pytest.raises(Refused, match="lots of this window"):
        applications.start(
            window=window,
            lots=list(f.window().lots.all()),
            organisation=f.provider_of(ana),
            actor=ana,
            now=f.NOW,
        )


def test_a_lot_whose_pool_it_is_in_is_refused(window):
    ana = f.bid_writer()
    held = window.lots.get(lot__number=1).lot
    f.admission(held, f.provider_of(ana), state="suspended")
    with pytest.raises(Refused, match="already has a place in Lot 1"):
        start(window, ana)
    assert not Application.objects.exists()


def test_a_provider_removed_from_the_pool_may_apply_again(window):
    ana = f.bid_writer()
    f.admission(window.lots.get(lot__number=1).lot, f.provider_of(ana), state="removed")
    assert start(window, ana).entries.count() == 1


def test_a_lot_entered_later_takes_the_common_part_with_it(window):
    made = f.application(window)
    f.fill(f.entry_of(made))
    assert made.common is not None
    second = applications.enter_lots(
        application=made, lots=[window.lots.get(lot__number=2)], actor=f.writer_of(made), now=f.NOW
    )[0]
    wraps = Wrap.objects.filter(round=second.submission.round)
    assert wraps.filter(blob__in=[version.blob for version in made.common.versions.all()]).count() == 2


def test_a_lot_is_entered_once(window):
    made = f.application(window)
    with pytest.raises(Refused, match="already in this application"):
        applications.enter_lots(
            application=made, lots=[window.lots.get(lot__number=1)], actor=f.writer_of(made), now=f.NOW
        )
    assert made.entries.count() == 1

from datetime import date, time, timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.clock import at_london
from lots import tasks
from lots.services import windows
from tests.factories import NOW
from tests.lots import factories

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)


def events(window):
    return list(
        Event.objects.filter(subject=window.reference, action__in=["window.open", "window.close"])
        .order_by("number")
        .values_list("action", flat=True)
    )


def test_a_window_opens_and_closes_once_however_often_the_sweep_runs():
    window = factories.window(factories.agreement())
    for moment in (
        window.opens_at - MICROSECOND,
        window.opens_at,
        window.opens_at,
        window.opens_at + SECOND,
        window.deadline,
    ):
        tasks.sweep(now=moment)
    window.refresh_from_db()
    assert (window.state, events(window)) == ("open", ["window.open"])
    for moment in (window.deadline + MICROSECOND, window.deadline + SECOND):
        tasks.sweep(now=moment)
    window.refresh_from_db()
    assert (window.state, window.next_due_at) == ("closed", None)
    assert events(window) == ["window.open", "window.close"]


def test_a_sweep_that_comes_after_the_deadline_opens_and_closes_at_once():
    window = factories.window(factories.agreement())
    assert tasks.sweep(now=window.deadline + timedelta(days=3)) == 2
    window.refresh_from_db()
    assert window.state == "closed"
    assert events(window) == ["window.open", "window.close"]


@pytest.mark.parametrize(
    ("day", "utc_hour"), [(date(2027, 3, 28), 11), (date(2027, 3, 27), 12), (date(2027, 10, 31), 12)]
)
def test_it_opens_at_the_london_wall_clock_time_over_a_clock_change(day, utc_hour):
    opens_at = at_london(day, time(12))
    factories.window(factories.agreement(), opens_at=opens_at, deadline=opens_at + timedelta(days=7))
    assert opens_at.hour == utc_hour
    assert tasks.sweep(now=opens_at - MICROSECOND) == 0
    assert tasks.sweep(now=opens_at) == 1


def test_a_draft_or_cancelled_window_never_opens():
    setting = factories.agreement()
    factories.window(setting, announced=False)
    cancelled = factories.window(setting)
    windows.cancel(window=cancelled, reason="No need any more.", actor=setting.lead, now=NOW)
    assert tasks.sweep(now=NOW + timedelta(days=400)) == 0


def test_one_windows_trouble_does_not_hold_up_the_others(monkeypatch, caplog):
    setting = factories.agreement()
    broken, sound = factories.window(setting), factories.window(setting)
    kept = windows.keep_time

    def keep_time(*, window_id, now):
        if window_id == broken.pk:
            raise RuntimeError("trouble")
        return kept(window_id=window_id, now=now)

    monkeypatch.setattr(windows, "keep_time", keep_time)
    assert tasks.sweep(now=sound.opens_at) == 1
    assert f"window {broken.pk} could not be opened" in caplog.text

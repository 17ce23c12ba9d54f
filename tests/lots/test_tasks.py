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
    ("opens_on", "closes_on", "hours"),
    [
        (date(2027, 3, 26), date(2027, 3, 27), 24),
        (date(2027, 3, 27), date(2027, 3, 28), 23),  # the clocks go forward between the two
        (date(2026, 10, 24), date(2026, 10, 25), 25),  # and here back
    ],
)
@pytest.mark.parametrize("times", [1, 3])
def test_it_opens_and_closes_once_at_the_london_wall_clock_time_over_a_clock_change(
    opens_on, closes_on, hours, times
):
    opens_at, deadline = at_london(opens_on, time(12)), at_london(closes_on, time(12))
    assert deadline - opens_at == timedelta(hours=hours)
    now = opens_at - timedelta(days=2)
    window = factories.window(factories.agreement(now=now), now=now, opens_at=opens_at, deadline=deadline)
    for moment, steps in (
        (opens_at - MICROSECOND, 0),
        (opens_at, 1),
        (deadline, 0),
        (deadline + MICROSECOND, 1),
        (deadline + timedelta(days=200), 0),
    ):
        assert sum(tasks.sweep(now=moment) for _ in range(times)) == steps
    assert events(window) == ["window.open", "window.close"]


def test_a_draft_or_cancelled_window_never_opens():
    setting = factories.agreement()
    factories.window(setting, announced=False)
    cancelled = factories.window(setting)
    windows.cancel(window=cancelled, reason="No need any more.", actor=setting.lead, now=NOW)
    assert tasks.sweep(now=NOW + timedelta(days=400)) == 0


def test_one_windows_trouble_does_not_hold_up_the_others(monkeypatch, caplog):
    broken, sound = (factories.window(factories.agreement()) for _ in range(2))
    kept = windows.keep_time

    def keep_time(*, window_id, now):
        if window_id == broken.pk:
            raise RuntimeError("trouble")
        return kept(window_id=window_id, now=now)

    monkeypatch.setattr(windows, "keep_time", keep_time)
    assert tasks.sweep(now=sound.opens_at) == 1
    assert f"window {broken.pk} could not be opened" in caplog.text

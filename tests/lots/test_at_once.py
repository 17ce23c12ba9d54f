"""Sweeps and people at once, on real transactions of either database.

A window opens once and closes once (G11), and a lot goes into one window at a time.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from django.db import connection

from commissioning.audit.models import Event
from commissioning.clock import at_london
from commissioning.workflow import Refused
from lots import tasks
from lots.models import Window
from lots.services import windows
from tests.factories import NOW
from tests.lots import factories

pytestmark = pytest.mark.django_db(transaction=True)
MICROSECOND = timedelta(microseconds=1)
WORKERS = 4


def sweep_at_once(now):
    """Run several sweeps at once, and return how many steps they took together."""

    def sweep(_):
        try:
            return tasks.sweep(now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(sweep, range(WORKERS)))


def steps():
    taken = Event.objects.filter(action__in=["window.open", "window.close"]).order_by("pk")
    return list(taken.values_list("action", "at"))


def test_across_the_clock_change_it_opens_once_and_closes_once_at_the_london_time():
    # London's clocks go forward in the night before it closes.
    opens_at, deadline = (at_london(day, time(12)) for day in (date(2027, 3, 27), date(2027, 3, 28)))
    assert deadline - opens_at == timedelta(hours=23)
    factories.window(factories.agreement(), opens_at=opens_at, deadline=deadline)
    assert sweep_at_once(opens_at - MICROSECOND) == 0
    assert sweep_at_once(opens_at) == 1
    assert sweep_at_once(deadline) == 0
    assert sweep_at_once(deadline + MICROSECOND) == 1
    assert steps() == [("window.open", opens_at), ("window.close", deadline + MICROSECOND)]


def test_late_sweeps_at_once_open_and_close_each_window_once():
    announced = [factories.window(factories.agreement()) for _ in range(3)]
    late = announced[0].deadline + timedelta(days=2)
    assert sweep_at_once(late) == 2 * len(announced)
    assert sweep_at_once(late) == 0
    assert set(Window.objects.values_list("state", flat=True)) == {"closed"}
    assert sorted(action for action, _ in steps()) == ["window.close"] * 3 + ["window.open"] * 3


def test_drafts_of_one_lot_that_are_announced_at_once_are_announced_once():
    setting = factories.agreement()
    drafts = [factories.window(setting, announced=False) for _ in range(WORKERS)]

    def announce(draft):
        try:
            windows.announce(window=draft, actor=setting.lead, now=NOW)
        except Refused as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(WORKERS) as pool:
        refusals = sorted(pool.map(announce, drafts))
    assert [bool(one) for one in refusals] == [False] + [True] * (WORKERS - 1)
    assert all("A lot is in one window at a time" in one for one in refusals[1:])
    assert Window.objects.filter(state="scheduled").count() == 1

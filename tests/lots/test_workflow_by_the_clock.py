"""Why a step on a window or its lot is refused, by the clock: whatever the sweep has written down."""

from datetime import datetime, timedelta

import pytest

from commissioning.web.text import london
from lots.services import windows
from lots.workflow import LOT, WINDOW
from tests.factories import client_for
from tests.lots import factories

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def setting():
    return factories.agreement()


@pytest.fixture
def window(setting):
    return factories.window(setting)


def test_one_whose_deadline_has_passed_says_so_and_offers_no_later_one(setting, window):
    late = window.deadline + MICROSECOND
    (reason,) = WINDOW.refusals(window, "cancel", actor=setting.lead, now=late)
    assert reason.text.startswith("This window closed on")
    assert "can be extended" not in reason.text


def test_the_state_that_speaks_against_a_step_is_that_of_the_clock(setting, window):
    def said(step: str, now: datetime) -> str:
        (reason,) = WINDOW.refusals(window, step, actor=setting.lead, now=now)
        return reason.text

    late = window.deadline + MICROSECOND
    assert "“Scheduled”" in said("announce", window.opens_at - MICROSECOND)
    assert "“Open for applications”" in said("announce", window.opens_at)
    assert "“Closed, sealed”" in said("announce", late)
    # Until the close is written down the entries cannot be opened; “closed” would be no reason for that.
    assert "“Scheduled”" in said("unseal", late)
    windows.keep_time(window_id=window.pk, now=window.opens_at)
    window.refresh_from_db()
    assert "“Open for applications”" in said("cancel", window.deadline)
    assert "“Closed, sealed”" in said("cancel", late)


def test_a_lot_is_kept_by_a_window_as_it_stands_by_the_clock(setting, window):
    def said(now: datetime) -> str:
        (reason,) = LOT.refusals(setting.lot, "remove", actor=setting.lead, now=now)
        return reason.text

    first = "Cancel that window before it opens"
    before, opened = said(window.opens_at - MICROSECOND), said(window.opens_at)
    assert "“Scheduled”" in before
    assert first in before
    assert "“Open for applications”" in opened
    assert first not in opened
    assert "“Closed, sealed”. Remove the lot once" in said(window.deadline + MICROSECOND)


def test_lists_of_windows_go_by_the_clock_too(setting, window, time_machine):
    time_machine.move_to(window.deadline + MICROSECOND, tick=False)
    client = client_for(setting.lead)
    home, listed = (client.get(page).content.decode() for page in ("/home/", "/agreements/"))
    calendar = home[home.index("Calendar of windows") :]
    assert "Closed, sealed" in calendar
    assert "Scheduled" not in calendar
    assert f"Closed {london(window.deadline)}" in listed
    assert "Closes" not in listed

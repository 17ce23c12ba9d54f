"""Two agreements that pages are tried on: a draft, and a live one with an open window."""

import pytest

from commissioning import clock
from lots.services import windows
from tests.factories import NOW
from tests.lots import factories
from tests.lots.pages import addresses


@pytest.fixture
def draft(time_machine):
    """A draft agreement with a draft window, at the time by which its dates are still to come."""
    time_machine.move_to(NOW)
    setting = factories.agreement(published=False)
    scheme = factories.scheme(setting, published=False)
    window = factories.window(setting, announced=False, lots=[(setting.lot, scheme)])
    return setting, addresses(setting, scheme, window)


@pytest.fixture
def live():
    """A published agreement with an open window, at the real time that views go by."""
    now = clock.now()
    setting = factories.agreement(now=now)
    scheme = factories.scheme(setting, now=now)
    window = factories.window(setting, now=now, lots=[(one, scheme) for one in setting.lots], opens_at=now)
    windows.keep_time(window_id=window.pk, now=now)
    return setting, addresses(setting, scheme, window)

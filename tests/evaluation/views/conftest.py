import pytest

from tests.evaluation import factories as f


@pytest.fixture(autouse=True)
def _now(time_machine):
    """It is the day of the opening, unless a test says otherwise."""
    time_machine.move_to(f.NOW, tick=False)


@pytest.fixture
def later(time_machine):
    """Return what moves the clock to the panel's meeting."""
    return lambda: time_machine.move_to(f.LATER, tick=False)

import pytest

from commissioning.accounts import links


@pytest.fixture(autouse=True)
def _links_are_made():
    """The roof connects the makers of links at start; here nothing stands on a page."""
    links.connect()

"""The showroom and the workshop: pages and views at addresses that only these tests have."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

HERE = Path(__file__).parent


def _serve(settings, module: str) -> None:
    settings.ROOT_URLCONF = f"tests.commissioning.web.{module}"
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], HERE / "templates"]}]


@pytest.fixture
def showroom(settings):
    _serve(settings, "showroom")


@pytest.fixture
def workshop(settings):
    _serve(settings, "workshop")


@pytest.fixture(params=(1280, 320))
def screen(request, page: Page) -> Page:
    """A page of the browser, once wide and once narrow."""
    page.set_viewport_size({"width": request.param, "height": 900})
    return page

"""What tests of pages share: getting, posting, and dates as a browser sends them."""

import re
from datetime import date
from html import unescape
from itertools import pairwise
from typing import Any

from django.test import Client

from commissioning.people.models import User
from tests.factories import client_for


def get(user: User, url: str, status: int = 200, **given: Any) -> str:
    """Return the page's own part, unescaped, after insisting on the status."""
    response = client_for(user).get(url, given)
    assert response.status_code == status
    return _main(response)


def post(user: User, url: str, status: int = 302, **given: Any) -> str:
    """Return what a post answers: the address it leads to, or the page's text."""
    response = client_for(user).post(url, given)
    assert response.status_code == status, _main(response)
    return response["Location"] if status == 302 else _main(response)


def press(client: Client, url: str, **given: Any) -> Any:
    """Open a page that checks what goes in, and press its button: its mark of what it showed goes along."""
    (mark,) = re.findall(r'name="seen" value="([^"]*)"', client.get(url).content.decode())
    return client.post(url, {"seen": unescape(mark), **given})


def boxes(name: str, on: date | None) -> dict[str, Any]:
    """Return a date as its three boxes send it."""
    parts = (on.day, on.month, on.year) if on else ("", "", "")
    return {f"{name}_{box}": part for box, part in zip(("day", "month", "year"), parts, strict=True)}


def _main(response: Any) -> str:
    text = unescape(response.content.decode())
    return text[text.find("<main") : text.find("</main>")] if "<main" in text else text


def skipped(page: str) -> tuple[int, int] | None:
    """Return the first two headings between which a level is left out, for who reads by headings."""
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    return next(((one, two) for one, two in pairwise(levels) if two > one + 1), None)

"""Every address of the portal, with whatever fits a thing filled in, for tests that try every door."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import URLPattern, get_resolver

ROUTE = re.compile(r"<(?:(\w+):)?(\w+)>")


def routes() -> Iterator[str]:
    """Yield every address of the portal, but for its administration, with the names it takes."""

    def walk(patterns: Any, start: str) -> Iterator[str]:
        for one in patterns:
            route = start + str(one.pattern)
            if isinstance(one, URLPattern):
                yield route
            elif not route.startswith("admin/"):
                yield from walk(one.url_patterns, route)

    yield from walk(get_resolver().url_patterns, "")


def filled_in(fitting: Mapping[str, str], other: str, fits: Mapping[str, Sequence[str]]) -> list[str]:
    """Return every address with each value that fits; a name that nothing fits becomes 1.

    `fitting` is the reference for the addresses that begin with a word, `other` the one tried elsewhere.
    """
    found = set()
    for route in routes():
        values = {**fits, "reference": [fitting.get(route.partition("/")[0], other)]}
        names = [name for _, name in ROUTE.findall(route)]
        for chosen in itertools.product(*(values.get(name, ["1"]) for name in names)):
            url = route
            for value in chosen:
                url = ROUTE.sub(value, url, count=1)
            found.add("/" + url.strip("^$"))
    return sorted(found)


def body(response: Any) -> str:
    """Return all that a response says, its headers too."""
    held = b"".join(response.streaming_content) if response.streaming else response.content
    return held.decode(errors="replace") + str(response.headers)

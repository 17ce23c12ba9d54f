"""What a reader of judging's pages sees and types."""

from datetime import date
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.lots.pages import filled


def text(response: HttpResponse) -> str:
    """Return the page as it is read, each sign written out."""
    return unescape(response.content.decode())


def read(client: Client, url: str) -> str:
    """Return the text of a page that must be there."""
    response = client.get(url)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return text(response)


def main(page: str) -> str:
    """Return what stands between the menus."""
    return page.partition("<main")[2].partition("</main>")[0]


def send(client: Client, url: str, **values: Any) -> Any:
    """Post what a browser would: the form as the page gives it, with these values in their place."""
    return client.post(url, filled(client.get(url), **values))


def day(name: str, on: date) -> dict[str, str]:
    """Return the three boxes of a date."""
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def refused(response: HttpResponse, *sentences: str) -> str:
    """Assert that the page came back with these sentences, 422, and return its text."""
    assert response.status_code == 422, f"{response.status_code}: {response.headers.get('Location')}"
    page = text(response)
    for sentence in sentences:
        assert sentence in page, sentence
    return page


def denied(response: HttpResponse, sentence: str) -> str:
    """Assert that the page is not for this reader, with the reason, and return its text."""
    assert response.status_code == 403, response.status_code
    page = text(response)
    assert sentence in page, sentence
    return page


def done(response: HttpResponse, client: Client, url: str, message: str) -> str:
    """Assert that the act led to this page with this message, and return the page's text."""
    assert response.status_code == 302, text(response)
    assert response.headers["Location"] == url
    page = text(client.get(url))
    assert message in page, message
    return page

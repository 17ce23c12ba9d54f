"""Makers of the secret links in messages: made when a message is sent, kept nowhere (settled 26).

The parts of the portal that know what a link opens stand above this one, so they enter their makers here:
`commissioning.accounts` does so in `commissioning/accounts/links.py`, which the apps import at start.
"""

from collections.abc import Callable

Maker = Callable[[str], str]

_makers: dict[str, Maker] = {}


class NoLink(Exception):  # noqa: N818 - what happened, in the words of the outbox
    """The link cannot or may no longer be made; the message says why and is not sent."""


def register(purpose: str, maker: Maker) -> None:
    """Enter the function that returns the absolute address for a link's subject, such as an invitation's key.

    It raises `NoLink` when its subject is no longer open (an invitation that was withdrawn).
    """
    _makers[purpose] = maker


def make(purpose: str, subject: str) -> str:
    """Return a fresh secret address. Raises NoLink."""
    maker = _makers.get(purpose)
    if maker is None:
        raise NoLink(f"Nothing in the portal makes links for “{purpose}”.")
    return maker(subject)

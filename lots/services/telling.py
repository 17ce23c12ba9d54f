"""Messages to those who have to do with an agreement or a window without applying: they asked, or follow.

SECURITY: whoever asks or follows is likely to apply, so each message is veiled by a sealed round, and no
caller learns to how many it went (settled 18). One address gets one message of a thing, whatever it is
told as: the keys rest on the address.
"""

from datetime import datetime
from typing import Any

from commissioning.people.models import User
from commissioning.records.services import outbox
from lots import letters, links
from lots.models import Agreement, Window
from lots.queries import notices, questions


def key_of(thing: str, to: User | str) -> str:
    """Return the key under which an address is told of a thing, whatever it is told as."""
    return f"{thing}:{notices.address_key(to)}"


def tell_followers(
    agreement: Agreement, notice: letters.Notice, *, thing: str, about: str, veil: str, now: datetime
) -> None:
    """Tell whoever follows the agreement, each message with the link by which to stop it."""
    for follower in notices.followers(agreement):
        outbox.queue(
            kind=notice.kind,
            to=follower.email,
            key=key_of(thing, follower.email),
            facts=notice.facts,
            now=now,
            about=about,
            veil=veil,
            link_purpose=links.UNFOLLOW.purpose,
            link_subject=follower.reference,
        )


def tell_askers(window: Window, notice: letters.Notice, *, thing: str, now: datetime) -> None:
    """Tell whoever asked about the window, with an account or without; not who withdrew the question."""
    veil = window.veil
    for to in questions.askers(window):
        outbox.queue(
            kind=notice.kind,
            to=to,
            key=key_of(thing, to),
            facts=notice.facts,
            now=now,
            about=window.reference,
            chain=window.audit_chain,
            veil=veil,
        )


def tell_of_extension(window: Window, *, thing: str, old: datetime, reason: str, now: datetime) -> None:
    """Tell askers and followers that the deadline has moved (rulebook G3)."""
    facts: dict[str, Any] = {
        "window": window.title,
        "agreement": window.agreement.title,
        "reference": window.reference,
        "old": old,
        "new": window.deadline,
        "reason": reason,
        "questions_close": window.questions_close_at,
        "support": window.agreement.support,
    }
    tell_askers(window, letters.WindowExtended(**facts), thing=thing, now=now)
    tell_followers(
        window.agreement,
        letters.WindowExtendedForFollower(**facts),
        thing=thing,
        about=window.reference,
        veil=window.veil,
        now=now,
    )


def ending_of(window: Window) -> str:
    """Return the thing under which everybody is told that a window was cancelled."""
    return f"window-ended:{window.reference}"


def tell_of_end(window: Window, *, now: datetime) -> None:
    """Tell askers and followers that a window was cancelled, and why."""
    facts: dict[str, Any] = {
        "window": window.title,
        "agreement": window.agreement.title,
        "reference": window.reference,
        "reason": window.cancelled_reason,
        "support": window.agreement.support,
    }
    tell_askers(window, letters.WindowCancelled(**facts), thing=ending_of(window), now=now)
    tell_followers(
        window.agreement,
        letters.WindowCancelledForFollower(**facts),
        thing=ending_of(window),
        about=window.reference,
        veil=window.veil,
        now=now,
    )


def tell_of_announcement(window: Window, *, now: datetime) -> None:
    """Tell whoever follows the agreement that a window is announced: its dates, its lots, where it stands."""
    notice = letters.WindowAnnounced(
        window=window.title,
        agreement=window.agreement.title,
        reference=window.reference,
        lots=[str(row.lot) for row in window.lots.select_related("lot")],
        opens_at=window.opens_at,
        questions_close=window.questions_close_at,
        deadline=window.deadline,
        support=window.agreement.support,
    )
    tell_followers(
        window.agreement,
        notice,
        thing=f"window-announced:{window.reference}",
        about=window.reference,
        veil=window.veil,
        now=now,
    )

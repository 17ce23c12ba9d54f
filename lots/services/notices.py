"""Notices on an agreement: published for everybody, and told to whoever follows it."""

from datetime import datetime
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import lock
from lots import letters
from lots.models import Agreement, AgreementNotice
from lots.queries import notices as queries
from lots.rules.notices import notice_refusals

from . import telling
from .checks import SENT_TWICE, refuse_any


def publish(
    *,
    agreement: Agreement,
    title: str,
    text: str,
    actor: User,
    now: datetime,
    event_at: datetime | None = None,
    place: str = "",
    link: str = "",
    sign_up_by: datetime | None = None,
    places: int | None = None,
) -> AgreementNotice:
    """Publish a notice, with an event or without; telling is the caller's. Raises Denied, Refused.

    `places` is how many may sign up for the event; without it any number may. The same within minutes is the
    same page sent twice: what was published is returned, and nothing more is done.
    """
    with unit():
        lock(agreement)
        policies.require(actor, "agreement.notify", agreement)
        facts: dict[str, Any] = {
            "title": title.strip(),
            "text": text.strip(),
            "event_at": event_at,
            "place": place.strip(),
            "link": link.strip(),
            "sign_up_by": sign_up_by,
            "places": places,
        }
        refuse_any(notice_refusals(agreement=agreement, now=now, **facts))
        if sent := agreement.notices.filter(published_at__gt=now - SENT_TWICE, **facts).first():
            return sent
        made = AgreementNotice.objects.create(
            agreement=agreement, published_at=now, published_by=actor, **facts
        )
        record("agreement.notify", made, actor=actor, at=now, after=facts)
    return made


def facts_of(notice: AgreementNotice) -> dict[str, Any]:
    """Return the facts of the messages that tell of a notice."""
    agreement = notice.agreement
    return {
        "agreement": agreement.title,
        "reference": agreement.reference,
        "notice": notice.reference,
        "title": notice.title,
        "text": notice.text,
        "event_at": notice.event_at,
        "place": notice.place,
        "link": notice.link,
        "sign_up_by": notice.sign_up_closes_at,
        "support": agreement.support,
    }


def key_of(notice: AgreementNotice, to: User | str) -> str:
    """Return the key under which an address is told of a notice, whatever it is told as."""
    return telling.key_of(_thing(notice), to)


def tell_followers(notice: AgreementNotice, *, now: datetime) -> None:
    """Tell whoever follows the agreement, once an address, with the link by which to stop it."""
    with unit():
        telling.tell_followers(
            notice.agreement,
            letters.NoticeForFollower(**facts_of(notice)),
            thing=_thing(notice),
            about=notice.agreement.reference,
            veil=queries.veil(notice.agreement),
            now=now,
        )


def _thing(notice: AgreementNotice) -> str:
    return f"notice:{notice.reference}"

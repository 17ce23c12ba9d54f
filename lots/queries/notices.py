"""Notices on an agreement, and whom they go to; who follows it is shown to nobody."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from commissioning.people.models import User
from lots.models import Agreement, AgreementNotice, EventSignUp, Follower, Window

from . import Viewer

SHOWN = 5


def notices(user: Viewer) -> QuerySet[AgreementNotice]:
    """Return the notices on the agreements this person may see, the latest first."""
    return AgreementNotice.objects.filter(agreement__in=Agreement.objects.visible_to(user)).select_related(
        "agreement"
    )


def latest(agreement: Agreement) -> list[AgreementNotice]:
    """Return the notices that the agreement's own page shows."""
    return list(agreement.notices.select_related("agreement")[:SHOWN])


def events_to_come(agreement: Agreement, now: datetime) -> list[AgreementNotice]:
    """Return the events of an agreement that are still to take place, the soonest first."""
    coming = agreement.notices.filter(event_at__gt=now, called_off_at=None)
    return list(coming.select_related("agreement").order_by("event_at", "pk"))


def signed_up(notice: AgreementNotice) -> QuerySet[EventSignUp]:
    """Return who holds a place at an event, in the order in which they signed up."""
    return notice.sign_ups.confirmed()


def sign_up_of(notice: AgreementNotice, email: str) -> EventSignUp | None:
    """Return the row of an address that wants to come to an event, confirmed or not."""
    return notice.sign_ups.filter(email=email).first()


def followers(agreement: Agreement) -> Iterable[Follower]:
    """Return who follows an agreement, for the portal's own letters alone."""
    return agreement.followers.confirmed().order_by("pk")


def follower(agreement: Agreement, email: str) -> Follower | None:
    """Return the row of an address that asked to follow an agreement, confirmed or not."""
    return agreement.followers.filter(email=email).first()


def veil(agreement: Agreement) -> str:
    """Return the sealed round that hides whom a notice goes to: that of the next window to be opened."""
    sealed = Window.objects.dated().filter(agreement=agreement, state__in=("scheduled", "open", "closed"))
    first = sealed.order_by("deadline").first()
    return first.veil if first else ""


def address_key(to: User | str) -> str:
    """Return what stands for an address in a message's key, so that nobody is written to twice."""
    address = to.email if isinstance(to, User) else to
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:32]

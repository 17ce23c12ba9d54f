"""The secret links in messages about accounts: what each rests on, how it is made and how it is read.

`connect` enters the makers with the outbox; the roof calls it at start.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from commissioning import clock
from commissioning.people.models import Invitation, Registration, User
from commissioning.records import links

from . import rules, tokens

PARAMETER = "link"


@dataclass(frozen=True)
class Kind:
    """One kind of link: its page's URL name, how long it lasts, and the state it rests on."""

    purpose: str
    url_name: str
    lasts: timedelta
    find: Callable[[str], Any]
    state: Callable[[Any], str]


def _open_invitation(reference: str) -> Invitation | None:
    return (
        Invitation.objects.filter(reference=reference, accepted_at=None, withdrawn_at=None)
        .select_related("organisation", "invited_by")
        .first()
    )


def _active_user(reference: str) -> User | None:
    return User.objects.filter(reference=reference, is_active=True).first()


CONFIRM = Kind(
    "confirm e-mail",
    "confirm-email",
    rules.REGISTRATION_LASTS,
    lambda reference: Registration.objects.filter(reference=reference).first(),
    lambda registration: str(registration.email),
)
INVITATION = Kind(
    "invitation",
    "invitation",
    rules.INVITATION_LASTS,
    _open_invitation,
    lambda invitation: f"{invitation.email} {invitation.expires_at.isoformat()}",
)
# Rests on the password itself and the last sign-in: used once, or signed in meanwhile, it is void.
PASSWORD = Kind(
    "new password",
    "new-password",
    timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
    _active_user,
    lambda user: f"{user.email} {user.password} {user.last_login}",
)
KINDS = (CONFIRM, INVITATION, PASSWORD)


def token(kind: Kind, subject: str) -> str:
    """Return a fresh token. Raises `records.links.NoLink` when its subject is no longer open."""
    found = kind.find(subject)
    if found is None:
        raise links.NoLink(f"The {kind.purpose} link’s subject {subject} is no longer open.")
    return tokens.make(kind.purpose, subject, kind.state(found), at=clock.real_now())


def read(kind: Kind, given: str) -> Any:
    """Return what a token opens (a registration, an invitation, a person), or None if it opens nothing."""

    def state_of(subject: str) -> str | None:
        found = kind.find(subject)
        return None if found is None else kind.state(found)

    subject = tokens.read(kind.purpose, given, state_of=state_of, lasts=kind.lasts, at=clock.real_now())
    return None if subject is None else kind.find(subject)


def connect(kinds: Iterable[Kind] = KINDS) -> None:
    """Enter the makers of these links, or of those of an app above, with the outbox."""
    for kind in kinds:
        links.register(kind.purpose, _maker(kind))


def _maker(kind: Kind) -> links.Maker:
    def make(subject: str) -> str:
        # In the query, not in the path: paths are logged.
        query = urlencode({PARAMETER: token(kind, subject)})
        return f"{settings.PORTAL_URL}{reverse(kind.url_name)}?{query}"

    return make

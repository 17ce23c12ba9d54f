"""People for tests, made as rows without their ceremony: what a service does is tested where it lives.

Each app's own factories are in `tests/<app>/factories.py`.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.test import Client

from commissioning.accounts.rules import matching_name
from commissioning.accounts.sessions import PROVED
from commissioning.clock import real_now
from commissioning.people.models import Membership, Organisation, RoleGrant, User
from commissioning.people.roles import SENSITIVE_ROLES, Role

NOW = datetime(2027, 1, 11, 9, 30, tzinfo=UTC)
PASSWORD = "quiet harbour lantern 47"
_numbers = count(1)


def authority(code: str = "", **given: Any) -> Organisation:
    """Return a saved commissioning authority, such as `authority("PCC")`."""
    number = next(_numbers)
    code = code or f"A{number}"
    given.setdefault("name", f"{code} Council {number}")
    given.setdefault("sector", Organisation.Sector.COUNCIL)
    given.setdefault("address", "Town Hall\nMarket Square\nExampleton PE1 1AA")
    return _organisation(Organisation.Kind.AUTHORITY, code=code, **given)


def provider(name: str = "", **given: Any) -> Organisation:
    """Return a saved provider, such as `provider("P3 Charity")`."""
    given.setdefault("sector", Organisation.Sector.CHARITY)
    given.setdefault("address", "1 Mill Lane\nExampleton PE2 2BB")
    return _organisation(Organisation.Kind.PROVIDER, name=name or f"Provider {next(_numbers)}", **given)


def person(organisation: Organisation | None = None, *roles: Role | str, **given: Any) -> User:
    """Return a saved user with these roles in force in the organisation; signs in with `PASSWORD`."""
    number = next(_numbers)
    given.setdefault("name", f"Person {number}")
    given.setdefault("email", f"person{number}@example.org")
    given.setdefault("email_confirmed_at", NOW)
    given.setdefault("created_at", NOW)
    given.setdefault("password", PASSWORD)
    user = User.objects.create_user(**given)
    if organisation is not None:
        member(user, organisation, *roles)
    return user


def member(user: User, organisation: Organisation, *roles: Role | str) -> Membership:
    """Return the user's saved membership with these roles in force, sensitive ones confirmed."""
    membership, _ = Membership.objects.get_or_create(
        user=user, organisation=organisation, left_at=None, defaults={"joined_at": NOW}
    )
    for role in roles:
        RoleGrant.objects.create(
            membership=membership,
            role=role,
            given_at=NOW,
            confirmed_at=NOW,
            confirmed_by=_confirmer() if role in SENSITIVE_ROLES else None,
        )
    user.__dict__.pop("_held_roles", None)
    return membership


def client_for(user: User | None = None, **given: Any) -> Client:
    """Return a test client signed in as the user, or signed in as nobody."""
    client = Client(**given)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        prove(client)
    return client


def prove(client: Client, *, ago: timedelta = timedelta(0)) -> None:
    """Note that whoever is signed in has proved who they are, now or so long ago (settled 27)."""
    session = client.session
    session[PROVED] = (real_now() - ago).timestamp()
    session.save()


def _organisation(kind: Organisation.Kind, *, name: str, **given: Any) -> Organisation:
    given.setdefault("created_at", NOW)
    return Organisation.objects.create(kind=kind, name=name, matching_name=matching_name(name), **given)


def _confirmer() -> User:
    return User.objects.get_or_create(
        email="confirmer@example.org", defaults={"name": "Second Person", "created_at": NOW}
    )[0]

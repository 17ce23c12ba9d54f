"""What the chapters of the demonstration share: its facts, its people, and moments in London time."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from commissioning.accounts import rules
from commissioning.clock import at_london, london_date
from commissioning.people.models import Organisation, User
from lots.models import Agreement

REFERENCE = "EIP-PDPS"
MARK = "Demonstration text. "


@cache
def facts() -> dict[str, Any]:
    """Return the facts and figures of the first window."""
    return json.loads((Path(__file__).parent / "eip.json").read_text("utf-8"))


def london(day: date | str, clock: str = "09:00") -> datetime:
    """Return the UTC instant of a London wall-clock time."""
    if isinstance(day, str):
        day = date.fromisoformat(day)
    return at_london(day, time.fromisoformat(clock))


def days_from(now: datetime, days: int, clock: str = "10:00") -> datetime:
    """Return a London time so many days from today, moved off weekends for a past day, back from Saturday."""
    day = london_date(now) + timedelta(days=days)
    while day.weekday() > 4:
        day += timedelta(days=1 if days > 0 else -1)
    return london(day, clock)


def person(name: str) -> User:
    """Return a person of the demonstration by the address before `.example`, with roles read afresh."""
    return User.objects.get(email=f"{name}.example")


def authority(code: str) -> Organisation:
    """Return an authority by its code."""
    return Organisation.objects.get(code=code)


def provider(name: str) -> Organisation:
    """Return a provider by its name."""
    return Organisation.objects.get(kind=Organisation.Kind.PROVIDER, name=name)


def details_of(organisation: Organisation) -> rules.Details:
    """Return what an organisation says of itself now, to be changed in part."""
    return rules.Details(**{field.name: getattr(organisation, field.name) for field in fields(rules.Details)})


def bid_writer(organisation: Organisation) -> User:
    """Return the person who registered a provider and writes its bids."""
    membership = organisation.memberships.get(left_at=None, grants__role="provider_admin")
    return membership.user


def agreement() -> Agreement:
    """Return the agreement of the demonstration."""
    return Agreement.objects.get(reference=REFERENCE)


def utc(value: datetime) -> datetime:
    """Return the instant in UTC."""
    return value.astimezone(UTC)

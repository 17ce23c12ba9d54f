"""Refused attempts at what is sealed: past a threshold the agreement's auditors are told (rulebook R22-g)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from commissioning.audit import queries as audit
from commissioning.audit.models import AccessEntry
from commissioning.audit.services import unit
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.records import trail
from commissioning.records.services import outbox
from lots import queries
from lots.models import Agreement

SHOWN = 10


def tell_auditors(*, now: datetime) -> int:
    """Tell the auditors of each agreement of too many refused attempts, and return how many messages it took.

    Too many are `ATTEMPTS_BY_ONE_PERSON` by one person, or `ATTEMPTS_AT_ONE_THING` at one sealed round or
    other thing, within `ATTEMPTS_WITHIN`. An auditor gets one message a London day about each person and each
    thing; the list of attempts has them all. No message names a bidder (settled 18).
    """
    recent = audit.attempts().filter(at__gt=now - settings.ATTEMPTS_WITHIN, at__lte=now)
    rows = list(recent.order_by("pk"))
    named = trail.things(rows)
    by_person, at_thing = defaultdict(list), defaultdict(list)
    for row in rows:
        if row.user is not None:
            by_person[row.chain, row.user.reference].append(row)
        at_thing[row.chain, row.veil or named[row.pk]].append(row)
    told = 0
    for (chain, key), found in by_person.items():
        if len(found) >= settings.ATTEMPTS_BY_ONE_PERSON:
            told += _tell(chain, f"person:{key}", found, named, now)
    for (chain, key), found in at_thing.items():
        if len(found) >= settings.ATTEMPTS_AT_ONE_THING:
            told += _tell(chain, f"thing:{key}"[:60], found, named, now)
    return told


def _tell(chain: str, key: str, found: list[AccessEntry], named: dict[int, str], now: datetime) -> int:
    agreement = Agreement.objects.filter(reference=chain).first()
    auditors = queries.auditors_of(agreement) if agreement else []
    day = london_date(now)
    keys = {user.pk: f"attempts:{chain}:{key}:{day}:{user.pk}" for user in auditors}
    told = outbox.taken(keys.values())
    waiting = [user for user in auditors if keys[user.pk] not in told]
    with unit():
        for user in waiting:
            outbox.queue(
                kind="refused_attempts",
                to=user,
                key=keys[user.pk],
                facts={
                    "agreement": chain,
                    "count": len(found),
                    "people": _each(_who(row.user) for row in found),
                    "things": _each(named[row.pk] for row in found),
                    "first": found[0].at,
                    "last": found[-1].at,
                },
                now=now,
                about=chain,
                chain=chain,
            )
    return len(waiting)


def _who(user: User | None) -> str:
    return user.name if user else "the portal's own work"


def _each(words: Iterable[str]) -> list[str]:
    """Return each word once, in its order, and how many more there are where there are many."""
    once = list(dict.fromkeys(words))
    more = len(once) - SHOWN
    return once if more <= 0 else [*once[:SHOWN], f"and {more} more"]

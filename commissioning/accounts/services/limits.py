"""How often something may be tried: counted by real time, told in a sentence, forgotten when it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from commissioning import clock
from commissioning.clock.words import spoken_time
from commissioning.people.signing_in import Tries
from commissioning.workflow import Refused


@dataclass(frozen=True)
class Limit:
    """So many tries within so long; `what` names it in the table."""

    what: str
    most: int
    within: timedelta


# Counted by person: who tries these knows the password already, or holds the session.
PROOF = Limit("proof", 5, timedelta(minutes=15))
# Of its own: a right password without a code must not forgive tries of the code.
PASSWORD = Limit("password", 5, timedelta(minutes=15))
# Counted by network address.
REGISTRATION = Limit("registration", 10, timedelta(hours=1))
NEW_PASSWORD = Limit("new password", 10, timedelta(hours=1))
VERIFICATION = Limit("verification", 30, timedelta(minutes=10))
LINK_AGAIN = Limit("link again", 10, timedelta(hours=1))
LIMITS = (PROOF, PASSWORD, REGISTRATION, NEW_PASSWORD, VERIFICATION, LINK_AGAIN)


class TooMany(Refused):
    """Tried too often; the sentence says from when on it may be tried again. Pages answer with status 429."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"You have tried this too often. Try again after {spoken_time(clock.shown(until))}."
            " What you typed is kept on this page."
        )


def take(limit: Limit, whose: str) -> datetime | None:
    """Count a try before it is made; return None if it may be, or else until when it may not.

    Kept whatever becomes of the try: call it outside a unit. Counting first leaves no gap in which many
    tries at once would all be let through.
    """
    real = clock.real_now()
    with transaction.atomic():
        row, _ = Tries.objects.select_for_update().get_or_create(
            what=limit.what, whose=_digest(limit, whose), defaults={"since": real, "count": 0}
        )
        if row.since + limit.within <= real:
            row.since, row.count = real, 0
        if row.count >= limit.most:
            return row.since + limit.within
        row.count += 1
        row.save(update_fields=["since", "count"])
    return None


def insist(limit: Limit, whose: str) -> None:
    """Count a try, or raise TooMany."""
    until = take(limit, whose)
    if until is not None:
        raise TooMany(until)


def forgive(limit: Limit, whose: str) -> None:
    """Forget the tries: one has succeeded."""
    Tries.objects.filter(what=limit.what, whose=_digest(limit, whose)).delete()


def forget_old() -> int:
    """Remove the counts that no longer matter; return how many."""
    real = clock.real_now()
    old = [
        Tries.objects.filter(what=limit.what, since__lte=real - limit.within).delete()[0] for limit in LIMITS
    ]
    return sum(old)


def _digest(limit: Limit, whose: str) -> str:
    return salted_hmac(f"tries: {limit.what}", whose, algorithm="sha256").hexdigest()

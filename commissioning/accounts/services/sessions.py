"""Ending sessions: one's own by choice, all of a person's when what they rest on changes."""

from datetime import datetime

from django.conf import settings

from commissioning import clock
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.people.signing_in import Session
from commissioning.workflow import Refused


def end(*, user: User, name: str, now: datetime) -> None:
    """End one of one's own sessions by its public name. Raises Refused for one that has ended."""
    with unit():
        found = [row for row in Session.objects.filter(user=user) if row.public_name == name]
        if not found:
            raise Refused("This session has ended already.")
        Session.objects.filter(pk=found[0].pk).delete()
        record("session.end", user, actor=user, at=now, browser=found[0].browser)


def end_others(*, user: User, this: str, now: datetime) -> int:
    """End all of one's own sessions but the one with this key; return how many there were."""
    with unit():
        ended = drop(user, but=this)
        record("session.end_others", user, actor=user, at=now, ended=ended)
    return ended


def drop(user: User, *, but: str = "") -> int:
    """Delete a person's sessions within the unit of what ends them; `but` is the key of one that stays."""
    return Session.objects.filter(user=user).exclude(pk=but).delete()[0]


def forget_old() -> int:
    """Remove the sessions that have run out; return how many."""
    real = clock.real_now()
    kept = Session.objects.in_use(real, idle=settings.SESSION_IDLE)
    return Session.objects.exclude(pk__in=kept.values("pk")).delete()[0]

"""A person's place on a panel: who holds one, and its end."""

from datetime import datetime

from commissioning.audit.services import record
from commissioning.people.actors import Actor
from commissioning.people.models import User
from commissioning.policies import Denied
from evaluation.models import Exercise, Panellist

from .notices import tell


def seat_for(exercise: Exercise, user: User) -> Panellist:
    """Return the person's place on the panel, with the role it was given for; a Denied for whoever has none.

    SECURITY: a role that was withdrawn ends the place at once (rulebook R22-f).
    """
    seat = Panellist.objects.in_force_for(user).filter(exercise=exercise).first()
    if seat is None:
        raise Denied("You are not on this panel.")
    return seat


def take_off(panellist: Panellist, reason: str, actor: Actor, now: datetime) -> None:
    """End a place on a panel and tell its holder; part of the unit of the act that decided it."""
    exercise = panellist.exercise
    panellist.stood_down_at = now
    panellist.save(update_fields=["stood_down_at"])
    record(
        "exercise.stand_down",
        exercise,
        actor=actor,
        at=now,
        user=panellist.user_id,
        part=panellist.part,
        reason=reason,
    )
    tell([panellist.user], "panel_stood_down", exercise, key=str(panellist.pk), now=now)

"""Reminding evaluators whose scores are overdue, once a day set by the lead."""

from datetime import datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.actors import Actor
from commissioning.workflow import Refused, lock
from evaluation import queries
from evaluation.models import Panellist

from .notices import tell


def remind(*, panellist: Panellist, actor: Actor, now: datetime) -> None:
    """Tell an evaluator that the scores are overdue; each day that was set is reminded of once.

    Raises Denied, and Refused where there is nothing to remind of any more.
    """
    exercise = panellist.exercise
    with unit():
        policies.require(actor, "exercise.remind", exercise)
        lock(exercise)
        lock(panellist)
        if not Panellist.objects.overdue(london_date(now)).filter(pk=panellist.pk).exists():
            raise Refused("There is nothing to remind of.")
        panellist.reminded_at = now
        panellist.save(update_fields=["reminded_at"])
        record("exercise.remind", exercise, actor=actor, at=now, user=panellist.user_id)
        due, missing = exercise.scores_due_on, queries.scores_missing(exercise, panellist)
        tell(
            [panellist.user],
            "panel_reminder",
            exercise,
            key=f"{panellist.pk}:{due}",
            now=now,
            due=due,
            left=f"{missing} {'score lacks' if missing == 1 else 'scores lack'} a number or a reason"
            if missing
            else "all of them are complete, and only the handing in is left",
        )

"""Telling a panel and those who run it: one message a person, queued with the act it tells of."""

from collections.abc import Iterable
from datetime import datetime

from commissioning.people.models import User
from commissioning.records.services import outbox
from evaluation.models import Exercise


def tell(
    people: Iterable[User], kind: str, exercise: Exercise, *, key: str, now: datetime, **facts: object
) -> None:
    """Queue a message about an exercise to each of these people, once a key."""
    for person in people:
        outbox.queue(
            kind=kind,
            to=person,
            key=f"{kind}:{key}:{person.pk}",
            facts={"title": exercise.title, "reference": exercise.reference, **facts},
            about=exercise.reference,
            chain=exercise.audit_chain,
            now=now,
        )

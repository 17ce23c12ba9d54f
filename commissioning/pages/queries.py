"""What the roof's own pages read, joined from the apps below."""

from datetime import datetime

from django.db.models import QuerySet

from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from commissioning.records import queries as records
from commissioning.records.models import Letter, LetterBatch, Message
from commissioning.web.worklist import Task
from lots.models import Agreement


def letters(user: User) -> QuerySet[Letter]:
    """Return the letters this person may read."""
    return records.letters_visible_to(user, _chains(user))


def messages(user: User) -> QuerySet[Message]:
    """Return the messages this person may read."""
    return records.messages_visible_to(user, _chains(user))


def correspondents(user: User) -> QuerySet[Organisation]:
    """Return the organisations whose correspondence this person may open."""
    return records.correspondents_visible_to(user, _chains(user))


def batches(user: User) -> QuerySet[LetterBatch]:
    """Return the batches of letters that this person's authority runs, for its procurement leads."""
    return records.batches_visible_to(user)


def worklist(user: User, now: datetime) -> list[Task]:
    """Return the messages that could not be delivered, for the procurement leads of their agreements."""
    if not user.organisation_ids(Role.LEAD):
        return []
    failed = messages(user).filter(state=Message.State.FAILED, organisation__isnull=False)
    return [
        Task(
            what=f"A message to {message.organisation} could not be delivered",
            reference=message.reference,
            due=message.queued_at,
            minutes=5,
            url=message.get_absolute_url(),
            button="Send again",
        )
        for message in failed[:20]
    ]


def _chains(user: User) -> list[str]:
    """Return the references of the agreements whose business this person reads for an authority."""
    authorities = user.organisation_ids(*records.READERS)
    if not authorities:
        return []
    agreements = Agreement.objects.filter(authorities__organisation__in=authorities, authorities__until=None)
    return list(agreements.distinct().values_list("reference", flat=True))

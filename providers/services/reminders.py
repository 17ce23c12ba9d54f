"""Reminding a provider's people, before a deadline, of what their application still lacks (product 10)."""

from datetime import datetime

from commissioning import policies
from commissioning.audit.services import PORTAL, record, unit
from commissioning.people.actors import Actor
from commissioning.web.text import in_days
from commissioning.workflow import Refused, lock
from providers import letters
from providers.models import Application, Reminder
from providers.queries import applications as queries
from providers.queries import reminders

from .applications import veil_of
from .notices import tell_organisation


def remind(*, application: Application, actor: Actor, now: datetime) -> Reminder:
    """Tell the application's people what is missing, lot by lot, and nobody where nothing is; return it.

    Each is dealt with once a deadline, and a late one takes the place of those before it. Raises Denied, and
    Refused where none is due.
    """
    policies.require(actor, "application.remind", application)
    with unit():
        lock(application)
        application = queries.in_full(Application.objects.filter(pk=application.pk)).get()
        window = application.window
        before = reminders.due_before(application, now)
        if before is None:
            raise Refused("There is nothing to remind of.")
        lots = reminders.missing(queries.board(application))
        made = Reminder.objects.create(
            application=application,
            **reminders.key(window, before),
            dealt_with_at=now,
            was_sent=bool(lots),
        )
        record(
            "application.remind",
            application,
            actor=actor,
            at=now,
            veil=veil_of(application),
            hours_before=made.hours_before,
            deadline=window.deadline,
            was_sent=made.was_sent,
        )
        if lots:
            _tell(application, lots, key=f"reminder:{made.pk}", now=now)
    return made


def _tell(application: Application, lots: list[str], *, key: str, now: datetime) -> None:
    window = application.window
    notice = letters.ApplicationReminder(
        organisation=application.organisation.name,
        window=window.title,
        application=application.reference,
        deadline=window.deadline,
        left=in_days(window.deadline, now),
        lots=lots,
    )
    # SECURITY: under the portal's own chain, since what a draft lacked is never the authority's to read,
    # not after the opening either; and veiled, since before it nobody learns who applies (settled 18).
    tell_organisation(
        application.organisation,
        notice,
        key=key,
        about=application.reference,
        chain=PORTAL,
        now=now,
        veil=veil_of(application),
    )

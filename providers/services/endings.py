"""An agreement abandoned, or a lot removed: whoever applied or is in a pool is told why."""

from collections.abc import Sequence
from datetime import date, datetime

from commissioning.audit.services import unit
from commissioning.people.models import User
from lots.models import Agreement, Lot, Window
from lots.services import agreements, lots, telling
from providers import letters
from providers.models import Application
from providers.queries import pool

from .applications import veil_of
from .notices import people_of, tell, tell_once


def abandon(
    *,
    agreement: Agreement,
    decision_reference: str,
    decided_on: date,
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    """Abandon the agreement, and tell everybody who has applied or has a place in a pool, in one unit.

    Raises Denied and Refused as `lots.services.agreements.abandon`.
    """
    with unit():
        stopped = agreements.abandon(
            agreement=agreement,
            decision_reference=decision_reference,
            decided_on=decided_on,
            reason=reason,
            actor=actor,
            now=now,
        )
        _tell_concerned(stopped, reason.strip(), now)
        members = [organisation for organisation, _ in pool.members(agreement)]
        people = people_of(members)
        for organisation in members:
            notice = letters.AgreementAbandoned(
                organisation=organisation.name,
                agreement=agreement.reference,
                agreement_title=agreement.title,
                decision=agreement.abandonment_decision,
                reason=agreement.abandonment_reason,
            )
            tell(
                people.get(organisation.pk, []),
                notice,
                organisation=organisation,
                key=f"abandoned:{agreement.pk}:{organisation.pk}",
                about=agreement.reference,
                chain=agreement.audit_chain,
                now=now,
            )


def remove_lot(*, lot: Lot, decision_reference: str, reason: str, actor: User, now: datetime) -> None:
    """Remove a lot, and tell whoever was writing a rolling entry to it. Raises as `lots.services.lots`."""
    with unit():
        stopped = lots.remove(
            lot=lot, decision_reference=decision_reference, reason=reason, actor=actor, now=now
        )
        _tell_concerned(stopped, reason.strip(), now)


def _tell_concerned(stopped: Sequence[Window], reason: str, now: datetime) -> None:
    """Tell those who started an application, asked or follow; who they are stays veiled for ever."""
    rows = Application.objects.filter(window__in=[window.pk for window in stopped])
    started = list(rows.select_related("organisation", "window__agreement"))
    people = people_of(application.organisation for application in started)
    for application in started:
        agreement = application.window.agreement
        notice = letters.WindowStopped(
            organisation=application.organisation.name,
            window=application.window.title,
            agreement=agreement.reference,
            agreement_title=agreement.title,
            application=application.reference,
            reason=reason,
        )
        tell_once(
            people.get(application.organisation_id, []),
            notice,
            organisation=application.organisation,
            thing=telling.ending_of(application.window),
            about=application.reference,
            chain=application.audit_chain,
            now=now,
            veil=veil_of(application),
        )
    for window in stopped:
        # A draft was never announced; that somebody wrote a rolling entry is nobody else's to know.
        if window.veil and not window.is_rolling:
            telling.tell_of_end(window, now=now)

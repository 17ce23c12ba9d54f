"""An agreement abandoned, or a lot removed: whoever applied or is in a pool is told why."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from commissioning.audit.services import unit
from commissioning.people.models import User
from lots.letters import AgreementAbandoned, AgreementAbandonedForFollower
from lots.models import Agreement, Lot, Window
from lots.services import agreements, lots, telling
from providers import letters
from providers.models import Application
from providers.queries import pool

from .applications import veil_of
from .notices import people_of, tell_once


def abandon(
    *,
    agreement: Agreement,
    decision_reference: str,
    decided_on: date,
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    """Abandon the agreement, and tell everybody whom it concerns, once each, in one unit.

    That is whoever has a place in a pool, has started what is not opened yet, asked about a window that ends
    by it, or follows the agreement; each message names the windows that end as well. Raises Denied and
    Refused as `lots.services.agreements.abandon`.
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
        _tell_of_abandonment(agreement, stopped, now)


def remove_lot(
    *, lot: Lot, decision_reference: str, decided_on: date, reason: str, actor: User, now: datetime
) -> None:
    """Remove a lot, and tell whoever was writing a rolling entry to it. Raises as `lots.services.lots`."""
    with unit():
        stopped = lots.remove(
            lot=lot,
            decision_reference=decision_reference,
            decided_on=decided_on,
            reason=reason,
            actor=actor,
            now=now,
        )
        _tell_writers(stopped, reason.strip(), now)


def _tell_of_abandonment(agreement: Agreement, stopped: Sequence[Window], now: datetime) -> None:
    """Tell members, writers, askers and followers, once an address, in this order.

    SECURITY: members get the same words whether or not they wrote something that is sealed, and these are
    not veiled; so neither a message nor the want of one tells who did. All others stay veiled for ever.
    """
    # A draft was never announced; that somebody wrote a rolling entry is nobody else's to know.
    announced = [window for window in stopped if window.veil and not window.is_rolling]
    thing = f"agreement-abandoned:{agreement.reference}"
    facts: dict[str, Any] = {
        "agreement": agreement.reference,
        "agreement_title": agreement.title,
        "decision": agreement.abandonment_decision,
        "reason": agreement.abandonment_reason,
        "windows": [window.title for window in announced],
    }
    members = [organisation for organisation, _ in pool.members(agreement)]
    started = _started(stopped)
    people = people_of([*members, *(application.organisation for application in started)])
    for organisation in members:
        tell_once(
            people.get(organisation.pk, []),
            AgreementAbandoned(**facts, member=organisation.name, writes=True),
            organisation=organisation,
            thing=thing,
            about=agreement.reference,
            chain=agreement.audit_chain,
            now=now,
        )
    for application in started:
        tell_once(
            people.get(application.organisation_id, []),
            AgreementAbandoned(**facts, writes=True),
            organisation=application.organisation,
            thing=thing,
            about=application.reference,
            chain=application.audit_chain,
            now=now,
            veil=veil_of(application),
        )
    for window in announced:
        telling.tell_askers(window, AgreementAbandoned(**facts), thing=thing, now=now)
    telling.tell_followers(
        agreement,
        AgreementAbandonedForFollower(**facts),
        thing=thing,
        about=agreement.reference,
        veil=announced[0].veil if announced else "",
        now=now,
    )


def _started(stopped: Sequence[Window]) -> list[Application]:
    rows = Application.objects.filter(window__in=[window.pk for window in stopped])
    return list(rows.select_related("organisation", "window__agreement"))


def _tell_writers(stopped: Sequence[Window], reason: str, now: datetime) -> None:
    """Tell those who were writing rolling entries; who they are stays veiled for ever."""
    started = _started(stopped)
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

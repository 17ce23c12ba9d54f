"""Places in a lot's pool: given at the release, in force after the standstill, suspended, lifted, removed."""

from datetime import date, datetime, timedelta
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import london_date, start_of_london_day
from commissioning.people.actors import Actor
from commissioning.people.models import User
from commissioning.workflow import Refused, lock
from providers import letters
from providers.models import Admission, Entry, Suspension
from providers.workflow import ADMISSION, ENTRY

from . import watch
from .notices import tell_organisation

REASON_LENGTH = 2_000


def admit(*, entry: Entry, actor: Actor, now: datetime, standstill_ends_on: date | None = None) -> Admission:
    """Admit an entry to its lot's pool and return the place; the letter is the release's (settled 21).

    With a standstill it takes effect at 00:00 London on the day after its last day; without one, now.
    Raises Refused where the organisation has a place in the lot already.
    """
    lot, organisation = entry.window_lot.lot, entry.application.organisation
    with unit():
        ENTRY.move(entry, "admit", actor=actor, now=now)
        if Admission.objects.filter(lot=lot, organisation=organisation).exclude(state="removed").exists():
            raise Refused(f"{organisation.name} already has a place in {lot}.")
        effective_at = now
        if standstill_ends_on is not None:
            effective_at = start_of_london_day(standstill_ends_on + timedelta(days=1))
        admission = Admission.objects.create(
            organisation=organisation,
            lot=lot,
            entry=entry,
            decided_at=now,
            standstill_ends_on=standstill_ends_on,
            effective_at=effective_at,
            state="standstill" if standstill_ends_on else "current",
            state_since=now,
        )
        record(
            "admission.give",
            admission,
            actor=actor,
            at=now,
            after={"state": admission.state, "effective_at": effective_at},
            entry=entry.reference,
        )
    return admission


def turn_down(*, entry: Entry, actor: Actor, now: datetime) -> None:
    """Record that an entry was not admitted; its answers and scores stay as they are (rulebook G10)."""
    with unit():
        ENTRY.move(entry, "turn_down", actor=actor, now=now)


def take_effect(*, admission: Admission, actor: Actor, now: datetime) -> None:
    """Let an admission take effect once its standstill is over, and tell the provider.

    Raises Refused before, and while a legal hold stops it.
    """
    with unit():
        ADMISSION.move(admission, "take_effect", actor=actor, now=now)
        since = london_date(admission.effective_at)
        _tell(admission, letters.AdmissionInForce(**_who(admission), since=since), "in force", now)


def place_hold(*, admission: Admission, reason: str, actor: User, now: datetime) -> None:
    """Stop an admission from taking effect while a challenge is open (settled 21). Raises Refused, Denied."""
    reason = _reason(reason)
    with unit():
        lock(admission)
        policies.require(actor, "admission.hold", admission)
        if admission.state != "standstill":
            raise Refused("Only an admission that has not taken effect yet can be put on hold.")
        _hold(admission, reason, "admission.hold", actor=actor, now=now, reason=reason)


def release_hold(*, admission: Admission, reason: str, actor: User, now: datetime) -> None:
    """Lift a legal hold; once its standstill is over the admission takes effect. Raises as `place_hold`."""
    reason = _reason(reason)
    with unit():
        lock(admission)
        policies.require(actor, "admission.hold", admission)
        if not admission.legal_hold_reason:
            raise Refused("There is no legal hold to lift.")
        _hold(admission, "", "admission.release_hold", actor=actor, now=now, reason=reason)


def suspend(*, admission: Admission, reason: str, review_on: date, actor: User, now: datetime) -> Suspension:
    """Hold new invitations from now, with the reason and the day it is looked at again (rulebook E15).

    The provider is told; running contracts and care go on. Raises Refused and Denied.
    """
    reason = _reason(reason)
    if review_on <= london_date(now):
        raise Refused("Choose a review date that is still to come.", field="review_on")
    with unit():
        ADMISSION.move(admission, "suspend", actor=actor, now=now, reason=reason, review_on=review_on)
        suspension = Suspension.objects.create(
            admission=admission,
            reason=reason,
            suspended_at=now,
            suspended_by_id=actor.pk,
            review_on=review_on,
        )
        notice = letters.AdmissionSuspended(**_who(admission), reason=reason, review_on=review_on)
        _tell(admission, notice, f"suspended:{suspension.pk}", now)
    return suspension


def lift(*, admission: Admission, reason: str, actor: User, now: datetime) -> None:
    """Lift the suspension: invitations go on, unless the standing watch holds them, and the provider is told.

    Raises Refused and Denied.
    """
    reason = _reason(reason)
    with unit():
        ADMISSION.move(admission, "lift", actor=actor, now=now, reason=reason)
        suspension = _end_suspension(admission, reason, actor, now)
        notice = letters.SuspensionLifted(**_who(admission), reason=reason)
        _tell(admission, notice, f"lifted:{suspension.pk if suspension else 0}", now)
        watch.keep(admission=admission, now=now)


def remove(*, admission: Admission, reason: str, actor: User, now: datetime) -> None:
    """End a place in the pool for good, with the reason; the provider is told. Raises Refused and Denied."""
    reason = _reason(reason)
    with unit():
        ADMISSION.move(
            admission,
            "remove",
            actor=actor,
            now=now,
            changes={"removed_at": now, "removed_by_id": actor.pk, "removal_reason": reason},
        )
        _end_suspension(admission, "Removed from the pool.", actor, now)
        watch.end_hold(admission=admission, reason="Removed from the pool.", now=now)
        _tell(admission, letters.AdmissionRemoved(**_who(admission), reason=reason), "removed", now)


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("Give the reason: the provider is told it.", field="reason")
    if len(text) > REASON_LENGTH:
        raise Refused(f"Keep the reason to {REASON_LENGTH:,} characters.", field="reason")
    return text


def _hold(admission: Admission, text: str, action: str, *, actor: User, now: datetime, reason: str) -> None:
    before = {"legal_hold_reason": admission.legal_hold_reason}
    admission.legal_hold_reason = text
    admission.save(update_fields=["legal_hold_reason"])
    after = {"legal_hold_reason": text}
    record(action, admission, actor=actor, at=now, before=before, after=after, reason=reason)


def _end_suspension(admission: Admission, reason: str, actor: User, now: datetime) -> Suspension | None:
    suspension = admission.suspensions.filter(lifted_at=None, is_hold=False).first()
    if suspension is not None:
        suspension.lifted_at, suspension.lifted_by_id, suspension.lift_reason = now, actor.pk, reason
        suspension.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    return suspension


def _who(admission: Admission) -> dict[str, Any]:
    agreement = admission.lot.agreement
    return {
        "organisation": admission.organisation.name,
        "lot": str(admission.lot),
        "agreement": agreement.reference,
        "agreement_title": agreement.title,
    }


def _tell(admission: Admission, notice: letters.Notice, what: str, now: datetime) -> None:
    tell_organisation(
        admission.organisation,
        notice,
        key=f"admission:{admission.pk}:{what}",
        about=admission.reference,
        chain=admission.audit_chain,
        now=now,
    )

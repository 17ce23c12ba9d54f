"""The standing watch: what ran out or fell puts places on hold, what is mended ends it (rulebook G23).

A hold follows from the record alone, so each function may run twice, late or by hand. It touches new
invitations and awards; contracts and care go on.
"""

from datetime import datetime
from typing import Any

from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.actors import System
from commissioning.people.models import Organisation
from commissioning.workflow import lock
from lots.models import Lot
from providers import letters
from providers.models import Admission, ProfileDocument, Suspension
from providers.queries import watch
from providers.workflow import ADMISSION

from .notices import tell_organisation

WATCH = System("standing watch")
ENDED = "Nothing that this lot asks to be in date is missing any more."


def keep(*, admission: Admission, now: datetime) -> None:
    """Put a place on hold, take it off, or leave it, as its lot's rule and the provider's record say now.

    A place that the lead suspended stays suspended, and is on hold afterwards if something still holds it.
    """
    with unit():
        lock(admission)
        kept = watch.on_record([admission.organisation_id])[admission.organisation_id]
        found = watch.gaps(admission, kept, london_date(now))
        hold = admission.suspensions.open_holds().first()
        if found:
            _hold(admission, hold, " ".join(found), now)
        elif hold is not None:
            _release(admission, hold, now)


def keep_all(
    *,
    now: datetime,
    organisation: Organisation | None = None,
    lot: Lot | None = None,
) -> int:
    """Keep every place that is out of step, of one provider or one lot if given; return how many were."""
    found = watch.out_of_step(
        now,
        organisations=None if organisation is None else [organisation.pk],
        lots=None if lot is None else [lot.pk],
    )
    for admission in Admission.objects.filter(pk__in=found).select_related("lot__agreement", "organisation"):
        keep(admission=admission, now=now)
    return len(found)


def remind(*, document: ProfileDocument, days: int, now: datetime) -> None:
    """Remind a provider of a document's last day, once for each of 60, 30 and 7 days before it."""
    with unit():
        lock(document)
        if document.expires_on is None or (document.reminded_days or days + 1) <= days:
            return
        document.reminded_days = days
        document.save(update_fields=["reminded_days"])
        organisation = document.organisation
        notice = letters.DocumentRunsOut(
            organisation=organisation.name,
            document=document.name,
            expires_on=document.expires_on,
            lots=", ".join(watch.lots_held_by(document)),
            profile=organisation.reference,
        )
        record("profile.remind", document, actor=WATCH, at=now, days=days)
        tell_organisation(
            organisation,
            notice,
            key=f"document:{document.pk}:{days}",
            about=document.reference,
            chain="portal",
            now=now,
        )


def end_hold(*, admission: Admission, reason: str, now: datetime) -> None:
    """End the hold of a place that leaves the pool; runs inside the unit that removes it."""
    hold = admission.suspensions.open_holds().first()
    if hold is not None:
        hold.lifted_at, hold.lift_reason = now, reason
        hold.save(update_fields=["lifted_at", "lift_reason"])


def _hold(admission: Admission, hold: Suspension | None, reason: str, now: datetime) -> None:
    if hold is not None and hold.reason != reason:
        before, hold.reason = {"reason": hold.reason}, reason
        hold.save(update_fields=["reason"])
        after = {"reason": reason}
        record("admission.hold_changed", admission, actor=WATCH, at=now, before=before, after=after)
    if admission.state != "current":
        return
    ADMISSION.move(admission, "put_on_hold", actor=WATCH, now=now, reason=reason)
    if hold is None:
        hold = Suspension.objects.create(admission=admission, is_hold=True, reason=reason, suspended_at=now)
    # A place whose suspension was lifted is told again that the hold goes on.
    notice = letters.AdmissionOnHold(**_who(admission), reason=reason)
    _tell(admission, notice, f"held:{hold.pk}:{now:%Y%m%d%H%M%S}", now)


def _release(admission: Admission, hold: Suspension, now: datetime) -> None:
    was_held = admission.state == "held"
    if was_held:
        ADMISSION.move(admission, "take_off_hold", actor=WATCH, now=now)
    end_hold(admission=admission, reason=ENDED, now=now)
    if was_held:
        _tell(admission, letters.AdmissionOffHold(**_who(admission)), f"released:{hold.pk}", now)


def _who(admission: Admission) -> dict[str, Any]:
    agreement = admission.lot.agreement
    return {
        "organisation": admission.organisation.name,
        "lot": str(admission.lot),
        "agreement": agreement.reference,
        "agreement_title": agreement.title,
        "profile": admission.organisation.reference,
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

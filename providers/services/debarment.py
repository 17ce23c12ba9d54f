"""The debarment list: looked at by the lead at admission and before awards, and recorded (rulebook C19)."""

from datetime import date, datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.regimes import exclusions
from commissioning.workflow import Refused, lock
from providers.models import Admission, DebarmentCheck


def record_check(
    *, admission: Admission, checked_on: date, is_listed: bool, note: str, actor: User, now: datetime
) -> DebarmentCheck:
    """Record a look at the debarment list for a place in a pool; what follows from it is the lead's own act.

    Raises Denied, and Refused under a law without such a list, for a day to come, and for a listed provider
    without the ground.
    """
    policies.require(actor, "admission.check_debarment", admission)
    law = exclusions.of_regime(admission.lot.agreement.regime)
    if not law.debarment_list:
        raise Refused(f"There is no debarment list under {law.law}.")
    if checked_on > london_date(now):
        raise Refused("The day of the check cannot be after today.", field="checked_on")
    note = note.strip()
    if is_listed and not note:
        raise Refused("Say on which ground it is listed, and what you do about it.", field="note")
    with unit():
        lock(admission)
        made = DebarmentCheck.objects.create(
            admission=admission,
            checked_on=checked_on,
            is_listed=is_listed,
            note=note,
            recorded_at=now,
            recorded_by_id=actor.pk,
        )
        after = {"checked_on": checked_on, "is_listed": is_listed, "note": note}
        record("admission.check_debarment", admission, actor=actor, at=now, after=after)
    return made

"""The debarment list: looked at by the lead before admission and before awards (rulebook C19)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.regimes import exclusions
from commissioning.workflow import Reason, Refused, lock
from providers import rules
from providers.models import Admission, Application, DebarmentCheck


@dataclass(frozen=True)
class Finding:
    """What a look at the debarment list found.

    `ground` is empty where nobody is listed, else mandatory, which excludes, or discretionary, which leaves
    the decision to the lead (`excludes`).
    """

    checked_on: date
    ground: str = ""
    excludes: bool | None = None
    note: str = ""


def record_check(*, admission: Admission, found: Finding, actor: User, now: datetime) -> DebarmentCheck:
    """Record a look at the debarment list for a place in a pool, before an award to it.

    An excluded provider gets no award; suspending it is an act of its own. Raises Denied, and Refused under
    a law without such a list, for a day to come, and for a listed provider without the decision and its
    reason.
    """
    policies.require(actor, "admission.check_debarment", admission)
    regime = admission.lot.agreement.regime
    with unit():
        lock(admission)
        made = keep({"admission": admission}, regime=regime, found=found, actor=actor, now=now)
        record("admission.check_debarment", admission, actor=actor, at=now, after=facts(made))
    return made


def keep(
    of: dict[str, Admission | Application],
    *,
    regime: str,
    found: Finding,
    actor: User,
    now: datetime,
) -> DebarmentCheck:
    """Keep a check of an applicant or a place; runs in the unit that records it. Raises Refused."""
    law = exclusions.of_regime(regime)
    if not law.debarment_list:
        raise Refused(f"There is no debarment list under {law.law}.")
    ground, note = found.ground, found.note.strip()
    problems = [
        Reason(text, field=field)
        for field, text in rules.debarment_problems(ground=ground, excludes=found.excludes, note=note)
    ]
    if found.checked_on > london_date(now):
        problems.append(Reason("The day of the check cannot be after today.", field="checked_on"))
    if problems:
        raise Refused(problems)
    return DebarmentCheck.objects.create(
        **of,
        checked_on=found.checked_on,
        is_listed=bool(ground),
        ground=ground,
        excludes=ground == DebarmentCheck.Ground.MANDATORY or bool(ground and found.excludes),
        note=note,
        recorded_at=now,
        recorded_by_id=actor.pk,
    )


def facts(check: DebarmentCheck) -> dict[str, Any]:
    """Return what the record says of a check."""
    return {
        "checked_on": check.checked_on,
        "is_listed": check.is_listed,
        "ground": check.ground,
        "excludes": check.excludes,
        "note": check.note,
    }

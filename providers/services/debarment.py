"""The debarment list: looked at by the lead before admission and before awards (rulebook C19)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commissioning.audit.services import record
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused
from providers import rules
from providers.models import Admission, DebarmentCheck

from .checks import Checked, checking, day_problems


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
    action = "admission.check_debarment"
    with checking(admission, action, actor) as of:
        made = keep(of, found=found, actor=actor, now=now)
        record(action, admission, actor=actor, at=now, after=facts(made))
    return made


def keep(of: Checked, *, found: Finding, actor: User, now: datetime) -> DebarmentCheck:
    """Keep a check of an applicant or a place; runs in the unit that records it. Raises Refused."""
    if not of.law.debarment_list:
        raise Refused(f"There is no debarment list under {of.law.law}.")
    ground, note = found.ground, found.note.strip()
    problems = [
        Reason(text, field=field)
        for field, text in rules.debarment_problems(ground=ground, excludes=found.excludes, note=note)
    ]
    problems += day_problems(found.checked_on, now, field="checked_on", called="The day of the check")
    if problems:
        raise Refused(problems)
    return DebarmentCheck.objects.create(
        checked_on=found.checked_on,
        is_listed=bool(ground),
        ground=ground,
        excludes=ground == DebarmentCheck.Ground.MANDATORY or bool(ground and found.excludes),
        note=note,
        **of.kept_by(actor, now),
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

"""The central digital platform: registered there, and the information shared (rulebook C20)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commissioning import policies
from commissioning.accounts import rules as accounts
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.regimes import exclusions
from commissioning.workflow import Reason, Refused, lock
from providers.models import Admission, Application, PlatformConfirmation


@dataclass(frozen=True)
class Sighting:
    """That the information was seen on a day under a share code: registered, up to date and shared."""

    confirmed_on: date
    share_code: str
    note: str = ""


def confirm(*, admission: Admission, seen: Sighting, actor: User, now: datetime) -> PlatformConfirmation:
    """Record that the lead saw a pool member's information on the platform, before an award to it.

    Raises Denied, and Refused where the law does not ask for it, for a day to come, or without the code.
    """
    policies.require(actor, "admission.confirm_platform", admission)
    regime = admission.lot.agreement.regime
    with unit():
        lock(admission)
        made = keep({"admission": admission}, regime=regime, seen=seen, actor=actor, now=now)
        record("admission.confirm_platform", admission, actor=actor, at=now, after=facts(made))
    return made


def keep(
    of: dict[str, Admission | Application],
    *,
    regime: str,
    seen: Sighting,
    actor: User,
    now: datetime,
) -> PlatformConfirmation:
    """Keep a confirmation of an applicant or a place; runs in the unit that records it. Raises Refused."""
    law = exclusions.of_regime(regime)
    if not law.share_code:
        raise Refused(f"No share code is asked for under {law.law}.")
    problems = []
    try:
        code = accounts.share_code(seen.share_code)
    except ValueError as wrong:
        problems.append(Reason(f"{wrong}.", field="share_code"))
    else:
        if not code:
            problems.append(Reason("Enter the share code under which you saw it.", field="share_code"))
    if seen.confirmed_on > london_date(now):
        problems.append(Reason("The day cannot be after today.", field="confirmed_on"))
    if problems:
        raise Refused(problems)
    return PlatformConfirmation.objects.create(
        **of,
        confirmed_on=seen.confirmed_on,
        share_code=code,
        note=seen.note.strip(),
        recorded_at=now,
        recorded_by_id=actor.pk,
    )


def facts(made: PlatformConfirmation) -> dict[str, Any]:
    """Return what the record says of a confirmation."""
    return {"confirmed_on": made.confirmed_on, "share_code": made.share_code, "note": made.note}

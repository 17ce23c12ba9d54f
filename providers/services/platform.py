"""The central digital platform: registered there, and the information shared (rulebook C20)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commissioning.accounts import rules as accounts
from commissioning.audit.services import record
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused
from providers.models import Admission, PlatformConfirmation

from .checks import Checked, checking, day_problems


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
    action = "admission.confirm_platform"
    with checking(admission, action, actor) as of:
        made = keep(of, seen=seen, actor=actor, now=now)
        record(action, admission, actor=actor, at=now, after=facts(made))
    return made


def keep(of: Checked, *, seen: Sighting, actor: User, now: datetime) -> PlatformConfirmation:
    """Keep a confirmation of an applicant or a place; runs in the unit that records it. Raises Refused."""
    if not of.law.share_code:
        raise Refused(f"No share code is asked for under {of.law.law}.")
    problems = []
    try:
        code = accounts.share_code(seen.share_code)
    except ValueError as wrong:
        problems.append(Reason(f"{wrong}.", field="share_code"))
    else:
        if not code:
            problems.append(Reason("Enter the share code under which you saw it.", field="share_code"))
    problems += day_problems(seen.confirmed_on, now, field="confirmed_on", called="The day")
    if problems:
        raise Refused(problems)
    return PlatformConfirmation.objects.create(
        confirmed_on=seen.confirmed_on,
        share_code=code,
        note=seen.note.strip(),
        **of.kept_by(actor, now),
    )


def facts(made: PlatformConfirmation) -> dict[str, Any]:
    """Return what the record says of a confirmation."""
    return {"confirmed_on": made.confirmed_on, "share_code": made.share_code, "note": made.note}

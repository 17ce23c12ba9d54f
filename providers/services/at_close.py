"""Send what is complete at the close: given, taken back, and each draft settled once (settled 11).

One code for entries and bids; `standing` and `calloffs.services.standing` say what differs. What it covers
and what it leaves alone is in `docs/decisions/standing-instruction.md`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commissioning.audit.services import record
from commissioning.people.actors import Actor
from commissioning.people.models import User
from commissioning.workflow import Refused
from providers.models import Instruction, Package, Submission
from providers.queries import submissions

from . import packages


@dataclass(frozen=True)
class Draft:
    """A draft at the close: the row that is moved, what goes in with it, and what its receipt says.

    `lacks` names what is missing beside answers.
    """

    row: Any
    submission: Submission
    also: Sequence[Submission]
    about: str
    agreement: str
    deadline: datetime
    lacks: Sequence[str] = ()

    @property
    def parts(self) -> list[Submission]:
        return [self.submission, *self.also]


def give(holder: Any, *, noun: str, actor: User, now: datetime, veil: str) -> Any:
    """Return the instruction that stands for an application or a bid, given now where none did.

    Part of the caller's unit, under the lock by which the deadline is judged.
    """
    standing = holder.instructions.filter(cleared_at=None).first()
    if standing is not None:
        return standing
    made = holder.instructions.create(given_at=now, given_by=actor)
    record(f"{noun}.instruct", holder, actor=actor, at=now, veil=veil)
    return made


def take_back(holder: Any, *, noun: str, actor: User, now: datetime, veil: str) -> None:
    """Take the standing instruction back, in the caller's unit. Raises Refused where none stands."""
    standing = holder.instructions.filter(cleared_at=None).first()
    if standing is None:
        raise Refused("There is no instruction to take back: nothing goes in by itself.")
    standing.cleared_at, standing.cleared_by = now, actor
    standing.save(update_fields=["cleared_at", "cleared_by"])
    record(f"{noun}.clear_instruction", holder, actor=actor, at=now, veil=veil)


def settle(
    draft: Draft,
    *,
    lapse: Callable[[list[str]], None],
    tell: Callable[[Package, Instruction], None],
    actor: Actor,
    now: datetime,
) -> Package | None:
    """Send a locked draft if its provider asked and it is complete, else let it `lapse`; return what went in.

    `lapse` is given the titles of what kept it from being sent. In the caller's unit; what is no draft any
    more, or may not be settled yet, is Refused by the row's machine.
    """
    row, instruction = draft.row, draft.row.instruction
    lacking = submissions.missing_at(draft.parts, draft.deadline) if instruction else []
    missing = [item.title for item in lacking] + list(draft.lacks if instruction else ())
    if instruction is None or missing:
        lapse(missing)
        return None
    if reasons := row.MACHINE.refusals(row, "send_at_close", actor=actor, now=now):
        raise Refused(reasons)
    package = packages.fix_at_close(
        submission=draft.submission,
        also=draft.also,
        subject=row,
        reference=row.reference,
        about=draft.about,
        agreement=draft.agreement,
        deadline=draft.deadline,
        given_at=instruction.given_at,
        given_by=instruction.given_by,
        actor=actor,
        now=now,
    )
    row.MACHINE.move(
        row,
        "send_at_close",
        actor=actor,
        now=now,
        package=package.number,
        receipt=package.receipt_digest,
        saved_at=package.received_at,
    )
    tell(package, instruction)
    return package

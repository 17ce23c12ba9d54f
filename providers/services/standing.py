"""The standing instruction to send what is complete at the close, and its settling (settled 11).

What it covers and what it leaves alone is in `docs/decisions/standing-instruction.md`.
"""

from datetime import datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock.words import spoken_time
from commissioning.people.actors import Actor, System
from commissioning.people.models import User
from commissioning.web.text import london
from commissioning.workflow import Refused, lock
from lots.models import Window
from providers import letters
from providers.models import Application, Entry, Package, StandingInstruction, Submission
from providers.queries import submissions
from providers.workflow import ENTRY

from . import applications, entry_notices, packages

SHARE_CODE = "Share code of the central digital platform"
CLOSE = System("close of the window")


def instruct(*, application: Application, actor: User, now: datetime) -> StandingInstruction:
    """Let each lot that is complete at the close go in by itself, and return the instruction.

    The one that stands already is returned. Raises Denied for anyone but the provider's people, and Refused
    outside the window.
    """
    policies.require(actor, "application.instruct", application)
    with unit():
        _lock_open(application, now)
        if application.window.is_rolling:
            raise Refused("An entry outside the windows has no close: it goes in when you submit it.")
        standing = application.instructions.filter(cleared_at=None).first()
        if standing is not None:
            return standing
        made = StandingInstruction.objects.create(application=application, given_at=now, given_by=actor)
        veil = applications.veil_of(application)
        record("application.instruct", application, actor=actor, at=now, veil=veil)
    return made


def clear(*, application: Application, actor: User, now: datetime) -> None:
    """Take the standing instruction back; nothing goes in by itself any more. Raises as `instruct`."""
    policies.require(actor, "application.instruct", application)
    with unit():
        _lock_open(application, now)
        standing = application.instructions.filter(cleared_at=None).first()
        if standing is None:
            raise Refused("There is no instruction to take back: nothing goes in by itself.")
        standing.cleared_at, standing.cleared_by = now, actor
        standing.save(update_fields=["cleared_at", "cleared_by"])
        veil = applications.veil_of(application)
        record("application.clear_instruction", application, actor=actor, at=now, veil=veil)


def settle(*, entry: Entry, actor: Actor, now: datetime) -> Package | None:
    """Settle one draft at the close: send it if its provider asked and it is complete, else set it aside.

    Done once, however often it is asked for: what is no draft any more is Refused, and so is what is asked
    for before late requests have ended (settled 10). A lot's trouble is its own. Returns what went in.
    """
    with unit():
        lock(entry)
        instruction = entry.application.instruction
        window = entry.window_lot.window
        lacking = submissions.missing_at(_parts(entry), window.deadline) if instruction else []
        lacks_code = instruction is not None and entry.lacks_share_code
        if instruction is None or lacking or lacks_code:
            missing = [item.title for item in lacking] + [SHARE_CODE] * lacks_code
            applications.lapse(entry=entry, missing=missing, actor=actor, now=now)
            return None
        if reasons := ENTRY.refusals(entry, "send_at_close", actor=actor, now=now):
            raise Refused(reasons)
        package = packages.fix_at_close(
            submission=entry.submission,
            also=_parts(entry)[1:],
            subject=entry,
            reference=entry.reference,
            about=applications.about(entry),
            agreement=window.agreement.reference,
            deadline=window.deadline,
            given_at=instruction.given_at,
            given_by=instruction.given_by,
            actor=actor,
            now=now,
        )
        ENTRY.move(
            entry,
            "send_at_close",
            actor=actor,
            now=now,
            package=package.number,
            receipt=package.receipt_digest,
            saved_at=package.received_at,
        )
        _tell_sent(entry, package, instruction, now)
    return package


def settle_window(*, window: Window, now: datetime) -> None:
    """Settle what stands under an instruction in a window, before its entries are opened.

    So that an opening includes them though no sweep has run. Called in the opening's own unit: if one cannot
    be settled nothing is opened, rather than opened without it.
    """
    due = Entry.objects.under_instruction().filter(window_lot__window=window).order_by("pk")
    for entry in due:
        settle(entry=entry, actor=CLOSE, now=now)


def _lock_open(application: Application, now: datetime) -> None:
    lock(application.window)
    lock(application)
    if reason := application.window.refusal_to_submit(now):
        raise Refused(reason)


def _parts(entry: Entry) -> list[Submission]:
    common = entry.application.common
    return [entry.submission, *([common] if common else [])]


def _tell_sent(entry: Entry, package: Package, instruction: StandingInstruction, now: datetime) -> None:
    window = entry.window_lot.window
    notice = letters.EntrySentAtClose(
        organisation=entry.application.organisation.name,
        lot=str(entry.window_lot.lot),
        window=window.title,
        application=entry.application.reference,
        lot_number=entry.window_lot.lot.number,
        package=package.number,
        who=instruction.given_by.name,
        given_at=spoken_time(instruction.given_at),
        saved_at=london(package.received_at, "microseconds"),
        fixed_at=london(now, "seconds"),
        deadline=window.deadline,
        digest=package.receipt_digest,
    )
    entry_notices.tell(entry, notice, key=f"sent-at-close:{package.pk}", now=now)

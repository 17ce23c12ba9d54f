"""The standing instruction of an application, and the settling of its drafts at the close (settled 11)."""

from datetime import datetime

from commissioning import policies
from commissioning.audit.services import unit
from commissioning.clock.words import spoken_time
from commissioning.people.actors import Actor, System
from commissioning.people.models import User
from commissioning.web.text import london
from commissioning.workflow import Refused, lock
from lots.models import Window
from providers import letters
from providers.models import Application, Entry, Instruction, Package, StandingInstruction

from . import applications, at_close, entries, entry_notices

SHARE_CODE = "Share code of the central digital platform"
CLOSE = System("close of the window")
NO_CLOSE = "An entry outside the windows has no close: it goes in when you submit it."


def instruct(*, application: Application, actor: User, now: datetime) -> StandingInstruction:
    """Let each lot that is complete at the close go in by itself, and return the instruction.

    The one that stands already is returned. Raises Denied for anyone but the provider's people, and Refused
    outside the window.
    """
    policies.require(actor, "application.instruct", application)
    with unit():
        _lock_open(application, now)
        if application.window.is_rolling:
            raise Refused(NO_CLOSE)
        made: StandingInstruction = at_close.give(
            application, noun="application", actor=actor, now=now, veil=applications.veil_of(application)
        )
    return made


def clear(*, application: Application, actor: User, now: datetime) -> None:
    """Take the standing instruction back; nothing goes in by itself any more. Raises as `instruct`."""
    policies.require(actor, "application.instruct", application)
    with unit():
        _lock_open(application, now)
        veil = applications.veil_of(application)
        at_close.take_back(application, noun="application", actor=actor, now=now, veil=veil)


def settle(*, entry: Entry, actor: Actor, now: datetime) -> Package | None:
    """Settle one draft at the close: send it if its provider asked and it is complete, else set it aside.

    Done once, however often it is asked for: what is no draft any more is Refused, and so is what is asked
    for before late requests have ended (settled 10). A lot's trouble is its own. Returns what went in.
    """
    with unit():
        lock(entry)
        window, common = entry.window_lot.window, entry.application.common
        draft = at_close.Draft(
            row=entry,
            submission=entry.submission,
            also=[common] if common else [],
            about=entry_notices.about(entry),
            agreement=window.agreement.reference,
            deadline=window.deadline,
            lacks=(SHARE_CODE,) if entry.lacks_share_code else (),
        )
        return at_close.settle(
            draft,
            lapse=lambda missing: entries.lapse(entry=entry, missing=missing, actor=actor, now=now),
            tell=lambda package, instruction: _tell_sent(entry, package, instruction, now),
            actor=actor,
            now=now,
        )


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


def _tell_sent(entry: Entry, package: Package, instruction: Instruction, now: datetime) -> None:
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

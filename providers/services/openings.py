"""The deadline moved and everybody told; the recorded opening of a window's entries after it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from commissioning import policies
from commissioning.audit.services import unit
from commissioning.people.models import User
from commissioning.records.models import SealedBlob
from commissioning.workflow import lock
from lots import rules
from lots.models import DeadlineChange, Window, WindowLot
from lots.services import telling, windows
from providers import letters
from providers.models import Entry, Package
from providers.workflow import ENTRY

from . import associates, damage, files, standing
from .notices import people_of, tell_once


@dataclass(frozen=True)
class OpenedLot:
    """What an opening found in one lot: how many entries, and the pieces that are not what was sealed."""

    offered: WindowLot
    entries: int
    damaged: int


def extend(
    *,
    window: Window,
    new_deadline: datetime,
    reason: str,
    actor: User,
    now: datetime,
    meant: Collection[str] | None = None,
) -> DeadlineChange:
    """Move the deadline, and tell applicants, whoever asked and whoever follows, each person once (G3).

    Messages are veiled by the window's rounds: before the opening nobody learns from them who applies
    (settled 18). A deadline that is unusual is asked about, as by `windows.extend`. Raises Denied, Refused.
    """
    with unit():
        change = windows.extend(
            window=window, new_deadline=new_deadline, reason=reason, actor=actor, now=now, meant=meant
        )
        started = list(window.applications.select_related("organisation"))
        people = people_of(application.organisation for application in started)
        veil, thing = window.veil, f"deadline:{change.pk}"
        for application in started:
            notice = letters.DeadlineMoved(
                window=window.title,
                agreement=window.agreement.title,
                application=application.reference,
                old=change.old,
                new=change.new,
                reason=change.reason,
                questions_close=window.questions_close_at,
                support=window.agreement.support,
            )
            tell_once(
                people.get(application.organisation_id, []),
                notice,
                organisation=application.organisation,
                thing=thing,
                about=application.reference,
                chain=application.audit_chain,
                now=now,
                veil=veil,
            )
        telling.tell_of_extension(window, thing=thing, old=change.old, reason=change.reason, now=now)
    return change


def open_entries(*, window: Window, actor: User, now: datetime) -> list[OpenedLot]:
    """Open every lot's entries by one recorded act, and check that all are what was sealed (R22-e, R22-h).

    Refused until the deadline, the request timeout and a margin have passed (settled 10). What its provider
    wanted sent at the close is settled first, so that a dead sweep loses nothing (settled 11). A damaged
    piece stops nobody else's. Who applies with whom is known from then on. Raises Denied, Refused.
    """
    with unit():
        policies.require(actor, "window.unseal", window)
        # A sweep that settles an entry now holds this lock: what it sends is among what is opened.
        lock(window)
        if rules.entries_may_be_opened(window, actor, now) is None:
            standing.settle_window(window=window, now=now)
        offered = list(window.lots.select_related("lot", "round", "window__agreement"))
        entries = list(_submitted(window))
        found = windows.unseal(
            window=window, actor=actor, now=now, blobs={row.pk: _blobs(row) for row in offered}
        )
        for entry in entries:
            ENTRY.move(entry, "open", actor=actor, now=now)
        files.look_soon()
        damaged = [blob for opening in found.values() for blob in opening.damaged]
        associates.make_known(entries=entries, damaged=damaged, actor=actor, now=now)
        for row in offered:
            damage.tell_of_window_lot(offered=row, actor=actor, now=now)
        return [
            OpenedLot(
                offered=row,
                entries=sum(entry.window_lot_id == row.pk for entry in entries),
                damaged=len(found[row.pk].damaged),
            )
            for row in offered
        ]


def _submitted(window: Window) -> Iterable[Entry]:
    return (
        Entry.objects.filter(window_lot__window=window, state="submitted")
        .select_related(
            "application__window__agreement",
            "window_lot__window__agreement",
            "submission__round",
            "submission__scheme",
            "submission__package",
        )
        .order_by("pk")
    )


def _blobs(offered: WindowLot) -> list[SealedBlob]:
    """Return the pieces that stand as submitted in a lot; prices have an opening of their own."""
    standing = Package.objects.filter(stands_for__round=offered.round, withdrawn_at=None)
    kept = SealedBlob.objects.exclude(compartment=SealedBlob.Compartment.PRICE)
    pieces = kept.filter(pk__in=standing.values("answers__blob"))
    files = kept.filter(pk__in=standing.values("files__blob"))
    labels = kept.filter(pk__in=standing.values("files__label"))
    return list((pieces | files | labels).select_related("owner").distinct())

"""What a provider's people are told of an entry; part of the unit of the act that it tells of."""

from datetime import datetime
from typing import Any

from commissioning.web.text import london
from providers import letters
from providers.models import Entry, Package

from .notices import tell_organisation


def received(entry: Entry, package: Package, now: datetime) -> None:
    """Tell the provider's people that this was received, with its receipt's digest."""
    window = entry.window_lot.window
    facts: dict[str, Any] = {
        "organisation": entry.application.organisation.name,
        "lot": str(entry.window_lot.lot),
        "application": entry.application.reference,
        "lot_number": entry.window_lot.lot.number,
        "package": package.number,
        "received_at": london(package.received_at, "microseconds"),
        "digest": package.receipt_digest,
    }
    notice: letters.Notice = letters.EntryReceived(
        **facts,
        window=window.title,
        deadline=window.deadline,
        support=window.agreement.support,
        replacing=str(package.number) if package.number > 1 else "",
    )
    if window.is_rolling:
        notice = letters.RollingEntryReceived(**facts, decision_by=window.expected_decision_on)
    tell(entry, notice, key=f"received:{package.pk}", now=now)


def tell(entry: Entry, notice: letters.Notice, *, key: str, now: datetime) -> None:
    """Queue a notice on an entry to its provider's people, veiled until the opening (settled 18)."""
    tell_organisation(
        entry.application.organisation,
        notice,
        key=key,
        about=entry.application.reference,
        chain=entry.audit_chain,
        now=now,
        veil=entry.audit_veil,
    )


def about(entry: Entry) -> str:
    """Return what an entry's receipt says it is for."""
    return f"{entry.window_lot.lot}, {entry.window_lot.window.title} ({entry.window_lot.window.reference})"

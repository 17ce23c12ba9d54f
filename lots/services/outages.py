"""Deciding on the time that an outage took from a window: more time for everyone, or none (rulebook D17)."""

from collections.abc import Sequence
from datetime import datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.records.models import Outage
from commissioning.records.services import outages, outbox
from commissioning.workflow import Refused, lock
from lots import lost_time
from lots.models import DeadlineChange, OutageDecision, Window


def undecided(*, window: Window, now: datetime) -> list[Outage]:
    """Return the outages that wait for a decision in this window.

    Raises Refused once the deadline has passed (rulebook G3), and where nothing waits.
    """
    if refusal := lost_time.refusal_to_decide(window, now):
        raise Refused(refusal)
    return lost_time.undecided(window)


def settle(
    *,
    window: Window,
    found: Sequence[Outage],
    change: DeadlineChange | None,
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    """Record what was decided about these outages: by this extension, or that the deadline stays.

    Raises Denied for anyone but the window's lead, Refused without a reason.
    """
    policies.require(actor, "window.decide_outage", window)
    if not reason.strip():
        raise Refused("Give the reason, which everybody can read on the window's page.", field="reason")
    with unit():
        outages.settle(outages=found)
        OutageDecision.objects.bulk_create(
            OutageDecision(
                outage=outage,
                window=window,
                change=change,
                reason=reason.strip(),
                decided_at=now,
                decided_by=actor,
            )
            for outage in found
        )
        record(
            "window.decide_outage",
            window,
            actor=actor,
            at=now,
            outages=[[outage.began_at, outage.ended_at] for outage in found],
            new_deadline=change.new if change else None,
            reason=reason.strip(),
        )


def leave(*, window: Window, reason: str, actor: User, now: datetime) -> None:
    """Leave the deadline as it is in spite of the lost time; the reason is public. Raises Denied, Refused."""
    with unit():
        lock(window)
        found = undecided(window=window, now=now)
        settle(window=window, found=found, change=None, reason=reason, actor=actor, now=now)


def offer(*, window: Window, found: Sequence[Outage], now: datetime) -> None:
    """Tell the window's procurement leads that time was lost, once an outage; nobody else is written to."""
    with unit():
        for outage in found:
            for lead in lost_time.leads_of(window.run_by):
                outbox.queue(
                    kind="outage_recorded",
                    to=lead,
                    key=f"outage:{outage.pk}:{window.reference}:{lead.pk}",
                    facts={
                        "window": window.title,
                        "reference": window.reference,
                        "deadline": window.deadline,
                        "what": outage.words,
                        "began_at": outage.began_at,
                    },
                    now=now,
                    about=window.reference,
                    chain=window.audit_chain,
                )

"""The outage log: times in which the portal could not save (product 9, rulebook D17).

Two things tell of them: a gap between two signs of life of the web, and saves that are known to have failed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from commissioning.audit.services import PORTAL, record, unit
from commissioning.people.actors import Actor, System
from commissioning.records import rules
from commissioning.records.models import Heartbeat, Outage
from commissioning.records.rules import Span
from commissioning.workflow import lock

SWEEP = System("outages sweep")
WEB = System("web's sign of life")


def live(*, real: datetime, ahead: timedelta, actor: Actor, now: datetime) -> int:
    """Save a sign that the web can save, and record the silence before it; return how many outages are new.

    `real` is real time; `ahead` is how far the portal's time runs ahead of it, which an outage is kept in.
    """
    with unit():
        heart, _ = Heartbeat.objects.get_or_create(pk=1, defaults={"at": real})
        lock(heart)
        last, heart.at = heart.at, real
        heart.save(update_fields=["at"])
        if not rules.is_silent(last, real):
            return 0
        return _take_in(_moved((last, real), ahead), now=now, actor=actor, was_silent=True)


def fail(*, minutes: Iterable[datetime], ahead: timedelta, actor: Actor, now: datetime) -> int:
    """Record the minutes (real time) in which saves failed; return how many outages are new or grew.

    The same minutes again change nothing.
    """
    with unit():
        return sum(
            _take_in(_moved(span, ahead), now=now, actor=actor, was_refused=True)
            for span in rules.spans_of(minutes)
        )


def settle(*, outages: Iterable[Outage]) -> None:
    """Keep these outages as they are from now on: a decision that is recorded with this rests on them."""
    with unit():
        Outage.objects.filter(pk__in=[outage.pk for outage in outages]).update(is_settled=True)


def _moved(span: Span, ahead: timedelta) -> Span:
    return span[0] + ahead, span[1] + ahead


def _take_in(span: Span, *, now: datetime, actor: Actor, **how: bool) -> int:
    settled = Outage.objects.filter(is_settled=True).between(*span).values_list("began_at", "ended_at")
    return sum(_join(part, now=now, actor=actor, **how) for part in rules.without(span, settled))


def _join(span: Span, *, now: datetime, actor: Actor, **how: bool) -> bool:
    """Record the time, joined with the outages that it touches; return whether anything is new."""
    touched = list(
        Outage.objects.filter(is_settled=False, began_at__lte=span[1], ended_at__gte=span[0]).order_by("pk")
    )
    outage = touched[0] if touched else Outage(began_at=span[0], ended_at=span[1], recorded_at=now)
    before = _facts(outage) if touched else None
    outage.began_at = min(span[0], *(one.began_at for one in (outage, *touched)))
    outage.ended_at = max(span[1], *(one.ended_at for one in (outage, *touched)))
    for name in ("was_refused", "was_silent"):
        setattr(outage, name, how.get(name, False) or any(getattr(one, name) for one in touched))
    if before == _facts(outage):
        return False
    outage.save()
    Outage.objects.filter(pk__in=[one.pk for one in touched[1:]]).delete()
    record(
        "outage.record",
        outage,
        actor=actor,
        at=now,
        chain=PORTAL,
        before=before,
        after=_facts(outage),
    )
    return True


def _facts(outage: Outage) -> dict[str, datetime | bool]:
    return {name: getattr(outage, name) for name in ("began_at", "ended_at", "was_refused", "was_silent")}

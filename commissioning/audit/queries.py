"""What is read of the record. Who may read it, and which sealed rounds still hide, the callers know."""

from typing import Any

from django.db.models import Model, Q, QuerySet

from .models import LATE_ATTEMPT, AccessEntry, Event, described


def about(subject: Model | str) -> QuerySet[Event]:
    """Return the events of one subject, oldest first; by its public reference where only that is known."""
    name, reference = described(subject)
    found = Event.objects.filter(subject=reference).select_related("actor").order_by("pk")
    return found.filter(subject_type=name) if name else found


def accesses_to(subject: Model | str) -> QuerySet[AccessEntry]:
    """Return who read one subject or tried to, oldest first."""
    name, reference = described(subject)
    found = AccessEntry.objects.filter(subject=reference).select_related("user")
    return found.filter(subject_type=name) if name else found


def of_chain(name: str) -> QuerySet[Event]:
    """Return every event of one chain (an agreement's reference, or `portal`), oldest first."""
    return Event.objects.filter(chain__name=name).select_related("actor").order_by("number")


def unveiled(rows: QuerySet[Any], *, opened: Any) -> QuerySet[Any]:
    """Leave out what a sealed round still hides (settled 18).

    `opened` are the references of the rounds that were opened; a veil that names no opened round hides.
    """
    # SECURITY: written so that an unknown veil hides. Who bids is known from events about bids alone.
    return rows.filter(Q(veil="") | Q(veil__in=opened))


def attempts() -> QuerySet[AccessEntry]:
    """Return the refused attempts in the business of any agreement, the latest first (rulebook R22-g).

    Who came late with an own application or bid has attempted nothing: before the opening it would tell who
    bids (settled 18).
    """
    found = AccessEntry.objects.filter(outcome=AccessEntry.Outcome.REFUSED).exclude(chain="")
    return found.exclude(what=LATE_ATTEMPT).select_related("user").order_by("-pk")

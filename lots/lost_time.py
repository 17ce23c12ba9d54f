"""The time that outages took from windows, and where a decision on it waits (product 9, rulebook D17)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from commissioning.people.models import RoleGrant, User
from commissioning.people.roles import Role
from commissioning.records import rules as records
from commissioning.records.models import Outage
from commissioning.web.context import address
from commissioning.web.text import london
from commissioning.web.worklist import Task
from lots.models import OutageDecision, Window
from lots.queries import BEFORE_CLOSE
from lots.rules.ended import may_still_be_announced, refusal_to_move_deadline

# A reason is read by everybody: it names so many outages one by one, and says of more how many they were.
NAMED = 4


def outages_of(window: Window) -> list[Outage]:
    """Return the outages in the window's time, each with `decided`: what was decided in this window."""
    if window.state == "draft":
        return []
    decided = OutageDecision.objects.filter(window=window).select_related("change")
    return list(
        Outage.objects.between(window.opens_at, window.deadline).prefetch_related(
            Prefetch("decisions", decided, to_attr="decided")
        )
    )


def undecided(window: Window) -> list[Outage]:
    """Return the outages in the window's time on which nothing is decided in it."""
    rows = Outage.objects.between(window.opens_at, window.deadline)
    return list(rows.exclude(decisions__window=window))


def refusal_to_decide(window: Window, now: datetime) -> str | None:
    """Return why nothing can be decided on lost time in this window now, or nothing (rulebook G3, D17)."""
    if refusal := refusal_to_move_deadline(window, now):
        return refusal
    return None if undecided(window) else "No lost time waits for a decision in this window."


def can_be_decided_no_more(window: Window, now: datetime) -> bool:
    """Return whether nothing will wait for a decision: until the deadline time may still be lost."""
    return bool(refusal_to_move_deadline(window, now)) and not may_still_be_announced(window, now)


def lost_minutes(window: Window, found: Iterable[Outage]) -> int:
    """Return how many whole minutes of the window's time these outages took, rounded up."""
    return _lost(window, found) // records.MINUTE


def deadline_after(window: Window, found: Iterable[Outage]) -> datetime:
    """Return the deadline with the time that these outages took added (rulebook D17)."""
    return records.deadline_after(window.deadline, _lost(window, found))


def proposed_reason(window: Window, found: Iterable[Outage]) -> str:
    """Return the reason for moving the deadline, as it is proposed to the lead."""
    found = list(found)
    if len(found) > NAMED:
        first, last = found[0].began_at, found[-1].ended_at
        times = f"At {len(found)} times between {london(first)} and {london(last)} the portal could not save."
    else:
        times = " ".join(
            f"{outage.words} from {london(outage.began_at)} to {london(outage.ended_at)}." for outage in found
        )
    minutes = lost_minutes(window, found)
    return f"{times} That is {minutes} minute{'s' * (minutes != 1)}, and everybody has them added."


def waiting(windows: Iterable[Window], now: datetime) -> list[tuple[Window, list[Outage]]]:
    """Return the running windows among these with the outages on which nothing is decided, in two queries."""
    running = [row for row in windows if row.state in BEFORE_CLOSE and row.opens_at <= now <= row.deadline]
    if not running:
        return []
    first, last = min(row.opens_at for row in running), max(row.deadline for row in running)
    lost = list(Outage.objects.between(first, last))
    decided = set(
        OutageDecision.objects.filter(window__in=running, outage__in=lost).values_list("window", "outage")
    )
    found = [
        (
            window,
            [
                one
                for one in lost
                if one.began_at < window.deadline
                and one.ended_at > window.opens_at
                and (window.pk, one.pk) not in decided
            ],
        )
        for window in running
    ]
    return [(window, outages) for window, outages in found if outages]


def worklist(user: User, now: datetime) -> list[Task]:
    """Return the windows in which this person, as a procurement lead, has to decide on lost time."""
    led = user.organisation_ids(Role.LEAD)
    if not led:
        return []
    mine = before_deadline(now).filter(
        agreement__authorities__organisation__in=led,
        agreement__authorities__is_lead=True,
        agreement__authorities__until=None,
    )
    return [
        Task(
            f"Decide on the time an outage took from “{window.title}”",
            window.reference,
            window.deadline,
            5,
            address("window-outage-extend", window.reference),
            "Decide",
        )
        for window, _ in waiting(mine, now)
    ]


def leads_of(organisations: Iterable[int]) -> QuerySet[User]:
    """Return the procurement leads of these authorities."""
    grants = RoleGrant.objects.in_force().filter(
        role=Role.LEAD, membership__organisation__in=list(organisations), membership__user__is_active=True
    )
    return User.objects.filter(memberships__grants__in=grants).distinct().order_by("pk")


def before_deadline(now: datetime) -> QuerySet[Window]:
    """Return every announced window whose deadline is still to come, whoever runs it."""
    return Window.objects.filter(state__in=BEFORE_CLOSE, deadline__gte=now).select_related("agreement")


def _lost(window: Window, found: Iterable[Outage]) -> timedelta:
    spans = [(outage.began_at, outage.ended_at) for outage in found]
    return records.lost_between(spans, window.opens_at, window.deadline)

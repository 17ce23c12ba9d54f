"""Dates of mini-competitions, awards and contracts, for a person's calendar.

SECURITY: a provider's come from its own invitations, bids and contracts alone; of an award it learns
nothing before the letters are released.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from calloffs.models import Award, Bid, Competition, Contract, Invitation
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.web.calendars import Occasion, still_shown

from .calloffs import contracts

# Those who may read an award, by the table of permissions.
READERS = (Role.COMMISSIONER, Role.LEAD, Role.DIRECTOR, Role.AUDITOR)
TOLD = ("released", "made")


def dates(user: User, now: datetime) -> Iterator[Occasion]:
    """Yield what this person's authorities and providers have to keep of competitions and contracts."""
    since = still_shown(now)
    mine = Competition.objects.visible_to(user)
    for row in _dated(mine.filter(deadline__gte=since)):
        yield from _of_competition(row, reverse("competition", args=[row.reference]))
    invited = Invitation.objects.visible_to(user).exclude(intention=Invitation.Intention.WILL_NOT)
    bidden = Competition.objects.filter(pk__in=invited.values("competition"), deadline__gte=since)
    for row in _dated(bidden):
        yield from _of_competition(row, reverse("bid-invitation", args=[row.reference]))
    yield from _standstills(user, since)
    yield from _contracts(user, since)


def _dated(rows: QuerySet[Competition]) -> QuerySet[Competition]:
    return rows.exclude(state="abandoned").select_related("calloff").prefetch_related("deadline_changes")


def _of_competition(row: Competition, url: str) -> Iterator[Occasion]:
    changes = sorted(row.deadline_changes.all(), key=lambda change: change.pk)
    yield Occasion(
        key=f"{row.reference}-questions",
        title=f"Last questions: {row.calloff.title}",
        at=row.questions_close_at,
        url=url,
        changed_at=row.published_at,
    )
    yield Occasion(
        key=f"{row.reference}-deadline",
        title=f"Deadline for bids: {row.calloff.title}",
        at=row.deadline,
        url=url,
        changed_at=changes[-1].changed_at if changes else row.published_at,
        moves=len(changes),
    )


def _standstills(user: User, since: datetime) -> Iterator[Occasion]:
    ending = Award.objects.filter(state__in=TOLD, standstill_ends_on__gte=london_date(since))
    read = ending.filter(
        competition__calloff__agreement__authorities__organisation__in=user.organisation_ids(*READERS),
        competition__calloff__agreement__authorities__until=None,
    )
    bids = Bid.objects.visible_to(user).filter(state__in=("won", "lost"))
    own = ending.filter(competition__in=bids.values("competition"))
    for rows, page in ((read.distinct(), "award"), (own, "bid")):
        for row in rows.select_related("competition__calloff"):
            if row.standstill_ends_on and row.released_at:
                yield Occasion(
                    key=f"{row.reference}-standstill",
                    title=f"Standstill ends: {row.calloff.title}",
                    at=row.standstill_ends_on,
                    url=reverse(page, args=[row.reference]),
                    changed_at=row.released_at,
                )


def _contracts(user: User, since: datetime) -> Iterator[Occasion]:
    rows = contracts(user).exclude(state="withdrawn").filter(ends_on__gte=london_date(since))
    for row in rows:
        for name, verb, on in (("start", "starts", row.starts_on), ("end", "ends", row.ends_on)):
            yield _of_contract(row, name, f"Contract {verb}: {row.calloff.title}", on)


def _of_contract(row: Contract, name: str, title: str, on: date) -> Occasion:
    return Occasion(
        key=f"{row.reference}-{name}",
        title=title,
        at=on,
        url=row.get_absolute_url(),
        changed_at=row.issued_at,
    )

"""The register of a lot's pool on any day, and the places a person may look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from commissioning.clock import end_of_london_day, london_date
from commissioning.people.models import Organisation, User
from lots.models import Agreement, Lot
from lots.queries import Viewer
from providers.models import Admission, Suspension

from .watch import IN_THE_POOL


@dataclass(frozen=True)
class LotPool:
    """How many were in a lot's pool at the moment asked for, and how many were still in standstill.

    Those on hold count among the suspended: neither is invited.
    """

    lot: Lot
    members: int
    suspended: int
    coming: int

    @property
    def invitable(self) -> int:
        return self.members - self.suspended


@dataclass(frozen=True)
class Coverage:
    """How many providers a lot can call on now: invitable, suspended or on hold, and still in standstill."""

    lot: Lot
    invitable: int
    suspended: int
    coming: int

    @property
    def members(self) -> int:
        """Return how many are in the pool now, those suspended from new invitations among them."""
        return self.invitable + self.suspended

    @property
    def total(self) -> int:
        return self.invitable + self.suspended + self.coming


def agreements(user: Viewer) -> QuerySet[Agreement]:
    """Return the agreements whose pools this person, or anybody, may look at."""
    return Agreement.objects.visible_to(user).prefetch_related("authorities__organisation")


def as_at(on: date | None, now: datetime) -> datetime:
    """Return the moment a register shows: now for today or no day, else the end of that London day."""
    return now if on is None or on >= london_date(now) else end_of_london_day(on)


def places(agreement: Agreement, at: datetime, *, whole: bool) -> QuerySet[Admission]:
    """Return who was in the pools of an agreement at this moment, by lot and name, with `is_coming`.

    Those admitted and not yet in force are for its authorities, who see the `whole` register.
    `suspensions.all()` of each is the one in force then, if any.
    """
    shown = Admission.objects.filter(lot__agreement=agreement)
    shown = shown.standing(at) if whole else shown.in_force(at)
    in_force = Admission.objects.in_force(at).filter(pk=OuterRef("pk"))
    return (
        shown.annotate(is_coming=~Exists(in_force))
        .select_related("organisation", "lot__agreement")
        .prefetch_related(Prefetch("suspensions", Suspension.objects.at(at)))
        .order_by("lot__number", "organisation__name", "pk")
    )


def register(agreement: Agreement, at: datetime) -> list[LotPool]:
    """Return how many were in each lot's pool at this moment, counted at once."""
    members = _counted(Admission.objects.filter(lot__agreement=agreement).in_force(at))
    standing = _counted(Admission.objects.filter(lot__agreement=agreement).standing(at))
    held = Admission.objects.filter(lot__agreement=agreement).in_force(at)
    suspended = _counted(held.filter(pk__in=Suspension.objects.at(at).values("admission")))
    return [
        LotPool(
            lot,
            members.get(lot.pk, 0),
            suspended.get(lot.pk, 0),
            standing.get(lot.pk, 0) - members.get(lot.pk, 0),
        )
        for lot in agreement.lots.order_by("number")
    ]


def coverage(agreements: Iterable[Agreement]) -> list[Coverage]:
    """Return for each lot of these agreements how many are in its pool, counted at once."""
    wanted = [agreement.pk for agreement in agreements]
    counted = (
        Admission.objects.filter(lot__agreement__in=wanted)
        .order_by()
        .values("lot", "state")
        .annotate(number=Count("pk"))
        .values_list("lot", "state", "number")
    )
    by_lot = {(lot, state): number for lot, state, number in counted}
    lots = Lot.objects.filter(agreement__in=wanted).exclude(state="removed").select_related("agreement")
    return [
        Coverage(
            lot,
            by_lot.get((lot.pk, "current"), 0),
            by_lot.get((lot.pk, "suspended"), 0) + by_lot.get((lot.pk, "held"), 0),
            by_lot.get((lot.pk, "standstill"), 0),
        )
        for lot in lots.order_by("agreement__reference", "number")
    ]


def names(agreement: Agreement) -> dict[int, list[str]]:
    """Return the names of who is in each lot's pool now, by the lot's id."""
    found: dict[int, list[str]] = {}
    rows = Admission.objects.filter(lot__agreement=agreement, state__in=IN_THE_POOL)
    for lot, name in rows.order_by("organisation__name").values_list("lot", "organisation__name"):
        found.setdefault(lot, []).append(name)
    return found


def members(agreement: Agreement) -> list[tuple[Organisation, list[Lot]]]:
    """Return each provider that is in a pool now, by name, with its lots in their order."""
    found: dict[Organisation, list[Lot]] = {}
    rows = Admission.objects.filter(lot__agreement=agreement, state__in=IN_THE_POOL)
    for row in rows.select_related("organisation", "lot").order_by("organisation__name", "lot__number"):
        found.setdefault(row.organisation, []).append(row.lot)
    return list(found.items())


def admissions(user: User) -> QuerySet[Admission]:
    """Return the places this person may look at: their authorities' agreements', and their own provider's."""
    return (
        Admission.objects.visible_to(user)
        .select_related("lot__agreement", "organisation", "entry__application", "removed_by")
        .prefetch_related(
            "suspensions__suspended_by", "suspensions__lifted_by", "debarment_checks__recorded_by"
        )
    )


def sees_whole_register(user: User, agreement: Agreement) -> bool:
    """Return whether the person is of an authority of the agreement; others see the names alone."""
    return bool(user.is_authenticated and user.organisation_ids() & agreement.sighted_by)


def _counted(rows: QuerySet[Admission]) -> dict[int, int]:
    return dict(rows.order_by().values("lot").annotate(number=Count("pk")).values_list("lot", "number"))

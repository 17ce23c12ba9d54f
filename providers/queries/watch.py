"""What providers have on record and how it stands on a day: what runs out, what holds which place."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from commissioning.clock import london_date
from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from lots.watch import is_below
from providers import rules
from providers.models import Admission, ProfileDocument, Rating, Suspension

WRITERS = (Role.PROVIDER_ADMIN, Role.PROVIDER_EDITOR)
READERS = (Role.LEAD, Role.COMMISSIONER)
IN_THE_POOL = ("current", "held", "suspended")


@dataclass(frozen=True)
class OnRecord:
    """What a provider ever put on record, and how its CQC rating counts.

    `rating` is the one that counts for holds; `unconfirmed` a better one that the provider says was published
    since, and no lead has recorded.
    """

    recorded: list[ProfileDocument]
    rating: Rating | None
    unconfirmed: Rating | None = None

    @property
    def documents(self) -> list[ProfileDocument]:
        """Return the documents that stand: those not taken out again."""
        return [one for one in self.recorded if one.taken_out_at is None]


def profiles(user: User) -> QuerySet[Organisation]:
    """Return the providers whose profile this person may open.

    Their own; and for procurement leads and commissioners those in a pool of their agreements.
    """
    # SECURITY: who is in a pool is public; a provider that only applies is found by its own people alone.
    members = Admission.objects.filter(
        lot__agreement__authorities__organisation__in=user.organisation_ids(*READERS),
        lot__agreement__authorities__until=None,
    ).exclude(state__in=("standstill", "removed"))
    return Organisation.objects.providers().filter(
        Q(pk__in=user.organisation_ids(*WRITERS)) | Q(pk__in=members.values("organisation"))
    )


def is_own(user: User, organisation: Organisation) -> bool:
    """Return whether the person writes for this provider."""
    return organisation.pk in user.organisation_ids(*WRITERS)


def documents(organisation: Organisation) -> QuerySet[ProfileDocument]:
    """Return a provider's documents that stand, by kind, the latest first."""
    return organisation.profile_documents.standing().select_related("document", "added_by", "organisation")


def ratings(organisation: Organisation) -> QuerySet[Rating]:
    """Return the ratings recorded of a provider, the latest first."""
    return organisation.ratings.select_related("recorded_by", "by_authority")


def places(organisation: Organisation) -> list[Admission]:
    """Return a provider's places in pools, each with its open hold in `open_holds`."""
    rows = (
        Admission.objects.filter(organisation=organisation, state__in=IN_THE_POOL)
        .select_related("lot__agreement", "organisation")
        .order_by("lot__agreement__reference", "lot__number")
    )
    return _with_holds(rows)


def holds(organisation: Organisation) -> int:
    """Return how many of a provider's places in pools are on hold."""
    rows = Admission.objects.filter(organisation=organisation, state__in=IN_THE_POOL)
    return rows.filter(pk__in=Suspension.objects.open_holds().values("admission")).count()


def on_record(organisations: Collection[int]) -> dict[int, OnRecord]:
    """Return what each of these providers has on record, in two queries."""
    documents: dict[int, list[ProfileDocument]] = {pk: [] for pk in organisations}
    published: dict[int, list[Rating]] = {pk: [] for pk in organisations}
    rows = ProfileDocument.objects.filter(organisation__in=organisations)
    for document in rows.select_related("document", "organisation"):
        documents[document.organisation_id].append(document)
    for rating in Rating.objects.filter(organisation__in=organisations).order_by("published_on", "pk"):
        published[rating.organisation_id].append(rating)
    return {pk: OnRecord(documents[pk], *_counted(published[pk])) for pk in organisations}


def unconfirmed(organisation: int) -> Rating | None:
    """Return the better rating that a provider says it has and no lead has recorded, or None."""
    return on_record([organisation])[organisation].unconfirmed


def _counted(published: list[Rating]) -> tuple[Rating | None, Rating | None]:
    counts = rules.counting_rating(published)
    last = published[-1] if published else None
    better = counts is not None and last is not None and is_below(counts.rating, last.rating)
    return counts, last if better else None


def gaps(admission: Admission, kept: OnRecord, on: date) -> list[str]:
    """Return what holds this place on a London day under its lot's rule, in words."""
    return rules.gaps(
        holding_documents=admission.lot.holding_documents,
        lowest_rating=admission.lot.lowest_rating,
        documents=kept.recorded,
        rating=kept.rating,
        on=on,
    )


def out_of_step(
    now: datetime,
    *,
    organisations: Collection[int] | None = None,
    lots: Collection[int] | None = None,
) -> list[int]:
    """Return the places whose hold is not what their lot's rule says now, in a fixed number of queries."""
    watched = ~Q(lot__holding_documents=[]) | ~Q(lot__lowest_rating="")
    holds = Suspension.objects.open_holds().values("admission")
    rows = Admission.objects.filter(watched | Q(pk__in=holds), state__in=IN_THE_POOL)
    if organisations is not None:
        rows = rows.filter(organisation__in=organisations)
    if lots is not None:
        rows = rows.filter(lot__in=lots)
    admissions = _with_holds(rows.select_related("lot"))
    kept = on_record({row.organisation_id for row in admissions})
    on = london_date(now)
    return [row.pk for row in admissions if _differs(row, gaps(row, kept[row.organisation_id], on), now)]


def _differs(admission: Admission, found: list[str], now: datetime) -> bool:
    hold = admission.open_holds[0] if admission.open_holds else None  # type: ignore[attr-defined]
    if hold is None:
        return bool(found) and admission.state == "current"
    if hold.suspended_at > now:
        # Asked about a moment before it began, as a demonstration does: what came later is left alone.
        return False
    return hold.reason != " ".join(found) or admission.state == "current"


def _with_holds(rows: QuerySet[Admission]) -> list[Admission]:
    found = list(rows)
    holds = {
        hold.admission_id: hold
        for hold in Suspension.objects.open_holds().filter(admission__in=[row.pk for row in found])
    }
    for row in found:
        row.open_holds = [holds[row.pk]] if row.pk in holds else []  # type: ignore[attr-defined]
    return found


def latest(documents: Iterable[ProfileDocument]) -> list[ProfileDocument]:
    """Return of each kind the document that is good for longest: the one whose end counts."""
    found: dict[tuple[int, str], ProfileDocument] = {}
    for one in documents:
        key = (one.organisation_id, one.kind)
        if key not in found or _end(one) > _end(found[key]):
            found[key] = one
    return list(found.values())


def running_out(now: datetime) -> list[tuple[ProfileDocument, int]]:
    """Return the documents of whose end their providers are to be reminded now, with how many days before."""
    on = london_date(now)
    rows = ProfileDocument.objects.standing().select_related("document", "organisation")
    # Those without an end, and newer ones of the same kind, are wanted too: they make a reminder needless.
    ending = rows.filter(expires_on__gte=on).values("organisation")
    found = []
    for one in latest(rows.filter(organisation__in=ending)):
        if one.expires_on is None:
            continue
        due = rules.expiry_reminder_due(
            expires_on=one.expires_on,
            added_on=london_date(one.added_at),
            reminded=one.reminded_days,
            on=on,
        )
        if due is not None:
            found.append((one, due))
    return found


def lots_held_by(document: ProfileDocument) -> list[str]:
    """Return the lots of the provider, in words, in which the end of this document would hold invitations."""
    rows = Admission.objects.filter(
        organisation=document.organisation_id, state__in=IN_THE_POOL
    ).select_related("lot__agreement")
    return [
        f"{row.lot} ({row.lot.agreement.reference})"
        for row in rows.order_by("lot__agreement__reference", "lot__number")
        if document.kind in row.lot.holding_documents
    ]


def _end(document: ProfileDocument) -> date:
    return document.expires_on or date.max

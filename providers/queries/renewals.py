"""What a provider has to renew or record, for its home page: documents and ratings that its lots watch."""

from datetime import date, datetime, timedelta

from django.urls import reverse

from commissioning.clock import london_date
from commissioning.people.models import Organisation, User
from commissioning.web.text import day
from commissioning.web.worklist import Task
from lots.watch import DOCUMENT_KINDS, is_below
from providers.models import Admission, ProfileDocument
from providers.rules import REMINDER_DAYS

from . import watch

MINUTES = 10


def worklist(user: User, now: datetime) -> list[Task]:
    """Return what runs out within 60 days or has run out, what was never recorded, and ratings that fell."""
    mine = user.organisation_ids(*watch.WRITERS)
    if not mine:
        return []
    kept = watch.on_record(mine)
    documents = watch.latest(one for record in kept.values() for one in record.documents)
    places = list(
        Admission.objects.filter(organisation__in=mine, state__in=watch.IN_THE_POOL)
        .select_related("lot__agreement", "organisation")
        .order_by("lot__agreement__reference", "lot__number")
    )
    return [
        *_to_renew(documents, london_date(now)),
        *_to_record(places, {(one.organisation_id, one.kind) for one in documents}),
        *_to_rate(places, kept),
    ]


def _to_renew(documents: list[ProfileDocument], today: date) -> list[Task]:
    soon = today + timedelta(days=max(REMINDER_DAYS))
    tasks = []
    for one in documents:
        if one.expires_on is None or one.expires_on > soon:
            continue
        name = DOCUMENT_KINDS[one.kind].in_a_sentence
        ends = day(one.expires_on, weekday=False)
        how = "ran out" if one.expires_on < today else "runs out"
        what = f"Record the new {name}: yours {how} on {ends}"
        tasks.append(_task(what, one.organisation, one.expires_on, one.kind))
    return tasks


def _to_record(places: list[Admission], recorded: set[tuple[int, str]]) -> list[Task]:
    asked: dict[tuple[Organisation, str], list[str]] = {}
    for place in places:
        for kind in place.lot.holding_documents:
            if (place.organisation_id, kind) not in recorded:
                asked.setdefault((place.organisation, kind), []).append(f"Lot {place.lot.number}")
    return [
        _task(
            f"Record your {DOCUMENT_KINDS[kind].in_a_sentence}: {', '.join(lots)} asks for it",
            organisation,
            None,
            kind,
        )
        for (organisation, kind), lots in asked.items()
    ]


def _to_rate(places: list[Admission], kept: dict[int, watch.OnRecord]) -> list[Task]:
    fallen = {
        place.organisation
        for place in places
        if (rating := kept[place.organisation_id].rating)
        and place.lot.lowest_rating
        and is_below(rating.rating, place.lot.lowest_rating)
        # What it has said already waits for a lead.
        and not kept[place.organisation_id].unconfirmed
    }
    return [
        Task(
            "Record the new CQC rating once it is published: the present one holds your invitations",
            organisation.reference,
            None,
            MINUTES,
            reverse("profile-rating", args=[organisation.reference]),
            "Record",
        )
        for organisation in sorted(fallen, key=lambda one: one.name)
    ]


def _task(what: str, organisation: Organisation, due: date | None, kind: str) -> Task:
    url = reverse("profile-document-add", args=[organisation.reference])
    return Task(what, organisation.reference, due, MINUTES, f"{url}?kind={kind}", "Record")

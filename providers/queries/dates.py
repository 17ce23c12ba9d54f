"""Dates of applying and of the pool, for a person's calendar; of a provider nobody else's."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.web.calendars import Occasion, still_shown
from lots.queries import dates as lots
from lots.watch import DOCUMENT_KINDS
from providers.models import Admission, Application, ProfileDocument, Suspension

from . import home, watch
from .applications import WRITERS


def dates(user: User, now: datetime) -> Iterator[Occasion]:
    """Yield the windows of the agreements this person's providers apply to, ends of standstill, reviews.

    For whoever writes for a provider also the last day of its own documents.
    """
    if mine := user.organisation_ids(*WRITERS):
        applied = Application.objects.visible_to(user).values("window__agreement")
        held = Admission.objects.filter(organisation__in=mine).exclude(state="removed")
        windows = lots.dated_windows(user).filter(deadline__gte=still_shown(now))
        joined = windows.filter(agreement__in=applied) | windows.filter(
            agreement__in=held.values("lot__agreement")
        )
        yield from lots.occasions_of(joined)
        yield from _standstills(user, now)
        reviewed = Suspension.objects.filter(
            lifted_at=None, admission__state="suspended", admission__organisation__in=mine
        )
        for row in reviewed.select_related("admission__lot__agreement", "admission__organisation"):
            yield from _review(row, f"Your suspension is reviewed: {row.admission.lot}")
        yield from _papers(mine, now)
    for row in home.suspensions_to_review(user):
        yield from _review(
            row, f"Review the suspension of {row.admission.organisation.name}: {row.admission.lot}"
        )


def _standstills(user: User, now: datetime) -> Iterator[Occasion]:
    ending = home.admissions(user).filter(standstill_ends_on__gte=london_date(still_shown(now)))
    for row in ending.exclude(state="removed"):
        if row.standstill_ends_on:
            yield Occasion(
                key=f"{row.lot.agreement.reference}-{row.lot.number}-{row.organisation.reference}-standstill",
                title=f"Standstill ends: {row.lot}",
                at=row.standstill_ends_on,
                url=row.get_absolute_url(),
                changed_at=row.decided_at,
            )


def _papers(organisations: frozenset[int], now: datetime) -> Iterator[Occasion]:
    rows = ProfileDocument.objects.standing().filter(organisation__in=organisations)
    since = london_date(still_shown(now))
    for row in watch.latest(rows.select_related("document", "organisation")):
        if row.expires_on is not None and row.expires_on >= since:
            yield Occasion(
                key=f"{row.reference}-ends",
                title=f"Last day of your {DOCUMENT_KINDS[row.kind].in_a_sentence}: {row.organisation.name}",
                at=row.expires_on,
                url=reverse("profile", args=[row.organisation.reference]),
                changed_at=row.added_at,
            )


def _review(row: Suspension, title: str) -> Iterator[Occasion]:
    if row.review_on is None:  # a hold, which lifts itself
        return
    admission = row.admission
    place = f"{admission.lot.agreement.reference}-{admission.lot.number}-{admission.organisation.reference}"
    yield Occasion(
        key=f"{place}-review-{row.suspended_at:%Y%m%d%H%M%S}",
        title=title,
        at=row.review_on,
        url=admission.get_absolute_url(),
        changed_at=row.suspended_at,
    )

"""Dates of judging, for the calendar of those who run it or sit on its panels."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.web.calendars import Occasion, still_shown
from evaluation.models import Exercise, Release
from evaluation.workflow import JUDGING

from .evidence import evidence_dates


def dates(user: User, now: datetime) -> Iterator[Occasion]:
    """Yield when scores and missing documents are due, and to leads when a released standstill ends."""
    yield from evidence_dates(user, now)
    first = london_date(still_shown(now))
    for row in Exercise.objects.visible_to(user).filter(state__in=JUDGING, scores_due_on__gte=first):
        if row.scores_due_on:
            yield Occasion(
                key=f"{row.reference}-scores",
                title=f"Scores due: {row.title}",
                at=row.scores_due_on,
                url=row.get_absolute_url(),
                changed_at=row.created_at,
            )
    leading = user.organisation_ids(Role.LEAD)
    if not leading:
        return
    released = Release.objects.filter(
        state="released",
        standstill_ends_on__gte=first,
        window__agreement__authorities__organisation__in=leading,
        window__agreement__authorities__is_lead=True,
        window__agreement__authorities__until=None,
    )
    for release in released.select_related("window"):
        if release.standstill_ends_on:
            yield Occasion(
                key=f"{release.window.reference}-standstill",
                title=f"Standstill ends: {release.window.title}",
                at=release.standstill_ends_on,
                url=reverse("window-outcomes", args=[release.window.reference]),
                changed_at=release.state_since,
            )

"""Part of chapter six: share codes, and who applies in which window of the agreement from 2028."""

from dataclasses import replace
from datetime import datetime, timedelta

from commissioning.accounts.services import organisations
from commissioning.people.models import Organisation
from lots.models import Window
from providers.models import Application
from providers.services import applications, entries

from . import first_window, people
from .stage import bid_writer, days_from, details_of

Applicants = tuple[tuple[str, tuple[int, ...]], ...]

PLACED = "Care Network Cambridgeshire"
LISTED = people.NOT_ADMITTED[3][0]
TURNED_DOWN = people.NOT_ADMITTED[2][0]
IN_THE_FIRST: Applicants = ((PLACED, (1,)), (LISTED, (1,)), (TURNED_DOWN, (1,)))

ASKED = "P3 Charity"
COMPLETE = "Caring Together Charity"
ALSO_ASKED = people.NOT_ADMITTED[1][0]
MAY_TAKE_PART = people.NOT_ADMITTED[0][0]
IN_THE_SECOND: Applicants = (
    (ASKED, (1,)),
    (COMPLETE, (1, 2)),
    (ALSO_ASKED, (1, 2)),
    (MAY_TAKE_PART, (1,)),
)
# It has begun an application, and has given no share code yet.
WITHOUT_A_CODE = people.NOT_ADMITTED[-1][0]


def give_share_codes(at: datetime) -> None:
    """Let each applicant but one give its number and share code of the central digital platform; invented."""
    names = dict.fromkeys(name for name, _ in (*IN_THE_FIRST, *IN_THE_SECOND))
    for number, name in enumerate(names, start=1):
        kept = _organisation(name)
        details = replace(details_of(kept), ppon=f"PDMO-{number:04}-DEMO", share_code=f"DEMO{number:04}")
        organisations.change(organisation=kept, details=details, actor=bid_writer(kept), now=at)


def apply(window: Window, applicants: Applicants, at: datetime) -> None:
    """Let each write and submit its lots, one an hour."""
    for number, (name, lots) in enumerate(applicants):
        moment = at + timedelta(hours=number)
        application = _start(window, name, lots, moment - timedelta(days=2))
        first_window.write(application, moment - timedelta(days=1))
        for entry in application.entries.select_related("window_lot__window__agreement", "submission"):
            entries.submit(entry=entry, actor=bid_writer(application.organisation), now=moment)


def make_ready(window: Window, now: datetime) -> None:
    """Let P3 Charity write all of its second lot and not submit it, and a newcomer lack its share code."""
    ready = _start(window, ASKED, (2,), days_from(now, -6))
    first_window.write(ready, days_from(now, -3, "15:40"))
    begun = _start(window, WITHOUT_A_CODE, (1,), days_from(now, -5))
    first_window.write(begun, days_from(now, -4, "16:10"), only={"MS1"})


def _start(window: Window, name: str, lots: tuple[int, ...], at: datetime) -> Application:
    organisation = _organisation(name)
    offered = window.lots.filter(lot__number__in=lots).select_related("lot", "round", "scheme", "window")
    return applications.start(
        window=window,
        lots=list(offered),
        organisation=organisation,
        actor=bid_writer(organisation),
        now=at,
    )


def _organisation(name: str) -> Organisation:
    return Organisation.objects.get(kind=Organisation.Kind.PROVIDER, name=name)

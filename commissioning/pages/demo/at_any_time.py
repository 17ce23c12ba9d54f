"""Part of chapter four: when the agreement opens, an entry outside its windows, a list of skills changed.

Its guide for providers is issued anew to say so. And a small agreement that was tried and abandoned.
"""

from datetime import date, datetime, time
from decimal import Decimal

from commissioning.people.models import Organisation
from lots.models import Lot
from lots.services import agreements, authorities, lots, reopening
from providers.services import endings, entries, rolling

from . import first_window, papers, people
from .setting_up import admission_scheme, common_scheme
from .stage import MARK, agreement, authority, bid_writer, days_from, london, person

OPEN_AT_ANY_TIME = 2
PILOT = "EIP-PILOT"


def tell(*, now: datetime) -> None:
    """Tell all of it; the windows of today are announced already, so they keep the skills they had."""
    abandon_the_pilot()
    decide_when_it_opens()
    papers.issue_the_guide_anew(
        agreement(), issued_on=date(2026, 4, 15), actor=person("lead@pcc"), now=london("2026-04-15", "14:00")
    )
    change_the_skills(now)
    apply_outside_the_windows(now)


def decide_when_it_opens() -> None:
    """Record that the agreement opens every six months, and that one lot takes entries at any time."""
    reopening.settle(
        agreement=agreement(),
        reopen_every_months=6,
        reopen_week=1,
        reopen_weekday=0,
        reopen_at=time(9),
        reopen_weeks=6,
        rolling={_lot(OPEN_AT_ANY_TIME): admission_scheme(OPEN_AT_ANY_TIME)},
        rolling_common_scheme=common_scheme(),
        decision_reference="EIP-OPEN-2026 (demo)",
        reason=f"{MARK}Few providers give information and advice, and new ones should not have to wait.",
        actor=person("lead@pcc"),
        now=london("2026-04-14", "11:00"),
    )


def change_the_skills(now: datetime) -> None:
    """Let the board add a skill to a lot; what was announced goes on by the list it had."""
    lot = _lot(3)
    lots.set_points(
        lot=lot,
        kind="skill",
        texts=[*(point.text for point in lot.skills), f"{MARK}Helps people to use what is online."],
        reason=f"{MARK}People told the board that they are left out where everything is online.",
        actor=person("lead@pcc"),
        now=days_from(now, -2, "15:00"),
    )


def apply_outside_the_windows(now: datetime) -> None:
    """Let a provider write a rolling entry before the window of today opened, and submit it since."""
    applicant = Organisation.objects.get(name=people.NOT_ADMITTED[-1][0])
    writer = bid_writer(applicant)
    application = rolling.start(
        lot=_lot(OPEN_AT_ANY_TIME), organisation=applicant, actor=writer, now=days_from(now, -30)
    )
    first_window.write(application, days_from(now, -12, "16:00"))
    entry = application.entries.select_related("window_lot__window__agreement", "submission").get()
    entries.submit(entry=entry, actor=writer, now=days_from(now, -3, "11:20"))


def abandon_the_pilot() -> None:
    """Set up a small agreement, and abandon it by decision before anything was called off."""
    lead, begun = person("lead@pcc"), london("2024-02-05", "10:00")
    pilot = agreements.create(
        lead=authority("PCC"),
        reference=PILOT,
        title="Evening Support Pilot (demo)",
        description=f"{MARK}Support for people in the evening, tried in one part of the city.",
        regime="PCR_LTR",
        starts_on=date(2024, 4, 1),
        initial_years=2,
        published_maximum=Decimal("500000.00"),
        actor=lead,
        now=begun,
    )
    lots.add(
        agreement=pilot,
        number=1,
        title="Evening support",
        annual_value=Decimal("250000.00"),
        term_value=Decimal("500000.00"),
        actor=lead,
        now=begun,
    )
    authorities.seat(
        agreement=pilot,
        organisation=authority("PCC"),
        user=person("board@pcc"),
        kind="chair",
        actor=lead,
        now=begun,
    )
    agreements.publish(agreement=pilot, actor=lead, now=begun)
    endings.abandon(
        agreement=pilot,
        decision_reference="PILOT-END (demo)",
        decided_on=date(2024, 9, 12),
        reason=f"{MARK}The money was moved to support in people's own homes.",
        actor=lead,
        now=london("2024-09-13", "10:00"),
    )


def _lot(number: int) -> Lot:
    return agreement().lots.get(number=number)

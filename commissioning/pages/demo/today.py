"""Chapter four: what happened since, and the windows of today."""

from datetime import date, datetime, timedelta

from commissioning.people.models import Organisation
from lots.models import Window
from lots.services import authorities, windows
from providers.services import applications, entries, extensions, openings

from . import (
    accounts,
    applying,
    at_any_time,
    clockwork,
    engagement,
    files,
    first_window,
    next_applying,
    people,
    second_person,
)
from .setting_up import admission_scheme, common_scheme
from .stage import MARK, agreement, authority, bid_writer, days_from, london, person, provider

SUCCEEDED_ON = date(2022, 7, 1)
EXTENDED_TO = date(2028, 5, 2)


def told() -> bool:
    """Return whether this chapter is in the database."""
    return Window.objects.filter(agreement=agreement()).count() >= 3


def tell(*, now: datetime) -> None:
    """Record the succession of the NHS body and the extension, then open today's window."""
    succeed()
    # Before anybody submits: what goes in are the details of that moment.
    next_applying.give_share_codes(days_from(now, -290))
    extensions.extend(
        agreement=agreement(),
        new_end=EXTENDED_TO,
        decision_reference="EIP-EXT-2026 (demo)",
        decided_on=date(2026, 3, 10),
        reason=f"{MARK}The pool works, and the authorities want the two years that were provided for.",
        actor=person("lead@pcc"),
        now=london("2026-03-12", "10:00"),
    )
    opened = schedule(now, "Autumn window" if now.month > 7 else "Spring window", -21, 17)
    windows.keep_time(window_id=opened.pk, now=opened.opens_at)
    schedule(now, "Next window", 160, 202)
    opened.refresh_from_db()
    half_done(opened, now)
    submitted(opened, now)
    second_person.tell(now)
    applying.tell(opened, now)
    clockwork.tell(now)
    engagement.tell(opened, now)
    extend(opened, now)
    accounts.tell(now=now)
    at_any_time.tell(now=now)


def succeed() -> None:
    """Let the ICB take the CCG's place, with its people and its seat on the board (settled 36)."""
    at = london(SUCCEEDED_ON, "09:00")
    people.set_up_authority(*people.SUCCESSOR, at=at - timedelta(days=14))
    place = agreement().authorities.get(organisation=authority("CPCCG"), until=None)
    authorities.succeed(
        place=place,
        successor=authority("CPICB"),
        effective_on=SUCCEEDED_ON,
        reason="The commissioning group was dissolved; the integrated care board took over its duties.",
        actor=person("lead@pcc"),
        now=at,
    )
    authorities.seat(
        agreement=agreement(),
        organisation=authority("CPICB"),
        user=person("board@cpicb"),
        kind="member",
        actor=person("lead@pcc"),
        now=at,
    )
    people.move_to_the_icb(at)


def schedule(now: datetime, title: str, opens_in: int, closes_in: int) -> Window:
    """Announce a window relative to today, at London wall-clock times."""
    lots = [lot for lot in agreement().lots.all() if lot.state != "removed"]
    opens_at = days_from(now, opens_in, "09:00")
    window = windows.create(
        agreement=agreement(),
        title=f"{title} {opens_at.year}",
        opens_at=opens_at,
        deadline=days_from(now, closes_in, "12:00"),
        lots=[(lot, admission_scheme(lot.number)) for lot in lots],
        common_scheme=common_scheme(),
        actor=person("lead@pcc"),
        now=min(now, opens_at) - timedelta(days=14),
    )
    windows.announce(window=window, actor=person("lead@pcc"), now=min(now, opens_at) - timedelta(days=14))
    return window


def extend(window: Window, now: datetime) -> None:
    """Move the deadline of today's window by a week, with everybody told why (rulebook G3)."""
    openings.extend(
        window=window,
        new_deadline=days_from(now, 24, "12:00"),
        reason=(
            f"{MARK}The answer on places was corrected while you were writing. Everybody has a week more to "
            "take it into account."
        ),
        actor=person("lead@pcc"),
        now=days_from(now, -2),
    )


def half_done(window: Window, now: datetime) -> None:
    """Let P3 Charity apply for the lot it is not in, with a colleague's part done and the rest not."""
    offered = [
        row for row in window.lots.select_related("lot", "round", "scheme", "window") if row.lot.number == 4
    ]
    application = applications.start(
        window=window,
        lots=offered,
        organisation=provider("P3 Charity"),
        actor=person("bids@p3-charity"),
        now=days_from(now, -9),
    )
    first_window.write(application, days_from(now, -6, "14:10"), only={"MS1"})
    files.put_to_application(application, now)


def submitted(window: Window, now: datetime) -> None:
    """Let a provider that was not admitted in the first window apply again, and submit."""
    again = Organisation.objects.get(name=people.NOT_ADMITTED[1][0])
    offered = [
        row
        for row in window.lots.select_related("lot", "round", "scheme", "window")
        if row.lot.number in {1, 2}
    ]
    writer = bid_writer(again)
    application = applications.start(
        window=window, lots=offered, organisation=again, actor=writer, now=days_from(now, -15)
    )
    first_window.write(application, days_from(now, -5, "16:00"))
    entry = application.entries.select_related("window_lot__window__agreement", "submission").earliest("pk")
    entries.submit(entry=entry, actor=writer, now=days_from(now, -4, "11:00"))

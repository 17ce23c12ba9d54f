"""Dates that concern somebody, as each app gives them, and the iCalendar file that they make (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event

from commissioning.web.text import day, london
from commissioning.web.worklist import moment

# How long a date that has passed stays in a feed: long enough to be looked up, short enough to stay quick.
KEPT = timedelta(days=92)
REFRESHED = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Occasion:
    """One date: an instant, or a whole London day.

    `key` stays its own for ever, whatever moves, and is told to calendars; `changed_at` is when it last
    changed, and `moves` how often it was moved, its cancelling among them. What was cancelled stays in the
    file, which tells calendars so.
    """

    key: str
    title: str
    at: date | datetime
    url: str
    changed_at: datetime
    moves: int = 0
    is_cancelled: bool = False


def still_shown(now: datetime) -> datetime:
    """Return the moment before which a date is too long gone for a feed."""
    return now - KEPT


def written(occasions: Iterable[Occasion], *, name: str) -> bytes:
    """Return an iCalendar file of these dates, soonest first, each once; instants are in UTC.

    The same dates make the same bytes, so that a calendar that asks again sees what has changed.
    """
    once = {occasion.key: occasion for occasion in occasions}
    calendar = Calendar()
    calendar.add("prodid", "-//Commissioning portal//Dates//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REFRESHED, parameters={"value": "DURATION"})
    for occasion in sorted(once.values(), key=lambda one: (moment(one.at), one.key)):
        calendar.add_component(_event(occasion))
    return bytes(calendar.to_ical())


def answer(occasions: Iterable[Occasion], *, name: str, file: str) -> HttpResponse:
    """Return the file as a response that no shared cache may keep."""
    response = HttpResponse(written(occasions, name=name), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file}"'
    response["Cache-Control"] = "private"
    return response


def _event(occasion: Occasion) -> Event:
    event, at = Event(), occasion.at
    event.add("uid", f"{occasion.key}@{_host()}")
    event.add("summary", occasion.title)
    if isinstance(at, datetime):
        event.add("dtstart", at.astimezone(UTC))
        words = london(at)
    else:
        event.add("dtstart", at)
        event.add("dtend", at + DAY)
        words = day(at)
    event.add("dtstamp", occasion.changed_at.astimezone(UTC))
    event.add("last-modified", occasion.changed_at.astimezone(UTC))
    event.add("sequence", occasion.moves)
    event.add("description", f"{words}.\n{settings.PORTAL_URL}{occasion.url}")
    event.add("url", f"{settings.PORTAL_URL}{occasion.url}")
    if occasion.is_cancelled:
        event.add("status", "CANCELLED")
    # Nobody is busy because a deadline falls.
    event.add("transp", "TRANSPARENT")
    return event


def _host() -> str:
    return str(settings.PORTAL_URL).partition("://")[2].partition("/")[0].partition(":")[0]

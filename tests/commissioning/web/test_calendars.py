"""The iCalendar file, read back by another parser than wrote it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import vobject

from commissioning.web.calendars import Occasion, written

NOON = datetime(2027, 7, 20, 11, 0, tzinfo=UTC)  # 12:00 in London's summer
MADE = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _address(settings):
    settings.PORTAL_URL = "https://portal.example:8443"


def occasion(**given):
    return Occasion(
        **{
            "key": "WIN-7K3M9-deadline",
            "title": "Deadline: café, lots 1; 2 and a title so long that no line of the file holds it",
            "at": NOON,
            "url": "/windows/WIN-7K3M9/",
            "changed_at": MADE,
        }
        | given
    )


def read(*occasions, name="Dates of Ana"):
    return vobject.readOne(written(occasions, name=name).decode())


def test_an_instant_is_written_in_utc_with_all_that_a_calendar_needs():
    event = read(occasion(moves=2)).vevent
    assert event.dtstart.value == NOON
    assert event.dtstart.value.utcoffset() == timedelta(0)
    assert event.uid.value == "WIN-7K3M9-deadline@portal.example"
    assert event.summary.value == occasion().title
    assert event.sequence.value == "2"
    assert event.dtstamp.value == event.last_modified.value == MADE
    assert event.url.value == "https://portal.example:8443/windows/WIN-7K3M9/"
    assert "Tuesday 20 July 2027, 12:00 noon London time" in event.description.value
    assert event.transp.value == "TRANSPARENT"


def test_a_day_is_a_whole_day():
    event = read(occasion(at=date(2027, 2, 1))).vevent
    assert (event.dtstart.value, event.dtend.value) == (date(2027, 2, 1), date(2027, 2, 2))
    assert "Monday 1 February 2027" in event.description.value


def test_the_calendar_has_a_name_and_says_how_often_to_ask():
    calendar = read(occasion())
    assert calendar.version.value == "2.0"
    assert calendar.contents["x-wr-calname"][0].value == "Dates of Ana"
    assert calendar.contents["x-wr-timezone"][0].value == "Europe/London"
    assert calendar.contents["refresh-interval"][0].value == "PT1H"


def test_dates_come_once_each_soonest_first_and_the_same_again_byte_for_byte():
    later, sooner = occasion(), occasion(key="CON-2B4C6-start", at=date(2027, 3, 1))
    calendar = read(later, sooner, later)
    assert [one.uid.value.partition("@")[0] for one in calendar.vevent_list] == [sooner.key, later.key]
    assert written([later, sooner], name="x") == written([sooner, later, later], name="x")


def test_a_moved_deadline_keeps_its_uid_and_has_a_higher_sequence():
    before = read(occasion()).vevent
    after = read(occasion(at=NOON + timedelta(days=1), moves=1, changed_at=MADE + timedelta(hours=1))).vevent
    assert before.uid.value == after.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.last_modified.value > before.last_modified.value


def test_lines_are_as_short_as_the_standard_wants_and_end_as_it_wants():
    lines = written([occasion()], name="x").split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)


def test_an_empty_calendar_is_a_calendar():
    assert not hasattr(read(), "vevent_list")

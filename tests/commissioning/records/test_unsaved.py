"""Failed saves are noted beside the database, a minute and nothing more, and let go once taken in."""

import errno
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError

from commissioning.records import unsaved

AT = datetime(2027, 1, 20, 11, 58, 41, 5, tzinfo=UTC)
MINUTE = AT.replace(second=0, microsecond=0)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


def taken():
    with unsaved.taken() as minutes:
        return minutes


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OperationalError("no connection"), True),
        (InterfaceError("connection already closed"), True),
        (OSError(errno.ENOSPC, "No space left"), True),
        (OSError(errno.EROFS, "Read-only"), True),
        (FileNotFoundError(errno.ENOENT, "gone"), False),
        (IntegrityError("twice"), False),
        (ValueError("a fault of ours"), False),
        (None, False),
    ],
)
def test_only_what_would_stop_everybody_is_an_outage(error, outage):
    assert unsaved.is_outage(error) is outage


def test_what_an_error_came_from_counts():
    wrapped = RuntimeError("could not")
    wrapped.__cause__ = OperationalError("away")
    assert unsaved.is_outage(wrapped)
    wrapped.__cause__ = wrapped
    assert not unsaved.is_outage(wrapped)


def test_a_note_is_a_minute_and_nothing_more(folder):
    unsaved.note(AT)
    unsaved.note(AT)
    assert (folder / unsaved.FILE_NAME).read_text() == "2027-01-20T11:58Z\n" * 2
    assert taken() == [MINUTE]


def test_what_was_taken_in_is_let_go_and_what_comes_later_is_taken_next():
    assert taken() == []
    unsaved.note(AT)
    with unsaved.taken() as minutes:
        assert minutes == [MINUTE]
        unsaved.note(AT + timedelta(minutes=1))
    assert taken() == [MINUTE + timedelta(minutes=1)]
    assert taken() == []


def test_what_could_not_be_taken_in_comes_again():
    unsaved.note(AT)
    with pytest.raises(OperationalError), unsaved.taken():
        raise OperationalError("still away")
    assert taken() == [MINUTE]


def test_half_a_line_is_passed_over(folder):
    (folder / unsaved.FILE_NAME).write_text("2027-01-20T11:58Z\n2027-01-2")
    assert taken() == [MINUTE]


def test_a_note_that_cannot_be_made_breaks_nothing(settings, folder, caplog):
    settings.DATA_DIR = folder / "nowhere"
    unsaved.note(AT)
    assert "could not be noted" in caplog.text

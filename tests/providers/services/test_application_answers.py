"""Saving in an application: only while its window is open, and known to be missing unread."""

from datetime import timedelta

import pytest

from commissioning.audit.models import AccessEntry
from commissioning.workflow import Refused
from providers.queries import submissions as queries
from providers.services import application_answers
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def window():
    return f.window()


def test_drafts_are_not_written_after_the_deadline(window):
    made = f.application(window)
    entry = f.entry_of(made)
    with pytest.raises(Refused, match="after the deadline"):
        application_answers.save_answers(
            application=made,
            submission=entry.submission,
            values={"MS1": "Late"},
            actor=f.writer_of(made),
            now=f.DEADLINE + MICROSECOND,
        )
    assert not entry.submission.versions.exists()


def test_what_is_missing_is_known_without_reading_anything(window):
    made = f.application(window)
    entry = f.entry_of(made)
    f.fill(entry)
    application_answers.save_answers(
        application=made, submission=entry.submission, values={"MS2": ""}, actor=f.writer_of(made), now=f.NOW
    )
    assert [item.code for item in queries.missing(entry.submission)] == ["MS2"]
    assert not AccessEntry.objects.exists()

"""Who applies with whom is known from the recorded opening on, and never before (settled 18)."""

import pytest

from commissioning.audit.models import AccessEntry
from commissioning.records.models import SealedBlob
from providers.consortium import CODE, Consortium
from providers.models import KnownAssociate
from providers.services import application_answers, entries, openings
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


def named(window, *associates, number=1):
    entry = f.fill(f.entry_of(f.application(window, numbers=(number,)), number))
    if associates:
        f.name(entry, *associates)
    entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    return entry


def open_all(window):
    lead = f.lead_of(window.agreement)
    openings.open_entries(window=window, actor=lead, now=f.AFTER)
    return lead


def test_nobody_is_known_before_the_opening_and_those_named_are_after_it():
    window = f.window(consortium=True)
    entry = named(window, f.associate(company_number="01234567"), f.associate("Cam Sight", role="member"))
    named(window)
    assert not KnownAssociate.objects.exists()
    lead = open_all(window)
    rows = entry.submission.associates.values_list("number", "role", "name", "company_number")
    assert list(rows) == [
        (1, "subcontractor", "Hunts Forum", "01234567"),
        (2, "member", "Cam Sight", ""),
    ]
    assert KnownAssociate.objects.count() == 2
    read = AccessEntry.objects.filter(user=lead, what="who applies together", outcome="read")
    assert read.count() == 2


def test_only_what_was_submitted_is_known():
    window = f.window(consortium=True)
    entry = named(window, f.associate())
    f.name(entry, f.associate("Cam Sight", role="member"))
    open_all(window)
    assert [one.name for one in entry.submission.associates.all()] == ["Hunts Forum"]


def test_a_damaged_piece_names_nobody_and_stops_nobody():
    window = f.window(consortium=True)
    broken, whole = named(window, f.associate()), named(window, f.associate("Cam Sight", role="member"))
    version = broken.submission.versions.filter(item=CODE).first()
    SealedBlob.objects.filter(pk=version.blob_id).update(digest="0" * 64)
    open_all(window)
    assert not broken.submission.associates.exists()
    assert whole.submission.associates.get().name == "Cam Sight"


def test_a_window_that_does_not_ask_reads_nothing():
    window = f.window()
    named(window)
    open_all(window)
    assert not AccessEntry.objects.filter(what="who applies together").exists()


def test_a_name_that_is_too_long_keeps_no_entry_closed():
    window = f.window(consortium=True)
    entry = f.fill(f.entry_of(f.application(window)))
    given = {"submission": entry.submission, "actor": f.writer_of(entry.application), "now": f.NOW}
    long = f.associate("\u0958" * 200, number=1)
    value = Consortium(alone=False, associates=(long,))
    application_answers.save_answers(application=entry.application, values={CODE: value}, **given)
    entries.submit(entry=entry, actor=given["actor"], now=f.NOW)
    open_all(window)
    assert len(entry.submission.associates.get().name) == 200

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.audit.models import AccessEntry
from commissioning.records import sealing
from providers.queries import evaluation, files
from providers.queries.files import Confidential, Label
from providers.services import application_files, entries, openings
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
SECRET = Confidential("Our rota.", date(2028, 3, 31))
LATER = f.AFTER + timedelta(minutes=2)


def submitted(window, *names, label=None):
    entry = f.fill(f.entry_of(f.application(window)))
    given = {"application": entry.application, "actor": f.writer_of(entry.application), "now": f.NOW}
    for name in names:
        file = application_files.add_file(
            submission=entry.submission, item="MS1", upload=f.pdf(name), **given
        )
        if label:
            application_files.label_file(file=file, confidential=label, **given)
    entries.submit(entry=entry, actor=given["actor"], now=f.NOW)
    return entry


@pytest.fixture
def window():
    return f.window()


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


def listed(window, lead):
    round = window.lots.get(lot__number=1).round
    return files.register(list(files.submitted_with(round)), round, reader=lead, now=LATER)


def test_before_the_opening_there_is_none_to_list_and_no_name_to_read(window, lead):
    entry = submitted(window, "plan.pdf")
    round = f.round_of(entry)
    assert not files.submitted_with(round).exists()
    with pytest.raises(sealing.StillSealed):
        files.register(list(entry.submission.files.all()), round, reader=lead, now=f.NOW)


def test_each_file_is_listed_with_its_name_its_label_and_who_was_given_it(window, lead):
    first = submitted(window, "plan.pdf", "plan.pdf", label=SECRET)
    submitted(window, "other.pdf")
    openings.open_entries(window=window, actor=lead, now=f.AFTER)
    first.submission.refresh_from_db()
    evaluation.stream_opened_file(first.submission, code="MS1", number=2, reader=lead, now=LATER)
    rows = listed(window, lead)
    mine = [row for row in rows if row.file.submission_id == first.submission_id]
    assert [(row.number, row.label.name, row.label.confidential) for row in mine] == [
        (1, "plan.pdf", SECRET),
        (2, "plan.pdf", SECRET),
    ]
    assert [[entry.user for entry in row.given] for row in mine] == [[], [lead]]
    assert [row.label.name for row in rows if row not in mine] == ["other.pdf"]
    assert AccessEntry.objects.filter(what="names of the files", user=lead).count() == 1


def test_a_reading_of_a_name_alone_is_no_download(window, lead):
    entry = submitted(window, "plan.pdf")
    openings.open_entries(window=window, actor=lead, now=f.AFTER)
    entry.submission.refresh_from_db()
    evaluation.read_for_evaluation(entry.submission, reader=lead, now=LATER)
    assert [row.given for row in listed(window, lead)] == [[]]


def test_the_list_costs_as_much_for_five_files_as_for_one(window, lead):
    def cost(made):
        openings.open_entries(window=made, actor=f.lead_of(made.agreement), now=f.AFTER)
        with CaptureQueriesContext(connection) as caught:
            assert listed(made, f.lead_of(made.agreement))
        return len(caught)

    submitted(window, "plan.pdf")
    more = f.window()
    for _ in range(3):
        submitted(more, "plan.pdf", "other.pdf")
    assert cost(more) == cost(window)


def test_a_label_is_read_as_it_was_kept():
    for label in (Label("a.pdf", "application/pdf"), Label("a.pdf", "application/pdf", SECRET)):
        assert files.read_label(json.dumps(label.facts()).encode()) == label


def test_a_withdrawn_entrys_files_are_not_listed(window, lead):
    entry = submitted(window, "plan.pdf")
    entries.withdraw(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    submitted(window, "other.pdf")
    openings.open_entries(window=window, actor=lead, now=f.AFTER)
    assert [row.label.name for row in listed(window, lead)] == ["other.pdf"]

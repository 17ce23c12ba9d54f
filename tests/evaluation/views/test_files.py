"""Files as panel and lead see them: held until they are clean, with their labels, each giving out logged."""

from datetime import date

import pytest

from commissioning.audit.models import AccessEntry
from commissioning.people.roles import Role
from commissioning.records.models import FileScan, Round
from providers import tasks
from providers.queries.files import Confidential
from providers.services import application_files, entries
from tests import factories as people
from tests import scanner
from tests.evaluation import factories as f
from tests.evaluation.pages import denied, main, read
from tests.providers.papers import upload

pytestmark = pytest.mark.django_db
PLACE = "answers/{}/MS1/1/"


def scoring(content=scanner.CLEAN_PDF):
    """Return a case whose one bidder put a confidential file to its first answer, ready to be scored."""
    found = f.case("sealed", bidders=0)
    writer = f.providers.bid_writer(people.provider("Cam Sight"))
    entry = f.providers.fill(f.providers.entry_of(f.providers.application(found.window, by=writer)))
    given = {"application": entry.application, "actor": writer, "now": f.providers.NOW}
    file = application_files.add_file(
        submission=entry.submission, item="MS1", upload=upload(content), **given
    )
    application_files.label_file(
        file=file, confidential=Confidential("The rota.", date(2028, 3, 31)), **given
    )
    entries.submit(entry=entry, actor=writer, now=f.providers.NOW)
    f.openings.open_entries(window=found.window, actor=found.lead, now=f.OPENED)
    found.window.refresh_from_db()
    f._judge(found, "declared")
    return found


def file_url(found):
    return found.url(PLACE.format(found.assessment().organisation.reference))


@pytest.mark.parametrize("lay", [False, True])
def test_a_held_file_is_named_and_not_given_until_it_was_scanned(clamd, lay):
    clamd.kill()
    found = scoring()
    client = f.client(found.lay if lay else found.evaluators[0])
    page = main(read(client, found.answer_url()))
    assert "plan.pdf" in page
    assert "Not scanned yet" in page
    assert file_url(found) not in page
    denied(client.get(file_url(found)), "could not be scanned for viruses yet")
    row = AccessEntry.objects.get(outcome="refused", what="file 1 of MS1")
    assert row.user == (found.lay if lay else found.evaluators[0])
    clamd.start()
    assert tasks.sweep_files(now=f.NOW) == 1
    assert file_url(found) in main(read(client, found.answer_url()))
    given = client.get(file_url(found))
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(given.streaming_content) == scanner.CLEAN_PDF


def test_a_file_with_a_virus_is_never_given_and_that_is_said(clamd):
    clamd.kill()
    found = scoring(scanner.INFECTED_PDF)
    clamd.start()
    tasks.sweep_files(now=f.NOW)
    client = f.client(found.evaluators[0])
    assert "Virus found" in main(read(client, found.answer_url()))
    denied(client.get(file_url(found)), f"found {scanner.SIGNATURE}")
    listed = main(read(f.client(found.lead), found.url("files/")))
    assert scanner.SIGNATURE in listed


def test_what_is_confidential_is_shown_with_its_reason_and_day(settings):
    found = scoring()
    for who in (found.evaluators[0], found.lay):
        page = main(read(f.client(who), found.answer_url()))
        assert "confidential until Friday 31 March 2028: The rota." in page
        assert "This portal has no virus scanner: open the file with care." in page


def test_the_lead_sees_scan_label_and_who_downloaded_it_when():
    found = scoring()
    evaluator = found.evaluators[0]
    client = f.client(found.lead)
    page = main(read(client, found.url("files/")))
    assert "Cam Sight" in page
    assert "MS1, file 1: plan.pdf" in page
    assert "The rota." in page
    assert "Not yet" in page
    f.client(evaluator).get(file_url(found))
    page = main(read(client, found.url("files/")))
    assert evaluator.name in page
    assert "Not yet" not in page
    assert "files/" in main(read(client, found.url()))


def test_the_auditor_reads_the_list_and_the_panel_does_not():
    found = scoring()
    read(f.client(people.person(found.authority, Role.AUDITOR)), found.url("files/"))
    for who in (found.evaluators[0], found.lay, found.moderator):
        denied(f.client(who).get(found.url("files/")), "Your role does not allow you to")


def test_before_the_opening_there_is_no_list(time_machine):
    found = f.case("sealed")
    time_machine.move_to(f.providers.NOW)
    assert not FileScan.objects.exists()
    client = f.client(found.lead)
    for exercise in found.window.lots.filter(exercise_link__isnull=False):
        assert client.get(f"/exercises/{exercise.exercise_link.exercise.reference}/files/").status_code == 403


def test_an_attempt_before_the_opening_is_noted():
    found = scoring()
    f.rewrite(Round.objects.filter(pk=found.exercise.round_id), opened_at=None)
    denied(f.client(found.lead).get(found.url("files/")), "sealed until its recorded opening")
    row = AccessEntry.objects.get(outcome="refused")
    assert (row.user, row.subject) == (found.lead, found.exercise.reference)


def test_who_lost_the_role_loses_the_file_at_once():
    found = scoring()
    evaluator = found.evaluators[0]
    client = f.client(evaluator)
    assert client.get(file_url(found)).status_code == 200
    evaluator.memberships.get().grants.update(withdrawn_at=f.NOW)
    assert client.get(file_url(found)).status_code == 404

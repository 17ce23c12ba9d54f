"""The pages of a file: limits beside the box, what was found, versions, and what is confidential."""

import pytest
from django.urls import reverse

from commissioning.records.models import FileScan
from providers.models import SubmittedFile
from providers.services import entries, openings
from tests import factories as people
from tests import scanner
from tests.providers import factories as f
from tests.providers.papers import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return f.fill(f.entry_of(f.application()))


@pytest.fixture
def client(entry):
    return people.client_for(f.writer_of(entry.application))


def url(name, entry, *more):
    return reverse(f"entry-{name}", args=[entry.application.reference, 1, "MS1", *more])


def add(client, entry, file=None):
    typed = {"text": "Some words", "version": 1, "then": "stay", "file": file or upload()}
    return client.post(url("question", entry), typed)


def page(response):
    return response.content.decode()


def test_the_limits_stand_beside_the_box_with_what_is_left(client, entry):
    scheme = entry.submission.scheme
    type(scheme)._base_manager.update(file_megabytes=3, files_megabytes=7, plain_file_names=True)
    shown = page(client.get(url("question", entry)))
    assert "file of up to 3 MB" in shown
    assert "7 MB together; 7 MB are left" in shown
    assert "up to 100 characters, of letters, digits, spaces" in shown


def test_a_refusal_names_the_limit_and_keeps_what_was_typed(client, entry):
    type(entry.submission.scheme)._base_manager.update(file_name_length=20)
    response = add(client, entry, upload(name="a" * 40 + ".pdf"))
    assert response.status_code == 422
    assert "its name has 44 characters. A file’s name may have up to 20 characters" in page(response)
    assert "Some words" in page(response)
    assert 'href="#id_file"' in page(response)


def test_an_infected_file_is_refused_beside_its_box(clamd, client, entry):
    response = add(client, entry, upload(scanner.INFECTED_PDF, "bad.pdf"))
    assert response.status_code == 422
    assert "“bad.pdf” was not accepted: the virus scanner found" in page(response)
    assert "choose a clean copy" in page(response)
    assert not SubmittedFile.objects.exists()


def test_one_that_could_not_be_scanned_is_kept_and_said_to_be_held(clamd, client, entry):
    clamd.kill()
    assert add(client, entry).status_code == 302
    assert "Not scanned yet" in page(client.get(url("question", entry)))
    about = page(client.get(url("file-about", entry, 1)))
    assert "held back from everybody but its provider" in about
    assert "the file is part of what you submit" in about
    assert client.get(url("file", entry, 1)).status_code == 200


def test_its_own_infected_file_is_not_given_back_and_the_page_says_why(client, entry):
    add(client, entry)
    FileScan.objects.update(verdict="infected", found="Test.Virus")
    assert "found Test.Virus in this file" in page(client.get(url("file-about", entry, 1)))
    answer = client.get(url("file", entry, 1))
    assert answer.status_code == 403
    assert "found Test.Virus in this file" in page(answer)


def test_a_file_is_replaced_and_both_versions_are_given_back(client, entry):
    add(client, entry)
    response = client.post(url("file-replace", entry, 1), {"file": upload(name="better.pdf")})
    assert response.headers["Location"] == url("question", entry)
    question = page(client.get(url("question", entry)))
    assert "better.pdf" in question
    assert "plan.pdf" not in question
    about = page(client.get(url("file-about", entry, 2)))
    assert url("file", entry, 1) in about
    for number, name in ((1, "plan.pdf"), (2, "better.pdf")):
        given = client.get(url("file", entry, number))
        assert given.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert b"".join(given.streaming_content) == scanner.CLEAN_PDF
    assert "This is an earlier version" in page(client.get(url("file-about", entry, 1)))
    again = client.get(url("file-replace", entry, 1))
    assert "replaced or removed meanwhile" in page(again)
    stale = client.post(url("file-replace", entry, 1), {"file": upload(name="stale.pdf")})
    assert stale.status_code == 422
    assert "replaced or removed meanwhile" in page(stale)
    assert "Remove one first" not in page(stale)
    gone = client.post(url("question", entry), {"text": "My words", "version": 0, "remove": "1"})
    assert gone.status_code == 422
    assert "replaced or removed meanwhile" in page(gone)
    assert "My words" in page(gone)
    assert "better.pdf" in page(client.get(url("question", entry)))


def test_without_a_file_nothing_is_replaced(client, entry):
    add(client, entry)
    response = client.post(url("file-replace", entry, 1), {})
    assert response.status_code == 422
    assert "Choose a file for the new version" in page(response)
    assert SubmittedFile.objects.count() == 1


UNTIL = {"until_day": "31", "until_month": "3", "until_year": "2028"}


def test_what_is_confidential_is_said_shown_and_changed(client, entry):
    add(client, entry)
    typed = {"is_confidential": "yes", "reason": "Our rota.", **UNTIL}
    assert client.post(url("file-confidential", entry, 1), typed).status_code == 302
    assert "Confidential</strong>" in page(client.get(url("question", entry)))
    about = page(client.get(url("file-about", entry, 2)))
    assert "confidential until Friday 31 March 2028" in about
    assert "Our rota." in about
    form = page(client.get(url("file-confidential", entry, 2)))
    assert "(optional)" not in form
    assert "Our rota." in form
    assert "evidence, not a veto" in form
    client.post(url("file-confidential", entry, 2), {"is_confidential": "no"})
    assert "Confidential</strong>" not in page(client.get(url("question", entry)))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "whether it holds something confidential"),
        ({"is_confidential": "yes", **UNTIL}, "Enter what is confidential"),
        ({"is_confidential": "yes", "reason": "Why."}, "Enter the last day on which it is confidential"),
        (
            {"is_confidential": "yes", "reason": "Kept words.", **UNTIL, "until_year": "2020"},
            "must be later than today",
        ),
        ({"is_confidential": "yes", "reason": "word " * 101, **UNTIL}, "must be 100 words or fewer"),
    ],
)
def test_a_label_that_lacks_something_is_refused_beside_its_field(client, entry, typed, sentence):
    add(client, entry)
    response = client.post(url("file-confidential", entry, 1), typed)
    assert response.status_code == 422
    assert sentence in page(response)
    assert typed.get("reason", "") in page(response)
    assert SubmittedFile.objects.count() == 1


def test_the_check_page_and_what_was_sent_show_both(client, entry):
    add(client, entry)
    client.post(url("file-confidential", entry, 1), {"is_confidential": "yes", "reason": "Rota.", **UNTIL})
    place = [entry.application.reference, 1]
    entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    for shown in (reverse("entry-submit", args=place), reverse("entry-sent", args=[*place, 1])):
        told = page(client.get(shown))
        assert "Not scanned for viruses" in told
        assert "Confidential</strong>" in told


def test_same_names_are_told_apart_for_those_who_listen(client, entry):
    add(client, entry)
    client.post(
        url("question", entry), {"text": "Some words", "version": 2, "then": "stay", "file": upload()}
    )
    shown = page(client.get(url("question", entry)))
    assert 'Save and remove<span class="govuk-visually-hidden"> plan.pdf, file 1</span>' in shown
    assert 'Save and remove<span class="govuk-visually-hidden"> plan.pdf, file 2</span>' in shown


def test_after_the_deadline_nothing_is_changed_and_the_page_says_so(client, entry, time_machine):
    add(client, entry)
    entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    window = entry.window_lot.window
    openings.open_entries(window=window, actor=f.lead_of(window.agreement), now=f.AFTER)
    time_machine.move_to(f.AFTER, tick=False)
    client = people.client_for(f.writer_of(entry.application))
    assert "Replace the file" not in page(client.get(url("file-about", entry, 1)))
    for name, typed in (
        ("file-replace", {"file": upload()}),
        ("file-confidential", {"is_confidential": "no"}),
    ):
        assert "Save" not in page(client.get(url(name, entry, 1))).partition("<main")[2].partition("<form")[0]
        assert client.post(url(name, entry, 1), typed).status_code == 422
    assert SubmittedFile.objects.count() == 1


def test_a_file_that_is_not_there_is_404(client, entry):
    add(client, entry)
    for name in ("file", "file-about", "file-replace", "file-confidential"):
        assert client.get(url(name, entry, 7)).status_code == 404

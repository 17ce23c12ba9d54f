"""Applying in the browser: each page, what it saves, and what it refuses without losing what was typed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commissioning.records import receipts
from commissioning.records.models import Letter
from evaluation.models import Release
from evaluation.services import release
from providers.models import AnswerVersion, Application
from providers.queries import submissions as queries
from providers.services import entries
from tests import factories as people
from tests.evaluation import factories as judging
from tests.pages import press
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(time_machine):
    """Set the portal's time; a window is open unless a test says otherwise."""
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def window(at):
    return f.window()


@pytest.fixture
def ana(window):
    return f.bid_writer(name="Ana Writer")


@pytest.fixture
def client(ana):
    return people.client_for(ana)


@pytest.fixture
def application(window, ana):
    return f.application(window, by=ana, numbers=(1, 2))


def entry_url(name, application, *more, number=1):
    return reverse(f"entry-{name}", args=[application.reference, number, *more])


def common_url(name, application, *more):
    return reverse(f"common-{name}", args=[application.reference, *more])


def question(client, application, code="MS1", **given):
    return client.post(
        entry_url("question", application, code),
        {"text": "Some words", "version": 0, "then": "stay", **given},
    )


def text(response):
    return response.content.decode()


def test_starting_leads_to_the_task_list(client, window):
    response = client.post(reverse("application-start", args=[window.reference]), {"lots": ["1", "3"]})
    made = Application.objects.get()
    assert response.headers["Location"] == made.get_absolute_url()
    page = text(client.get(made.get_absolute_url()))
    assert "If the window closed now" in page
    assert "would not go in: 5 answers and 3 declarations missing" in page
    assert "Closes" in page
    assert "12:00 noon London time" in page


def test_starting_without_a_lot_is_refused_with_the_mend(client, window):
    response = client.post(reverse("application-start", args=[window.reference]), {})
    assert response.status_code == 422
    assert "Select at least one lot" in text(response)
    assert not Application.objects.exists()


def test_whoever_has_an_application_is_led_to_it(client, application):
    response = client.get(reverse("application-start", args=[application.window.reference]))
    assert response.headers["Location"] == application.get_absolute_url()


def test_a_colleague_who_starts_at_the_same_time_is_told(client, application):
    response = client.post(reverse("application-start", args=[application.window.reference]), {"lots": ["3"]})
    assert response.status_code == 422
    assert "already started an application" in text(response)


def test_who_writes_for_two_providers_says_for_which(client, ana, window):
    second = people.provider("Second Home")
    people.member(ana, second, "provider_editor")
    url = reverse("application-start", args=[window.reference])
    assert "Second Home" in text(client.get(url))
    assert client.post(url, {"lots": ["1"]}).status_code == 422
    client.post(url, {"lots": ["1"], "organisation": second.reference})
    assert Application.objects.get().organisation == second


def test_a_lot_is_added_later(client, application):
    url = reverse("application-lots", args=[application.reference])
    assert "It is already in your application." in text(client.get(url))
    assert client.post(url, {"lots": ["3"]}).status_code == 302
    assert application.entries.count() == 3
    assert "There is no further lot to add." in text(client.get(url))


def test_a_question_page_shows_what_is_asked_and_looked_for(client, application):
    page = text(client.get(entry_url("question", application, "MS1")))
    assert "How will you do MS1?" in page
    assert "What evaluators look for" in page
    assert "30%" in page
    assert "0 of 500 words" in page
    assert "Save and next" in page


def test_saving_stays_and_save_and_next_goes_on(client, application, ana):
    stay = question(client, application, then="stay")
    assert stay.headers["Location"] == entry_url("question", application, "MS1")
    onwards = question(client, application, text="More words", version=1, then="next")
    assert onwards.headers["Location"] == entry_url("question", application, "MS2")
    last = question(client, application, "SV", text="Jobs", then="next")
    assert last.headers["Location"] == entry_url("submit", application)
    own = queries.read_own_item(
        submission=f.entry_of(application).submission, code="MS1", actor=ana, now=f.NOW
    )
    assert (own.value, own.number) == ("More words", 2)


def test_what_goes_past_the_limit_is_marked_not_lost(client, application):
    question(client, application, "SV", text="one two three four five six seven")
    page = text(client.get(entry_url("question", application, "SV")))
    assert "2 words past the limit" in page
    assert "one two three four five six seven" in page
    assert "Done, over the limit" in text(client.get(application.get_absolute_url()))


def test_a_colleagues_newer_text_is_shown_beside_what_was_typed(client, application):
    ben = people.person(application.organisation, "provider_editor", name="Ben Editor")
    assert question(people.client_for(ben), application, text="Ben's words").status_code == 302
    response = question(client, application, text="Ana's words")
    assert response.status_code == 422
    page = text(response)
    assert "Ben Editor saved" in page
    assert "Ben&#x27;s words" in page
    assert "Ana&#x27;s words" in page
    assert 'name="version" value="1"' in page
    assert AnswerVersion.objects.count() == 1
    assert question(client, application, text="Ana's and Ben's words", version=1).status_code == 302


def test_a_file_is_added_given_back_and_removed(client, application):
    question(client, application, file=f.pdf("Walrus plan.pdf"))
    url = entry_url("question", application, "MS1")
    assert "Walrus plan.pdf" in text(client.get(url))
    given = client.get(entry_url("file", application, "MS1", 1))
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert b"walrus" in b"".join(given.streaming_content)
    client.post(url, {"text": "Some words", "version": 1, "remove": "1"})
    assert "Walrus plan.pdf" not in text(client.get(url))
    assert client.get(entry_url("file", application, "MS1", 1)).status_code == 404
    assert client.get(entry_url("file", application, "MS1", 9)).status_code == 404


def test_a_file_that_cannot_be_taken_changes_nothing_and_keeps_the_text(client, application):
    wrong = f.pdf("tool.pdf")
    wrong.seek(0)
    wrong.write(b"MZ-exe-")
    response = question(client, application, text="Typed with care", file=wrong)
    assert response.status_code == 422
    assert "Typed with care" in text(response)
    assert "25 MB" in text(response)
    assert not AnswerVersion.objects.exists()


def test_declarations_are_saved_together(client, application):
    url = entry_url("standards", application)
    page = text(client.get(url))
    assert "Insurer and policy number" in page
    response = client.post(
        url, {"met_INS": "yes", "INS": "Zurich 12", "met_SAFE": "no", "SAFE": "By May", "then": "next"}
    )
    assert response.headers["Location"] == entry_url("question", application, "MS1")
    page = text(client.get(url))
    assert "Zurich 12" in page
    assert "By May" in page
    assert "checked" in page


def test_declarations_of_the_common_part_lead_to_its_questions(client, application):
    response = client.post(common_url("standards", application), {"met_EXCL": "yes", "then": "next"})
    assert response.headers["Location"] == common_url("question", application, "ORG")
    response = client.post(
        common_url("question", application, "ORG"), {"text": "We are kind", "version": 0, "then": "next"}
    )
    assert response.headers["Location"] == application.get_absolute_url()


def test_two_colleagues_do_not_overwrite_each_others_declarations(client, application):
    ben = people.client_for(people.person(application.organisation, "provider_editor", name="Ben Editor"))
    url = entry_url("standards", application)
    ben.post(url, {"met_INS": "yes", "INS": "Ben's policy", "met_SAFE": "yes"})
    response = client.post(url, {"met_INS": "no", "INS": "Ana's reason", "met_SAFE": "yes"})
    assert response.status_code == 422
    page = text(response)
    assert "Ben&#x27;s policy" in page
    assert "Ana&#x27;s reason" in page
    again = {
        "met_INS": "no",
        "INS": "Ana's reason",
        "version_INS": "1",
        "met_SAFE": "yes",
        "version_SAFE": "1",
    }
    assert client.post(url, again).status_code == 302


def test_the_check_names_what_is_missing_and_links_to_it(client, application):
    page = text(client.get(entry_url("submit", application)))
    assert "“Method statement 2” is not complete." in page
    assert entry_url("question", application, "MS2") in page
    assert "Submit Lot 1</button>" not in page
    assert client.post(entry_url("submit", application)).status_code == 422
    assert f.entry_of(application).state == "draft"


def test_submitting_gives_a_receipt_that_proves_itself(client, application):
    f.fill(f.entry_of(application))
    check = text(client.get(entry_url("submit", application)))
    assert "Marmalade MS1 quokka" in check
    assert "Who is told when you do this" in check
    response = press(client, entry_url("submit", application))
    assert response.headers["Location"] == entry_url("receipt", application, 1)
    page = text(client.get(response.headers["Location"]))
    assert "Lot 1 submitted" in page
    assert "14:02:11" in page
    assert "What happens next" in page
    given = client.get(entry_url("receipt-json", application, 1))
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert receipts.verify_receipt(given.content).lines_that_hold(b"Marmalade MS1 quokka")
    paper = client.get(entry_url("receipt-pdf", application, 1))
    assert paper.content.startswith(b"%PDF-")
    assert "Marmalade MS1 quokka" in text(client.get(entry_url("sent", application, 1)))


def test_each_line_of_a_receipt_can_be_compared_with_what_is_downloaded_beside_it(client, application):
    entry = f.fill(f.entry_of(application))
    press(client, entry_url("submit", application))
    verified = receipts.verify_receipt(client.get(entry_url("receipt-json", application, 1)).content)
    shown = text(client.get(entry_url("sent", application, 1)))
    proved = []
    parts = ((1, application.common), (2, entry.submission))
    written = [
        (section, item.code) for section, part in parts for item in queries.items.of_scheme(part.scheme)
    ]
    for section, code in [(0, "details"), *written]:
        url = entry_url("sent-exact", application, 1, section, code)
        assert url in shown
        response = client.get(url)
        assert response.headers["Content-Disposition"].startswith("attachment")
        proved += verified.lines_that_hold(response.content)
    assert {line.sha256 for line in proved} == {line.sha256 for line in verified.lines}
    kept = client.get(entry_url("sent-exact", application, 1, 2, "INS")).content
    page = client.post(
        reverse("verify"),
        {
            "text": client.get(entry_url("receipt-json", application, 1)).content.decode(),
            "content": SimpleUploadedFile("line.txt", kept),
        },
    )
    assert "What you compared is what was received" in text(page)


@pytest.mark.parametrize(("section", "code"), [(1, "MS1"), (2, "ORG"), (3, "MS1"), (0, "MS1"), (2, "NONE")])
def test_what_a_part_does_not_hold_is_not_there_to_compare(client, application, section, code):
    f.fill(f.entry_of(application))
    press(client, entry_url("submit", application))
    assert client.get(entry_url("sent-exact", application, 1, section, code)).status_code == 404


def test_a_file_from_a_page_that_had_room_is_refused_by_name_and_never_dropped(client, application):
    for version, name in enumerate(("One.pdf", "Two.pdf")):
        assert question(client, application, version=version, file=f.pdf(name)).status_code == 302
    stale = question(client, application, version=1, file=f.pdf("Three.pdf"))
    assert stale.status_code == 422
    page = text(stale)
    assert "takes up to 2 files. Remove one first." in page


@pytest.mark.parametrize(
    ("upto", "said"),
    [
        ("sealed", "The deadline has passed, so nothing can be changed or withdrawn."),
        ("opened", "It has been opened, and the opening recorded."),
    ],
)
def test_an_old_receipt_promises_nothing_that_is_over(upto, said, at):
    found = judging.case(upto, bidders=1)
    entry = found.window.applications.get().entries.get()
    at(judging.OPENED)
    page = text(
        people.client_for(f.writer_of(entry.application)).get(entry_url("receipt", entry.application, 1))
    )
    assert said in page
    assert ("What happens next" in page) == (upto == "sealed")
    assert "change your answers" not in page


def test_a_change_after_submitting_is_shown_as_a_draft_beside_what_stands(client, application):
    f.fill(f.entry_of(application))
    press(client, entry_url("submit", application))
    assert "would go in." in text(client.get(application.get_absolute_url()))
    question(client, application, text="Better words", version=1)
    page = text(client.get(application.get_absolute_url()))
    assert "You have changed this since you submitted it." in page
    assert "as you submitted it, without your changes" in page
    assert "Marmalade MS1 quokka" in text(client.get(entry_url("sent", application, 1)))
    press(client, entry_url("submit", application))
    assert "took its place." in text(client.get(entry_url("receipt", application, 1)))
    assert "Lot 1 submitted" in text(client.get(entry_url("receipt", application, 2)))


def test_withdrawing_asks_first_and_keeps_the_draft(client, application):
    f.fill(f.entry_of(application))
    press(client, entry_url("submit", application))
    url = entry_url("withdraw", application)
    assert "Your draft stays as it is" in text(client.get(url))
    assert f.entry_of(application).state == "submitted"
    assert client.post(url).status_code == 302
    assert f.entry_of(application).state == "withdrawn"
    assert "It was withdrawn on" in text(client.get(entry_url("receipt", application, 1)))
    assert "would not go in: complete, but not submitted" in text(client.get(application.get_absolute_url()))


def test_one_microsecond_late_is_refused_with_both_times_and_the_next_window(ana, application, at):
    f.fill(f.entry_of(application))
    opens = f.DEADLINE + timedelta(days=90)
    f.window(
        application.window.agreement,
        common=False,
        opens_at=opens,
        deadline=opens + timedelta(days=30),
        state="scheduled",
    )
    at(f.DEADLINE + timedelta(microseconds=1))
    client = people.client_for(ana)
    response = client.post(entry_url("submit", application))
    page = text(response)
    assert response.status_code == 422
    assert "12:00:00.000001 London time" in page
    assert "12:00:00.000000 London time" in page
    assert "The next window of this agreement opens on" in page
    assert f.entry_of(application).state == "draft"
    at(opens)
    client = people.client_for(ana)
    for page in (
        text(client.post(entry_url("submit", application))),
        text(client.get(application.get_absolute_url())),
    ):
        assert "Another window of this agreement" in page
        assert "is open now, until" in page
        assert "opens on" not in page


@pytest.mark.parametrize("before", [timedelta(0), timedelta(days=3)])
def test_whoever_is_late_is_told_of_a_window_that_opened_before_the_own_one_closed(
    ana, application, at, before
):
    opens = f.DEADLINE - before
    f.window(
        application.window.agreement, common=False, opens_at=opens, deadline=f.DEADLINE + timedelta(days=30)
    )
    at(f.AFTER)
    page = text(people.client_for(ana).get(application.get_absolute_url()))
    assert "Another window of this agreement" in page
    assert "is open now, until Friday 19 February 2027" in page


def test_after_the_deadline_everything_can_be_read_and_nothing_written(ana, application, at):
    f.fill(f.entry_of(application))
    entries.submit(entry=f.entry_of(application), actor=f.writer_of(application), now=f.NOW)
    at(f.AFTER)
    client = people.client_for(ana)
    page = text(client.get(application.get_absolute_url()))
    assert "When the window closed" in page
    assert "<strong>Closed</strong>" in page
    assert "<strong>Closes</strong>" not in page
    assert "went in" in page
    assert "did not go in" in page
    page = text(client.get(entry_url("question", application, "MS1")))
    assert "Marmalade MS1 quokka" in page
    assert "<textarea" not in page
    response = question(client, application, text="Late words", version=1)
    assert response.status_code == 422
    assert AnswerVersion.objects.filter(number=2).count() == 0


def test_my_applications_shows_lots_applications_and_receipts(client, application, ana):
    f.fill(f.entry_of(application))
    entries.submit(entry=f.entry_of(application), actor=ana, now=f.NOW)
    other = f.agreement(lots=1)
    f.admission(other.lots.get(), application.organisation)
    f.window(other, common=False)
    page = text(client.get(reverse("applications")))
    assert application.reference in page
    assert f"{application.reference}/1" in page
    assert "Lot 1: Lot title 1" in page
    assert page.count("is open.") == 1


def test_organisation_details_are_shown(client, application):
    url = reverse("application-organisation", args=[application.reference])
    assert application.organisation.address.splitlines()[0] in text(client.get(url))


def test_an_outcome_is_read_from_the_application_once_its_letter_is_sent():
    case = judging.case("drafted", bidders=1)
    application = case.entries[0].application
    client = people.client_for(f.writer_of(application))
    address = application.get_absolute_url()
    letter = Letter.objects.get()
    assert letter.reference not in client.get(address).content.decode()
    release.release(release=Release.objects.get(), actor=case.second, now=judging.SENDING)
    assert letter.get_absolute_url() in client.get(address).content.decode()

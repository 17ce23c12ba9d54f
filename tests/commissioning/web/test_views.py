import re

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.audit.models import AccessEntry, Event
from commissioning.people.roles import Role
from tests.factories import PASSWORD, client_for, member, person, provider

pytestmark = [pytest.mark.usefixtures("workshop"), pytest.mark.django_db]


@pytest.fixture
def charity():
    return provider("P3 Charity")


@pytest.fixture
def admin(charity):
    return person(charity, Role.PROVIDER_ADMIN, email="ana@p3.example")


@pytest.fixture
def address(charity):
    return f"/workshop/{charity.reference}/rename/"


def text(response) -> str:
    return response.content.decode()


# ---------------------------------------------------------------- acts


def test_looking_at_an_act_changes_nothing_and_says_who_is_told(admin, address, charity):
    response = client_for(admin).get(address)
    assert response.status_code == 200
    assert "<title>Change the name - Commissioning portal</title>" in text(response)
    assert "Who is told when you do this" in text(response)
    assert f'href="/workshop/{charity.reference}/">Cancel' in text(response)
    assert Event.objects.count() == 0


def test_an_act_done_is_recorded_with_the_person_and_leads_on_with_a_message(admin, address, charity):
    response = client_for(admin).post(address, {"name": "P3"})
    assert (response.status_code, response.url) == (302, f"/workshop/{charity.reference}/")
    assert [str(message) for message in get_messages(response.wsgi_request)] == ["The name has been changed."]
    event = Event.objects.get()
    assert event.actor == admin
    assert event.at == response.wsgi_request.received_at


def test_bad_input_is_answered_by_a_sentence_and_kept(admin, address, charity):
    response = client_for(admin).post(address, {"name": "x" * 31})
    assert response.status_code == 422
    assert "The organisation&#x27;s name must be 30 characters or fewer; it has 31" in text(response)
    assert "x" * 31 in text(response)
    charity.refresh_from_db()
    assert charity.name == "P3 Charity"


def test_a_refusal_stands_beside_its_field_with_what_was_typed_and_nothing_changed(admin, address, charity):
    response = client_for(admin).post(address, {"name": "Taken"})
    assert response.status_code == 422
    assert '<a href="#id_name">Another organisation has this name. Add the town.</a>' in text(response)
    assert 'value="Taken"' in text(response)
    # The half-changed object is not what the page shows.
    assert f">{charity.name}</a>" in text(response)
    charity.refresh_from_db()
    assert charity.name == "P3 Charity"
    assert Event.objects.count() == 0


def test_a_refusal_of_the_whole_leads_to_where_it_is_mended(admin, address):
    page = text(client_for(admin).post(address, {"name": "Sealed"}))
    assert '<a href="/windows/">The window is open.</a>' in page
    assert "<li>It closes at 12:00.</li>" in page
    assert "<title>Error: " in page


def test_what_blocks_an_act_is_shown_instead_of_its_button(admin, charity):
    page = text(client_for(admin).get(f"/workshop/{charity.reference}/blocked/"))
    assert "Its window is open." in page
    assert "Change the name</button>" not in page


def test_a_colleague_without_the_role_is_403_with_the_reason_and_it_is_noted(address, charity):
    editor = person(charity, Role.PROVIDER_EDITOR)
    client = client_for(editor)
    for response in (client.get(address), client.post(address, {"name": "P3"})):
        assert response.status_code == 403
        assert "Your role does not allow you to change its details." in text(response)
    noted = list(AccessEntry.objects.all())[-1]
    assert (noted.user, noted.outcome, noted.subject) == (
        editor,
        AccessEntry.Outcome.REFUSED,
        charity.reference,
    )
    assert noted.what == "POST Rename"
    charity.refresh_from_db()
    assert charity.name == "P3 Charity"


def test_a_strangers_reference_is_as_if_it_were_not_there(address):
    stranger = client_for(person(provider(), Role.PROVIDER_ADMIN))
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"name": "Mine"}).status_code == 404
    pages = [text(stranger.get(url)) for url in (address, "/workshop/ORG-00000/rename/")]
    # The token of the form to sign out is another on each page.
    one, other = (re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages)
    assert one == other
    assert AccessEntry.objects.count() == 0


def test_a_page_for_one_role_refuses_the_others(admin):
    assert client_for(admin).get("/workshop/leads/").status_code == 403


# ---------------------------------------------------------------- lists and details


def test_a_list_costs_as_many_queries_with_three_rows_as_with_one(admin):
    client = client_for(admin)
    client.get("/workshop/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/workshop/")
    for _ in range(2):
        member(admin, provider())
    with CaptureQueriesContext(connection) as three:
        page = text(client.get("/workshop/"))
    assert page.count('scope="row"') == 3
    assert len(three) == len(one)


def test_a_long_list_comes_in_pages_that_keep_the_filters(admin):
    for number in range(60):
        member(admin, provider(f"Care {number:02}"))
    client = client_for(admin)
    page = text(client.get("/workshop/?name=care"))
    assert page.count('scope="row"') == 50
    assert "60 in all, showing 1 to 50" in page
    assert 'href="?name=care&amp;page=2"' in page
    assert text(client.get("/workshop/?name=care&page=2")).count('scope="row"') == 10
    assert text(client.get("/workshop/?page=no")).count('scope="row"') == 50


def test_an_empty_list_says_what_will_appear(admin):
    assert "It appears here as soon as an invitation is accepted." in text(
        client_for(person()).get("/workshop/")
    )
    assert "Nothing matches these filters." in text(client_for(admin).get("/workshop/?name=zzz"))


def test_a_wrong_filter_is_named_and_the_list_stays(admin):
    page = text(client_for(admin).get("/workshop/?kind=cats"))
    assert "Select the kind from the list" in page
    assert "P3 Charity" in page


def test_a_detail_page_is_headed_by_its_object(admin, charity):
    page = text(client_for(admin).get(f"/workshop/{charity.reference}/"))
    assert '<h1 class="govuk-heading-l">P3 Charity</h1>' in page


def test_a_public_page_needs_nobody():
    page = client_for().get("/workshop/start/")
    assert page.status_code == 200
    assert "Sign out" not in text(page)


# ---------------------------------------------------------------- a lost session


def test_a_reader_is_sent_to_sign_in_and_back(address):
    response = client_for().get(f"{address}?tab=2")
    assert response.url == f"/account/sign-in/?next={address}%3Ftab%3D2"


def test_what_was_posted_without_a_session_is_kept_and_done_after_signing_in(admin, address, charity):
    client = client_for()
    page = client.post(address, {"name": "Kept <name>", "old_password": "hush hush"})
    assert page.status_code == 401
    assert '<input type="hidden" name="name" value="Kept &lt;name&gt;">' in text(page)
    assert "hush hush" not in text(page)
    assert Event.objects.count() == 0

    wrong = {"name": "Kept <name>", "sign_in_again_email": admin.email, "sign_in_again_password": "wrong"}
    page = client.post(address, wrong)
    assert page.status_code == 401
    assert "The e-mail address, the password or the code is not right." in text(page)
    assert "wrong" not in text(page)
    assert 'value="Kept &lt;name&gt;"' in text(page)

    response = client.post(address, wrong | {"sign_in_again_password": PASSWORD})
    assert response.status_code == 302
    charity.refresh_from_db()
    assert charity.name == "Kept <name>"
    assert client.get(address).status_code == 200


def test_after_signing_in_again_the_rules_are_those_of_the_person_who_did(address, charity):
    other = person(provider(), Role.PROVIDER_ADMIN)
    kept = {"name": "Mine", "sign_in_again_email": other.email, "sign_in_again_password": PASSWORD}
    assert client_for().post(address, kept).status_code == 404
    charity.refresh_from_db()
    assert charity.name == "P3 Charity"


def test_a_kept_post_from_another_site_is_not_taken(admin, address):
    kept = {"name": "Evil", "sign_in_again_email": admin.email, "sign_in_again_password": PASSWORD}
    response = client_for(enforce_csrf_checks=True).post(address, kept)
    assert response.status_code == 403
    assert "The portal could not be sure that this form was sent by you" in text(response)
    assert "Evil" not in text(response)


def test_files_of_a_lost_session_are_asked_for_again(charity):
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    page = client_for().post(f"/workshop/{charity.reference}/attach/", {"note": "here", "paper": paper})
    assert "Files cannot be kept: choose them again afterwards." in text(page)


# ---------------------------------------------------------------- what went wrong


def test_an_upload_over_the_limit_is_refused_with_both_limits(admin, charity, settings):
    settings.MAXIMUM_UPLOAD = 2**20
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.7" + bytes(2**20))
    page = client_for(admin).post(f"/workshop/{charity.reference}/attach/", {"note": "kept", "paper": paper})
    assert page.status_code == 422
    assert (
        "The file for the paper has 1.1 MB. Choose a file of 1 MB or less, of one of these kinds: PDF,"
        in text(page)
    )
    assert 'value="kept"' in text(page)


def test_more_than_a_request_may_hold_is_413_with_both_limits(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    page = client_for().post(
        "/workshop/swallow/", {"text": "x" * 200}, content_type="application/x-www-form-urlencoded"
    )
    assert page.status_code == 413
    assert "up to 25 MB" in text(page)
    assert "PDF, DOCX" in text(page)


def test_a_refusal_without_a_form_is_409_with_the_reason(admin):
    page = client_for(admin).get("/workshop/not-yet/")
    assert page.status_code == 409
    assert "The letters are not rendered yet." in text(page)


def test_a_fault_of_ours_is_said_to_be_ours():
    client = client_for(raise_request_exception=False)
    page = client.get("/workshop/broken/")
    assert page.status_code == 500
    assert "The fault is ours, not yours." in text(page)


def test_after_too_many_wrong_passwords_the_door_is_closed_for_a_while(admin, address):
    client = client_for()
    kept = {"name": "P3", "sign_in_again_email": admin.email, "sign_in_again_password": "wrong"}
    pages = [client.post(address, kept) for _ in range(7)]
    assert pages[-1].status_code == 429
    assert "Too many tries" in text(pages[-1])

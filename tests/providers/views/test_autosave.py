"""What the page saves by itself: with the button's checks, never over anybody, and the text stays."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.audit.models import Event
from providers.models import AnswerVersion
from providers.queries import submissions as queries
from providers.services import entries
from tests import factories as people
from tests.calloffs import factories as calloffs
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(time_machine):
    cache.clear()
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def application(at):
    return f.application(by=f.bid_writer(name="Ana Writer"), numbers=(1, 2))


@pytest.fixture
def client(application):
    return people.client_for(f.writer_of(application))


@pytest.fixture
def ben(application):
    return people.person(application.organisation, "provider_editor", name="Ben Editor")


def page_url(application, code="MS1"):
    return reverse("entry-question", args=[application.reference, 1, code])


def autosave(client, url, text="Some words", version=0, **given):
    typed = {"text": text, "version": version, **given}
    return client.post(url, typed, headers={"X-Portal-Autosave": "1"})


def text_of(application, code="MS1"):
    own = queries.read_own_item(
        submission=f.entry_of(application).submission, code=code, actor=f.writer_of(application), now=f.NOW
    )
    return own.value


def test_it_saves_and_says_when_and_as_which_version_and_records_nothing(client, application):
    before = Event.objects.count()
    response = autosave(client, page_url(application))
    assert response.json() == {"saved": "14:02:11", "versions": {"version": 1}}
    assert text_of(application) == "Some words"
    assert AnswerVersion.objects.get().is_autosaved
    assert Event.objects.count() == before


def test_what_arrives_twice_is_saved_once(client, application):
    first, again = (autosave(client, page_url(application)).json() for _ in range(2))
    assert first == again
    assert AnswerVersion.objects.count() == 1


def test_of_ten_minutes_the_last_stays_and_every_save_by_hand(client, application, at):
    at(f.NOW.replace(minute=0))
    autosave(client, page_url(application), "One")
    autosave(client, page_url(application), "Two", 1)
    client.post(page_url(application), {"text": "By hand", "version": 2, "then": "stay"})
    autosave(client, page_url(application), "Three", 3)
    at(f.NOW.replace(minute=10))
    autosave(client, page_url(application), "Four", 4)
    kept = AnswerVersion.objects.order_by("number").values_list("number", flat=True)
    assert list(kept) == [2, 3, 4, 5]
    assert text_of(application) == "Four"


def test_a_version_that_was_submitted_is_never_superseded(client, application):
    entry = f.fill(f.entry_of(application))
    autosave(client, page_url(application), "Sent", 1)
    package = entries.submit(entry=entry, actor=f.writer_of(application), now=f.NOW)
    autosave(client, page_url(application), "Later", 2)
    assert package.answers.filter(item="MS1", number=2).exists()


def test_a_colleagues_newer_text_is_never_overwritten(client, application, ben):
    autosave(people.client_for(ben), page_url(application), "Ben's words")
    response = autosave(client, page_url(application), "Ana's words")
    assert response.status_code == 409
    assert response.json() == {"overtaken": "Ben Editor saved this at 14:02:11 London time"}
    assert text_of(application) == "Ben's words"


def test_nor_is_ones_own_other_page(client, application):
    autosave(client, page_url(application), "First tab")
    response = autosave(client, page_url(application), "Second tab")
    assert response.json()["overtaken"].startswith("You, on another page, saved this")
    assert text_of(application) == "First tab"


def test_after_the_close_it_says_so_and_the_button_keeps_the_text_in_view(application, at):
    at(f.DEADLINE + timedelta(microseconds=1))
    client = people.client_for(f.writer_of(application))
    response = autosave(client, page_url(application))
    assert response.status_code == 409
    assert "after the deadline" in response.json()["closed"]
    page = client.post(page_url(application), {"text": "Typed too late", "version": 0, "then": "stay"})
    assert page.status_code == 422
    assert "Typed too late" in page.content.decode()
    assert not AnswerVersion.objects.exists()


def test_whoever_was_signed_out_is_told_and_the_button_takes_the_text_up(client, application):
    client.logout()
    assert autosave(client, page_url(application)).status_code == 401
    page = client.post(page_url(application), {"text": "Typed with care", "version": 0, "then": "stay"})
    assert page.status_code == 401
    assert "Typed with care" in page.content.decode()


def test_whoever_lost_the_role_meanwhile_still_has_the_text(client, application):
    f.writer_of(application).memberships.get().grants.update(role="commissioner")
    page = client.post(page_url(application), {"text": "Typed with care", "version": 0})
    assert page.status_code in {403, 404}


def test_a_form_whose_token_is_gone_is_sent_once_more_from_our_own_page_only(application):
    client = people.client_for(f.writer_of(application), enforce_csrf_checks=True)
    typed = {"text": "Careful", "version": 0, "then": "stay", "csrfmiddlewaretoken": "gone"}
    url = page_url(application)
    other = client.post(url, typed, headers={"Origin": "https://elsewhere.example"})
    assert other.status_code == 403
    assert "Careful" not in other.content.decode()
    ours = client.post(url, typed, headers={"Origin": "http://testserver"})
    assert ours.status_code == 403
    page = ours.content.decode()
    assert "Nothing has been saved yet" in page
    assert "gone" not in page
    assert not AnswerVersion.objects.exists()
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert again.keys() == {"text", "version", "then", "csrfmiddlewaretoken"}
    assert client.post(url, again, headers={"Origin": "http://testserver"}).status_code == 302
    assert AnswerVersion.objects.get().words == 1


def test_the_script_of_a_page_drawn_before_signing_in_again_is_given_the_new_token(application):
    client = people.client_for(f.writer_of(application), enforce_csrf_checks=True)
    typed = {"text": "Careful", "version": 0, "csrfmiddlewaretoken": "gone"}
    url, ours = page_url(application), {"Origin": "http://testserver", "X-Portal-Autosave": "1"}
    stranger = client.post(url, typed, headers=ours | {"Origin": "null"})
    assert stranger.status_code == 403
    assert stranger["Content-Type"].startswith("text/html")
    answer = client.post(url, typed, headers=ours)
    assert answer.status_code == 403
    assert not AnswerVersion.objects.exists()
    saved = client.post(url, typed | {"csrfmiddlewaretoken": answer.json()["token"]}, headers=ours)
    assert saved.json()["versions"] == {"version": 1}


def test_nobody_else_saves_anything_by_it(application):
    for who in (f.bid_writer(), f.lead_of(application.window.agreement)):
        assert autosave(people.client_for(who), page_url(application)).status_code in {403, 404}
    assert not AnswerVersion.objects.exists()


def test_standards_and_the_prices_of_a_bid_are_saved_by_themselves_too(client, application):
    url = reverse("entry-standards", args=[application.reference, 1])
    response = client.post(
        url, {"met_INS": "yes", "INS": "Zurich 12", "met_SAFE": ""}, headers={"X-Portal-Autosave": "1"}
    )
    assert response.json()["versions"] == {"version_INS": 1}


def test_a_bid_saves_by_itself_and_says_what_is_wrong_with_a_price(at):
    at(calloffs.NOW)
    ground = calloffs.ground()
    bid = calloffs.started(calloffs.published(ground), ground.writers[0])
    client = people.client_for(ground.writers[0])
    reference = bid.competition.reference
    assert "saved" in autosave(client, reverse("bid-question", args=[reference, "MS1"])).json()
    prices = reverse("bid-prices", args=[reference])
    wrong = client.post(prices, {"HOUR": "99.00"}, headers={"X-Portal-Autosave": "1"})
    assert wrong.status_code == 422
    assert "published ceiling" in wrong.json()["problems"][0]
    right = client.post(prices, {"HOUR": "20.00"}, headers={"X-Portal-Autosave": "1"})
    assert right.json()["versions"] == {"version_HOUR": 1}


def test_it_costs_a_small_request_however_much_was_written_before(client, application):
    costs = []
    for number in (0, 1, 2):
        with CaptureQueriesContext(connection) as caught:
            response = autosave(client, page_url(application), f"Words {number}", number)
        assert len(response.content) < 200
        costs.append(len(caught))
    # The first makes the provider's key, the second supersedes the first.
    assert costs[1] == costs[2] <= 60


def test_colleagues_see_who_is_where_and_nobody_else_does(client, application, ben):
    people.client_for(ben).get(page_url(application, "MS2"))
    page = client.get(application.get_absolute_url()).content.decode()
    assert "Ben Editor (now in Method statement 2 of Lot 1)" in page
    assert "Ben Editor is here now" in page
    assert "Ben Editor is on this page now" in client.get(page_url(application, "MS2")).content.decode()
    assert "on this page now" not in client.get(page_url(application)).content.decode()
    mine = people.client_for(ben).get(application.get_absolute_url()).content.decode()
    assert "Ana Writer (now in Method statement 1 of Lot 1)" in mine
    for stranger in (f.bid_writer(), f.lead_of(application.window.agreement)):
        assert people.client_for(stranger).get(application.get_absolute_url()).status_code == 404
    assert not Event.objects.filter(payload__contains="MS2").exists()


def test_a_mark_is_gone_when_the_cache_forgets_it_and_whoever_left_is_not_shown(client, application, ben):
    people.client_for(ben).get(page_url(application, "MS2"))
    ben.memberships.update(left_at=f.NOW)
    assert "Ben Editor" not in client.get(application.get_absolute_url()).content.decode()
    cache.clear()
    assert "is here now" not in client.get(application.get_absolute_url()).content.decode()


def test_the_task_list_says_who_saved_what_when(client, application, ben):
    client.post(page_url(application), {"text": "Some words", "version": 0, "then": "stay"})
    autosave(people.client_for(ben), page_url(application), "Other words here", 1)
    page = client.get(application.get_absolute_url()).content.decode()
    assert "3 of 500 words, saved 14 January 2027 at 14:02 by Ben Editor" in page


def test_whoever_signed_in_as_somebody_else_still_has_the_text(application):
    stranger = people.client_for(f.bid_writer())
    typed = {"text": "Careful", "version": 0, "then": "stay"}
    ours = stranger.post(page_url(application), typed, headers={"Origin": "http://testserver"})
    assert ours.status_code == 404
    assert "Careful" in ours.content.decode()
    assert "Careful" not in stranger.post(page_url(application), typed).content.decode()


@pytest.mark.parametrize("number", [0, 10_001, 10**24])
def test_a_file_of_an_impossible_number_is_not_there(client, application, number):
    address = f"{page_url(application)}files/{number}/"
    for page in ("", "about/", "replace/", "confidential/"):
        assert client.get(address + page).status_code == 404

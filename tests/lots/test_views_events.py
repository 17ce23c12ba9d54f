"""Signing up for an event, as anyone does it, and the list of who comes, which the lead alone reads."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning import clock
from lots.models import AgreementNotice, EventSignUp
from lots.services import events, notices, sign_ups
from tests.factories import client_for, person, provider
from tests.lots import factories
from tests.lots.pages import send
from tests.lots.test_views_notices import link_of
from tests.pages import get, post

pytestmark = pytest.mark.django_db
EMAIL = "robin@newcomer.example"


@pytest.fixture
def setting():
    return factories.agreement(now=clock.now())


@pytest.fixture
def event(setting):
    return publish(setting)


def publish(setting, **given):
    now = clock.now()
    facts = {"event_at": now + timedelta(days=9), "place": "Town Hall", **given}
    return notices.publish(
        agreement=setting.agreement, title="Meet us", text="Come.", actor=setting.lead, now=now, **facts
    )


def join(event, email=EMAIL, **given):
    facts = {"name": "Robin", "organisation_name": "", "access_needs": "", "address": "", **given}
    sign_ups.ask(notice=event, email=email, now=clock.now(), **facts)
    sign_ups.confirm(sign_up=EventSignUp.objects.get(email=email), now=clock.now())


def test_is_confirmed_and_given_up_by_buttons_and_not_by_opening_links(event):
    url = event.get_absolute_url()
    assert f"{url}sign-up/" in get(None, url)
    assert f"<strong>Help</strong> {event.agreement.support_contact}" in get(None, f"{url}sign-up/")
    sent = post(None, f"{url}sign-up/", name="Robin", email=EMAIL, access_needs="A ramp")
    assert sent == f"{url}sign-up/sent/"
    link = link_of("event_sign_up_confirm")
    assert "Confirm my place" in client_for().get(link).content.decode()
    assert EventSignUp.objects.get().confirmed_at is None
    assert client_for().post(link, {"step": "confirm"}).url == f"{url}sign-up/done/"
    assert EventSignUp.objects.get().confirmed_at
    link = link_of("event_signed_up")
    assert "Give up my place" in client_for().get(link).content.decode()
    # A second press on the page that was drawn before gives nothing up.
    client_for().post(link, {"step": "confirm"})
    assert EventSignUp.objects.exists()
    assert client_for().post(link, {"step": "cancel"}).url == f"{url}sign-up/cancelled/"
    assert not EventSignUp.objects.exists()
    assert client_for().get(link).status_code == 410
    for done in ("sent/", "done/", "cancelled/"):
        assert client_for().get(f"{url}sign-up/{done}").status_code == 200


def test_with_an_account_takes_one_step_and_the_page_says_so_afterwards(event):
    home = provider("Old Hands Together")
    ana = person(home, "provider_editor", email="ana@example.org", name="Ana")
    url = event.get_absolute_url()
    page = get(ana, f"{url}sign-up/")
    assert 'value="Ana"' in page
    assert 'value="Old Hands Together"' in page
    assert send(client_for(ana), f"{url}sign-up/").url == f"{url}sign-up/done/"
    assert "You are signed up" in get(ana, url)


def test_wants_a_name_and_an_address_and_keeps_what_was_typed(event):
    page = post(
        None, f"{event.get_absolute_url()}sign-up/", 422, email="robin at home", access_needs="A ramp"
    )
    for words in ("Enter your name", "e-mail address", "robin at home", "A ramp"):
        assert words in page


def test_an_event_that_is_full_says_so_without_a_number(setting):
    event = publish(setting, places=1)
    join(event)
    for page in ("", "sign-up/"):
        shown = get(None, event.get_absolute_url() + page)
        assert "All places are taken" in shown
        assert "Robin" not in shown
    refused = post(None, f"{event.get_absolute_url()}sign-up/", 422, name="Kim", email="kim@newcomer.example")
    assert "All places are taken" in refused


class TestTheLinkAgain:
    def test_is_offered_where_the_event_is_full_and_by_it_the_place_is_given_up(self, setting):
        event = publish(setting, places=1)
        join(event)
        url = event.get_absolute_url()
        for page in ("", "sign-up/"):
            assert f"{url}link/" in get(None, url + page)
        assert post(None, f"{url}link/", email=EMAIL) == f"{url}link/sent/"
        assert client_for().post(link_of("event_signed_up"), {"step": "cancel"}).status_code == 302
        assert not EventSignUp.objects.exists()

    def test_has_one_answer_for_known_and_unknown_addresses(self, event):
        join(event)
        url = event.get_absolute_url()
        answers = [post(None, f"{url}link/", email=email) for email in (EMAIL, "kim@newcomer.example")]
        assert answers == [f"{url}link/sent/"] * 2
        assert "If somebody signed up with the address you gave" in get(None, answers[0])
        assert "e-mail address" in post(None, f"{url}link/", 422, email="robin at home")

    def test_of_an_event_called_off_deletes_what_was_given(self, setting, event):
        join(event)
        events.call_off(notice=event, reason="A flood.", actor=setting.lead, now=clock.now())
        url = event.get_absolute_url()
        shown = get(None, url)
        for words in ("was told by e-mail", "deleted a month after the day of the event", f"{url}link/"):
            assert words in shown
        assert post(None, f"{url}link/", email=EMAIL) == f"{url}link/sent/"
        link = link_of("event_called_off")
        page = client_for().get(link).content.decode()
        assert "You hold a place" not in page
        assert "Delete what I gave" in page
        client_for().post(link, {"step": "cancel"})
        assert not EventSignUp.objects.exists()

    def test_is_not_offered_once_the_event_is_over(self, event):
        AgreementNotice.objects.update(event_at=clock.now() - timedelta(hours=1))
        url = event.get_absolute_url()
        assert f"{url}link/" not in get(None, url)
        assert "The event took place on" in get(None, f"{url}link/")
        assert "The event took place on" in post(None, f"{url}link/", 422, email=EMAIL)

    def test_says_once_they_are_gone_that_details_were_deleted(self, event):
        past = clock.now() - timedelta(days=31)
        AgreementNotice.objects.update(event_at=past, called_off_at=past, called_off_reason="A flood.")
        shown = get(None, event.get_absolute_url())
        assert "What they gave to sign up has been deleted." in shown
        assert "link/" not in shown.split("Published")[0].split("The event</h2>")[1]


def test_a_notice_without_an_event_has_none_of_these_pages(setting):
    url = publish(setting, event_at=None, place="").get_absolute_url()
    assert client_for().get(f"{url}sign-up/").status_code == 404
    assert client_for().get(f"{url}link/").status_code == 404
    assert client_for(setting.lead).get(f"{url}sign-ups/").status_code == 404


class TestTheList:
    def test_is_read_and_taken_away_by_the_lead_and_nobody_else(self, setting, event):
        join(event, name="=HYPERLINK(1)", access_needs="A ramp")
        url = event.get_absolute_url()
        page = get(setting.lead, f"{url}sign-ups/")
        for words in (EMAIL, "A ramp", "1 person is signed up"):
            assert words in page
        given = client_for(setting.lead).get(f"{url}sign-ups.csv")
        assert given["Content-Type"] == "text/csv"
        assert f"'=HYPERLINK(1),{EMAIL}" in given.content.decode()
        outsider = person(provider(), "provider_admin")
        for who, status in ((setting.member, 403), (outsider, 403), (None, 302)):
            for name in ("sign-ups/", "sign-ups.csv", "move/", "call-off/"):
                assert client_for(who).get(url + name).status_code == status
        for who in (setting.member, outsider, None):
            shown = get(who, url)
            assert not any(words in shown for words in (EMAIL, "HYPERLINK", "sign-ups/"))

    def test_costs_the_same_with_three_as_with_one(self, setting, event):
        client = client_for(setting.lead)

        def cost():
            with CaptureQueriesContext(connection) as caught:
                assert client.get(f"{event.get_absolute_url()}sign-ups/").status_code == 200
            return len(caught)

        join(event)
        cost()
        one = cost()
        join(event, "kim@newcomer.example")
        join(event, "lee@newcomer.example")
        assert cost() == one


class TestAChange:
    def test_is_made_by_the_lead_and_read_by_all(self, setting, event):
        url = event.get_absolute_url()
        client = client_for(setting.lead)
        told = client.get(f"{url}move/").content.decode()
        assert "Everybody who is signed up, by e-mail" in told
        assert send(client, f"{url}move/", place="Library", reason="A flood.").url == url
        shown = get(None, url)
        for words in ("Library", "A flood.", "It was to be", "Town Hall"):
            assert words in shown

    def test_or_an_end_is_told_on_the_page_to_who_was_signed_up_too(self, setting, event):
        writer = person(provider())
        facts = {"name": "Kim", "organisation_name": "", "access_needs": ""}
        sign_ups.sign_up(notice=event, actor=writer, now=clock.now(), **facts)
        send(client_for(setting.lead), f"{event.get_absolute_url()}call-off/", reason="Nobody to host it.")
        shown = get(writer, event.get_absolute_url())
        assert "You were signed up. We wrote to you when it was called off" in shown
        assert "Was to be" in shown

    def test_or_an_end_is_told_on_the_page(self, setting, event):
        url = event.get_absolute_url()
        assert send(client_for(setting.lead), f"{url}call-off/", reason="Nobody to host it.").url == url
        shown = get(None, url)
        assert "This event was called off." in shown
        assert "Nobody to host it." in shown
        assert f"{url}sign-up/" not in shown
        assert "You were signed up." not in shown
        assert "called off" in get(None, f"{url}sign-up/")
        for name in ("move/", "call-off/"):
            page = get(setting.lead, f"{url}{name}")
            assert "called off already" in page
            assert "This cannot be done<" in page


def test_one_that_is_over_took_place(event, time_machine):
    pages = (event.get_absolute_url(), event.agreement.get_absolute_url())
    for url in pages:
        assert "Takes place" in get(None, url)
    time_machine.move_to(event.event_at + timedelta(days=1))
    for url in pages:
        page = get(None, url)
        assert "Took place" in page
        assert "Takes place" not in page
        assert "Sign up by" not in page

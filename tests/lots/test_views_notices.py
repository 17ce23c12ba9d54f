"""Notices as everybody reads them, and following an agreement without an account."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning import clock
from commissioning.audit.models import Event
from commissioning.records.models import Message
from commissioning.records.services import outbox
from lots.models import AgreementNotice, Follower
from lots.services import notices
from tests.factories import client_for, person
from tests.lots import factories
from tests.pages import get, post

pytestmark = pytest.mark.django_db
EMAIL = "robin@newcomer.example"


@pytest.fixture
def setting():
    return factories.agreement(now=clock.now())


@pytest.fixture
def url(setting):
    return setting.agreement.get_absolute_url()


def publish(setting, title="Meet us", **given):
    facts = {"text": "Come and ask.", "actor": setting.lead, "now": clock.now(), **given}
    return notices.publish(agreement=setting.agreement, title=title, **facts)


def link_of(kind):
    message = Message.objects.filter(kind=kind).latest("pk")
    assert outbox.deliver(message.pk, now=message.queued_at)
    found = re.search(r"https?://[^/\s]+(/\S+\?link=\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_notice_is_read_by_anybody_with_its_event(setting, url):
    at = clock.now() + timedelta(days=9)
    notice = publish(setting, event_at=at, place="Town Hall", link="https://meet.example/a", sign_up_by=at)
    assert notice.title in get(None, url)
    assert notice.title in get(None, f"{url}notices/")
    page = get(None, notice.get_absolute_url())
    for words in (
        "Come and ask.",
        "Town Hall",
        "https://meet.example/a",
        "Sign up by",
        "procurement@example.org",
    ):
        assert words in page
    other = factories.agreement(now=clock.now()).agreement
    assert client_for().get(f"{other.get_absolute_url()}notices/{notice.reference}/").status_code == 404


def test_only_the_lead_is_offered_to_publish_one(setting, url):
    publish_url = f"{url}publish-notice/"
    for reader, offered in ((setting.lead, True), (setting.member, False), (None, False)):
        assert (publish_url in get(reader, url)) is offered


@pytest.mark.parametrize("page", ["", "notices/"])
def test_pages_cost_the_same_with_three_notices_as_with_one(setting, url, page):
    client = client_for()

    def cost():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url + page).status_code == 200
        return len(caught)

    publish(setting)
    client.get(url + page)
    one = cost()
    publish(setting)
    publish(setting)
    assert cost() == one


class TestFollowing:
    def test_is_confirmed_and_ended_by_buttons_and_not_by_opening_links(self, setting, url):
        assert post(None, f"{url}follow/", email=EMAIL) == f"{url}follow/sent/"
        confirm = link_of("follow_confirm")
        assert "Confirm" in client_for().get(confirm).content.decode()
        assert Follower.objects.get().confirmed_at is None
        assert client_for().post(confirm).url == f"{url}follow/confirmed/"
        assert Follower.objects.get().confirmed_at
        notices.tell_followers(publish(setting), now=clock.now())
        end = link_of("agreement_notice_follower")
        assert "Stop writing to me" in client_for().get(end).content.decode()
        assert Follower.objects.exists()
        assert client_for().post(end).url == f"{url}follow/ended/"
        assert not Follower.objects.exists()
        assert client_for().get(end).status_code == 410
        for done in ("follow/sent/", "follow/confirmed/", "follow/ended/"):
            assert client_for().get(url + done).status_code == 200

    def test_answers_every_address_alike(self, setting, url):
        known = person(email="ana@example.org")
        for email in (known.email, EMAIL, EMAIL):
            assert post(None, f"{url}follow/", email=email) == f"{url}follow/sent/"

    def test_wants_an_address_and_keeps_what_was_typed(self, url):
        page = post(None, f"{url}follow/", 422, email="robin at home")
        assert "e-mail address" in page
        assert "robin at home" in page

    def test_offers_ones_own_address(self, url):
        assert 'value="ana@example.org"' in get(person(email="ana@example.org"), f"{url}follow/")

    def test_is_of_published_agreements(self):
        draft = factories.agreement(published=False).agreement
        assert client_for().get(f"{draft.get_absolute_url()}follow/").status_code == 404

    @pytest.mark.parametrize("kind", ["follow", "confirm"])
    def test_of_an_abandoned_agreement_says_so_and_draws_no_form(self, setting, url, kind):
        address = f"{url}follow/"
        if kind == "confirm":
            post(None, address, email=EMAIL)
            address = link_of("follow_confirm")
        type(setting.agreement).objects.update(state="abandoned", abandonment_decided_on="2026-11-04")
        page = get(None, address).partition("<main")[2].partition("</main>")[0]
        assert "This agreement was abandoned on Wednesday 4 November 2026" in page
        assert "not published" not in page
        assert "<form" not in page
        post(None, address, 422, email=EMAIL)
        assert not Follower.objects.confirmed().exists()
        assert "Follow this agreement" not in get(None, f"{url}notices/")

    def test_of_one_whose_term_is_over_says_what_is_still_told(self, setting, url):
        assert "no window opens in it any more" not in get(None, f"{url}follow/")
        type(setting.agreement).objects.update(initial_ends_on="2020-11-04")
        page = get(None, f"{url}follow/")
        assert "The agreement ended on Wednesday 4 November 2020, so no window opens in it any more." in page
        post(None, f"{url}follow/", email=EMAIL)
        assert Follower.objects.exists()


def test_a_notice_sent_twice_is_published_once(setting):
    first, again = (publish(setting, "The same words") for _ in range(2))
    assert first == again
    assert AgreementNotice.objects.filter(title="The same words").count() == 1
    assert Event.objects.filter(action="agreement.notify", subject=first.reference).count() == 1

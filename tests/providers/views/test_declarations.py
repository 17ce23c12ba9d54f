"""Declaring in an application, beside what the profile says: neither replaces the other unseen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from providers.queries import declarations as queries
from providers.queries.items import Declared, Item
from providers.queries.submissions import read_own
from providers.services import declarations
from tests import factories as people
from tests.lots.pages import filled
from tests.pages import get, post, press
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
LONG_AGO = f.NOW - timedelta(days=72)  # 3 November 2026


@pytest.fixture
def ana(time_machine):
    time_machine.move_to(LONG_AGO, tick=False)
    return f.bid_writer()


def page(ana, law="pcr"):
    return reverse("profile-declare", args=[f.provider_of(ana).reference, law])


def drawn(user, url):
    return filled(people.client_for(user).get(url))


@pytest.fixture
def applied(ana, time_machine):
    """A provider that declared in one window and has begun an application in the next."""
    first = f.application(by=ana, now=f.NOW)
    time_machine.move_to(f.NOW, tick=False)
    post(ana, reverse("common-standards", args=[first.reference]), met_EXCL="yes", then="next")
    return f.application(f.window(), by=ana, now=f.NOW)


def test_the_task_list_asks_to_confirm_again_with_the_day(ana, applied):
    shown = get(ana, applied.get_absolute_url())
    assert "Confirm again" in shown
    assert "Last confirmed 14 January 2027" in shown


def test_the_page_begins_with_what_was_declared_and_saves_it_only_when_confirmed(ana, applied):
    url = reverse("common-standards", args=[applied.reference])
    shown = get(ana, url)
    assert "Last confirmed 14 January 2027." in shown
    assert "Confirm and next" in shown
    assert shown.count("checked") == 1
    assert not applied.common.versions.exists()
    post(ana, url, met_EXCL="yes", version_EXCL="0", then="next")
    assert applied.common.versions.get().is_complete
    assert "Confirm and next" not in get(ana, url)
    assert "Confirm again" not in get(ana, applied.get_absolute_url())


def test_another_provider_begins_with_nothing(applied):
    other = f.application(applied.window, by=f.bid_writer(), now=f.NOW)
    shown = get(f.writer_of(other), reverse("common-standards", args=[other.reference]))
    assert "Last confirmed" not in shown
    assert shown.count("checked") == 0


def test_nobody_but_its_own_people_sees_the_declarations(ana, applied):
    lead = f.lead_of(applied.window.agreement)
    get(lead, page(ana), 404)
    f.admission(applied.window.agreement.lots.get(number=3), f.provider_of(ana))
    get(lead, page(ana), 403)
    profile = get(lead, reverse("profile", args=[f.provider_of(ana).reference]))
    assert "Say once, for each law" not in profile


def test_an_answer_that_only_stands_in_an_application_replaces_no_later_declaration(ana, applied):
    url = reverse("common-standards", args=[applied.reference])
    post(ana, url, met_EXCL="yes", version_EXCL="0", then="next")
    provider, item = f.provider_of(ana), Item("EXCL", "standard", "", applied.common.scheme.standards.get())
    later = f.NOW + timedelta(hours=1)
    given = {"values": {"EXCL": Declared(is_met=False, text="It changed.")}, "actor": ana, "now": later}
    declarations.confirm(organisation=provider, law="pcr", asked=[item], **given)
    post(ana, url, met_EXCL="yes", version_EXCL="1", then="next")
    kept = queries.kept(provider, [item])
    assert queries.read(kept, [item], actor=ana, now=later)["EXCL"].text == "It changed."


@pytest.fixture
def writing(applied):
    """The declarations' page of an application, which two of the provider's people have open."""
    return reverse("common-standards", args=[applied.reference])


def statement(applied):
    return Item("EXCL", "standard", "Grounds", applied.common.scheme.standards.get())


def on_profile(applied, actor, value, now=f.NOW):
    """Declare on the profile what the application's page asks, whose words its law does not have."""
    given = {"organisation": applied.organisation, "asked": [statement(applied)], "law": "pcr"}
    declarations.confirm(values={"EXCL": value}, actor=actor, now=now, **given)


def kept(applied, actor):
    asked = [statement(applied)]
    found = queries.kept(applied.organisation, asked)
    return queries.read(found, asked, actor=actor, now=f.NOW)["EXCL"]


def saved(applied, actor):
    (own,) = read_own(submission=applied.common, actor=actor, now=f.NOW, only={"EXCL"})
    return own.value


@pytest.fixture
def ben(applied):
    return f.bid_writer(applied.organisation, name="Ben Writer")


NO = Declared(is_met=False, text="We were fined.")


class TestInAnApplicationBesideTheProfile:
    def test_what_was_declared_since_the_page_was_drawn_is_not_replaced_and_told_at_once(
        self, ana, ben, applied, writing
    ):
        page = drawn(ana, writing)
        on_profile(applied, ben, NO)
        to = post(ana, writing, **page, then="next")
        assert to == writing
        assert kept(applied, ana) == NO
        assert saved(applied, ana).is_met is True
        told = "Ben Writer declared “No. We were fined” for your organisation on Thursday 14 January 2027"
        shown = get(ana, writing)
        assert f"{told}, 14:02 London time; this application says “Yes”." in shown
        assert "Saving this page changes this application alone." in shown

    def test_the_message_says_so_after_the_button(self, ana, ben, applied, writing):
        page = drawn(ana, writing)
        on_profile(applied, ben, NO)
        client = people.client_for(ana)
        shown = client.post(writing, page | {"then": "next"}, follow=True).content.decode()
        assert "Your answer is saved in this application, and has not replaced that. Beside" in shown

    def test_who_was_told_goes_on_and_still_replaces_nothing(self, ana, ben, applied, writing):
        page = drawn(ana, writing)
        on_profile(applied, ben, NO)
        post(ana, writing, **page, then="next")
        assert post(ana, writing, **drawn(ana, writing), then="next") != writing
        changed = drawn(ana, writing) | {"met_EXCL": "no", "EXCL": "Another fine."}
        assert post(ana, writing, **changed, then="next") != writing
        assert kept(applied, ana) == NO
        assert saved(applied, ana).text == "Another fine."

    def test_what_was_told_and_only_confirmed_again_is_told_no_second_time(self, ana, ben, applied, writing):
        page = drawn(ana, writing)
        on_profile(applied, ben, NO)
        post(ana, writing, **page, then="next")
        page = drawn(ana, writing)
        on_profile(applied, ben, NO)
        assert post(ana, writing, **page, then="next") != writing
        page = drawn(ana, writing)
        on_profile(applied, ben, Declared(is_met=False, text="We were fined twice."))
        assert post(ana, writing, **page, then="next") == writing

    def test_once_they_agree_a_change_here_is_declared_there_too(self, ana, ben, applied, writing):
        page = drawn(ana, writing)
        on_profile(applied, ben, NO)
        post(ana, writing, **page, then="next")
        post(ana, writing, **drawn(ana, writing) | {"met_EXCL": "no", "EXCL": NO.text}, then="next")
        assert "this application says" not in get(ana, writing)
        post(ana, writing, **drawn(ana, writing) | {"met_EXCL": "yes", "EXCL": ""}, then="next")
        assert kept(applied, ana).is_met is True

    def test_where_nothing_stood_what_a_colleague_declared_first_stays_too(self, ana, time_machine):
        time_machine.move_to(f.NOW, tick=False)
        applied = f.application(by=ana, now=f.NOW)
        url = reverse("common-standards", args=[applied.reference])
        page = drawn(ana, url)
        ben = f.bid_writer(applied.organisation)
        on_profile(applied, ben, NO)
        post(ana, url, **page | {"met_EXCL": "yes"}, then="next")
        assert kept(applied, ana) == NO

    def test_a_page_that_does_not_say_what_it_began_with_replaces_nothing(self, ana, ben, applied, writing):
        on_profile(applied, ben, NO)
        post(ana, writing, met_EXCL="yes", version_EXCL="0", then="next")
        assert kept(applied, ana) == NO

    def test_what_was_only_confirmed_again_is_in_nobodys_way(self, ana, ben, applied, writing):
        page = drawn(ana, writing)
        on_profile(applied, ben, kept(applied, ben))
        to = post(ana, writing, **page | {"met_EXCL": "no", "EXCL": NO.text}, then="next")
        assert to != writing
        assert kept(applied, ana) == NO

    def test_an_answer_saved_by_itself_before_a_colleague_confirmed_the_old_one_again_still_counts(
        self, ana, ben, applied, writing, time_machine
    ):
        page = drawn(ana, writing) | {"met_EXCL": "no", "EXCL": NO.text}
        client, by_itself = people.client_for(ana), {"headers": {"X-Portal-Autosave": "1"}}
        said = client.post(writing, page, **by_itself).json()
        later = f.NOW + timedelta(minutes=5)
        time_machine.move_to(later, tick=False)
        on_profile(applied, ben, kept(applied, ben), now=later)
        page["version_EXCL"] = said["versions"]["version_EXCL"]
        assert post(ana, writing, **page, then="next") != writing
        assert kept(applied, ana) == NO

    def test_a_version_brought_back_replaces_nothing_on_the_profile(self, ana, ben, applied, writing):
        post(ana, writing, **drawn(ana, writing), then="next")
        post(ana, writing, **drawn(ana, writing) | {"met_EXCL": "no", "EXCL": NO.text}, then="next")
        back = reverse("common-standard-version", args=[applied.reference, "EXCL", 1])
        post(ana, back, version=2)
        assert saved(applied, ana).is_met is True
        assert kept(applied, ana) == NO
        assert "You declared “No. We were fined”" in get(ana, writing)

    def test_a_page_that_saves_by_itself_tells_it_too(self, ana, ben, applied, writing):
        post(ana, writing, **drawn(ana, writing), then="next")
        page = drawn(ana, writing) | {"EXCL": "With care."}
        client, by_itself = people.client_for(ana), {"headers": {"X-Portal-Autosave": "1"}}
        said = client.post(writing, page, **by_itself).json()
        assert "told" not in said
        on_profile(applied, ben, NO)
        page |= {"EXCL": "With more care.", "version_EXCL": said["versions"]["version_EXCL"]}
        said = client.post(writing, page, **by_itself).json()
        assert "Ben Writer declared “No. We were fined”" in said["told"]
        assert saved(applied, ana).text == "With more care."
        page["version_EXCL"] = said["versions"]["version_EXCL"]
        assert post(ana, writing, **page, then="next") == writing
        assert kept(applied, ana) == NO

    def test_the_page_leads_to_the_profile_where_that_asks_the_statement(
        self, ana, ben, applied, writing, monkeypatch
    ):
        post(ana, writing, **drawn(ana, writing), then="next")
        on_profile(applied, ben, NO)
        address = reverse("profile-declare", args=[applied.organisation.reference, "pcr"])
        shown = get(ana, writing)
        assert "give it in your next application too, which begins with that declaration" in shown
        assert address not in shown
        own = statement(applied)
        monkeypatch.setattr(queries, "of_law", lambda law: [own] if law.key == "pcr" else [])
        shown = get(ana, writing)
        assert f'href="{address}">declare it on your organisation’s profile' in shown


class TestCheckingBesideTheProfile:
    @pytest.fixture
    def check(self, ana, time_machine):
        time_machine.move_to(f.NOW, tick=False)
        made = f.application(by=ana, numbers=(1,), now=f.NOW)
        f.fill(f.entry_of(made))
        return made, reverse("entry-submit", args=[made.reference, 1])

    def test_it_says_where_the_profile_says_something_else_now_and_stops_nobody(self, ana, check):
        applied, url = check
        assert "Not what the profile says" not in get(ana, url)
        ben = f.bid_writer(applied.organisation, name="Ben Writer")
        on_profile(applied, ben, NO)
        shown = get(ana, url)
        assert shown.count("Not what the profile says") == 1
        assert "Ben Writer declared “No. We were fined” for your organisation" in shown
        assert press(people.client_for(ana), url).status_code == 302

    def cost(self, user, url):
        client = people.client_for(user)
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    def test_it_costs_the_same_for_many_statements(self, ana, check):
        applied, url = check
        before = self.cost(ana, url)
        on_profile(applied, ana, NO)
        one = self.cost(ana, url)
        part = f.entry_of(applied).submission
        asked = [Item(row.code, "standard", row.title, row) for row in part.scheme.standards.all()]
        given = {"organisation": applied.organisation, "asked": asked, "law": "pcr"}
        values = {item.code: Declared(is_met=False, text="Not so.") for item in asked}
        declarations.confirm(values=values, actor=ana, now=f.NOW, **given)
        assert get(ana, url).count("Not what the profile says") == 1 + len(asked)
        assert before <= one <= before + 2
        assert self.cost(ana, url) <= before + 4

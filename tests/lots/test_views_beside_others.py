"""Two pages on the same thing: whoever saves second reads what stands and keeps what was typed."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from commissioning.people.roles import Role
from lots.models import Agreement, AgreementAuthority, Lot, Window
from tests.factories import NOW, client_for, person
from tests.lots import factories
from tests.lots.pages import boxes, filled

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AFTER = "after you opened the page. Nothing was saved over it"


def place_of(setting):
    return AgreementAuthority.objects.get(agreement=setting.agreement, organisation=setting.partner)


def zones_of(setting):
    return [zone.name for zone in Lot.objects.get(pk=setting.lot.pk).zones.all()]


@pytest.fixture
def governed():
    setting = factories.agreement()
    args = [setting.agreement.reference, setting.partner.reference]
    return setting, reverse("authority-governance", args=args)


@pytest.fixture
def rated():
    setting = factories.agreement(published=False)
    return setting, reverse("lot-rates", args=[setting.agreement.reference, setting.lot.number])


def both(setting, url):
    """Return two people with the page open, each with what a browser would send from it."""
    clients = client_for(setting.lead), client_for(person(setting.partner, Role.LEAD))
    return [(client, client.get(url)) for client in clients]


def test_how_an_authority_decides_is_not_saved_over_a_colleagues_words(governed):
    setting, url = governed
    (lead, first), (partner, second) = both(setting, url)
    sent = filled(first, decided_by="Cabinet", key_decision_from="500000", call_in_days="5")
    assert lead.post(url, sent | {"funding_routes": ["own", "s75"]}).status_code == 302

    mine = filled(second, decided_by="Adults committee")
    refused = partner.post(url, mine)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert f"{setting.lead.name} saved this on" in page
    assert AFTER in page
    assert "This is “Cabinet” now; when you opened the page it was empty." in page
    assert "This is “£500,000” now; when you opened the page it was empty." in page
    assert "This is “5 working days” now" in page
    assert "This is “Own budget, Section 75 (pooled with the NHS)” now" in page
    assert 'value="Adults committee"' in page
    assert place_of(setting).decided_by == "Cabinet"

    # Sent again from the same page, the own words take the place of what was read by now, and no more.
    assert partner.post(url, filled(refused)).status_code == 302
    kept = place_of(setting)
    assert (kept.decided_by, kept.key_decision_from) == ("Adults committee", Decimal(500000))
    assert (kept.call_in_days, kept.funding_routes) == (5, ["own", "s75"])


def test_what_was_changed_between_reading_and_sending_again_is_told_too(governed):
    setting, url = governed
    (lead, first), (partner, second) = both(setting, url)
    lead.post(url, filled(first, decided_by="Cabinet"))
    refused = partner.post(url, filled(second, decided_by="Adults committee"))
    lead.post(url, filled(lead.get(url), decided_by="The leader"))
    again = partner.post(url, filled(refused))
    assert "This is “The leader” now; when you opened the page it was “Cabinet”." in again.content.decode()
    assert place_of(setting).decided_by == "The leader"


def test_the_same_words_from_two_pages_are_no_quarrel(governed):
    setting, url = governed
    (lead, first), (partner, second) = both(setting, url)
    for client, page in ((lead, first), (partner, second)):
        assert client.post(url, filled(page, decided_by="Cabinet")).status_code == 302
    assert place_of(setting).decided_by == "Cabinet"


@pytest.mark.parametrize("seen", ["", "no words", "[]", "7"])
def test_a_page_that_lost_what_it_was_drawn_with_is_told_what_stands(governed, seen):
    setting, url = governed
    lead = client_for(setting.lead)
    lead.post(url, filled(lead.get(url), decided_by="Cabinet"))
    refused = lead.post(url, filled(lead.get(url), decided_by="Adults committee", seen=seen))
    assert "This is “Cabinet” now" in refused.content.decode()
    assert place_of(setting).decided_by == "Cabinet"


def test_zones_and_rate_bands_are_not_saved_over_a_colleagues(rated):
    setting, url = rated
    lead = client_for(setting.lead)
    lead.post(url, filled(lead.get(url), zones="North City\nFenland", bands="Rural; hour; 24.50"))
    first, second = lead.get(url), lead.get(url)
    lead.post(url, filled(first, zones="North City\nFenland\nOuter", bands="Rural; hour; 26.00"))

    refused = lead.post(url, filled(second, zones="Fenland"))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert AFTER in page
    assert (
        "This is “North City / Fenland / Outer” now; when you opened the page it was “North City / Fenland”."
    ) in page
    assert "This is “Rural; hour; 26.00” now; when you opened the page it was “Rural; hour; 24.50”." in page
    assert refused.context["form"]["zones"].value() == "Fenland"
    assert zones_of(setting) == ["North City", "Fenland", "Outer"]

    assert lead.post(url, filled(refused)).status_code == 302
    assert zones_of(setting) == ["Fenland"]
    assert [band.ceiling for band in setting.lot.rate_bands.all()] == [Decimal("26.00")]


def test_what_was_saved_meanwhile_is_told_before_what_is_wrong(rated):
    setting, url = rated
    lead = client_for(setting.lead)
    first, second = lead.get(url), lead.get(url)
    lead.post(url, filled(first, zones="North City"))
    refused = lead.post(url, filled(second, zones="Fenland\nfenland"))
    assert "This is “North City” now; when you opened the page it was empty." in refused.content.decode()
    assert "A name is given twice" not in refused.content.decode()
    assert "A name is given twice" in lead.post(url, filled(refused)).content.decode()
    assert zones_of(setting) == ["North City"]


def test_a_mistyped_box_first_does_not_hide_what_was_saved_meanwhile(rated):
    setting, url = rated
    lead = client_for(setting.lead)
    first, second = lead.get(url), lead.get(url)
    lead.post(url, filled(first, zones="North City"))
    mistyped = lead.post(url, filled(second, zones="Fenland", bands="Rural; hour; much"))
    assert mistyped.status_code == 422
    mended = lead.post(url, filled(mistyped, zones="Fenland", bands=""))
    assert "This is “North City” now; when you opened the page it was empty." in mended.content.decode()
    assert zones_of(setting) == ["North City"]


def test_the_page_carries_what_it_was_drawn_with(rated):
    setting, url = rated
    shown = client_for(setting.lead).get(url)
    assert json.loads(shown.context["form"]["seen"].value()) == {"zones": "", "bands": ""}
    assert 'type="hidden" name="seen"' in shown.content.decode()


class TestALostMark:
    """A page that brings nothing back of what it was drawn with: every box keeps what was typed."""

    @pytest.fixture
    def referred(self):
        setting = factories.agreement(published=False)
        lead = client_for(setting.lead)
        url = reverse("agreement-references", args=[setting.agreement.reference])
        lead.post(url, filled(lead.get(url), council_reference="C-1", portal_reference="P-1"))
        return lead, url

    @pytest.mark.parametrize("typed", ["", "C-2"])
    def test_a_box_is_never_taken_for_left_alone(self, referred, typed):
        lead, url = referred
        refused = lead.post(url, filled(lead.get(url), council_reference=typed, seen=""))
        page, form = refused.content.decode(), refused.context["form"]
        assert refused.status_code == 422
        assert "What this page showed when you opened it was lost on the way" in page
        assert "This is “C-1” now; what it was when you opened the page is lost." in page
        assert "You had left it as it was" not in page
        assert "when you opened the page it was empty" not in page
        # Of a box that holds what stands there is nothing to say.
        assert list(form.errors) == ["council_reference"]
        assert form["council_reference"].value() == typed

        assert lead.post(url, filled(refused)).status_code == 302
        kept = Agreement.objects.get()
        assert (kept.council_reference, kept.portal_reference) == (typed, "P-1")

    def test_what_stands_empty_by_now_is_told_too(self, referred):
        lead, url = referred
        refused = lead.post(url, filled(lead.get(url), ocid="ocds-1", seen=""))
        assert "This is empty now; what it was when you opened the page is lost." in refused.content.decode()
        assert Agreement.objects.get().ocid == ""


class TestAWindowThatAColleagueMended:
    """What a colleague changed is told before the boxes that were left alone are judged or asked about."""

    @pytest.fixture
    def opened(self, time_machine):
        time_machine.move_to(NOW, tick=False)
        setting = factories.agreement()
        window = factories.window(
            setting,
            announced=False,
            # Short, so that it is asked about.
            deadline=NOW + 4 * DAY,
            questions_close_at=NOW + 2 * DAY,
            expected_decision_on=(NOW + 90 * DAY).date(),
        )
        people = setting.lead, person(setting.lead_authority, Role.LEAD)
        return people, reverse("window-change", args=[window.reference])

    def test_dates_that_were_left_alone_are_no_fault_of_hers(self, opened, time_machine):
        people, url = opened
        time_machine.move_to(NOW + 10 * DAY, tick=False)
        ours, theirs = map(client_for, people)
        mine = filled(ours.get(url), title="Mine")
        later = boxes("opens_at", NOW + 12 * DAY, "09:00") | boxes("deadline", NOW + 38 * DAY, "12:00")
        later |= boxes("questions_close_at", NOW + 20 * DAY, "12:00")
        mended = theirs.post(url, filled(theirs.get(url)) | later)
        assert mended.status_code == 302

        refused = ours.post(url, mine)
        assert refused.status_code == 422
        page = refused.content.decode()
        assert AFTER in page
        assert "You had left it as it was, so this box holds what stands now." in page
        assert "has already passed" not in page
        assert ours.post(url, filled(refused)).status_code == 302
        assert Window.objects.get().title == "Mine"

    def test_a_tick_for_the_old_deadline_is_taken_off_with_its_question(self, opened):
        people, url = opened
        ours, theirs = map(client_for, people)
        asked = ours.post(url, filled(ours.get(url), title="Mine"))
        assert "The window is open for only 3 days" in asked.content.decode()
        longer = boxes("deadline", NOW + 38 * DAY, "12:00")
        assert theirs.post(url, filled(theirs.get(url)) | longer).status_code == 302

        refused = ours.post(url, filled(asked, meant="on"))
        form = refused.context["form"]
        assert AFTER in refused.content.decode()
        assert "meant" not in form.fields
        assert not form["asked"].value()
        assert 'name="meant"' not in refused.content.decode()
        assert ours.post(url, filled(refused)).status_code == 302

    def test_a_tick_stays_where_the_dates_are_her_own(self, opened):
        people, url = opened
        ours, theirs = map(client_for, people)
        asked = ours.post(url, filled(ours.get(url), title="Mine"))
        theirs_asked = theirs.post(url, filled(theirs.get(url), title="Theirs"))
        assert theirs.post(url, filled(theirs_asked, meant="on")).status_code == 302
        refused = ours.post(url, filled(asked, meant="on"))
        assert list(refused.context["form"].errors) == ["title"]
        assert ours.post(url, filled(refused)).status_code == 302
        assert Window.objects.get().title == "Mine"

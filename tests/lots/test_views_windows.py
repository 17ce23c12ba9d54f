"""The lead's pages on a window: an unusual deadline is asked about, and each act says what is so."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from lots.models import Window
from tests.factories import NOW, client_for
from tests.lots import factories
from tests.lots.pages import boxes, filled, send
from tests.pages import get, post

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SATURDAY = NOW.date() + 12 * DAY
SUNDAY = SATURDAY + DAY


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def setting():
    return factories.agreement()


def url(window, name):
    return reverse(f"window-{name}", args=[window.reference])


def new(client, setting, **given):
    scheme = factories.scheme(setting)
    page = client.get(reverse("window-new", args=[setting.agreement.reference]))
    return filled(
        page,
        title="Spring window",
        **boxes("opens_at", NOW.date() + DAY, "9am"),
        **{**boxes("deadline", SATURDAY, "noon"), **given},
        scheme_1=scheme.reference,
    )


class TestAnUnusualDeadline:
    def test_is_asked_about_and_taken_once_it_is_meant(self, setting):
        client = client_for(setting.lead)
        address = reverse("window-new", args=[setting.agreement.reference])
        typed = new(client, setting)
        assert 'name="meant"' not in client.get(address).content.decode()
        asked = client.post(address, typed)
        assert asked.status_code == 422
        page = asked.content.decode()
        assert "Saturday 23 January 2027 is no working day" in page
        assert 'href="#id_meant"' in page
        assert "I mean this deadline" in page
        assert not Window.objects.exists()
        typed = filled(asked, **typed)
        assert client.post(address, typed).status_code == 422
        assert client.post(address, {**typed, "meant": "on"}).status_code == 302
        assert Window.objects.get().deadline.date() == SATURDAY

    def test_a_tick_for_one_is_none_for_another(self, setting):
        client = client_for(setting.lead)
        address = reverse("window-new", args=[setting.agreement.reference])
        asked = client.post(address, new(client, setting))
        other = {**filled(asked), **boxes("deadline", SUNDAY, "midnight"), "meant": "on"}
        assert "not midnight" in client.post(address, other).content.decode()
        other |= boxes("deadline", SUNDAY, "23:59")
        again = client.post(address, other)
        assert again.status_code == 422
        assert "Sunday 24 January 2027 is no working day" in again.content.decode()
        assert not again.context["form"]["meant"].value()
        assert not Window.objects.exists()

    @pytest.mark.parametrize("asked", ["{", "1", '{"a": 1}'])
    def test_a_spoilt_box_asks_again(self, setting, asked):
        client = client_for(setting.lead)
        address = reverse("window-new", args=[setting.agreement.reference])
        typed = new(client, setting)
        assert client.post(address, {**typed, "asked": asked, "meant": "on"}).status_code == 422

    def test_is_asked_about_when_a_draft_is_changed(self, setting):
        window = factories.window(setting, announced=False)
        page = send(client_for(setting.lead), url(window, "change"), deadline_time="23:00")
        assert "is outside 08:00 to 18:00" in page.content.decode()

    def test_so_is_a_window_that_is_open_for_an_hour(self, setting):
        client = client_for(setting.lead)
        address = reverse("window-new", args=[setting.agreement.reference])
        typed = new(client, setting, **boxes("deadline", NOW.date() + DAY, "10am"))
        asked = client.post(address, typed)
        assert asked.status_code == 422
        assert "The window is open for only 1 hour" in asked.content.decode()
        assert not Window.objects.exists()
        assert client.post(address, {**filled(asked, **typed), "meant": "on"}).status_code == 302
        assert Window.objects.get().deadline - Window.objects.get().opens_at == DAY / 24

    def test_a_short_window_is_not_asked_about_again_when_it_is_extended(self, setting):
        window = factories.window(setting, deadline=NOW + 2 * DAY)
        later = {**boxes("new_deadline", NOW.date() + 3 * DAY, "noon"), "reason": "More time."}
        sent = client_for(setting.lead).post(url(window, "extend"), later)
        assert sent.status_code == 302


def test_a_lot_without_a_choice_of_its_own_is_named_as_a_scheme(setting):
    window = factories.window(setting, announced=False)
    page = send(client_for(setting.lead), url(window, "change"), scheme_1="SCH-NONE")
    (problem,) = page.context["form"].errors["scheme_1"]
    assert f"the scheme of {setting.lot} " in problem


def test_the_same_page_sent_twice_makes_one_draft(setting):
    client = client_for(setting.lead)
    address = reverse("window-new", args=[setting.agreement.reference])
    typed = new(client, setting, **boxes("deadline", SATURDAY - DAY, "noon"))
    assert client.post(address, typed).url == client.post(address, typed).url
    assert Window.objects.count() == 1


class TestAnnouncing:
    def test_what_stands_in_the_way_leads_to_its_mend(self):
        setting = factories.agreement(support_contact="", support_hours="")
        window = factories.window(setting, announced=False, now=NOW - 3 * DAY, opens_at=NOW - DAY)
        page = get(setting.lead, url(window, "announce"))
        contact = reverse("agreement-references", args=[setting.agreement.reference])
        assert f'href="{contact}"' in page
        assert "The opening must be today or later" in page
        assert f'href="{url(window, "change")}"' in page
        post(setting.lead, url(window, "announce"), 422)

    def test_one_that_opens_at_once_says_so(self, setting):
        window = factories.window(setting, announced=False, opens_at=NOW - DAY / 24)
        assert "at once, as you announce it" in get(setting.lead, url(window, "announce"))
        post(setting.lead, url(window, "announce"))
        assert "Open for applications" in get(setting.lead, window.get_absolute_url())


class TestCancelling:
    def test_the_way_back_is_not_called_cancel(self, setting):
        page = get(setting.lead, url(factories.window(setting), "cancel"))
        assert "Go back and keep the window" in page
        assert ">Cancel</a>" not in page

    @pytest.mark.parametrize(
        ("announced", "sentence"),
        [(True, "follows the agreement is told why."), (False, "Nobody is told: it had not been announced.")],
    )
    def test_it_says_who_is_told(self, setting, announced, sentence):
        window = factories.window(setting, announced=announced)
        client = client_for(setting.lead)
        done = client.post(url(window, "cancel"), {"reason": "Not now."}, follow=True)
        assert sentence in done.content.decode()

    def test_one_that_opened_is_open_before_any_sweep(self, setting, time_machine):
        window = factories.window(setting)
        time_machine.move_to(window.opens_at, tick=False)
        for address in (window.get_absolute_url(), "/windows/"):
            page = get(setting.lead, address)
            tags = re.findall(r'<strong class="govuk-tag[^"]*">([^<]+)<', page)
            assert "Open for applications" in tags
            assert "Scheduled" not in tags
        page = get(setting.lead, url(window, "cancel"))
        assert "can no longer be cancelled" in page
        assert "Nobody has started an application" not in page

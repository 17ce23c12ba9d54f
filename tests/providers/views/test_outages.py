"""The pages on lost time: proposed to the lead, shown to everybody, naming nobody."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.records.models import Message, Outage
from lots.models import OutageDecision
from tests.factories import client_for
from tests.pages import get, post
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(f.NOW, tick=False)


@pytest.fixture
def window():
    return f.window()


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


@pytest.fixture
def outage(window):
    began_at = f.NOW.replace(second=0) - timedelta(hours=1)
    return Outage.objects.create(
        began_at=began_at, ended_at=began_at + timedelta(minutes=14), was_refused=True, recorded_at=f.NOW
    )


def url(window, name="extend"):
    return reverse(f"window-outage-{name}", args=[window.reference])


def everybody_sees(window):
    response = client_for().get(window.get_absolute_url())
    return response.content.decode()


def test_home_and_the_windows_page_lead_to_the_decision(window, lead, outage):
    home = get(lead, reverse("home"))
    assert f"Decide on the time an outage took from “{window.title}”" in home
    assert url(window) in home
    assert url(window) in get(lead, window.get_absolute_url())
    assert url(window) not in everybody_sees(window)


def test_the_extension_is_filled_in_and_confirmed_as_it_stands(window, lead, outage):
    entry = f.submitted(window)
    page = get(lead, url(window))
    assert "14 minutes" in page
    assert 'value="12:14"' in page
    assert entry.application.organisation.name not in page
    assert "Who they are, and how many, stays sealed" in page
    reason = "The portal could not save from 13:02 to 13:16. Everybody has 14 minutes added."
    typed = {
        "new_deadline_day": 20,
        "new_deadline_month": 1,
        "new_deadline_year": 2027,
        "new_deadline_time": "12:14",
        "reason": reason,
    }
    assert post(lead, url(window), **typed) == window.get_absolute_url()
    shown = everybody_sees(window)
    assert "Times at which the portal may not have saved" in shown
    assert "The deadline was moved for everyone, to Wednesday 20 January 2027, 12:14 London time." in shown
    assert reason in Message.objects.get(kind="deadline_moved").body
    assert "Decide on the time" not in get(lead, reverse("home"))
    assert "No lost time waits for a decision" in get(lead, url(window))


def test_the_page_says_what_moves_with_the_deadline_and_asks_about_an_unusual_one(window, lead, outage):
    assert "The last moment for questions moves by as much as the deadline." in get(lead, url(window))
    typed = {
        "new_deadline_day": 23,
        "new_deadline_month": 1,
        "new_deadline_year": 2027,
        "new_deadline_time": "12:14",
        "reason": "It was down.",
    }
    page = post(lead, url(window), 422, **typed)
    assert "Saturday 23 January 2027 is no working day" in page
    assert 'name="meant"' in page
    assert not OutageDecision.objects.exists()


def test_less_time_is_refused_beside_its_field_and_the_reason_kept(window, lead, outage):
    typed = {
        "new_deadline_day": 20,
        "new_deadline_month": 1,
        "new_deadline_year": 2027,
        "new_deadline_time": "12:05",
        "reason": "Five will do.",
    }
    page = post(lead, url(window), 422, **typed)
    assert "12:14 London time or later" in page
    assert "Five will do." in page
    assert not OutageDecision.objects.exists()


def test_leaving_the_deadline_shows_its_reason_to_everybody(window, lead, outage):
    assert "not decided yet whether the deadline moves" in everybody_sees(window)
    page = post(lead, url(window, "leave"), 422, reason="")
    assert "Enter why the deadline stays" in page
    assert (
        post(lead, url(window, "leave"), reason="It was three in the morning.") == window.get_absolute_url()
    )
    assert "The deadline was left as it is: It was three in the morning." in everybody_sees(window)


def test_after_the_deadline_the_page_says_that_nothing_moves(window, lead, outage, time_machine):
    time_machine.move_to(f.AFTER, tick=False)
    assert "One that has passed is not moved." in get(lead, url(window))
    assert "The deadline had passed before anything was decided." in everybody_sees(window)
    assert "Decide on the time" not in get(lead, reverse("home"))


def test_a_window_without_an_outage_says_nothing_of_one(window, lead):
    assert "may not have saved" not in everybody_sees(window)
    assert "No lost time waits for a decision" in get(lead, url(window))


def test_an_outage_of_another_time_is_not_this_windows(window, lead, outage):
    Outage.objects.update(began_at=f.OPENS - timedelta(hours=3), ended_at=f.OPENS - timedelta(hours=2))
    assert "may not have saved" not in everybody_sees(window)


@pytest.mark.parametrize("name", ["extend", "leave"])
def test_nobody_but_the_lead_comes_here(window, outage, name):
    assert client_for(f.bid_writer()).get(url(window, name)).status_code == 403
    assert client_for(f.lead_of(f.agreement())).get(url(window, name)).status_code == 403

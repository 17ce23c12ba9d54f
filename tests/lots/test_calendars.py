"""The file of one announced window: for anybody, and the same for everybody."""

from datetime import timedelta

import pytest
import vobject
from django.urls import reverse

from tests.factories import client_for
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


def url_of(window):
    return reverse("window-calendar", args=[window.reference])


def test_a_visitor_takes_both_dates_home():
    window = f.window(state="scheduled")
    response = client_for().get(url_of(window))
    calendar = vobject.readOne(response.content.decode())
    dates = {one.uid.value.partition("@")[0]: one.dtstart.value for one in calendar.vevent_list}
    assert dates == {
        f"{window.reference}-opening": f.OPENS,
        f"{window.reference}-deadline": f.DEADLINE,
    }
    assert response["Content-Disposition"] == f'inline; filename="{window.reference}.ics"'
    assert not response.cookies


def test_it_is_the_same_for_the_lead():
    window = f.window()
    assert (
        client_for(f.lead_of(window.agreement)).get(url_of(window)).content
        == client_for().get(url_of(window)).content
    )


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_a_window_that_was_never_announced_has_none_not_even_for_the_lead(state):
    window = f.window(state=state)
    window.lots.update(round=None)
    for user in (None, f.lead_of(window.agreement)):
        assert client_for(user).get(url_of(window)).status_code == 404


def events(window):
    calendar = vobject.readOne(client_for().get(url_of(window)).content.decode())
    return {one.uid.value.partition("@")[0].rpartition("-")[2]: one for one in calendar.vevent_list}


@pytest.mark.parametrize("agreement_state", ["published", "abandoned"])
def test_one_that_was_announced_and_cancelled_tells_calendars_so(agreement_state):
    window = f.window(state="scheduled")
    before = events(window)
    type(window).objects.update(state="cancelled", state_since=f.OPENS - timedelta(days=3))
    type(window.agreement).objects.update(state=agreement_state)
    after = events(window)
    assert set(after) == {"opening", "deadline"}
    for name, event in after.items():
        assert event.status.value == "CANCELLED"
        assert int(event.sequence.value) > int(before[name].sequence.value)
        assert "status" not in before[name].contents


def test_what_had_come_before_a_window_was_stopped_is_not_called_off():
    window = f.window(state="cancelled", state_since=f.NOW)
    found = {name: "status" in event.contents for name, event in events(window).items()}
    assert found == {"opening": False, "deadline": True}


def test_the_windows_page_offers_it_while_there_is_something_ahead(time_machine):
    window = f.window()
    for at, offered in ((f.NOW, True), (f.DEADLINE + timedelta(days=1), False)):
        time_machine.move_to(at)
        page = client_for().get(window.get_absolute_url()).content.decode()
        assert (url_of(window) in page) is offered

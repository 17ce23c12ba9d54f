"""The file of one announced window: for anybody, the same for everybody, and honest once it is cancelled."""

from datetime import timedelta

import pytest
import vobject
from django.urls import reverse

from lots.models import Agreement, Window
from tests.factories import client_for
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


def url_of(window):
    return reverse("window-calendar", args=[window.reference])


def test_a_visitor_takes_its_dates_home():
    asked = f.DEADLINE - timedelta(days=5)
    window = f.window(state="scheduled", questions_close_at=asked)
    response = client_for().get(url_of(window))
    calendar = vobject.readOne(response.content.decode())
    dates = {one.uid.value.partition("@")[0]: one.dtstart.value for one in calendar.vevent_list}
    assert dates == {
        f"{window.reference}-opening": f.OPENS,
        f"{window.reference}-questions": asked,
        f"{window.reference}-deadline": f.DEADLINE,
    }
    assert all(not hasattr(one, "status") for one in calendar.vevent_list)
    assert response["Content-Disposition"] == f'inline; filename="{window.reference}.ics"'
    assert not response.cookies


def test_it_is_the_same_for_the_lead():
    window = f.window()
    assert (
        client_for(f.lead_of(window.agreement)).get(url_of(window)).content
        == client_for().get(url_of(window)).content
    )


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_what_was_never_announced_has_none_not_even_for_the_lead(state):
    window = f.window(state=state)
    window.lots.update(round=None)
    for user in (None, f.lead_of(window.agreement)):
        assert client_for(user).get(url_of(window)).status_code == 404


@pytest.mark.parametrize("agreement", ["published", "abandoned"])
def test_once_cancelled_the_same_dates_say_so_to_whoever_subscribed(agreement):
    window = f.window(state="scheduled")
    before = vobject.readOne(client_for().get(url_of(window)).content.decode()).vevent_list
    cancelled_at = (window.opens_at - timedelta(days=3)).replace(microsecond=0)
    Window.objects.update(state="cancelled", state_since=cancelled_at)
    Agreement.objects.update(state=agreement)
    after = vobject.readOne(client_for().get(url_of(window)).content.decode()).vevent_list
    assert [one.uid.value for one in after] == [one.uid.value for one in before]
    assert {one.status.value for one in after} == {"CANCELLED"}
    assert {one.last_modified.value for one in after} == {cancelled_at}
    pairs = zip(before, after, strict=True)
    assert all(int(new.sequence.value) > int(old.sequence.value) for old, new in pairs)


def test_what_had_come_before_a_window_was_stopped_is_not_cancelled():
    window = f.window(state="cancelled", state_since=f.NOW, questions_close_at=f.NOW + timedelta(days=1))
    calendar = vobject.readOne(client_for().get(url_of(window)).content.decode())
    found = {
        one.uid.value.partition("@")[0].rpartition("-")[2]: "status" in one.contents
        for one in calendar.vevent_list
    }
    assert found == {"opening": False, "questions": True, "deadline": True}


def test_the_windows_page_offers_it_while_there_is_something_ahead(time_machine):
    window = f.window()
    for at, offered in ((f.NOW, True), (f.DEADLINE + timedelta(days=1), False)):
        time_machine.move_to(at)
        page = client_for().get(window.get_absolute_url()).content.decode()
        assert (url_of(window) in page) is offered

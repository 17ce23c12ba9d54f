"""The lead's pages on a window: the deadline moved, the entries opened."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.audit.models import Event
from commissioning.records.models import Message
from lots.models import Window
from providers.services import entries
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def window(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return f.window()


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


def text(response):
    return response.content.decode()


def extend(client, window, **given):
    typed = {
        "new_deadline_day": "27",
        "new_deadline_month": "1",
        "new_deadline_year": "2027",
        "new_deadline_time": "12:00",
        "reason": "The portal could not save for an hour.",
        **given,
    }
    return client.post(reverse("window-extend", args=[window.reference]), typed)


def test_moving_the_deadline_tells_everybody_who_started(window, lead):
    entry = f.submitted(window)
    response = extend(people.client_for(lead), window)
    assert response.headers["Location"] == f"/windows/{window.reference}/"
    window.refresh_from_db()
    assert window.deadline == f.DEADLINE + timedelta(days=7)
    told = Message.objects.get(kind="deadline_moved")
    assert told.recipient == f.writer_of(entry.application)
    assert "The portal could not save for an hour." in told.body
    assert "12:00 noon" in told.body


def test_the_page_names_nobody_and_no_number(window, lead):
    entry = f.submitted(window)
    page = text(people.client_for(lead).get(reverse("window-extend", args=[window.reference])))
    assert entry.application.organisation.name not in page
    assert "Who they are, and how many, stays sealed" in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"reason": ""}, "Enter why the deadline is moved"),
        ({"new_deadline_day": "31", "new_deadline_month": "2"}, "must be a real date"),
        ({"new_deadline_day": "19"}, "later"),
        ({"new_deadline_time": "midnight"}, "not midnight"),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend_and_all_is_kept(window, lead, given, sentence):
    response = extend(people.client_for(lead), window, **given)
    assert response.status_code == 422
    assert sentence in text(response)
    if "reason" not in given:
        assert "The portal could not save for an hour." in text(response)
    window.refresh_from_db()
    assert window.deadline == f.DEADLINE
    assert not Message.objects.exists()


def test_an_unusual_deadline_is_asked_about_and_nobody_is_told_before_it_is_meant(window, lead):
    f.submitted(window)
    client = people.client_for(lead)
    monday = {"new_deadline_day": "3", "new_deadline_month": "5", "new_deadline_time": "23:00"}
    asked = extend(client, window, **monday)
    assert asked.status_code == 422
    page = text(asked)
    assert "Monday 3 May 2027 is no working day" in page
    assert "23:00 London time is outside 08:00 to 18:00" in page
    assert "The portal could not save for an hour." in page
    assert not Message.objects.filter(kind="deadline_moved").exists()
    meant = {"asked": asked.context["form"]["asked"].value(), "meant": "on"}
    another = extend(client, window, **{**monday, "new_deadline_year": "2028"}, **meant)
    assert another.status_code == 422
    assert "is more than a year after the present deadline" in text(another)
    assert extend(client, window, **monday, **meant).status_code == 302
    assert Message.objects.filter(kind="deadline_moved").count() == 1


def test_a_passed_deadline_is_not_moved(window, lead, time_machine):
    time_machine.move_to(f.AFTER)
    client = people.client_for(lead)
    page = text(client.get(reverse("window-extend", args=[window.reference])))
    assert "One that has passed is not moved." in page
    assert extend(client, window).status_code == 422


def test_before_the_deadline_the_opening_page_says_why_not_and_nothing_else(window, lead):
    entry = f.submitted(window)
    client = people.client_for(lead)
    url = reverse("window-unseal", args=[window.reference])
    page = text(client.get(url))
    assert "sealed until" in page
    assert "Open the entries now" not in page
    assert entry.application.organisation.name not in page
    assert client.post(url, {"sure": "on"}).status_code == 422
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_the_opening_is_confirmed_recorded_and_then_shown(window, lead, time_machine):
    entry = f.submitted(window)
    withdrawn = f.submitted(window)
    entries.withdraw(entry=withdrawn, actor=f.writer_of(withdrawn.application), now=f.NOW)
    time_machine.move_to(f.AFTER)
    client = people.client_for(lead)
    url = reverse("window-unseal", args=[window.reference])
    page = text(client.get(url))
    assert entry.application.organisation.name not in page
    unsure = client.post(url, {})
    assert unsure.status_code == 422
    assert "Tick" in text(unsure)
    assert client.post(url, {"sure": "on"}).headers["Location"] == url
    page = text(client.get(url))
    assert "Entries opened" in page
    assert entry.application.organisation.name in page
    assert withdrawn.application.organisation.name not in page
    assert "did not match" not in page
    assert Event.objects.filter(action="window.unseal").count() == 1
    assert client.post(url, {"sure": "on"}).status_code == 422


def test_a_damaged_piece_is_told_to_the_lead(window, lead, time_machine):
    entry = f.submitted(window)
    blob = entry.submission.versions.get(item="MS1").blob
    type(blob).objects.filter(pk=blob.pk).update(ciphertext=b"x" * 40)
    time_machine.move_to(f.AFTER)
    client = people.client_for(lead)
    response = client.post(reverse("window-unseal", args=[window.reference]), {"sure": "on"}, follow=True)
    assert "1 sealed piece did not match" in text(response)
    named = (
        f"{entry.application.organisation.name}, {entry.reference}: the answer to MS1, found at the opening"
    )
    assert named in text(response)
    assert named in text(client.get(reverse("window-unseal", args=[window.reference])))


def test_after_the_opening_the_provider_sees_being_evaluated_and_no_more(window, lead, time_machine):
    entry = f.submitted(window)
    time_machine.move_to(f.AFTER)
    people.client_for(lead).post(reverse("window-unseal", args=[window.reference]), {"sure": "on"})
    client = people.client_for(f.writer_of(entry.application))
    page = text(client.get(entry.application.get_absolute_url()))
    assert "Being evaluated" in page
    assert "went in" in page


@pytest.mark.parametrize("page", ["window-extend", "window-outage-extend", "window-outage-leave"])
def test_what_may_still_come_is_not_called_impossible(window, lead, page):
    Window.objects.filter(pk=window.pk).update(state="draft")
    client = people.client_for(lead)
    assert "This cannot be done yet" in text(client.get(reverse(page, args=[window.reference])))


def test_lost_time_may_still_come_until_the_deadline(window, lead, time_machine):
    url = reverse("window-outage-extend", args=[window.reference])
    assert "This cannot be done yet" in text(people.client_for(lead).get(url))
    time_machine.move_to(f.AFTER, tick=False)
    assert "This cannot be done<" in text(people.client_for(lead).get(url))


def test_a_rolling_entry_has_no_deadline_to_move():
    entry = f.rolling()
    rolling = entry.window_lot.window
    entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    client = people.client_for(f.lead_of(rolling.agreement))
    page = text(client.get(reverse("window-extend", args=[rolling.reference])))
    assert "An entry outside the windows has no deadline to move." in page
    assert "The deadline was" not in page

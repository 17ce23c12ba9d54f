"""An agreement abandoned by its page: who is told is said without a name, and everybody can read why."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning import clock
from lots.services import notices
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(f.NOW)


def page_of(user, url):
    return people.client_for(user).get(url).content.decode()


def test_abandoning_is_done_by_its_page_and_shown_to_everybody():
    entry = f.submitted()
    agreement = entry.window_lot.window.agreement
    client = people.client_for(f.lead_of(agreement))
    today = clock.london_date(clock.now())
    url = reverse("agreement-abandon", args=[agreement.reference])
    assert url in client.get(reverse("agreement-setup", args=[agreement.reference])).content.decode()
    told = client.get(url).content.decode()
    assert "stays sealed, also from you" in told
    assert entry.application.organisation.name not in told
    form = {
        "decision_reference": "KEY/9",
        "decided_on_day": today.day,
        "decided_on_month": today.month,
        "decided_on_year": today.year,
        "reason": "The money is gone.",
    }
    assert client.post(url, form).status_code == 302
    for shown in (agreement.get_absolute_url(), entry.window_lot.window.get_absolute_url()):
        assert "The money is gone." in page_of(None, shown)
    mine = page_of(f.writer_of(entry.application), entry.application.get_absolute_url())
    assert "Ended unopened" in mine
    assert "nobody but its writers can read it" in mine


def test_the_page_names_the_events_that_it_calls_off():
    agreement = f.agreement()
    lead = f.lead_of(agreement)
    url = reverse("agreement-abandon", args=[agreement.reference])
    assert "signed up for" not in page_of(lead, url)
    facts = {"text": "Come.", "place": "Town Hall", "actor": lead, "now": f.NOW}
    notices.publish(agreement=agreement, title="Meet us", event_at=f.NOW + timedelta(days=9), **facts)
    page = page_of(lead, url)
    assert "Whoever is signed up for “Meet us”, by e-mail for each event: it is called off by this." in page
    assert "Events that are still to come are called off." in page

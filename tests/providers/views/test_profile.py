"""A provider's profile in the browser's eyes: documents, rating, holds, and the lead's view of them."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from commissioning.audit.models import AccessEntry
from providers import tasks
from providers.models import ProfileDocument, Rating
from providers.queries import home
from tests import factories as people
from tests.addresses import body
from tests.pages import boxes
from tests.providers import factories as f
from tests.providers.profiles import document, ran_out, rated, watching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(f.NOW)


@pytest.fixture
def ana():
    return f.bid_writer(people.provider("P3 Charity"))


@pytest.fixture
def organisation(ana):
    return f.provider_of(ana)


def page(name, organisation, *more):
    return reverse(name, args=[organisation.reference, *more])


def test_only_what_a_document_mends_is_said_to_be_off_hold(ana, organisation):
    lot = watching(f.agreement(lots=1).lots.get(), "public_liability")
    f.admission(lot, organisation)
    ran_out(organisation)
    tasks.sweep(now=f.NOW)
    typed = {
        "kind": "public_liability",
        **boxes("issued_on", date(2026, 2, 1)),
        **boxes("expires_on", date(2027, 1, 31)),
        "file": f.pdf("certificate.pdf"),
    }
    response = people.client_for(ana).post(page("profile-document-add", organisation), typed)
    told = [str(one) for one in get_messages(response.wsgi_request)]
    assert told == ["The document is on record. What it mends is off hold."]


def test_a_document_is_added_with_its_dates_and_can_be_had_again_as_an_attachment(ana, organisation):
    client = people.client_for(ana)
    typed = {
        "kind": "public_liability",
        **boxes("issued_on", date(2026, 2, 1)),
        **boxes("expires_on", date(2027, 1, 31)),
        "file": f.pdf("certificate.pdf"),
    }
    response = client.post(page("profile-document-add", organisation), typed)
    assert response.url == page("profile", organisation)
    told = [str(one) for one in get_messages(response.wsgi_request)]
    assert told == ["The document is on record."]
    kept = ProfileDocument.objects.get()
    shown = client.get(response.url).content.decode()
    assert "certificate.pdf" in shown
    assert "31 January 2027" in shown
    assert "Runs out soon" in shown
    file = client.get(page("profile-document", organisation, kept.reference))
    assert file["Content-Disposition"] == 'attachment; filename="certificate.pdf"'
    assert "walrus" in body(file)
    noted = AccessEntry.objects.get(outcome="read")
    assert (noted.user_id, noted.subject) == (ana.pk, kept.reference)


def test_a_document_that_ran_out_is_refused_beside_its_date_with_everything_kept(ana, organisation):
    typed = {
        "kind": "dbs_policy",
        **boxes("issued_on", date(2025, 2, 1)),
        **boxes("expires_on", date(2026, 2, 1)),
        "file": f.pdf(),
    }
    response = people.client_for(ana).post(page("profile-document-add", organisation), typed)
    shown = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_expires_on_0"' in shown
    assert "run out already" in shown
    assert 'value="dbs_policy"' in shown


def test_a_document_that_would_be_good_for_ever_is_refused_and_ends_no_hold(ana, organisation):
    watching(f.agreement(lots=1).lots.get(), "public_liability")
    ran_out(organisation)
    typed = {
        "kind": "public_liability",
        **boxes("issued_on", date(2026, 12, 1)),
        **boxes("expires_on", date(2199, 11, 30)),
        "file": f.pdf(),
    }
    response = people.client_for(ana).post(page("profile-document-add", organisation), typed)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "it is 1 December 2028 at the latest" in shown
    assert 'value="2199"' in shown
    assert ProfileDocument.objects.count() == 1


def test_a_hold_is_shown_on_the_profile_the_place_and_the_register_with_its_day(ana, organisation):
    lot = watching(f.agreement(lots=1).lots.get(), "public_liability")
    place = f.admission(lot, organisation)
    ran_out(organisation)
    tasks.sweep(now=f.NOW)
    reason = "Public liability insurance ran out on 13 January 2027."
    assert reason in people.client_for(ana).get(page("profile", organisation)).content.decode()
    lead = people.client_for(f.lead_of(lot.agreement))
    shown = lead.get(place.get_absolute_url()).content.decode()
    assert reason in shown
    assert "On hold" in shown
    assert page("profile", organisation) in shown
    register = lead.get(reverse("pool", args=[lot.agreement.reference])).content.decode()
    assert "On hold" in register
    assert "since 14 January 2027" in register
    assert "Ends by itself" in register
    outside = people.client_for().get(reverse("pool", args=[lot.agreement.reference])).content.decode()
    assert "P3 Charity" in outside
    assert "On hold" not in outside


def test_a_lead_records_a_fall_of_the_rating_from_the_place_in_the_pool(organisation):
    lot = watching(f.agreement(lots=1).lots.get(), lowest="good")
    place = f.admission(lot, organisation)
    lead = f.lead_of(lot.agreement)
    client = people.client_for(lead)
    url = reverse("admission-rating", args=[lot.agreement.reference, 1, organisation.reference])
    assert url in client.get(place.get_absolute_url()).content.decode()
    typed = {"rating": "requires_improvement", **boxes("published_on", date(2027, 1, 12))}
    assert client.post(url, typed).status_code == 302
    assert Rating.objects.get().recorded_by == lead
    place.refresh_from_db()
    assert place.state == "held"


def test_a_document_taken_out_by_mistake_is_not_shown_and_not_given(ana, organisation):
    kept, client = document(organisation), people.client_for(ana)
    response = client.post(page("profile-document-take-out", organisation, kept.reference))
    assert response.status_code == 302
    assert client.get(page("profile-document", organisation, kept.reference)).status_code == 404


def test_who_only_applies_is_a_stranger_to_the_leads(organisation):
    entry = f.submitted(by=f.bid_writer(organisation))
    lead = people.client_for(f.lead_of(entry.window_lot.window.agreement))
    assert lead.get(page("profile", organisation)).status_code == 404


def test_evaluators_and_auditors_of_the_authority_have_no_business_there(organisation):
    lot = f.agreement(lots=1).lots.get()
    f.admission(lot, organisation)
    for role in ("evaluator", "board_member", "auditor"):
        client = people.client_for(people.person(lot.agreement.lead, role))
        assert client.get(page("profile", organisation)).status_code == 404


def tasks_of(user, now=f.NOW):
    return [(task.what, task.due, task.url) for task in home.worklist(user, now)]


def test_what_runs_out_is_on_its_peoples_list_until_a_newer_one_is_there(ana, organisation):
    url = page("profile-document-add", organisation) + "?kind=public_liability"
    soon = document(organisation, days=60)
    what = f"Record the new public liability insurance: yours runs out on {soon.expires_on:%-d %B %Y}"
    assert tasks_of(ana) == [(what, soon.expires_on, url)]
    late = f.NOW + timedelta(days=61)
    assert "ran out on" in tasks_of(ana, late)[0][0]
    document(organisation, days=300)
    assert tasks_of(ana) == []


def test_what_a_lot_asks_for_and_nobody_recorded_is_on_the_list_too(ana, organisation):
    f.admission(watching(f.agreement(lots=1).lots.get(), "dbs_policy", lowest="good"), organisation)
    ((what, _, _),) = tasks_of(ana)
    assert what == "Record your DBS policy: Lot 1 asks for it"
    rated(organisation, "inadequate")
    assert any("new CQC rating" in what for what, _, _ in tasks_of(ana))
    assert tasks_of(f.bid_writer()) == []


def test_the_form_begins_with_the_kind_that_the_task_names(ana, organisation):
    client = people.client_for(ana)
    shown = client.get(page("profile-document-add", organisation) + "?kind=dbs_policy").content.decode()
    assert shown.count("checked") == 1
    assert client.get(page("profile-document-add", organisation) + "?kind=passport").status_code == 200

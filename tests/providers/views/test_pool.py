"""The register of the pool, one place in it, and what the lead does to it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from commissioning.records.models import Message
from providers.services import admissions
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(time_machine):
    time_machine.move_to(f.NOW)
    return f.agreement(lots=2)


@pytest.fixture
def lot(agreement):
    return agreement.lots.get(number=1)


@pytest.fixture
def lead(agreement):
    return f.lead_of(agreement)


def text(response):
    return response.content.decode()


def pool(client, agreement, on=None):
    asked = {"on_day": on.day, "on_month": on.month, "on_year": on.year} if on else {}
    return text(client.get(reverse("pool", args=[agreement.reference]), asked))


def counts(page):
    """Return the numbers of the table of lots, a row a lot."""
    table = page.split("How many in each lot</caption>")[1].split("</table>")[0]
    return [re.findall(r"--numeric\">(\d+)<", row) for row in table.split("<tr")[2:]]


def act(client, admission, name, **typed):
    return client.post(reverse(f"admission-{name}", args=place(admission)), typed)


def place(admission):
    return [admission.lot.agreement.reference, admission.lot.number, admission.organisation.reference]


def review(days):
    day = f.NOW + timedelta(days=days)
    return {"review_on_day": day.day, "review_on_month": day.month, "review_on_year": day.year}


def test_anyone_sees_the_names_and_the_authorities_see_the_rest(agreement, lot, lead):
    member = f.admission(lot, people.provider("Care Network"))
    admissions.suspend(
        admission=member,
        reason="Insurance ran out.",
        review_on=datetime(2027, 2, 1, tzinfo=UTC).date(),
        actor=lead,
        now=f.NOW,
    )
    f.admission(lot, people.provider("Age UK"), state="standstill", effective_at=f.NOW + timedelta(days=3))
    public = pool(people.client_for(), agreement)
    assert "Care Network" in public
    assert "Suspended" not in public
    assert "Age UK" not in public
    whole = pool(people.client_for(people.person(agreement.lead, "commissioner")), agreement)
    assert "Suspended" in whole
    assert counts(whole) == [["1", "0", "1"], ["0", "0", "0"]]
    assert "Age UK" in whole
    assert "Not yet in force" in whole


def test_a_long_register_is_shown_fifty_at_a_time_and_by_lot(agreement, lot, lead):
    other = agreement.lots.get(number=2)
    for number in range(51):
        f.admission(lot, people.provider(f"Care {number:02}"))
    f.admission(other, people.provider("Zeal Care"))
    client = people.client_for(lead)
    first = pool(client, agreement)
    assert counts(first) == [["51", "51", "0"], ["1", "1", "0"]]
    assert "Care 49" in first
    assert "Care 50" not in first
    address = reverse("pool", args=[agreement.reference])
    second = text(client.get(address, {"page": 2}))
    assert "Care 50" in second
    assert "Zeal Care" in second
    alone = text(client.get(address, {"lot": 2}))
    assert "Zeal Care" in alone
    assert "Care 49" not in alone
    assert "Select a valid choice" not in alone
    assert "lot" in text(client.get(address, {"lot": "nine"}))


def test_the_register_shows_any_day(agreement, lot, lead):
    old = f.admission(lot, people.provider("Old Friends"), effective_at=f.OPENS - timedelta(days=30))
    old.decided_at = f.OPENS - timedelta(days=40)
    old.save()
    f.admission(lot, people.provider("New Friends"))
    admissions.remove(admission=old, reason="Closed down.", actor=lead, now=f.NOW)
    client = people.client_for(lead)
    today = pool(client, agreement)
    assert "New Friends" in today
    assert "Old Friends" not in today
    before = pool(client, agreement, on=f.OPENS - timedelta(days=10))
    assert "Old Friends" in before
    assert "New Friends" not in before
    assert "at the end of Friday 25 December 2026" in before


def test_a_day_that_is_none_is_refused_with_the_mend(agreement, lead):
    page = text(
        people.client_for(lead).get(
            reverse("pool", args=[agreement.reference]), {"on_day": "31", "on_month": "2", "on_year": "2027"}
        )
    )
    assert "must be a real date" in page


def test_a_suspended_place_is_shown_as_suspended_on_that_day_only(agreement, lot, lead):
    member = f.admission(lot, people.provider("Care Network"))
    admissions.suspend(
        admission=member,
        reason="Why.",
        review_on=datetime(2027, 2, 1, tzinfo=UTC).date(),
        actor=lead,
        now=f.OPENS + timedelta(days=2),
    )
    admissions.lift(admission=member, reason="Mended.", actor=lead, now=f.OPENS + timedelta(days=4))
    client = people.client_for(lead)
    assert "Suspended" in pool(client, agreement, on=f.OPENS + timedelta(days=3))
    assert "Suspended" not in pool(client, agreement, on=f.OPENS + timedelta(days=5))
    assert "Suspended" not in pool(client, agreement)


def test_suspending_lifting_and_removing_with_their_reasons(lot, lead):
    admission = f.admission(lot, people.provider("Care Network"))
    f.bid_writer(admission.organisation)
    client = people.client_for(lead)
    page = text(client.get(admission.get_absolute_url()))
    assert "Suspend" in page
    assert "Lift the suspension" not in page
    assert act(client, admission, "suspend", reason="Insurance ran out.", **review(20)).status_code == 302
    page = text(client.get(admission.get_absolute_url()))
    assert "Insurance ran out." in page
    assert "Wednesday 3 February 2027" in page
    assert act(client, admission, "lift", reason="Insured again.").status_code == 302
    assert act(client, admission, "remove", reason="Closed down.").status_code == 302
    page = text(client.get(admission.get_absolute_url()))
    for shown in ("Insured again.", "Closed down.", "Removed"):
        assert shown in page
    assert "Suspend from" not in page
    kinds = ["admission_suspended", "suspension_lifted", "admission_removed"]
    assert sorted(Message.objects.values_list("kind", flat=True)) == sorted(kinds)


def test_what_is_missing_is_named_and_what_was_typed_is_kept(lot, lead):
    admission = f.admission(lot)
    client = people.client_for(lead)
    response = act(client, admission, "suspend", reason="Typed with care.", **review(-1))
    assert response.status_code == 422
    assert "still to come" in text(response)
    assert "Typed with care." in text(response)
    response = act(client, admission, "suspend", **review(5))
    assert "Enter why the provider is suspended" in text(response)
    admission.refresh_from_db()
    assert admission.state == "current"


def test_a_step_out_of_turn_shows_why_not(lot, lead):
    admission = f.admission(lot)
    client = people.client_for(lead)
    page = text(client.get(reverse("admission-lift", args=place(admission))))
    assert "cannot be done now" in page
    assert act(client, admission, "lift", reason="Because.").status_code == 422


def test_a_legal_hold_is_placed_and_lifted(lot, lead):
    admission = f.admission(lot, state="standstill", effective_at=f.NOW + timedelta(days=5))
    client = people.client_for(lead)
    assert "Place a legal hold" in text(client.get(admission.get_absolute_url()))
    assert act(client, admission, "hold", reason="A claim was issued.").status_code == 302
    page = text(client.get(admission.get_absolute_url()))
    assert "A claim was issued." in page
    assert act(client, admission, "release-hold", reason="Settled.").status_code == 302
    admission.refresh_from_db()
    assert admission.legal_hold_reason == ""


def test_a_provider_sees_its_own_place_and_no_act_of_the_lead(lot, lead):
    admission = f.admission(lot)
    admissions.suspend(
        admission=admission,
        reason="Insurance ran out.",
        review_on=datetime(2027, 2, 1, tzinfo=UTC).date(),
        actor=lead,
        now=f.NOW,
    )
    client = people.client_for(f.bid_writer(admission.organisation))
    page = text(client.get(admission.get_absolute_url()))
    assert "Insurance ran out." in page
    assert "Lift the suspension" not in page
    other = people.client_for(f.bid_writer())
    assert other.get(admission.get_absolute_url()).status_code == 404


def test_after_a_removal_and_a_new_admission_the_newer_place_is_shown(lot, lead):
    first = f.admission(lot)
    admissions.remove(admission=first, reason="Closed.", actor=lead, now=f.NOW)
    second = f.admission(lot, first.organisation, decided_at=f.NOW)
    page = text(people.client_for(lead).get(second.get_absolute_url()))
    assert "Remove from the pool" in page

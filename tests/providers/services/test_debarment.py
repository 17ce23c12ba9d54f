"""The debarment list: looked at by the lead under the laws that have one (rulebook C19)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.policies import Denied
from commissioning.workflow import Refused
from providers.models import DebarmentCheck, KnownAssociate, PlatformConfirmation
from providers.queries import home
from providers.services import debarment, platform
from tests import factories as people
from tests.evaluation.factories import SHARE_CODE
from tests.pages import boxes, get, post
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return f.admission(f.agreement(lots=1, regime="PA23_OPEN_FRAMEWORK").lots.get())


@pytest.fixture
def lead(member):
    return f.lead_of(member.lot.agreement)


def check(member, actor, **given):
    found = debarment.Finding(**{"checked_on": f.NOW.date(), **given})
    return debarment.record_check(admission=member, found=found, actor=actor, now=f.NOW)


def test_a_place_waits_on_the_leads_list_until_it_was_checked(member, lead):
    (task,) = home.worklist(lead, f.NOW)
    assert task.what == "Check the debarment list for 1 place in the pool"
    check(member, lead)
    assert home.worklist(lead, f.NOW) == []
    assert home.worklist(f.lead_of(f.agreement()), f.NOW) == []


def test_a_listed_provider_needs_the_ground_and_the_day_has_come(member, lead):
    with pytest.raises(Refused, match="which ground"):
        check(member, lead, ground="mandatory")
    with pytest.raises(Refused, match="after today"):
        check(member, lead, checked_on=f.NOW.date() + timedelta(days=1))
    assert check(member, lead, ground="mandatory", note="Cartel; we ask for its side.").is_listed


def test_a_mandatory_ground_excludes_and_a_discretionary_one_is_decided(member, lead):
    with pytest.raises(Refused, match="there is no choice") as refusal:
        check(member, lead, ground="mandatory", excludes=False, note="Cartel.")
    assert refusal.value.reasons[0].field == "excludes"
    assert check(member, lead, ground="mandatory", note="Cartel.").excludes
    with pytest.raises(Refused, match="leaves it to you"):
        check(member, lead, ground="discretionary", note="Breach.")
    assert not check(member, lead, ground="discretionary", excludes=False, note="It has paid.").excludes
    assert check(member, lead, ground="discretionary", excludes=True, note="Again.").excludes
    (last,) = DebarmentCheck.objects.standing()
    assert last.note == "Again."


def test_nobody_but_the_lead_records_it_and_not_where_there_is_no_list(member):
    for actor in (people.person(member.lot.agreement.lead, "commissioner"), f.bid_writer()):
        with pytest.raises(Denied):
            check(member, actor)
    other = f.admission(f.agreement(lots=1).lots.get())
    with pytest.raises(Refused, match="no debarment list"):
        check(other, f.lead_of(other.lot.agreement))


def test_the_lead_records_it_on_the_page_of_the_place_and_the_provider_does_not_see_it(
    member, lead, time_machine
):
    time_machine.move_to(f.NOW)
    assert "Record a check of the debarment list" in get(lead, member.get_absolute_url())
    place = [member.lot.agreement.reference, 1, member.organisation.reference]
    typed = {"ground": "mandatory", "note": "Listed for a cartel.", **boxes("checked_on", f.NOW.date())}
    post(lead, reverse("admission-debarment", args=place), **typed)
    assert DebarmentCheck.objects.get().recorded_by == lead
    assert "Listed for a cartel." in get(lead, member.get_absolute_url())
    assert "Listed for a cartel." not in get(f.bid_writer(member.organisation), member.get_absolute_url())


def test_the_page_costs_no_more_queries_with_more_checks(member, lead, time_machine):
    time_machine.move_to(f.NOW)
    counts = []
    for _ in range(3):
        check(member, people.person(member.lot.agreement.lead, "lead"))
        with CaptureQueriesContext(connection) as caught:
            get(lead, member.get_absolute_url())
        counts.append(len(caught))
    assert counts[1] == counts[2]


def test_that_it_shared_its_information_is_recorded_where_the_law_asks(member, lead, time_machine):
    time_machine.move_to(f.NOW)
    place = [member.lot.agreement.reference, 1, member.organisation.reference]
    url = reverse("admission-platform", args=place)
    typed = {"share_code": "tB7gKp9d", "seen": "on", **boxes("confirmed_on", f.NOW.date())}
    assert "must be 8 letters and digits" in post(lead, url, 422, **(typed | {"share_code": "no"}))
    unticked = {key: value for key, value in typed.items() if key != "seen"}
    assert "Tick “The provider is registered there" in post(lead, url, 422, **unticked)
    post(lead, url, **typed)
    assert PlatformConfirmation.objects.get().recorded_by == lead
    assert "shared under tB7gKp9d" in get(lead, member.get_absolute_url())
    other = f.admission(f.agreement(lots=1).lots.get())
    with pytest.raises(Refused, match="No share code is asked for"):
        platform.confirm(
            admission=other,
            seen=platform.Sighting(f.NOW.date(), "tB7gKp9d"),
            actor=f.lead_of(other.lot.agreement),
            now=f.NOW,
        )
    with pytest.raises(Denied):
        platform.confirm(
            admission=member,
            seen=platform.Sighting(f.NOW.date(), "tB7gKp9d"),
            actor=f.bid_writer(member.organisation),
            now=f.NOW,
        )


def test_the_lead_is_told_whom_else_to_look_for(time_machine):
    time_machine.move_to(f.NOW)
    agreement = f.agreement(lots=1, regime="PA23_OPEN_FRAMEWORK")
    writer = f.bid_writer(people.provider(share_code=SHARE_CODE))
    entry = f.submitted(f.window(agreement, consortium=True), by=writer)
    member = f.admission(agreement.lots.get(), entry.application.organisation, entry=entry)
    lead = f.lead_of(agreement)
    page = reverse("admission-debarment", args=[agreement.reference, 1, member.organisation.reference])
    assert "Look for these too" not in get(lead, page)
    KnownAssociate.objects.create(
        submission=member.entry.submission,
        number=1,
        role="member",
        name="Night Owls",
        matching_name="nightowls",
        company_number="01234567",
    )
    assert "Night Owls (consortium member, company number 01234567)" in get(lead, page)

"""The debarment list: looked at by the lead under the laws that have one (rulebook C19)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.policies import Denied
from commissioning.workflow import Refused
from providers.models import DebarmentCheck, KnownAssociate
from providers.queries import home
from providers.services import debarment
from tests import factories as people
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
    given = {"checked_on": f.NOW.date(), "is_listed": False, "note": "", **given}
    return debarment.record_check(admission=member, actor=actor, now=f.NOW, **given)


def test_a_place_waits_on_the_leads_list_until_it_was_checked(member, lead):
    (task,) = home.worklist(lead, f.NOW)
    assert task.what == "Check the debarment list for 1 place in the pool"
    check(member, lead)
    assert home.worklist(lead, f.NOW) == []
    assert home.worklist(f.lead_of(f.agreement()), f.NOW) == []


def test_a_listed_provider_needs_the_ground_and_the_day_has_come(member, lead):
    with pytest.raises(Refused, match="which ground"):
        check(member, lead, is_listed=True)
    with pytest.raises(Refused, match="after today"):
        check(member, lead, checked_on=f.NOW.date() + timedelta(days=1))
    assert check(member, lead, is_listed=True, note="Cartel; we ask for its side.").is_listed


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
    typed = {"is_listed": "yes", "note": "Listed for a cartel.", **boxes("checked_on", f.NOW.date())}
    post(lead, reverse("admission-debarment", args=place), **typed)
    assert DebarmentCheck.objects.get().recorded_by == lead
    assert "Listed for a cartel." in get(lead, member.get_absolute_url())
    assert "Listed for a cartel." not in get(f.bid_writer(member.organisation), member.get_absolute_url())


def test_the_lead_is_told_whom_else_to_look_for(member, lead, time_machine):
    time_machine.move_to(f.NOW)
    window = f.window(member.lot.agreement, consortium=True)
    member.entry = f.submitted(window, number=1)
    member.save(update_fields=["entry"])
    place = [member.lot.agreement.reference, 1, member.organisation.reference]
    page = reverse("admission-debarment", args=place)
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

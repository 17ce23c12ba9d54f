"""Saying anew whom bidders may ask."""

import re

import pytest
from django.urls import reverse

from calloffs.models import Competition
from calloffs.services import competitions
from calloffs.workflow import COMPETITION
from commissioning import policies
from commissioning.audit.models import Event
from commissioning.records.models import Message
from commissioning.workflow import Refused
from tests import factories as people
from tests.calloffs import factories as f
from tests.pages import get, post

pytestmark = pytest.mark.django_db
NEW = "new.colleague@council.example"


@pytest.fixture
def ground(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return f.ground()


@pytest.fixture
def competition(ground):
    return f.published(ground)


def url(competition, name="competition-support"):
    return reverse(name, args=[competition.reference])


def correct(competition, actor, contact=NEW):
    given = {"competition": competition, "actor": actor, "now": f.NOW}
    competitions.correct_support(support_contact=contact, support_hours="", **given)


def test_the_lead_changes_it_and_bidders_read_it_at_once(ground, competition):
    assert url(competition) in get(ground.lead, competition.get_absolute_url())
    page = get(ground.lead, url(competition))
    assert f'value="{ground.agreement.support_contact}"' in page
    assert "Nobody is written to." in page
    told = Message.objects.count()
    typed = {"support_contact": f" {NEW} ", "support_hours": "Mornings", "seen": _seen(page)}
    assert post(ground.lead, url(competition), **typed) == competition.get_absolute_url()
    assert f"{NEW}, Mornings" in get(ground.writers[0], url(competition, "bid-invitation"))
    assert Message.objects.count() == told
    event = Event.objects.get(action="competition.correct")
    assert event.actor == ground.lead
    assert event.data["after"] == {"support_contact": NEW, "support_hours": "Mornings"}


def test_what_a_colleague_saved_meanwhile_is_shown_and_not_replaced(ground, competition):
    page = get(ground.lead, url(competition))
    colleague = people.person(ground.authority, "lead", name="Cleo Colleague")
    correct(competition, colleague)
    typed = {"support_contact": "other@council.example", "support_hours": "", "seen": _seen(page)}
    answer = post(ground.lead, url(competition), 422, **typed)
    assert "Cleo Colleague saved this on" in answer
    assert NEW in answer
    assert Competition.objects.get().support_contact == NEW


def test_bidders_are_never_left_without_anybody_to_ask(ground, competition):
    before = competition.support_contact
    with pytest.raises(Refused, match="Say whom bidders may ask"):
        correct(competition, ground.lead, contact=" ")
    assert Competition.objects.get().support_contact == before


def test_the_same_again_is_no_event(ground, competition):
    correct(competition, ground.lead)
    correct(competition, ground.lead)
    assert Event.objects.filter(action="competition.correct").count() == 1


@pytest.mark.parametrize("state", [state for state, _ in COMPETITION.states])
def test_it_is_put_right_as_long_as_whoever_was_invited_reads_it(ground, competition, state):
    Competition.objects.update(state=state)
    shown = competition.support_contact
    assert shown in get(ground.writers[0], url(competition, "bid-invitation"))
    assert url(competition) in get(ground.lead, competition.get_absolute_url())
    page = get(ground.lead, url(competition))
    typed = {"support_contact": NEW, "support_hours": "", "seen": _seen(page)}
    assert post(ground.lead, url(competition), **typed) == competition.get_absolute_url()
    read = get(ground.writers[0], url(competition, "bid-invitation"))
    assert NEW in read
    assert shown not in read


def test_it_is_the_leads(ground, competition):
    for actor in (ground.commissioner, ground.director, ground.writers[0]):
        with pytest.raises(policies.Denied):
            correct(competition, actor)
    assert people.client_for(ground.writers[0]).get(url(competition)).status_code == 404


def _seen(page):
    return re.findall(r'name="seen" value="(\{.*?\})"', page)[0]

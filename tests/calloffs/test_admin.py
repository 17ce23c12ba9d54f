"""The administration looks up call-offs; it neither writes nor learns who bids before the opening."""

import pytest
from django.urls import reverse

from calloffs.models import Bid, Competition
from calloffs.services import awards, bids, competitions
from tests import factories as people
from tests.calloffs import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return people.client_for(people.person(is_staff=True))


def page(client, name, *arguments):
    return client.get(reverse(f"admin:{name}", args=arguments)).content.decode()


def test_bids_appear_once_the_opening_is_recorded(client):
    ground = f.ground(pool=2)
    competition = f.published(ground)
    bid = f.submitted(competition, ground.writers[0])
    detail = reverse("admin:calloffs_bid_change", args=[bid.reference])
    assert bid.reference not in page(client, "calloffs_bid_changelist")
    assert client.get(detail).status_code == 302
    competitions.close(competition=competition, actor=bids.SWEEP, now=f.AFTER)
    competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER)
    assert bid.reference in page(client, "calloffs_bid_changelist")
    assert client.get(detail).status_code == 200


def test_a_competition_shows_who_was_invited_and_not_who_means_to_bid(client):
    ground = f.ground(pool=2)
    competition = f.published(ground)
    invitation = competition.invitations.first()
    invitation.intention, invitation.intention_reason = "will_not", "We are too small."
    invitation.save()
    shown = page(client, "calloffs_competition_change", competition.pk)
    assert ground.providers[0].name in shown
    assert "Will not bid" not in shown
    assert "We are too small." not in shown


def test_an_award_appears_once_its_letters_are_sent(client):
    ground = f.ground(pool=2)
    award = f.lettered(ground)
    reference = award.competition.calloff.reference
    assert reference not in page(client, "calloffs_award_changelist")
    awards.release(award=award, actor=ground.releaser, now=f.SENT)
    assert reference in page(client, "calloffs_award_changelist")
    shown = page(client, "calloffs_award_change", award.pk)
    assert award.bid.organisation.name in shown
    assert award.reasons not in shown


def test_nothing_is_written_here(client):
    ground = f.ground(pool=1)
    competition = f.published(ground)
    for name, row in (("calloff", competition.calloff), ("competition", competition)):
        url = reverse(f"admin:calloffs_{name}_change", args=[row.pk])
        assert 'name="_save"' not in client.get(url).content.decode()
        assert client.post(url, {"state": "abandoned"}).status_code == 403
        assert client.get(reverse(f"admin:calloffs_{name}_add")).status_code == 403
    assert Competition.objects.get().state == "open"
    assert not Bid.objects.exists()

"""Dates of competitions and contracts: to each side its own, of an award nothing before its release."""

from datetime import timedelta

import pytest

from calloffs.models import CallOff
from calloffs.queries.dates import dates
from calloffs.services import clarifications, competitions
from commissioning.people.models import User
from tests import factories as people
from tests.calloffs import factories as f
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db


def found(user, now=f.NOW):
    """Return the person's dates by the last part of their keys."""
    fresh = User.objects.get(pk=user.pk)
    return {one.key.rpartition("-")[2]: one for one in dates(fresh, now)}


@pytest.fixture
def ground():
    return f.ground(2)


def test_authorities_and_invited_providers_see_the_same_deadlines_and_nobody_else_does(ground):
    competition = f.published(ground)
    stranger, colleague = f.member_of(ground, lot=ground.inactive_lot), ground.partner_commissioner
    for user in (ground.lead, colleague, *ground.writers[:2]):
        assert {name: one.at for name, one in found(user).items()} == {
            "questions": competition.questions_close_at,
            "deadline": competition.deadline,
        }
    for user in (stranger, people.person(people.authority(), "lead")):
        assert found(user) == {}


def test_who_will_not_bid_has_no_deadline(ground):
    competition = f.published(ground)
    invitation = f.invitation(competition, ground.writers[0])
    clarifications.respond(
        invitation=invitation,
        intention="will_not",
        reason="No staff.",
        actor=ground.writers[0],
        now=f.NOW,
    )
    assert found(ground.writers[0]) == {}


def test_a_moved_deadline_says_that_it_moved(ground):
    competition = f.published(ground)
    later = competition.deadline + timedelta(days=2)
    competitions.extend(
        competition=competition, deadline=later, reason="Fairness.", actor=ground.lead, now=f.NOW
    )
    moved = found(ground.writers[0])["deadline"]
    assert (moved.at, moved.moves, moved.changed_at) == (later, 1, f.NOW)


def test_of_an_award_nobody_sees_the_standstill_before_the_letters_are_out(ground):
    f.lettered(ground)
    for user in (ground.lead, ground.writers[0]):
        assert "standstill" not in found(user, f.SENT)


def test_after_the_release_the_standstill_is_in_every_bidders_and_readers_calendar(ground):
    f.released(ground)
    for user in (ground.lead, ground.director, *ground.writers[:2]):
        assert found(user, f.SENT)["standstill"].at == f.STANDSTILL_ENDS
    assert "standstill" not in found(ground.member, f.SENT)


def test_a_contract_starts_and_ends_for_both_its_parties_alone(ground):
    contract = f.in_force(ground)
    winner = next(user for user in ground.writers if providers.provider_of(user) == contract.organisation)
    loser = next(user for user in ground.writers if user != winner)
    for user in (winner, ground.lead):
        mine = found(user, f.MADE)
        assert (mine["start"].at, mine["end"].at) == (contract.starts_on, contract.ends_on)
    assert not {"start", "end"} & set(found(loser, f.MADE))


def test_it_costs_the_same_with_three_as_with_one(ground, django_assert_max_num_queries):
    f.published(ground)
    with django_assert_max_num_queries(20) as one:
        found(ground.lead)
    f.published(ground)
    f.published(ground)
    assert CallOff.objects.count() == 3
    with django_assert_max_num_queries(len(one)):
        found(ground.lead)

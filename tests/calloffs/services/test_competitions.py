"""The mini-competition: who is invited, its dates, its closing, its opening and the prices' own."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from calloffs.models import Competition, Invitation
from calloffs.services import bids, calloffs, competitions
from commissioning.audit.models import Event
from commissioning.board.services import papers
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Message, SealedBlob
from commissioning.records.rules import opening_not_before
from commissioning.workflow import Refused
from lots.models import Lot
from lots.services import schemes
from providers.models import Admission
from tests.calloffs import factories as f
from tests.commissioning.records.workers import at_once
from tests.factories import NOW, authority, person
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def ground():
    return f.ground()


def publish(ground, calloff, **given):
    return competitions.publish(
        **{
            "calloff": calloff,
            "scheme": f.scheme(ground),
            "questions_close_at": f.QUESTIONS_CLOSE,
            "deadline": f.DEADLINE,
            "expected_award_on": None,
            "actor": ground.lead,
            "now": NOW,
            **given,
        }
    )


class TestInviting:
    def test_invites_exactly_the_current_unsuspended_members_of_the_lot_at_that_moment(self, ground):
        invited = {one.pk for one in ground.providers}
        for state in ("standstill", "suspended", "removed"):
            f.member_of(ground, state=state)
        f.member_of(ground, lot=ground.inactive_lot)
        competition = f.published(ground)
        f.member_of(ground, "Latecomer")
        Admission.objects.filter(organisation=ground.providers[0]).update(state="suspended")
        assert set(competition.invitations.values_list("organisation", flat=True)) == invited
        told = Message.objects.filter(kind="invitation_to_bid")
        assert {row.recipient for row in told} == set(ground.writers[:3])
        assert {row.veil for row in told} == {competition.round.reference}

    def test_refuses_a_pool_in_which_nobody_could_be_invited(self, ground):
        Admission.objects.update(state="suspended")
        calloff = f.approved(ground)
        with pytest.raises(Refused, match="no member in its pool"):
            publish(ground, calloff)
        assert not Competition.objects.exists()

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"questions_close_at": NOW}, "questions_close_at"),
            ({"deadline": f.QUESTIONS_CLOSE}, "deadline"),
            ({"deadline": f.DEADLINE.replace(month=6)}, "deadline"),
            ({"expected_award_on": f.DEADLINE.date()}, "expected_award_on"),
            ({"expected_award_on": date(2030, 1, 1)}, "expected_award_on"),
        ],
    )
    def test_refuses_dates_out_of_order(self, ground, given, field):
        calloff = f.approved(ground)
        with pytest.raises(Refused) as refused:
            publish(ground, calloff, **given)
        assert [reason.field for reason in refused.value.reasons] == [field]

    def test_refuses_a_scheme_of_another_kind_state_or_agreement(self, ground):
        calloff = f.approved(ground)
        other = providers.agreement()
        for scheme in (
            providers.scheme(ground.agreement),
            providers.scheme(other, "competition"),
        ):
            with pytest.raises(Refused) as refused:
                publish(ground, calloff, scheme=scheme)
            assert refused.value.reasons[0].field == "scheme"

    def test_refuses_a_scheme_whose_ceilings_pass_the_approved_value(self, ground):
        calloff = f.approved(ground)
        scheme = schemes.copy(scheme=f.scheme(ground), title="Dearer", actor=ground.lead, now=NOW)
        for line in scheme.price_lines.all():
            line.ceiling, line.quantity = calloff.value / 200, Decimal(101)
            line.save()
        scheme.state = "published"
        scheme.save()
        with pytest.raises(Refused) as refused:
            publish(ground, calloff, scheme=scheme)
        assert refused.value.reasons[0].field == "scheme"
        assert "that the board approved" in refused.value.reasons[0].text

    def test_refuses_while_a_condition_is_open(self, ground):
        paper = f.tabled(ground)
        f.act(paper, ground.chair)
        f.act(paper, ground.member)
        condition = papers.set_condition(
            paper=paper,
            text="Agree the route.",
            cures="",
            owner=ground.authority,
            due_on=date(2027, 2, 1),
            actor=ground.member,
            now=NOW,
        )
        calloff = calloffs.close_vote(paper=paper, note="", actor=ground.chair, now=NOW)
        with pytest.raises(Refused, match="Agree the route"):
            publish(ground, calloff)
        condition.refresh_from_db()
        papers.meet_condition(condition=condition, evidence="Minutes.", actor=ground.commissioner, now=NOW)
        assert publish(ground, calloff)

    def test_refuses_what_the_board_did_not_approve(self, ground):
        calloff = f.approved(ground)
        type(calloff).objects.filter(pk=calloff.pk).update(need="Changed behind the board's back.")
        with pytest.raises(Refused, match="must go back to the board"):
            publish(ground, calloff)

    def test_refuses_a_lot_that_was_deactivated_and_who_may_not(self, ground):
        calloff = f.approved(ground)
        for actor in (ground.commissioner, ground.director, person(ground.partner, Role.LEAD)):
            with pytest.raises(Denied):
                publish(ground, calloff, actor=actor)
        Lot.objects.filter(pk=ground.lot.pk).update(state="established")
        with pytest.raises(Refused, match="not activated"):
            publish(ground, calloff)


class TestExtending:
    def extend(self, ground, competition, **given):
        fresh = Competition.objects.get(pk=competition.pk)
        competitions.extend(
            **{
                "competition": fresh,
                "deadline": f.DEADLINE + timedelta(days=7),
                "reason": "A bank holiday.",
                "actor": ground.lead,
                "now": NOW,
                **given,
            }
        )
        return fresh

    def test_an_expected_award_that_has_become_impossible_is_no_longer_told(self, ground):
        competition = f.published(ground)
        for days, kept in ((8, True), (7, False)):
            expected = (f.DEADLINE + timedelta(days=days)).date()
            Competition.objects.filter(pk=competition.pk).update(
                deadline=f.DEADLINE, expected_award_on=expected
            )
            self.extend(ground, competition)
            competition.refresh_from_db()
            assert (competition.expected_award_on == expected) is kept

    def test_moves_it_for_everyone_and_keeps_the_old_time(self, ground):
        competition = f.published(ground)
        moved = self.extend(ground, competition)
        assert moved.deadline == moved.next_due_at == f.DEADLINE + timedelta(days=7)
        change = moved.deadline_changes.get()
        assert (change.old, change.new, change.changed_by) == (f.DEADLINE, moved.deadline, ground.lead)
        moved.round.refresh_from_db()
        assert moved.round.not_before == moved.deadline
        told = Message.objects.filter(kind="competition_extended")
        assert {row.recipient for row in told} == set(ground.writers)
        assert "A bank holiday." in told[0].body
        self.extend(ground, competition, deadline=f.DEADLINE + timedelta(days=9))
        assert told.all().count() == 2 * len(ground.writers)

    def test_only_later_before_the_start_with_a_reason_and_before_it_has_passed(self, ground):
        competition = f.published(ground)
        for given, sentence in (
            ({"deadline": f.DEADLINE}, "must be later"),
            ({"deadline": f.DEADLINE.replace(month=6)}, "before the contract starts"),
            ({"reason": " "}, "Give the reason"),
            ({"now": f.DEADLINE + MICROSECOND}, "after the deadline"),
        ):
            with pytest.raises(Refused, match=sentence):
                self.extend(ground, competition, **given)
        assert self.extend(ground, competition, now=f.DEADLINE)

    def test_is_the_leads(self, ground):
        competition = f.published(ground)
        for actor in (ground.commissioner, person(ground.partner, Role.LEAD), ground.writers[0]):
            with pytest.raises(Denied):
                self.extend(ground, competition, actor=actor)


class TestClosing:
    def test_closes_once_after_the_deadline_and_never_at_it(self, ground):
        competition = f.published(ground)
        assert not competitions.close(competition=competition, actor=bids.SWEEP, now=f.DEADLINE)
        assert competitions.close(competition=competition, actor=bids.SWEEP, now=f.DEADLINE + MICROSECOND)
        assert not competitions.close(competition=competition, actor=bids.SWEEP, now=f.AFTER)
        competition.calloff.refresh_from_db()
        assert (competition.state, competition.calloff.state) == ("closed", "evaluating")

    def test_a_timely_bid_that_arrives_after_the_closing_counts(self, ground):
        competition = f.published(ground)
        bid = f.filled(competition, ground.writers[0])
        competitions.close(competition=competition, actor=bids.SWEEP, now=f.DEADLINE + MICROSECOND)
        bids.submit(bid=bid, actor=ground.writers[0], now=f.DEADLINE)
        assert competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER).bids == 1


class TestOpening:
    def test_waits_for_timely_requests_and_is_the_leads_alone(self, ground):
        competition = f.closed(ground)
        early = opening_not_before(f.DEADLINE) - MICROSECOND
        with pytest.raises(Refused, match="stay sealed until"):
            competitions.unseal(competition=competition, actor=ground.lead, now=early)
        for actor in (ground.commissioner, ground.director, person(ground.partner, Role.LEAD)):
            with pytest.raises(Denied):
                competitions.unseal(competition=competition, actor=actor, now=f.AFTER)
        assert (
            competitions.unseal(competition=competition, actor=ground.lead, now=early + MICROSECOND).bids == 2
        )

    def test_opens_what_was_submitted_sets_drafts_aside_and_checks_each_piece(self, ground):
        competition = f.published(ground)
        f.submitted(competition, ground.writers[0])
        f.started(competition, ground.writers[1])
        gone = f.submitted(competition, ground.writers[2])
        bids.withdraw(bid=gone, actor=ground.writers[2], now=NOW)
        competitions.close(competition=competition, actor=bids.SWEEP, now=f.AFTER)
        assert competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER).bids == 1
        states = sorted(competition.bids.values_list("state", flat=True))
        assert states == ["lapsed", "opened", "withdrawn"]
        event = Event.objects.get(action="round.open")
        assert '"whole":6' in str(event.payload).replace(" ", "")
        assert Message.objects.filter(kind="bid_lapsed").count() == 1

    def test_leaves_the_prices_sealed(self, ground):
        competition = f.opened(ground)
        competition.round.refresh_from_db()
        assert competition.round.is_open
        assert not competition.round.prices_are_open

    def test_of_two_leads_at_once_one_opens(self, ground):
        competition = f.closed(ground)
        competitions.unseal(competition=competition, actor=ground.lead, now=f.AFTER)
        with pytest.raises(Refused, match="Being evaluated"):
            competitions.unseal(competition=competition, actor=ground.releaser, now=f.AFTER)


class TestOpeningThePrices:
    def test_waits_until_quality_is_closed(self, ground):
        competition = f.opened(ground)
        with pytest.raises(Refused, match="once the panel has closed"):
            competitions.unseal_prices(competition=competition, actor=ground.lead, now=f.JUDGED)
        f.judge(ground, competition.exercise, dict.fromkeys([one.pk for one in ground.providers], 3))
        fresh = Competition.objects.get(pk=competition.pk)
        with pytest.raises(Denied):
            competitions.unseal_prices(competition=fresh, actor=ground.commissioner, now=f.JUDGED)
        competitions.unseal_prices(competition=fresh, actor=ground.lead, now=f.JUDGED)
        with pytest.raises(Refused, match="opened already"):
            competitions.unseal_prices(
                competition=Competition.objects.get(pk=fresh.pk), actor=ground.lead, now=f.JUDGED
            )
        checked = Event.objects.get(action="round.open_prices")
        assert SealedBlob.objects.filter(compartment="price").count() == 4
        assert '"whole":4' in str(checked.payload).replace(" ", "")


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_close_a_competition_once():
    ground = f.ground(pool=1)
    competition = f.published(ground)

    def close():
        own = Competition.objects.get(pk=competition.pk)
        return competitions.close(competition=own, actor=bids.SWEEP, now=f.AFTER)

    assert sorted(at_once(2, close)) == [False, True]
    assert Event.objects.filter(action="competition.close").count() == 1


def test_the_people_of_another_agreement_find_nothing(ground):
    competition = f.published(ground)
    stranger = person(authority(), Role.LEAD)
    assert not Competition.objects.visible_to(stranger).exists()
    assert not Competition.objects.visible_to(ground.writers[0]).exists()
    assert Competition.objects.visible_to(ground.partner_commissioner).get() == competition
    assert not Invitation.objects.visible_to(ground.lead).exists()
    assert Invitation.objects.visible_to(ground.writers[0]).count() == 1

"""The award: recommended by rank, signed by a director, lettered, released by a second person, held."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from calloffs.models import Award, Bid, CallOff, Competition
from calloffs.queries import awards as shown
from calloffs.services import awards, calloffs
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Letter, Message
from commissioning.records.services import letters
from commissioning.workflow import Refused
from evaluation.models import Panellist
from providers.models import Admission
from providers.services import debarment, platform
from tests.calloffs import factories as f
from tests.factories import member, person

pytestmark = pytest.mark.django_db
REASONS = {"reasons": "First by the published ranking.", "advantages": "A dated plan."}


@pytest.fixture
def ground():
    return f.ground(pool=2)


def recommend(ground, competition, bid=None, **given):
    return awards.recommend(
        **{
            "competition": competition,
            "bid": bid or competition.bids.get(organisation=ground.providers[0]),
            "actor": ground.lead,
            "now": f.JUDGED,
            **REASONS,
            **given,
        }
    )


class TestRecommending:
    def test_a_price_above_the_approved_value_is_refused_with_both_sums(self, ground):
        competition = f.judged(ground)
        CallOff.objects.filter(pk=competition.calloff_id).update(value=Decimal("99.99"))
        competition.refresh_from_db()
        with pytest.raises(Refused, match=r"above the £99\.99 that the board approved"):
            awards.recommend(
                competition=competition,
                bid=competition.bids.get(organisation=ground.providers[0]),
                reasons="First by the published ranking.",
                advantages="A dated plan.",
                actor=ground.lead,
                now=f.JUDGED,
            )
        assert not Award.objects.filter(competition=competition).exists()

    def test_freezes_the_ranking(self, ground):
        award = f.recommended(ground)
        assert [row["place"] for row in award.ranking] == [1, 2]
        first, second = award.ranking
        # Quality 4 of 5 and 3 of 5, times 70; price 20 and 25 an hour, the lowest over one's own, times 30.
        assert (Decimal(first["quality"]), Decimal(second["quality"])) == (56, 42)
        assert (Decimal(first["price_points"]), Decimal(second["price_points"])) == (30, 24)
        assert award.calloff.state == "recommended"
        name = ground.providers[0].name
        ground.providers[0].__class__.objects.filter(pk=award.bid.organisation_id).update(name="Renamed")
        assert Award.objects.get(pk=award.pk).ranking[0]["organisation"] == name

    def test_takes_only_the_first_and_says_why(self, ground):
        competition = f.judged(ground)
        second = competition.bids.get(organisation=ground.providers[1])
        with pytest.raises(Refused, match="first place") as refused:
            recommend(ground, competition, second, reasons=" ", advantages="")
        assert [reason.field for reason in refused.value.reasons] == ["bid", "reasons", "advantages"]

    def test_of_two_first_either_may_be_recommended(self, ground):
        competition = f.judged(ground, scores=(4, 4), prices=("20.00", "20.00"))
        award = recommend(ground, competition, competition.bids.get(organisation=ground.providers[1]))
        assert {row["place"] for row in award.ranking} == {1}
        assert award.ranking[0]["tied_with"]

    def test_waits_for_quality_and_prices(self, ground):
        competition = f.opened(ground)
        with pytest.raises(Refused, match="closed its moderation"):
            recommend(ground, competition)
        f.judge(ground, competition.exercise, {one.pk: 3 for one in ground.providers})
        fresh = type(competition).objects.get(pk=competition.pk)
        with pytest.raises(Refused, match="prices have been opened"):
            recommend(ground, fresh)

    def test_is_the_leads_and_once(self, ground):
        competition = f.judged(ground)
        for actor in (ground.commissioner, ground.director, person(ground.partner, Role.LEAD)):
            with pytest.raises(Denied):
                recommend(ground, competition, actor=actor)
        recommend(ground, competition)
        with pytest.raises(Refused):
            recommend(ground, competition, actor=ground.releaser)

    def test_without_a_price_quality_alone_ranks(self, ground):
        scheme = f.scheme(
            ground,
            quality_weight=Decimal("100.00"),
            price_weight=Decimal("0.00"),
            price_formula="",
            tie_break=["first_question"],
        )
        award = f.recommended(ground, asked=scheme)
        assert award.ranking[0]["price"] is None
        assert award.price == award.calloff.value


class TestSigning:
    def test_is_blocked_until_every_sharing_authority_has_decided(self, ground):
        award = f.recommended(ground)
        with pytest.raises(Refused) as refused:
            awards.sign(award=award, actor=ground.director, now=f.JUDGED)
        for authority in (ground.authority, ground.partner):
            assert authority.short_name in str(refused.value)
        f.govern(ground, award.calloff, now=f.JUDGED)
        awards.sign(award=Award.objects.get(pk=award.pk), actor=ground.director, now=f.JUDGED)
        kept = Letter.objects.get(kind="award_record")
        assert letters.render(kept.pk)
        assert kept.facts["winner"] == ground.providers[0].name
        assert len(kept.facts["decisions"]) == 2

    def test_is_a_directors_who_neither_evaluated_nor_recommended(self, ground):
        award = f.recommended(ground)
        f.govern(ground, award.calloff, now=f.JUDGED)

        def sign(actor):
            fresh = type(actor).objects.get(pk=actor.pk)
            awards.sign(award=Award.objects.get(pk=award.pk), actor=fresh, now=f.JUDGED)

        for actor in (ground.lead, ground.commissioner, person(ground.partner, Role.DIRECTOR)):
            with pytest.raises(Denied):
                sign(actor)
        evaluator = Panellist.objects.filter(part="evaluator").first().user
        member(evaluator, ground.authority, Role.DIRECTOR)
        with pytest.raises(Refused, match="took part in the evaluation"):
            sign(evaluator)
        member(ground.lead, ground.authority, Role.DIRECTOR)
        with pytest.raises(Refused, match="You recommended"):
            sign(ground.lead)
        sign(ground.director)

    @pytest.mark.parametrize("state", ["suspended", "removed"])
    def test_a_winner_suspended_or_removed_meanwhile_gets_no_award(self, ground, state):
        award = f.recommended(ground)
        f.govern(ground, award.calloff, now=f.JUDGED)
        Admission.objects.filter(organisation=ground.providers[0]).update(state=state)
        with pytest.raises(Refused, match="it gets no award"):
            awards.sign(award=award, actor=ground.director, now=f.JUDGED)

    def test_waits_for_the_checks_that_the_law_asks_for_before_each_award(self):
        ground = f.ground(pool=2, regime="PA23_OPEN_FRAMEWORK")
        award = f.recommended(ground)
        f.govern(ground, award.calloff, now=f.JUDGED)
        place = Admission.objects.get(lot=ground.lot, organisation=ground.providers[0])

        def check(on, **given):
            found = debarment.Finding(on, **given)
            debarment.record_check(admission=place, found=found, actor=ground.lead, now=f.JUDGED)

        def sign():
            awards.sign(award=Award.objects.get(pk=award.pk), actor=ground.director, now=f.JUDGED)

        closed = award.competition.deadline.date()
        check(closed - timedelta(days=1))
        with pytest.raises(Refused, match="not looked at since bids closed") as refusal:
            sign()
        assert "registered on the central digital platform" in str(refusal.value)
        seen = platform.Sighting(closed, "tB7gKp9d")
        platform.confirm(admission=place, seen=seen, actor=ground.lead, now=f.JUDGED)
        check(f.JUDGED.date(), ground="mandatory", note="A cartel.")
        with pytest.raises(Refused, match="on the debarment list and excluded: A cartel"):
            sign()
        links = [reason.link for reason in shown.blockers(award, ground.lead)]
        assert links == [place.get_absolute_url()]
        check(f.JUDGED.date(), ground="discretionary", excludes=False, note="It has made good.")
        sign()

    def test_what_stops_the_signature_is_shown_before_it_is_tried(self, ground):
        award = f.recommended(ground)
        CallOff.objects.filter(pk=award.calloff.pk).update(value=Decimal("99.99"))
        award = Award.objects.get(pk=award.pk)
        found = shown.blockers(award, ground.director)
        assert [reason.text for reason in found] == award.blockers()
        assert found[-1].text in [
            reason.text for reason in shown.in_the_way(award, "sign", ground.director, f.JUDGED)
        ]
        assert found[-1].link == award.calloff.get_absolute_url()
        end = reverse("calloff-end", args=[award.competition.reference])
        assert shown.blockers(award, ground.lead)[-1].link == end

    def test_sent_back_it_may_be_recommended_again(self, ground):
        award = f.recommended(ground)
        with pytest.raises(Refused) as refused:
            awards.send_back(award=award, reason=" ", actor=ground.director, now=f.JUDGED)
        assert refused.value.reasons[0].field == "reason"
        with pytest.raises(Denied):
            awards.send_back(award=award, reason="x", actor=ground.lead, now=f.JUDGED)
        awards.send_back(award=award, reason="Say more.", actor=ground.director, now=f.JUDGED)
        assert CallOff.objects.get().state == "evaluating"
        again = recommend(ground, type(award.competition).objects.get())
        assert again.pk != award.pk

    def test_the_decisions_it_rests_on_can_no_longer_be_changed(self, ground):
        award = f.signed(ground)
        with pytest.raises(Refused, match="has been signed on the decisions"):
            f.decide(award.calloff, ground.authority, ground.commissioner, now=f.JUDGED)


class TestLetters:
    def test_go_to_every_bidder_with_both_scores_and_the_exact_end(self, ground):
        award = f.lettered(ground, rendered=False)
        assert award.standstill_ends_on == f.STANDSTILL_ENDS
        won = Letter.objects.get(kind="award_winner")
        lost = Letter.objects.get(kind="award_unsuccessful")
        assert (won.organisation, lost.organisation) == tuple(ground.providers)
        assert lost.facts["winner"] == ground.providers[0].name
        assert lost.facts["advantages"] == award.advantages
        assert lost.facts["standstill"]["last_day"] == "2027-03-11"
        assert (lost.facts["scores"]["total"], lost.facts["scores"]["winner_total"]) == ("66", "86")
        row = lost.facts["scores"]["rows"][0]
        assert (row["score"], row["winner_score"]) == (3, 4)
        assert row["reason"]
        assert all(letters.render(letter.pk) for letter in (won, lost))

    def test_show_no_other_losers_name_or_score(self):
        ground = f.ground(pool=3)
        f.lettered(ground, scores=(4, 3, 2), prices=("20.00", "25.00", "24.00"), rendered=False)
        names = [one.name for one in ground.providers]
        for letter in Letter.objects.filter(kind="award_unsuccessful"):
            others = {name for name in names[1:] if name != letter.organisation.name}
            assert not any(name in str(letter.facts) for name in others)
        won = Letter.objects.get(kind="award_winner")
        assert not any(name in str(won.facts) for name in names[1:])

    def test_are_drafted_for_a_day_that_has_not_passed_by_the_lead(self, ground):
        award = f.signed(ground)
        with pytest.raises(Refused) as refused:
            awards.draft_letters(award=award, planned_on=date(2027, 2, 14), actor=ground.lead, now=f.JUDGED)
        assert refused.value.reasons[0].field == "planned_on"
        for actor in (ground.commissioner, ground.director):
            with pytest.raises(Denied):
                awards.draft_letters(award=award, planned_on=f.SENT_ON, actor=actor, now=f.JUDGED)

    def test_taken_back_they_are_never_sent_and_may_be_drafted_again(self, ground):
        award = f.lettered(ground)
        with pytest.raises(Refused):
            awards.take_letters_back(award=award, reason=" ", actor=ground.lead, now=f.JUDGED)
        awards.take_letters_back(award=award, reason="A wrong date.", actor=ground.lead, now=f.JUDGED)
        assert (award.state, award.batch, award.standstill_ends_on) == ("signed", None, None)
        with pytest.raises(Refused, match="Draft the letters first"):
            awards.release(award=award, actor=ground.releaser, now=f.SENT)
        awards.draft_letters(award=award, planned_on=f.SENT_ON, actor=ground.lead, now=f.JUDGED)
        f.pretend_rendered()
        awards.release(award=award, actor=ground.releaser, now=f.SENT)
        assert Letter.objects.filter(released_at__isnull=False).count() == 2


class TestReleasing:
    def test_tells_everyone_in_one_transaction(self, ground):
        award = f.released(ground)
        assert award.state == "released"
        assert sorted(Bid.objects.values_list("state", flat=True)) == ["lost", "won"]
        assert CallOff.objects.get().state == "standstill"
        competition = Competition.objects.get()
        assert (competition.state, competition.exercise.state) == ("decided", "released")
        told = Message.objects.filter(kind="letters_released")
        assert {row.recipient for row in told} == set(ground.writers)
        assert award.contract_from.isoformat() == "2027-03-12T00:00:00+00:00"

    def test_is_a_second_persons_on_the_planned_day_once_all_are_rendered(self, ground):
        award = f.lettered(ground, rendered=False)

        def release(actor=ground.releaser, now=f.SENT):
            fresh = type(actor).objects.get(pk=actor.pk)
            awards.release(award=Award.objects.get(pk=award.pk), actor=fresh, now=now)

        with pytest.raises(Refused, match="wait for the rest"):
            release()
        f.pretend_rendered()
        with pytest.raises(Refused, match="You drafted"):
            release(ground.lead)
        for actor in (ground.commissioner, ground.director, person(ground.partner, Role.LEAD)):
            with pytest.raises(Denied):
                release(actor)
        with pytest.raises(Refused, match="take them back and draft them again"):
            release(now=f.SENT + timedelta(days=1))
        evaluator = Panellist.objects.filter(part="evaluator").first().user
        member(evaluator, ground.authority, Role.LEAD)
        with pytest.raises(Refused, match="took part in the evaluation"):
            release(evaluator)
        assert Bid.objects.filter(state="opened").count() == 2
        release()

    @pytest.mark.parametrize(
        ("regime", "chosen", "ends", "first"),
        [
            ("PCR_LTR", "voluntary", "2027-03-11", "2027-03-12T00:00:00+00:00"),
            ("PCR_LTR", "none", None, f.SENT.isoformat()),
        ],
    )
    def test_standstill_is_the_regimes_and_the_agreements_choice(self, regime, chosen, ends, first):
        ground = f.ground(pool=2, regime=regime, standstill_call_off=chosen)
        award = f.released(ground)
        assert (str(award.standstill_ends_on) if ends else None) == ends
        assert award.contract_from.isoformat() == first


class TestHolds:
    def test_stop_letters_and_signatures_until_lifted(self, ground):
        award = f.recommended(ground)
        f.govern(ground, award.calloff, now=f.JUDGED)
        awards.place_hold(award=award, reason="Claim of 20 February.", actor=ground.lead, now=f.JUDGED)
        with pytest.raises(Refused, match=r"Claim of 20 February\."):
            awards.sign(award=award, actor=ground.director, now=f.JUDGED)
        awards.lift_hold(award=award, reason="Withdrawn.", actor=ground.lead, now=f.JUDGED)
        awards.sign(award=award, actor=ground.director, now=f.JUDGED)
        awards.place_hold(award=award, reason="Another.", actor=ground.lead, now=f.JUDGED)
        with pytest.raises(Refused, match="Another"):
            awards.draft_letters(award=award, planned_on=f.SENT_ON, actor=ground.lead, now=f.JUDGED)
        awards.lift_hold(award=award, reason="Withdrawn.", actor=ground.lead, now=f.JUDGED)
        awards.draft_letters(award=award, planned_on=f.SENT_ON, actor=ground.lead, now=f.JUDGED)
        f.pretend_rendered()
        awards.place_hold(award=award, reason="A third.", actor=ground.lead, now=f.JUDGED)
        with pytest.raises(Refused, match="A third"):
            awards.release(award=award, actor=ground.releaser, now=f.SENT)

    def test_do_not_replace_one_another_unseen(self, ground):
        award = f.recommended(ground)
        awards.place_hold(award=award, reason="Claim of 20 February.", actor=ground.lead, now=f.JUDGED)
        with pytest.raises(Refused, match=r"stands already: Claim of 20 February\."):
            awards.place_hold(award=award, reason="Another.", actor=ground.lead, now=f.JUDGED)
        award.refresh_from_db()
        assert award.legal_hold_reason == "Claim of 20 February."

    def test_are_the_leads_with_a_reason(self, ground):
        award = f.recommended(ground)
        with pytest.raises(Refused):
            awards.place_hold(award=award, reason=" ", actor=ground.lead, now=f.JUDGED)
        with pytest.raises(Refused, match="no legal hold"):
            awards.lift_hold(award=award, reason="x", actor=ground.lead, now=f.JUDGED)
        with pytest.raises(Refused):
            awards.lift_hold(award=award, reason=" ", actor=ground.lead, now=f.JUDGED)
        for verb in (awards.place_hold, awards.lift_hold):
            with pytest.raises(Denied):
                verb(award=award, reason="x", actor=ground.commissioner, now=f.JUDGED)


def test_a_revised_call_off_is_no_longer_covered_by_its_approval(ground):
    calloff = f.approved(ground)
    calloffs.revise(calloff=calloff, actor=ground.commissioner, now=f.NOW)
    calloffs.put_to_board(calloff=calloff, decide_by=date(2027, 1, 30), actor=ground.commissioner, now=f.NOW)
    assert CallOff.objects.get().approved_fingerprint() == ""

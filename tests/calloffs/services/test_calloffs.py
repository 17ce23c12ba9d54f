"""A call-off before its mini-competition: drafting, sharing, the board."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from calloffs.models import CallOff
from calloffs.services import calloffs
from commissioning.board.services import papers
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Document, Message
from commissioning.workflow import Refused
from lots.models import Agreement, AgreementAuthority, Lot
from tests.calloffs import factories as f
from tests.factories import NOW, authority, person
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def ground():
    return f.ground(pool=1)


def create(ground, **given):
    lot, lead = given.pop("lot", ground.lot), given.pop("authority", ground.authority)
    actor = given.pop("actor", ground.commissioner)
    return calloffs.create(lot=lot, authority=lead, facts=f.facts(**given), actor=actor, now=NOW)


class TestDrafting:
    def test_the_lead_authority_first_bears_the_whole(self, ground):
        calloff = create(ground)
        assert [(s.organisation, s.amount) for s in calloff.shares.all()] == [
            (ground.authority, Decimal("300000.00"))
        ]
        assert calloff.reference.startswith("CO-")

    def test_a_lot_that_is_not_activated_refuses_with_the_reason(self, ground):
        with pytest.raises(Refused, match="established but not activated") as refused:
            create(ground, lot=ground.inactive_lot)
        assert refused.value.reasons[0].field == "lot"
        assert not CallOff.objects.exists()

    def test_a_removed_lot_and_an_agreement_that_is_over_refuse(self, ground):
        Lot.objects.filter(pk=ground.lot.pk).update(state="removed")
        with pytest.raises(Refused, match="has been removed"):
            create(ground, lot=Lot.objects.get(pk=ground.lot.pk))
        Lot.objects.filter(pk=ground.lot.pk).update(state="active")
        Agreement.objects.update(initial_ends_on=TODAY - timedelta(days=1), extended_until=None)
        with pytest.raises(Refused, match="ended on"):
            create(ground, lot=Lot.objects.get(pk=ground.lot.pk))
        Agreement.objects.update(initial_ends_on=TODAY, state="abandoned")
        with pytest.raises(Refused, match="nothing can be called off"):
            create(ground, lot=Lot.objects.get(pk=ground.lot.pk))

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"value": Decimal("0.00")}, "value"),
            ({"starts_on": TODAY}, "starts_on"),
            ({"starts_on": date(2040, 1, 1), "ends_on": date(2040, 2, 1)}, "starts_on"),
            ({"ends_on": date(2027, 5, 31)}, "ends_on"),
            ({"option_months": 121}, "option_months"),
        ],
    )
    def test_what_is_impossible_is_refused_at_its_field(self, ground, given, field):
        with pytest.raises(Refused) as refused:
            create(ground, **given)
        assert [reason.field for reason in refused.value.reasons] == [field]
        assert not CallOff.objects.exists()

    def test_the_limits_themselves_pass(self, ground):
        tomorrow = TODAY + timedelta(days=1)
        assert create(ground, value=Decimal("0.01"), starts_on=tomorrow, ends_on=tomorrow, option_months=120)

    def test_nothing_is_called_off_for_a_day_before_the_agreement_starts(self, ground):
        first = date(2027, 7, 1)
        Agreement.objects.filter(pk=ground.agreement.pk).update(starts_on=first)
        lot = Lot.objects.get(pk=ground.lot.pk)
        with pytest.raises(Refused, match="The agreement starts on Thursday 1 July 2027"):
            create(ground, lot=lot, starts_on=first - timedelta(days=1))
        assert create(ground, lot=lot, starts_on=first).starts_on == first

    def test_is_for_people_of_an_authority_of_the_agreement_who_lead_it(self, ground):
        with pytest.raises(Denied):
            create(ground, actor=ground.partner_commissioner)
        with pytest.raises(Denied):
            create(ground, actor=person(ground.authority, Role.BOARD_MEMBER))
        outside = authority()
        with pytest.raises(Refused, match="not an authority of this agreement"):
            create(ground, authority=outside, actor=person(outside, Role.COMMISSIONER))


class TestChanging:
    def test_takes_what_is_given_and_leaves_the_rest(self, ground):
        calloff = create(ground)
        calloffs.change(calloff=calloff, facts={"tupe": "Nobody."}, actor=ground.lead, now=NOW)
        calloff.refresh_from_db()
        assert (calloff.tupe, calloff.value) == ("Nobody.", Decimal("300000.00"))

    def test_a_single_share_follows_the_value(self, ground):
        calloff = create(ground)
        calloffs.change(calloff=calloff, facts={"value": Decimal("5.05")}, actor=ground.commissioner, now=NOW)
        assert calloff.shares.get().amount == Decimal("5.05")

    def test_refuses_impossible_facts_only_of_what_is_changed(self, ground):
        calloff = create(ground)
        late = NOW + timedelta(days=400)
        calloffs.change(calloff=calloff, facts={"tupe": "x"}, actor=ground.commissioner, now=late)
        with pytest.raises(Refused) as refused:
            calloffs.change(
                calloff=calloff, facts={"starts_on": date(2027, 6, 1)}, actor=ground.commissioner, now=late
            )
        assert refused.value.reasons[0].field == "starts_on"

    def test_is_for_its_own_authority(self, ground):
        calloff = create(ground)
        with pytest.raises(Denied):
            calloffs.change(calloff=calloff, facts={"tupe": "x"}, actor=ground.partner_commissioner, now=NOW)

    def test_ends_when_it_is_with_the_board(self, ground):
        paper = f.tabled(ground)
        acts = [
            lambda c: calloffs.change(calloff=c, facts={"tupe": "x"}, actor=ground.commissioner, now=NOW),
            lambda c: calloffs.share_out(
                calloff=c, amounts={ground.authority: c.value}, actor=ground.commissioner, now=NOW
            ),
            lambda c: calloffs.upload_specification(
                calloff=c, title="v2", upload=providers.pdf(), actor=ground.commissioner, now=NOW
            ),
        ]
        for act in acts:
            with pytest.raises(Refused, match="With the board"):
                act(f.calloff_of(paper))


class TestShares:
    @pytest.mark.parametrize(
        ("first", "second", "sentence"),
        [
            ("150000.00", "150000.01", "must total the value"),
            ("150000.00", "149999.99", "must total the value"),
            ("300000.00", "0.00", "more than £0"),
            ("300001.00", "-1.00", "more than £0"),
        ],
    )
    def test_must_be_the_whole_value_to_the_penny(self, ground, first, second, sentence):
        calloff = create(ground)
        amounts = {ground.authority: Decimal(first), ground.partner: Decimal(second)}
        with pytest.raises(Refused, match=sentence):
            calloffs.share_out(calloff=calloff, amounts=amounts, actor=ground.commissioner, now=NOW)
        assert calloff.shares.count() == 1

    def test_the_lead_bears_one_and_nobody_outside_does(self, ground):
        calloff = create(ground)
        for amounts, sentence in (
            ({ground.partner: calloff.value}, "lead authority must bear"),
            ({}, "At least one"),
            ({ground.authority: calloff.value - 1, authority(): Decimal(1)}, "authorities of the agreement"),
        ):
            with pytest.raises(Refused, match=sentence):
                calloffs.share_out(calloff=calloff, amounts=amounts, actor=ground.commissioner, now=NOW)

    def test_whether_an_authority_may_share_is_data(self, ground):
        calloff = create(ground)
        AgreementAuthority.objects.filter(organisation=ground.partner).update(may_call_off_jointly=False)
        half = calloff.value / 2
        with pytest.raises(Refused, match="may not call off jointly"):
            calloffs.share_out(
                calloff=CallOff.objects.get(pk=calloff.pk),
                amounts={ground.authority: half, ground.partner: half},
                actor=ground.commissioner,
                now=NOW,
            )


class TestSpecification:
    def test_versions_follow_each_other_and_the_last_one_counts(self, ground):
        calloff = f.draft(ground)
        first = calloff.specification
        second = calloffs.upload_specification(
            calloff=calloff,
            title="Version 2",
            upload=providers.pdf("v2.pdf", b"otter"),
            actor=ground.commissioner,
            now=NOW,
        )
        assert (second.replaces, calloff.specification) == (first, second)

    def test_a_file_that_cannot_be_taken_changes_nothing(self, ground):
        calloff = f.draft(ground, specification=False)
        with pytest.raises(Refused) as refused:
            calloffs.upload_specification(
                calloff=calloff,
                title="x",
                upload=providers.pdf("x.pdf", size=26 * 2**20),
                actor=ground.commissioner,
                now=NOW,
            )
        assert refused.value.reasons[0].field == "file"
        assert not Document.objects.exists()

    def test_is_no_strangers_to_upload(self, ground):
        calloff = f.draft(ground, specification=False)
        with pytest.raises(Denied):
            calloffs.upload_specification(
                calloff=calloff,
                title="x",
                upload=providers.pdf(),
                actor=ground.partner_commissioner,
                now=NOW,
            )
        assert not Document.objects.exists()


class TestPuttingToTheBoard:
    def put(self, calloff, ground, now=NOW):
        return calloffs.put_to_board(
            calloff=CallOff.objects.get(pk=calloff.pk),
            decide_by=date(2027, 1, 20),
            actor=ground.commissioner,
            now=now,
        )

    @pytest.mark.parametrize(
        ("missing", "words"),
        [
            ("coproduction", "co-production"),
            ("impact_assessments", "impact assessments"),
            ("tupe", "TUPE"),
            ("case_integrated", "integrated approach"),
            ("case_duplication", "duplication"),
            ("case_fit", "fit to the lot"),
            ("case_pool", "case for the pool"),
        ],
    )
    def test_names_what_is_missing(self, ground, missing, words):
        calloff = f.draft(ground, **{missing: ""})
        with pytest.raises(Refused, match=words):
            self.put(calloff, ground)
        assert CallOff.objects.get(pk=calloff.pk).state == "draft"

    def test_asks_for_the_specification_and_for_shares_that_add_up(self, ground):
        calloff = f.draft(ground, specification=False)
        with pytest.raises(Refused, match="the specification"):
            self.put(calloff, ground)
        whole = f.draft(ground)
        calloffs.change(calloff=whole, facts={"value": Decimal("1.00")}, actor=ground.commissioner, now=NOW)
        with pytest.raises(Refused, match="must total the value"):
            self.put(whole, ground)

    def test_an_authority_that_may_not_call_off_alone_needs_a_partner(self, ground):
        AgreementAuthority.objects.filter(organisation=ground.authority).update(may_call_off_alone=False)
        with pytest.raises(Refused, match="may not call off alone"):
            self.put(f.draft(ground, joint=False), ground)
        assert self.put(f.draft(ground), ground)

    def test_a_share_of_an_authority_that_has_left_is_set_again(self, ground):
        calloff = f.draft(ground)
        AgreementAuthority.objects.filter(organisation=ground.partner).update(until=TODAY)
        with pytest.raises(Refused, match="has left the agreement"):
            self.put(calloff, ground)

    def test_a_lot_deactivated_or_a_start_gone_by_meanwhile_is_refused(self, ground):
        calloff = f.draft(ground)
        with pytest.raises(Refused, match="start must lie in the future"):
            self.put(calloff, ground, now=NOW + timedelta(days=200))
        Lot.objects.filter(pk=ground.lot.pk).update(state="established")
        with pytest.raises(Refused, match="not activated"):
            self.put(calloff, ground)

    def test_freezes_what_the_members_read(self, ground):
        paper = f.tabled(ground)
        calloff = f.calloff_of(paper)
        assert paper.facts["pool"] == 1
        assert paper.facts["value"] == "300000.00"
        assert [row["amount"] for row in paper.facts["shares"]] == ["150000.00", "150000.00"]
        assert paper.facts["specification"]["sha256"] == calloff.specification.sha256
        assert calloff.paper_links.get().substance_fingerprint == calloff.fingerprint()


class TestTheBoardsAnswer:
    def test_an_approval_is_carried_over(self, ground):
        assert f.approved(ground).state == "approved"

    def test_a_refusal_and_a_return_are_carried_over(self, ground):
        paper = f.tabled(ground)
        for one in (ground.chair, ground.member):
            f.act(paper, one, vote="against")
        assert calloffs.close_vote(paper=paper, note="", actor=ground.chair, now=NOW).state == "refused"
        other = f.tabled(ground)
        returned = calloffs.return_to_author(paper=other, note="Say more.", actor=ground.chair, now=NOW)
        assert returned.state == "returned"
        calloffs.change(calloff=returned, facts={"need": "More."}, actor=ground.commissioner, now=NOW)
        again = calloffs.put_to_board(
            calloff=returned, decide_by=date(2027, 2, 1), actor=ground.commissioner, now=NOW
        )
        assert again.facts["need"] == "More."

    def test_taking_back_withdraws_the_paper_with_a_reason(self, ground):
        paper = f.tabled(ground)
        calloff = f.calloff_of(paper)
        with pytest.raises(Refused, match="Say why"):
            calloffs.take_back(calloff=calloff, reason=" ", actor=ground.commissioner, now=NOW)
        assert CallOff.objects.get(pk=calloff.pk).state == "with_board"
        calloffs.take_back(calloff=calloff, reason="Wrong sum.", actor=ground.commissioner, now=NOW)
        paper.refresh_from_db()
        assert (calloff.state, paper.state) == ("draft", "withdrawn")
        assert Message.objects.filter(kind="paper_decided", body__contains="Wrong sum.").exists()

    def test_a_revised_call_off_must_come_back_even_if_nothing_changed(self, ground):
        calloff = f.approved(ground)
        calloffs.revise(calloff=calloff, actor=ground.commissioner, now=NOW)
        assert calloff.state == "draft"

    def test_a_change_of_substance_shows_in_the_fingerprint_and_other_texts_do_not(self, ground):
        calloff = f.draft(ground)
        before = calloff.fingerprint()
        calloffs.change(calloff=calloff, facts={"tupe": "Other."}, actor=ground.commissioner, now=NOW)
        assert CallOff.objects.get(pk=calloff.pk).fingerprint() == before
        for facts in (
            {"value": Decimal("299999.99")},
            {"title": "Another"},
            {"need": "Another."},
            {"ends_on": date(2029, 6, 1)},
            {"option_months": 11},
            {"funding": "s75"},
            {"contract_form": "nhs"},
            {"case_pool": "Another."},
        ):
            calloffs.change(calloff=calloff, facts=facts, actor=ground.commissioner, now=NOW)
            after = CallOff.objects.get(pk=calloff.pk).fingerprint()
            assert after != before, facts
            before = after


def test_conditions_of_the_board_are_known_to_the_call_off(db):
    ground = f.ground(pool=1)
    paper = f.tabled(ground)
    f.act(paper, ground.chair)
    f.act(paper, ground.member, vote="")
    papers.set_condition(
        paper=paper,
        text="Agree the route.",
        cures="",
        owner=ground.authority,
        due_on=date(2027, 2, 1),
        actor=ground.member,
        now=NOW,
    )
    papers.vote(paper=paper, value="for", reason="", actor=ground.member, now=NOW)
    calloff = calloffs.close_vote(paper=paper, note="", actor=ground.chair, now=NOW)
    assert CallOff.objects.get(pk=calloff.pk).open_conditions() == ["Agree the route."]

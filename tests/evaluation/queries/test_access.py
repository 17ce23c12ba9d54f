"""Who sees an exercise, and what its place on the panel lets it read; asked of the tables each time."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning.people.models import Membership, RoleGrant
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Round
from evaluation import queries, rules
from evaluation.models import Declaration, Exercise
from evaluation.services import interests, panels
from lots.models import AgreementAuthority
from tests import factories as people
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


def refusal(found, user):
    return queries.refusal_to_read(found.fresh(), found.seat(user))


def fresh(user):
    return type(user).objects.get(pk=user.pk)


class TestRefusalToRead:
    def test_sealed_comes_before_all_else(self):
        found = f.case("declared")
        Round.objects.filter(pk=found.exercise.round_id).update(opened_at=None)
        assert refusal(found, found.lay) == "The submissions are sealed."

    def test_undeclared_then_clear(self):
        found = f.case("scoring")
        assert refusal(found, found.lay) == "Declare first whether you have an interest in each bidder."
        f.declare(found, found.lay)
        assert refusal(found, found.lay) is None
        assert refusal(found, found.moderator) is not None

    def test_a_bidder_not_yet_declared_on_is_named(self):
        found = f.case("declared", names=("Cam Sight", "P3 Charity"))
        Declaration.objects.filter(panellist=found.seat(found.lay), organisation__name="Cam Sight").delete()
        assert "Still missing: Cam Sight." in refusal(found, found.lay)

    def test_an_open_conflict_closes_all_and_a_decision_opens_it(self):
        found = f.case("scoring", names=("Cam Sight", "P3 Charity"))
        f.declare(found, found.lay, conflict=1)
        assert "an interest in P3 Charity" in refusal(found, found.lay)
        row = Declaration.objects.get(has_conflict=True)
        facts = {"measures": "Watched.", "actor": found.lead, "now": f.NOW}
        interests.decide_conflict(declaration=row, decision="may_judge", **facts)
        assert refusal(found, found.lay) is None

    def test_a_declaration_of_another_exercise_counts_for_nothing(self):
        found = f.case("scoring", lots=2)
        f.declare_all(found, 0)
        seat = found.seat(found.lay, 1)
        assert "Declare first" in (queries.refusal_to_read(found.fresh(1), seat) or "")

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.sampled_from([None, (False, ""), (True, ""), (True, "may_judge"), (True, "stands_down")]),
            min_size=2,
            max_size=2,
        )
    )
    def test_answers_as_the_rule_does_for_any_declarations(self, shared, rows):
        found, seat = shared
        Declaration.objects.filter(panellist=seat).delete()
        bidders = dict(found.fresh().assessments.values_list("organisation_id", "organisation__name"))
        declared = {}
        for key, row in zip(bidders, rows, strict=True):
            if row is not None:
                Declaration.objects.create(
                    panellist=seat,
                    organisation_id=key,
                    has_conflict=row[0],
                    decision=row[1],
                    declared_at=f.NOW,
                )
                declared[key] = rules.interest(has_conflict=row[0], decision=row[1])
        assert queries.refusal_to_read(found.fresh(), seat) == rules.refusal_to_read(bidders, declared)

    @pytest.fixture
    def shared(self):
        found = f.case("scoring")
        return found, found.seat(found.lay)


class TestInsisting:
    def test_returns_the_place_of_whoever_may_read(self):
        found = f.case("declared")
        assert queries.insist_on_reading(found.fresh(), found.lay) == found.seat(found.lay)

    @pytest.mark.parametrize("who", ["lead", "second"])
    def test_refuses_whoever_has_no_place(self, who):
        found = f.case("declared")
        with pytest.raises(Denied, match="Only the panel of this exercise reads the answers"):
            queries.insist_on_reading(found.fresh(), getattr(found, who))

    @pytest.mark.parametrize(
        ("state", "may"),
        [
            ("appointing", False),
            ("scoring", True),
            ("moderating", True),
            ("closed", False),
            ("released", False),
            ("ended", False),
        ],
    )
    def test_in_these_states_alone(self, state, may):
        found = f.case("declared")
        Exercise.objects.filter(pk=found.exercise.pk).update(state=state)
        if may:
            assert queries.insist_on_reading(found.fresh(), found.lay)
            return
        with pytest.raises(Denied, match="so its panel reads nothing now"):
            queries.insist_on_reading(found.fresh(), found.lay)

    def test_asks_the_tables_although_the_panel_was_read_before(self):
        found = f.case("declared")
        read = queries.full(found.lay).get(pk=found.exercise.pk)
        assert [seat.user for seat in read.current_panel()]
        panels.stand_down(panellist=found.seat(found.lay), reason="Ill.", actor=found.lead, now=f.NOW)
        with pytest.raises(Denied, match="Only the panel"):
            queries.insist_on_reading(read, fresh(found.lay))

    def test_ends_with_the_role_and_with_the_authoritys_place_in_the_agreement(self):
        found = f.case("declared")
        grants = RoleGrant.objects.filter(membership__user=found.lay)
        grants.update(withdrawn_at=f.NOW - timedelta(days=1))
        with pytest.raises(Denied, match="Only the panel"):
            queries.insist_on_reading(found.fresh(), fresh(found.lay))
        place = AgreementAuthority.objects.filter(agreement=found.window.agreement)
        place.update(until=f.NOW.date() - timedelta(days=1))
        with pytest.raises(Denied, match="Only the panel"):
            queries.insist_on_reading(found.fresh(), fresh(found.evaluators[0]))

    def test_an_answer_of_what_failed_a_standard_is_closed_and_the_others_are_not(self):
        found = f.case("declared")
        standard = found.fresh().standards()[0]
        f.standards.decide_standard(
            assessment=found.assessment(),
            standard=standard,
            is_met=False,
            reason="Grounds found.",
            actor=found.lead,
            now=f.NOW,
        )
        facts = {"reader": found.lay, "now": f.NOW}
        with pytest.raises(Denied, match="failed a minimum standard"):
            queries.read_answer(found.fresh(), found.assessment(), found.question(), **facts)
        read = queries.read_answer(found.fresh(), found.assessment(1), found.question(), **facts)
        assert read.text == "Marmalade MS1 quokka"


class TestSight:
    def test_an_exercise_is_seen_by_who_runs_audits_or_judges_it(self):
        found = f.case("scoring")
        auditor = people.person(found.authority, Role.AUDITOR)
        commissioner = people.person(found.authority, Role.COMMISSIONER, Role.EVALUATOR)
        stranger = people.person(people.authority(), Role.LEAD, Role.AUDITOR)
        bidder = people.person(found.assessment().organisation, Role.PROVIDER_ADMIN)
        for user in (found.lead, found.second, auditor, found.lay, found.moderator):
            assert [row.pk for row in queries.exercises(fresh(user))] == [found.exercise.pk]
        for user in (commissioner, stranger, bidder, people.person(is_staff=True)):
            assert not queries.exercises(fresh(user)).exists()

    def test_a_place_needs_the_role_it_was_given_for(self):
        found = f.case("scoring")
        assert queries.seat_of(found.fresh(), fresh(found.lay)) == found.seat(found.lay)
        RoleGrant.objects.filter(membership__user=found.lay).update(role=Role.EVALUATOR)
        assert queries.seat_of(found.fresh(), fresh(found.lay)) is None
        assert not queries.exercises(fresh(found.lay)).exists()

    def test_candidates_hold_a_role_here_are_active_and_not_seated(self):
        found = f.case("scoring")
        free = people.person(found.authority, Role.EVALUATOR, Role.MODERATOR, name="Zoe Free")
        partner = people.authority()
        AgreementAuthority.objects.create(
            agreement=found.window.agreement, organisation=partner, since=f.NOW.date()
        )
        helper = people.person(partner, Role.LAY_EVALUATOR, name="Adam Partner")
        people.person(found.authority, Role.EVALUATOR, is_active=False)
        people.person(found.authority, Role.COMMISSIONER)
        people.person(people.authority(), Role.EVALUATOR)
        assert list(queries.candidates(found.fresh())) == [helper, free]
        roles = queries.roles_of(found.fresh(), [helper, free])
        assert roles[free.pk] == [
            ("evaluator", found.authority.short_name),
            ("moderator", found.authority.short_name),
        ]
        assert roles[helper.pk] == [("lay_evaluator", partner.short_name)]

    def test_own_bidders_are_those_one_ever_belonged_to_by_any_registration(self):
        found = f.case("scoring", bidders=3, names=("Cam Sight", "P3 Charity", "Riverside"))
        assert queries.own_bidders(found.fresh(), found.lay) == {}
        people.member(found.lay, found.assessment(1).organisation)
        Membership.objects.filter(user=found.lay, organisation__name="P3 Charity").update(left_at=f.NOW)
        council = people.authority(name="CAM  SIGHT")
        people.member(found.lay, council)
        assert set(queries.own_bidders(found.fresh(), found.lay).values()) == {"Cam Sight", "P3 Charity"}

    def test_only_an_exercise_that_is_there_is_hidden(self):
        found = f.case("scoring")
        assert queries.chain_of(found.exercise.reference) == found.exercise.agreement.reference
        assert queries.chain_of("EX-NONE0") == ""

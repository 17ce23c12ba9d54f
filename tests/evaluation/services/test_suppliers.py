"""Checks of applicants: nobody is admitted before them, and an exclusion decides the lots (C19, C20)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.policies import Denied
from commissioning.records.models import Letter
from commissioning.workflow import Refused
from evaluation import queries
from evaluation.models import Assessment, Release
from evaluation.services import moderation, release, suppliers
from providers.models import Admission
from providers.queries import home
from providers.services.debarment import Finding
from providers.services.platform import Sighting
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db
PA23 = "PA23_OPEN_FRAMEWORK"
TODAY = f.LATER.date()


def application(found, place=0):
    return found.assessment(place).submission.entry.application


def check(found, place=0, actor=None, **given):
    return suppliers.check_debarment(
        application=application(found, place),
        found=Finding(**{"checked_on": TODAY, **given}),
        actor=actor or found.lead,
        now=f.LATER,
    )


def confirm(found, place=0, actor=None, code=f.SHARE_CODE):
    return suppliers.confirm_platform(
        application=application(found, place),
        seen=Sighting(TODAY, code),
        actor=actor or found.lead,
        now=f.LATER,
    )


def outcome(found, place=0):
    return found.assessment(place).outcome


class TestBeforeTheLetters:
    def test_they_wait_for_both_checks_of_whoever_is_to_be_admitted(self):
        found = f.case("closed", regime=PA23)
        winner, loser = (found.assessment(place).organisation.name for place in (0, 1))
        with pytest.raises(Refused, match="Check the debarment list") as refusal:
            f.draft(found)
        assert winner in str(refusal.value)
        assert loser not in str(refusal.value)
        check(found)
        with pytest.raises(Refused, match="registered on the central digital platform"):
            f.draft(found)
        confirm(found)
        standing = f.draft(found)
        release.release(release=standing, actor=found.second, now=f.SENDING)
        assert Admission.objects.count() == 1

    def test_the_health_regime_asks_for_the_list_alone_and_the_old_law_for_neither(self):
        found = f.case("closed", regime="PSR")
        assert len(queries.supplier_blockers(found.window)) == 1
        old = f.case("closed")
        assert queries.supplier_blockers(old.window) == []
        with pytest.raises(Refused, match="no debarment list"):
            check(old)
        with pytest.raises(Refused, match="No share code is asked for"):
            confirm(old)

    def test_a_place_checked_before_admission_does_not_wait_to_be_checked_again(self):
        found = f.case("closed", regime=PA23)
        check(found)
        confirm(found)
        release.release(release=f.draft(found), actor=found.second, now=f.SENDING)
        assert not any("debarment" in task.what for task in home.worklist(found.lead, f.SENDING))


class TestExclusion:
    def test_a_mandatory_ground_excludes_from_every_lot_with_the_reason_in_the_letter(self, recorded):
        found = f.case("closed", lots=2, regime=PA23)
        check(found, ground="mandatory", note="A cartel, until 2029.")
        assert [found.assessment(0, number).outcome for number in (0, 1)] == ["excluded", "excluded"]
        name = found.assessment().organisation.name
        events = [row["outcomes"] for row in recorded("exercise.result")]
        fixed = [row[name][1] for row in events if name in row]
        assert fixed == ["admitted", "admitted", "excluded", "excluded"]
        f.draft(found)
        letters = Letter.objects.filter(organisation=found.assessment().organisation)
        assert {letter.kind for letter in letters} == {"refusal"}
        assert letters[0].facts["grounds"] == [
            (
                "You are excluded, because you or somebody connected with you is on the debarment list: "
                "A cartel, until 2029."
            )
        ]
        assert letters[0].facts["scores"] is None
        release.release(release=Release.objects.get(), actor=found.second, now=f.SENDING)
        assert not Admission.objects.exists()

    def test_a_discretionary_one_is_the_leads_decision_and_the_last_check_counts(self):
        found = f.case("closed", regime=PA23)
        total = found.assessment().total
        check(found, ground="discretionary", excludes=True, note="It broke a contract.")
        assert (outcome(found), found.assessment().total) == ("excluded", None)
        check(found, ground="discretionary", excludes=False, note="It has made good.")
        assert (outcome(found), found.assessment().total) == (Assessment.Outcome.ADMITTED, total)

    def test_found_while_the_panel_scores_it_counts_at_the_close(self):
        found = f.case("scoring", regime=PA23)
        check(found, ground="mandatory", note="A cartel.")
        f.declare_all(found)
        f.score_all(found)
        f.hand_in_all(found)
        f.begin(found)
        f.agree_all(found)
        f.close(found)
        assert outcome(found) == "excluded"
        excluded = found.assessment()
        assert all(one.result.assessment != excluded for one in queries.crossings(found.fresh(), at_most=9))


class TestAtOnce:
    def test_a_close_and_a_check_wait_for_each_other_at_the_window(self, monkeypatch):
        found = f.case("agreed", regime=PA23)
        locked = []
        real = moderation.lock

        def noted(row):
            locked.append(row)
            real(row)

        monkeypatch.setattr(moderation, "lock", noted)
        f.close(found)
        assert locked == [found.window]

    @pytest.mark.parametrize(
        ("given", "stale"),
        [({"ground": "mandatory", "note": "A cartel."}, "admitted"), ({}, "excluded")],
    )
    def test_no_letter_rests_on_an_outcome_that_its_last_check_did_not_fix(self, given, stale):
        found = f.case("closed", regime=PA23)
        check(found, **given)
        check(found, 1)
        confirm(found)
        name = found.assessment().organisation.name
        kept = outcome(found)
        row = Assessment.objects.filter(pk=found.assessment().pk)
        f.rewrite(row, outcome=stale)
        with pytest.raises(Refused, match=f"Record the check again: {name}"):
            f.draft(found)
        f.rewrite(row, outcome=kept)
        standing = f.draft(found)
        f.rewrite(row, outcome=stale)
        with pytest.raises(Refused, match=f"Record the check again: {name}"):
            release.release(release=standing, actor=found.second, now=f.SENDING)
        assert not Admission.objects.exists()


class TestWhen:
    def test_not_before_the_opening_nor_once_letters_rest_on_it(self):
        sealed = f.case("sealed", regime=PA23)
        assert not queries.applications_in(sealed.window).exists()
        with pytest.raises(Refused, match="have not been opened yet"):
            suppliers.check_debarment(
                application=sealed.entries[0].application,
                found=Finding(f.NOW.date()),
                actor=sealed.lead,
                now=f.NOW,
            )
        found = f.case("closed", regime=PA23)
        check(found)
        confirm(found)
        f.draft(found)
        with pytest.raises(Refused, match="take them back first"):
            check(found, ground="mandatory", note="Late.")

    def test_only_the_lead_of_the_window(self):
        found = f.case("closed", regime=PA23)
        for actor in (found.moderator, found.lay, f.case("opened").lead):
            with pytest.raises(Denied):
                check(found, actor=actor)
            with pytest.raises(Denied):
                confirm(found, actor=actor)

    def test_no_day_to_come_and_no_code_of_another_shape(self):
        found = f.case("closed", regime=PA23)
        with pytest.raises(Refused, match="after today"):
            check(found, checked_on=TODAY + timedelta(days=1))
        with pytest.raises(Refused, match="8 letters and digits"):
            confirm(found, code="7")


def test_the_list_costs_the_same_for_one_and_for_three():
    costs = []
    for bidders in (1, 3):
        found = f.case("closed", bidders=bidders, regime=PA23)
        for place in range(bidders):
            check(found, place)
            confirm(found, place)
        with CaptureQueriesContext(connection) as caught:
            rows = queries.applicants(queries.applications_in(found.window))
            assert [(row.share_code, bool(row.debarment)) for row in rows] == [(f.SHARE_CODE, True)] * bidders
            queries.supplier_blockers(found.window)
        costs.append(len(caught))
    assert costs[0] == costs[1]

"""The release: drafted by one, released by another, all in one transaction or nothing (settled 21-24)."""

import json
from datetime import date, timedelta

import pytest

from commissioning import regimes
from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Letter, LetterBatch, Message
from commissioning.workflow import Refused
from evaluation import queries
from evaluation.models import Exercise, Release
from evaluation.services import panels, release, standards
from lots.models import Agreement, Window
from providers.models import Admission, Entry
from providers.services import admissions
from tests import factories as people
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


def send(found, actor=None, now=f.SENDING):
    release.release(release=Release.objects.get(state="drafted"), actor=actor or found.second, now=now)


def facts(outcome):
    return [letter.facts for letter in Letter.objects.filter(kind=outcome)]


class TestDrafting:
    def draft(self, found, actor=None, now=f.LATER, **given):
        return release.draft(
            window=found.window,
            planned_on=given.pop("planned_on", f.SENT_ON),
            advantages=given.pop("advantages", {row.pk: f.ADVANTAGES for row in found.exercises}),
            actor=actor or found.lead,
            now=now,
        )

    def test_makes_a_letter_an_entry_of_every_lot(self):
        found = f.case("closed", lots=2)
        made = self.draft(found)
        assert made.batch.letters.count() == 4
        assert {letter.about for letter in made.batch.letters.all()} == {
            row.reference for row in found.entries
        }
        assert {letter.kind for letter in made.batch.letters.all()} == {"admission", "refusal"}
        assert made.standstill_ends_on == date(2027, 2, 25)

    def test_changes_nothing_that_a_provider_sees(self):
        found = f.case("drafted")
        assert {entry.state for entry in Entry.objects.all()} == {"opened"}
        assert not Admission.objects.exists()
        assert not Message.objects.filter(kind="letters_released").exists()
        assert found.window.state == "unsealed"

    def test_waits_for_every_lot_that_has_entries(self):
        found = f.case("closed", lots=2)
        Exercise.objects.filter(pk=found.exercises[1].pk).update(state="moderating")
        with pytest.raises(
            Refused, match=r"Every lot's moderation must be closed first.*Lot 2.*being moderated"
        ):
            self.draft(found)

    def test_does_not_wait_for_a_lot_to_which_nobody_applied(self):
        made, lead, _ = f.window(2)
        entry = f.providers.submitted(made)
        f.openings.open_entries(window=made, actor=lead, now=f.OPENED)
        made.refresh_from_db()
        assert [row.is_settled for row in queries.lots_of(made)] == [False, True]
        with pytest.raises(Refused, match="Lot 1: Lot title 1: no panel is set up"):
            release.draft(window=made, planned_on=f.SENT_ON, advantages={}, actor=lead, now=f.LATER)
        assert entry.reference

    def test_of_a_sealed_window_or_with_nothing_to_tell_is_refused(self):
        made, lead, _ = f.window()
        with pytest.raises(Refused, match="have not been opened yet"):
            release.draft(window=made, planned_on=f.SENT_ON, advantages={}, actor=lead, now=f.LATER)
        f.openings.open_entries(window=made, actor=lead, now=f.OPENED)
        made.refresh_from_db()
        with pytest.raises(Refused, match="There is no outcome to tell"):
            release.draft(window=made, planned_on=f.SENT_ON, advantages={}, actor=lead, now=f.LATER)

    def test_is_for_a_lead_of_the_authority_that_runs_it(self):
        found = f.case("closed", bidders=1)
        for actor in (people.person(people.authority(), Role.LEAD), found.moderator):
            with pytest.raises(Denied):
                self.draft(found, actor)

    def test_on_a_day_that_has_passed_or_twice_is_refused(self):
        found = f.case("closed", bidders=1)
        with pytest.raises(Refused, match="has not passed") as refusal:
            self.draft(found, planned_on=f.LATER.date() - timedelta(days=1))
        assert refusal.value.reasons[0].field == "planned_on"
        self.draft(found)
        with pytest.raises(Refused, match="drafted already"):
            self.draft(found)

    def test_needs_words_for_those_turned_down_where_others_are_admitted(self):
        found = f.case("closed")
        with pytest.raises(Refused, match="what the answers of those admitted did better") as refusal:
            self.draft(found, advantages={found.exercise.pk: " "})
        assert refusal.value.reasons[0].field == f"advantages_{found.exercise.reference}"
        assert not Letter.objects.exists()
        alone = f.case("closed", bidders=1)
        assert self.draft(alone, advantages={}).pk


class TestLetters:
    def test_of_refusal_holds_scores_reasons_the_line_and_those_admitted_and_no_other_loser(self):
        f.case("drafted", bidders=3)
        letter = facts("refusal")[0]
        assert letter["to"]["name"].startswith("Bidder ")
        assert [row["score"] for row in letter["scores"]["rows"]] == [3, 3, 3, 4]
        assert letter["scores"]["rows"][0]["reason"] == "The answer fits the wording of 3."
        assert letter["grounds"] == [
            "Your total was 62% and the quality threshold is 65%: you were 3 percentage points short."
        ]
        assert [row["name"][:8] for row in letter["admitted"]] == ["Bidder A"]
        assert letter["standstill"]["last_day"] == "2027-02-25"
        assert letter["feedback_until"] == "2027-03-15"
        assert f.ADVANTAGES in letter["field_summary"]
        assert "1 provider was admitted to this lot, with a total of 72%" in letter["field_summary"]
        others = [one for one in facts("refusal") if one["to"]["name"] != letter["to"]["name"]]
        assert others
        for other in others:
            assert other["to"]["name"] not in json.dumps(letter)

    def test_name_no_evaluator(self):
        found = f.case("drafted")
        text = json.dumps([letter.facts for letter in Letter.objects.all()])
        for user, _ in found.panel:
            assert user.name not in text

    def test_of_admission_promise_no_work_and_no_rival(self):
        f.case("drafted")
        letter = facts("admission")[0]
        assert any("does not guarantee any work" in one for one in letter["conditions"])
        assert "Bidder B" not in json.dumps(letter)
        assert letter["scores"]["total"] == "72"

    @pytest.mark.parametrize("later", [0, 1])
    def test_of_admission_name_the_agreements_first_day_where_it_is_later(self, later):
        found = f.case("closed")
        starts_on = f.SENT_ON + timedelta(days=later)
        Agreement.objects.update(starts_on=starts_on)
        found.window.refresh_from_db()
        TestDrafting().draft(found)
        letter = facts("admission")[0]
        assert letter["begins_on"] == (starts_on.isoformat() if later else None)

    def test_of_a_failed_standard_say_so_and_show_no_scores(self):
        found = f.case("moderating")
        assessment = found.assessment(1)
        standards.decide_standard(
            assessment=assessment,
            standard=assessment.exercise.standards()[0],
            is_met=False,
            reason="The certificate has lapsed.",
            actor=found.lead,
            now=f.LATER,
        )
        f.agree_all(found)
        f.close(found)
        f.draft(found)
        letter = facts("refusal")[0]
        assert letter["grounds"] == ["You did not meet the minimum standard “Grounds for exclusion”."]
        assert letter["scores"] is None
        assert letter["standards"][0] == {
            "title": "Grounds for exclusion",
            "passed": False,
            "reason": "The certificate has lapsed.",
        }

    def test_stay_as_they_were_when_a_provider_is_renamed(self):
        found = f.case("drafted")
        bidder = found.assessment().organisation
        before = Letter.objects.get(organisation=bidder).facts
        bidder.name = "Another name"
        bidder.save()
        assert Letter.objects.get(organisation=bidder).facts == before


class TestReleasing:
    def test_gives_outcomes_places_letters_and_messages_together(self):
        found = f.case("drafted", lots=2)
        send(found)
        assert sorted(entry.state for entry in Entry.objects.all()) == ["admitted"] * 2 + ["not_admitted"] * 2
        places = Admission.objects.all()
        assert {place.state for place in places} == {"standstill"}
        assert {place.standstill_ends_on for place in places} == {date(2027, 2, 25)}
        assert {place.effective_at.isoformat() for place in places} == {"2027-02-26T00:00:00+00:00"}
        assert not Letter.objects.filter(released_at=None).exists()
        told = Message.objects.filter(kind="letters_released")
        assert {message.recipient for message in told} == {
            f.providers.writer_of(row.application) for row in found.entries
        }
        assert told.count() == 2
        assert {row.state for row in Exercise.objects.all()} == {"released"}
        assert Window.objects.get().state == "decided"
        assert Release.objects.get().released_by == found.second

    @pytest.mark.parametrize(
        ("choice", "state", "last_day"),
        [("none", "current", None), ("voluntary", "standstill", "2027-02-24")],
    )
    def test_keeps_the_standstill_that_the_agreement_chose(self, choice, state, last_day):
        found = f.case("closed")
        chosen = regimes.chosen(regimes.PA23_LTR_FRAMEWORK, standstill_admission=choice)
        Agreement.objects.update(profile=regimes.as_data(chosen))
        found.window.refresh_from_db()
        f.draft(found)
        send(found)
        place = Admission.objects.get()
        assert place.state == state
        assert str(place.standstill_ends_on or "") == (last_day or "")
        facts = Letter.objects.first().facts["standstill"]
        assert (facts["last_day"], facts["voluntary"]) == (last_day, choice == "voluntary")

    def test_by_whoever_drafted_is_refused(self):
        found = f.case("drafted")
        with pytest.raises(Refused, match="somebody else must release them"):
            send(found, found.lead)
        self.assert_nothing_happened(found)

    def test_by_whoever_sat_on_a_panel_is_refused_even_if_stood_down(self):
        found = f.case("scoring")
        judge = people.person(found.authority, Role.LEAD, Role.EVALUATOR)
        panels.appoint(exercise=found.fresh(), user=judge, part="evaluator", actor=found.lead, now=f.NOW)
        panels.stand_down(panellist=found.seat(judge), reason="Busy.", actor=found.lead, now=f.NOW)
        for step in (f.declare_all, f.score_all, f.hand_in_all, f.begin, f.agree_all, f.close):
            step(found)
        f.draft(found)
        with pytest.raises(Refused, match="You sat on a panel of this window"):
            send(found, judge)
        self.assert_nothing_happened(found)

    @pytest.mark.parametrize("days", [-1, 1])
    def test_on_another_london_day_is_refused(self, days):
        found = f.case("drafted")
        with pytest.raises(Refused, match="These letters say that they are sent on"):
            send(found, now=f.SENDING + timedelta(days=days))
        self.assert_nothing_happened(found)

    def test_before_every_pdf_is_there_is_refused(self):
        found = f.case("drafted")
        Letter.objects.filter(pk=Letter.objects.first().pk).update(rendered_at=None)
        with pytest.raises(Refused, match="1 of 2 letters are ready"):
            send(found)
        self.assert_nothing_happened(found)

    def test_is_for_a_lead_of_the_authority_that_runs_it(self):
        found = f.case("drafted")
        for actor in (people.person(people.authority(), Role.LEAD), found.moderator):
            with pytest.raises(Denied):
                send(found, actor)
        self.assert_nothing_happened(found)

    def test_that_fails_in_the_middle_leaves_nothing(self, monkeypatch):
        found = f.case("drafted")
        events = Event.objects.count()
        kept = admissions.turn_down

        def turn_down(**given):
            kept(**given)
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(admissions, "turn_down", turn_down)
        with pytest.raises(RuntimeError):
            send(found)
        self.assert_nothing_happened(found)
        assert Event.objects.count() == events
        assert LetterBatch.objects.get().released_at is None

    def test_twice_is_refused(self):
        found = f.case("released")
        with pytest.raises(Refused):
            release.release(release=Release.objects.get(), actor=found.second, now=f.SENDING)
        assert Admission.objects.count() == 1

    def test_says_beforehand_what_stands_in_the_way(self):
        found = f.case("drafted")
        standing = Release.objects.get()
        assert release.refusals(standing, actor=found.second, now=f.SENDING) == []
        assert release.refusals(standing, actor=found.lead, now=f.SENDING) == [
            "You drafted these letters, so somebody else must release them."
        ]
        assert "role does not allow" in release.refusals(standing, actor=found.lay, now=f.SENDING)[0]
        assert "can be released on that day" in release.refusals(standing, actor=found.second, now=f.LATER)[0]
        late = f.SENDING + timedelta(days=1)
        assert "Today is" in release.refusals(standing, actor=found.second, now=late)[0]

    def assert_nothing_happened(self, found):
        assert {entry.state for entry in Entry.objects.all()} == {"opened"}
        assert not Admission.objects.exists()
        assert not Message.objects.filter(kind="letters_released").exists()
        assert not Letter.objects.exclude(released_at=None).exists()
        assert Release.objects.get().state == "drafted"
        assert {row.state for row in Exercise.objects.all()} == {"closed"}


class TestTakingBack:
    def test_needs_a_reason_and_lets_them_be_drafted_again(self):
        found = f.case("drafted")
        standing = Release.objects.get()
        with pytest.raises(Refused, match="Say why the letters are taken back"):
            release.withdraw(release=standing, reason="", actor=found.lead, now=f.LATER)
        release.withdraw(release=standing, reason="A wrong date.", actor=found.lead, now=f.LATER)
        assert not Letter.objects.filter(withdrawn_at=None).exists()
        again = f.draft(found, planned_on=f.SENT_ON + timedelta(days=1))
        assert queries.standing_release(found.window) == again
        assert Letter.objects.filter(withdrawn_at=None).count() == 2

    def test_after_the_release_is_refused(self):
        found = f.case("released")
        with pytest.raises(Refused):
            release.withdraw(release=Release.objects.get(), reason="Late.", actor=found.lead, now=f.SENDING)

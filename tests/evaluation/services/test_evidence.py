"""Missing documents: asked of all in one act, taken until one deadline, nothing scored changes (D18)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.audit.models import AccessEntry, Event
from commissioning.audit.services import in_unit
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records import scanning
from commissioning.records.models import Document, Message
from commissioning.records.rules import opening_not_before
from commissioning.records.scanning import Scan, Verdict
from commissioning.workflow import Refused
from evaluation import queries
from evaluation.models import Exercise, MissingEvidence, StandardDecision, SuppliedEvidence
from evaluation.services import evidence, standards
from providers.models import AnswerVersion, Package
from tests import factories as people
from tests.evaluation import factories as f
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db

DUE = f.NOW + timedelta(days=5)
WHAT = "The certificate of public liability insurance."
MISSING = {"INS": (None, WHAT)}


def decide(found, place, **given):
    """Decide all standards of a bidder as met, but for those given by their code."""
    now = given.pop("now", f.NOW)
    assessment = found.assessment(place)
    decisions = [(row, *given.get(row.code, (True, ""))) for row in assessment.exercise.standards()]
    standards.decide_standards(assessment=assessment, decisions=decisions, actor=found.lead, now=now)


def ask(found, **given):
    given = {"due_at": DUE, "actor": found.lead, "now": f.NOW, **given}
    return evidence.ask(exercise=found.fresh(), **given)


def writer(found, place):
    return providers.bid_writer(found.assessment(place).organisation)


def asked(*places, bidders=3):
    """Return a case in which these bidders were asked for their certificate."""
    found = f.case("scoring", bidders=bidders)
    for place in range(bidders):
        decide(found, place, **(MISSING if place in places else {}))
    ask(found)
    return found


def missing(found, place):
    return MissingEvidence.objects.get(assessment=found.assessment(place))


def supply(found, place, **given):
    given = {"words": "", "file": providers.pdf(), "now": f.NOW, **given}
    given.setdefault("actor", writer(found, place))
    return evidence.supply(missing=missing(found, place), **given)


class TestMark:
    def test_a_missing_document_is_named_and_leaves_the_standard_undecided(self, recorded):
        found = f.case("scoring")
        with pytest.raises(Refused, match="Say which document is missing from “Insurance”"):
            decide(found, 0, INS=(None, ""))
        decide(found, 0, **MISSING)
        assert missing(found, 0).what == WHAT
        assert found.fresh().standards_to_decide() == 4
        assert queries.next_to_decide(found.fresh()) == found.assessment(1)
        (event,) = recorded("exercise.note_missing")
        assert event["standard"] == "INS"

    def test_what_was_decided_is_open_again_and_a_decision_takes_the_mark_off(self, recorded):
        found = f.case("scoring")
        decide(found, 0, INS=(False, "No certificate."))
        decide(found, 0, **MISSING)
        assert not StandardDecision.objects.filter(standard__code="INS").exists()
        assert recorded("exercise.note_missing")[0]["before"]["reason"] == "No certificate."
        decide(found, 0)
        assert not MissingEvidence.objects.exists()

    def test_once_the_moderation_has_begun_it_is_too_late(self):
        found = f.case("moderating")
        with pytest.raises(Refused, match="only while the scores are being given"):
            decide(found, 0, **MISSING)


class TestAsk:
    def test_everybody_concerned_is_told_in_one_act_of_its_own_and_nobody_else(self, recorded):
        found = f.case("scoring", bidders=3)
        people_of = [writer(found, place) for place in range(3)]
        decide(found, 0, **MISSING)
        decide(found, 1)
        decide(found, 2, SAFE=(None, "The policy itself."))
        ask(found)
        told = {row.recipient_id: row for row in Message.objects.filter(kind="evidence_wanted")}
        assert people_of[0].pk in told
        assert people_of[2].pk in told
        assert people_of[1].pk not in told
        body = told[people_of[0].pk].body
        assert WHAT in body
        assert "The policy itself." not in body
        assert f"/evidence/{missing(found, 0).reference}/" in body
        assert "26 January 2027" in body
        assert {row.request for row in MissingEvidence.objects.all()} == {
            queries.evidence_request(found.fresh())
        }
        (event,) = recorded("exercise.ask_evidence")
        assert [row["standard"] for row in event["asked"]] == ["INS", "SAFE"]

    def test_only_once_every_bidder_was_looked_at(self):
        found = f.case("scoring")
        decide(found, 0, **MISSING)
        with pytest.raises(Refused, match="3 minimum standards are neither decided nor marked"):
            ask(found)
        decide(found, 1)
        ask(found)

    def test_there_is_one_chance(self):
        found = asked(0)
        with pytest.raises(Refused, match="Nobody is given a second chance"):
            ask(found)
        with pytest.raises(Refused, match="once for all"):
            decide(found, 1, **MISSING)

    def test_there_must_be_something_missing_and_time_to_send_it(self):
        found = f.case("scoring")
        decide(found, 0)
        decide(found, 1)
        with pytest.raises(Refused, match="No document is marked as missing"):
            ask(found)
        decide(found, 1, **MISSING)
        with pytest.raises(Refused, match="later than now"):
            ask(found, due_at=f.NOW)

    def test_only_the_lead_asks(self):
        found = f.case("scoring")
        for actor in (found.lay, found.moderator, people.person(found.authority, Role.COMMISSIONER)):
            with pytest.raises(Denied):
                ask(found, actor=actor)


class TestSupply:
    def test_a_file_and_words_are_kept_and_nothing_that_was_submitted_changes(self, recorded):
        found = asked(0)
        before = [list(model.objects.order_by("pk").values()) for model in (AnswerVersion, Package)]
        made = supply(found, 0, words="Also in the public register, number 7.")
        assert made.document.organisation == found.assessment(0).organisation
        assert made.received_at == f.NOW
        assert [list(model.objects.order_by("pk").values()) for model in (AnswerVersion, Package)] == before
        (event,) = recorded("evidence.supply")
        assert event["after"]["document"] == made.document.reference
        supply(found, 0, file=None, words="Once more.", now=DUE)
        assert SuppliedEvidence.objects.count() == 2

    def test_at_the_deadline_it_is_in_time_and_a_microsecond_later_not(self):
        found = asked(0)
        late = DUE + timedelta(microseconds=1)
        with pytest.raises(Refused, match=r"10:00:00\.000001"):
            supply(found, 0, now=late)
        assert not SuppliedEvidence.objects.exists()
        assert not Document.objects.exists()
        assert AccessEntry.objects.get(outcome="refused").subject == missing(found, 0).reference
        supply(found, 0, now=DUE)

    def test_it_must_be_something_and_a_file_that_is_taken(self):
        found = asked(0)
        with pytest.raises(Refused, match="Choose a file") as refusal:
            supply(found, 0, file=None, words="  ")
        assert refusal.value.reasons[0].field == "file"
        with pytest.raises(Refused) as refusal:
            supply(found, 0, file=SimpleUploadedFile("x.exe", b"MZ", content_type="application/pdf"))
        assert refusal.value.reasons[0].field == "file"
        assert not Event.objects.filter(action="evidence.supply").exists()

    def test_a_file_is_scanned_before_anything_is_locked(self, monkeypatch):
        found = asked(0)
        scanned = []

        def scan(pieces):
            scanned.append(in_unit())
            return Scan(Verdict.CLEAN)

        monkeypatch.setattr(scanning, "is_set_up", lambda: True)
        monkeypatch.setattr(scanning, "scan", scan)
        supply(found, 0)
        assert scanned == [False]

    def test_it_waits_for_a_decision_that_is_being_made(self, monkeypatch):
        found = asked(0)
        locked = []
        real = evidence.lock

        def noted(row):
            locked.append(row)
            real(row)

        monkeypatch.setattr(evidence, "lock", noted)
        supply(found, 0)
        assert locked == [found.exercise, missing(found, 0)]

    def test_only_its_own_people_send_it(self):
        found = asked(0)
        for actor in (writer(found, 1), found.lead, found.lay):
            with pytest.raises(Denied):
                supply(found, 0, actor=actor)

    def test_what_was_not_asked_for_is_not_taken(self):
        found = f.case("scoring")
        decide(found, 0, **MISSING)
        with pytest.raises(Refused, match="not asked for"):
            supply(found, 0)


class TestDecide:
    def test_not_met_waits_until_the_time_is_over_and_met_needs_words(self):
        found = asked(0)
        with pytest.raises(Refused, match="The bidder has until"):
            decide(found, 0, INS=(False, "Nothing came."))
        with pytest.raises(Refused, match="A document was asked for on “Insurance”"):
            decide(found, 0)
        settled = opening_not_before(DUE)
        with pytest.raises(Refused, match="may still be under way"):
            decide(found, 0, INS=(False, "Nothing came."), now=settled - timedelta(microseconds=1))
        supply(found, 0, now=DUE)
        decide(found, 0, INS=(False, "Nothing came."), now=settled)
        assert found.fresh().standards_to_decide() == 0
        assert missing(found, 0).request is not None

    def test_what_was_decided_early_shows_in_nothing_before_the_letters(self):
        found = asked(0)
        decide(found, 0, INS=(True, "It is in the public register."))
        assert queries.refusals_to_supply(missing(found, 0), f.NOW) == []
        assert len(queries.evidence_tasks(writer(found, 0), f.NOW)) == 1
        supply(found, 0, now=DUE)

    @pytest.mark.parametrize("state", ["released", "ended"])
    def test_once_the_judging_is_over_nothing_more_is_taken_or_asked(self, state):
        found = asked(0)
        user = writer(found, 0)
        f.rewrite(Exercise.objects.filter(pk=found.exercise.pk), state=state)
        with pytest.raises(Refused, match="The judging is over"):
            supply(found, 0)
        assert queries.evidence_tasks(user, f.NOW) == []
        assert list(queries.evidence_dates(user, f.NOW)) == []

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [((False, "Nothing came."), "The bidder has until"), ((True, ""), "A document was asked for")],
    )
    def test_what_a_colleague_asked_for_at_the_same_moment_is_not_decided_over(
        self, monkeypatch, given, sentence
    ):
        found = f.case("scoring")
        decide(found, 0, **MISSING)
        decide(found, 1)
        real = standards.lock

        def asked_meanwhile(row):
            if not queries.evidence_request(found.fresh()):
                ask(found)
            real(row)

        monkeypatch.setattr(standards, "lock", asked_meanwhile)
        with pytest.raises(Refused, match=sentence):
            decide(found, 0, INS=given)


def test_each_provider_sees_on_its_home_and_in_its_calendar_what_it_was_asked_for():
    found = asked(0)
    user = writer(found, 0)
    tasks, _ = queries.lists(user, f.NOW)
    assert [task.what.split(":")[0] for task in tasks] == ["Send a missing document"]
    assert [one.at for one in queries.evidence_dates(user, f.NOW)] == [DUE]
    assert queries.lists(writer(found, 1), f.NOW)[0] == []
    supply(found, 0)
    assert queries.lists(user, f.NOW)[0] == []
    assert queries.evidence_tasks(user, DUE + timedelta(days=2)) == []


def test_asking_costs_the_same_for_one_and_for_three():
    costs = []
    for bidders in (1, 3):
        found = f.case("scoring", bidders=bidders)
        for place in range(bidders):
            decide(found, place, **MISSING)
        exercise, rows = found.fresh(), list(queries.assessed(found.fresh()))
        with CaptureQueriesContext(connection) as caught:
            queries.standards_rows(exercise, rows)
            [row.assessment.organisation.name for row in queries.missing_of(exercise)]
            queries.ask_blockers(exercise)
        costs.append(len(caught))
    assert costs[0] == costs[1]

"""Interests are declared before any content, and somebody else decides about them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.audit.models import AccessEntry, Event
from commissioning.people.roles import Role
from commissioning.records.models import Message
from evaluation.models import Declaration
from evaluation.services import interests
from tests import factories as people
from tests.evaluation import factories as f
from tests.evaluation.pages import denied, done, read, refused, send
from tests.providers.factories import associate

pytestmark = pytest.mark.django_db

SECRET = "Marmalade"


def conflict_url(found, user=None, place=0):
    user = user or found.lay
    return found.url(f"conflicts/{user.reference}/{found.assessment(place).organisation.reference}/")


class TestDeclaring:
    def test_the_page_names_the_bidders_and_shows_nothing_else_of_them(self):
        found = f.case("scoring", names=("Cam Sight", "P3 Charity"))
        page = read(f.client(found.lay), found.url("declare/"))
        assert "Cam Sight" in page
        assert "P3 Charity" in page
        assert SECRET not in page
        assert "Without a conflict nobody is written to" in page

    def test_no_conflict_is_one_answer_for_all_and_opens_the_answers(self):
        found = f.case("scoring")
        client = f.client(found.lay)
        denied(client.get(found.answer_url()), "Declare first whether you have an interest in each bidder.")
        response = send(client, found.url("declare/"), conflict="no", undertaking="on")
        page = done(response, client, found.url(), "Your declaration has been recorded.")
        assert "Start scoring" in page
        assert Declaration.objects.filter(has_conflict=False).count() == 2
        assert SECRET in read(client, found.answer_url())
        assert not Message.objects.filter(kind="panel_conflict_declared").exists()

    def test_a_conflict_closes_every_answer_of_the_lot_and_is_told_to_the_leads(self):
        found = f.case("scoring", names=("Cam Sight", "P3 Charity"))
        client = f.client(found.lay)
        bidder = found.assessment(1).organisation
        given = {"bidders": [bidder.reference], f"nature_{bidder.reference}": "My brother works there."}
        response = send(client, found.url("declare/"), conflict="yes", undertaking="on", **given)
        page = done(response, client, found.url(), "You have declared an interest in P3 Charity.")
        assert "Start scoring" not in page
        told = Message.objects.filter(kind="panel_conflict_declared")
        assert {row.recipient for row in told} == {found.lead, found.second}
        for place in (0, 1):
            refusal = denied(client.get(found.answer_url(place=place)), "an interest in P3 Charity")
            assert SECRET not in refusal
        denied(client.get(found.url("scores/")), "an interest in P3 Charity")
        assert AccessEntry.objects.filter(outcome="refused", user=found.lay).count() == 3

    @pytest.mark.parametrize("named", ["bidders", "nature"])
    def test_a_conflict_that_is_named_and_denied_is_not_dropped_in_silence(self, named):
        found = f.case("scoring")
        key = found.assessment(0).organisation.reference
        given = {"bidders": [key]} if named == "bidders" else {f"nature_{key}": "A cousin."}
        typed = {"conflict": "no", "undertaking": "on", **given}
        refused(f.client(found.lay).post(found.url("declare/"), typed), "You named a conflict. Select “Yes”")
        assert not Declaration.objects.exists()

    @pytest.mark.parametrize("typed", [{"nature": "My wife runs it"}, {"with": "Night Owls"}])
    def test_what_is_typed_of_a_bidder_that_is_not_ticked_is_not_dropped(self, typed):
        found = f.case("scoring", names=("Cam Sight", "P3 Charity"), named=((associate("Night Owls"),),))
        one, two = (found.assessment(place).organisation.reference for place in (0, 1))
        given = {"bidders": [two], f"nature_{two}": "My aunt.", **{f"{k}_{one}": v for k, v in typed.items()}}
        response = send(f.client(found.lay), found.url("declare/"), conflict="yes", undertaking="on", **given)
        refused(response, "You named a conflict with Cam Sight. Tick it", *typed.values())
        assert not Declaration.objects.exists()

    def test_those_that_apply_with_a_bidder_are_named_and_a_conflict_says_with_whom(self):
        found = f.case("scoring", names=("Cam Sight", "P3 Charity"), named=((associate("Night Owls"),),))
        client = f.client(found.lay)
        page = read(client, found.url("declare/"))
        assert "Night Owls (subcontractor)" in page
        bidder = found.assessment(0).organisation
        given = {"bidders": [bidder.reference], f"nature_{bidder.reference}": "My brother works there."}
        response = send(client, found.url("declare/"), conflict="yes", undertaking="on", **given)
        refused(response, "Tick with whom of Cam Sight and its others", "My brother works there.")
        given[f"with_{bidder.reference}"] = ["Night Owls"]
        response = send(client, found.url("declare/"), conflict="yes", undertaking="on", **given)
        done(response, client, found.url(), "You have declared an interest in Cam Sight.")
        declared = Declaration.objects.get(has_conflict=True)
        assert declared.with_whom == ["Night Owls"]
        lead = f.client(found.lead)
        assert "With: Night Owls" in read(lead, found.url())
        assert "The conflict is with: Night Owls" in read(lead, conflict_url(found))

    def test_one_found_since_is_chosen_by_its_own_name(self):
        found = f.case("declared", names=("Cam Sight", "P3 Charity"), named=((associate("Night Owls"),),))
        client = f.client(found.lay)
        assert "Night Owls, which applies with Cam Sight" in read(client, found.url("declare/later/"))
        key = f"{found.assessment(0).organisation.reference}/1"
        send(client, found.url("declare/later/"), bidder=key, nature="My sister works there.")
        assert Declaration.objects.get(has_conflict=True).with_whom == ["Night Owls"]

    def test_one_found_since_with_the_bidder_itself_is_not_as_if_it_applied_alone(self):
        found = f.case("declared", names=("Cam Sight", "P3 Charity"), named=((associate("Night Owls"),),))
        client = f.client(found.lay)
        one, two = (found.assessment(place).organisation.reference for place in (0, 1))
        for key in (one, two):
            send(client, found.url("declare/later/"), bidder=key, nature="My sister works there.")
        rows = Declaration.objects.filter(has_conflict=True).order_by("organisation__name")
        assert [row.with_whom for row in rows] == [["Cam Sight"], []]

    def test_naming_costs_no_query_more_with_more_bidders(self):
        few = f.case("scoring", bidders=1, named=((associate("Night Owls"),),))
        many = f.case("scoring", bidders=3, named=tuple((associate("Night Owls"),) for _ in range(3)))
        counts = []
        for found in (few, many):
            client = f.client(found.lay)
            read(client, found.url("declare/"))
            with CaptureQueriesContext(connection) as asked:
                read(client, found.url("declare/"))
            counts.append(len(asked))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"conflict": ""}, "Select whether you have a conflict with any of these bidders"),
            ({"undertaking": ""}, "Tick “I will keep what I read confidential"),
            ({"conflict": "yes"}, "Tick each bidder with which you have a conflict"),
            ({"conflict": "yes", "bidders": ["ORG-NONE"]}, "from the list"),
        ],
    )
    def test_what_is_not_complete_is_refused_and_nothing_is_declared(self, given, sentence):
        found = f.case("scoring")
        typed = {"conflict": "no", "undertaking": "on", **given}
        refused(f.client(found.lay).post(found.url("declare/"), typed), sentence)
        assert not Declaration.objects.exists()
        assert found.seat(found.lay).declared_at is None

    def test_a_conflict_without_its_nature_is_asked_for_by_the_bidders_name(self):
        found = f.case("scoring", names=("Cam Sight", "P3 Charity"))
        one, two = (found.assessment(place).organisation.reference for place in (0, 1))
        typed = {"conflict": "yes", "undertaking": "on", "bidders": [one, two], f"nature_{one}": "My aunt."}
        page = refused(
            f.client(found.lay).post(found.url("declare/"), typed),
            "Say what your conflict with P3 Charity is",
        )
        assert "My aunt." in page
        assert "your conflict with Cam Sight is" not in page
        assert not Declaration.objects.exists()

    def test_whoever_belongs_to_a_bidder_cannot_say_no(self):
        found = f.case("scoring")
        people.member(found.lay, found.assessment().organisation, Role.PROVIDER_EDITOR)
        response = send(f.client(found.lay), found.url("declare/"), conflict="no", undertaking="on")
        refused(response, f"You belong, or have belonged, to: {found.assessment().organisation.name}.")
        assert not Declaration.objects.exists()

    def test_before_the_bidders_are_known_the_page_says_so(self):
        found = f.case("appointing")
        client = f.client(found.lay)
        assert "The bidders are not known yet" in read(client, found.url("declare/"))
        refused(client.post(found.url("declare/"), {"conflict": "no", "undertaking": "on"}))
        assert found.seat(found.lay).declared_at is None

    def test_twice_is_refused(self):
        found = f.case("declared")
        client = f.client(found.lay)
        assert "You have declared already." in read(client, found.url("declare/"))
        before = list(Declaration.objects.order_by("pk").values())
        refused(client.post(found.url("declare/"), {"conflict": "no", "undertaking": "on"}))
        assert list(Declaration.objects.order_by("pk").values()) == before


class TestDeclaringLater:
    def test_closes_what_was_open_until_somebody_has_decided(self):
        found = f.case("declared")
        client, bidder = f.client(found.lay), found.assessment().organisation
        assert SECRET in read(client, found.answer_url())
        given = {"bidder": bidder.reference, "nature": "They offered me a job."}
        response = send(client, found.url("declare/later/"), **given)
        done(response, client, found.url(), "Your conflict has been recorded.")
        for place in (0, 1):
            denied(client.get(found.answer_url(place=place)), f"an interest in {bidder.name}")
        assert Message.objects.filter(kind="panel_conflict_declared").count() == 2
        refused(send(client, found.url("declare/later/"), **given), "it waits for a decision")

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [({"bidder": ""}, "Select the bidder"), ({"nature": " "}, "Enter what the conflict is")],
    )
    def test_needs_the_bidder_and_the_nature(self, given, sentence):
        found = f.case("declared")
        typed = {"bidder": found.assessment().organisation.reference, "nature": "A friend.", **given}
        page = refused(f.client(found.lay).post(found.url("declare/later/"), typed), sentence)
        assert ("A friend." in page) is ("bidder" in given)
        assert not Declaration.objects.filter(has_conflict=True).exists()

    def test_comes_after_the_first_declaration(self):
        found = f.case("scoring")
        page = read(f.client(found.lay), found.url("declare/later/"))
        assert "Declare your interests in all bidders first." in page

    def test_once_all_is_judged_there_is_nothing_left_to_declare_about(self, later):
        found = f.case("closed")
        later()
        client, bidder = f.client(found.lay), found.assessment().organisation
        page = read(client, found.url("declare/later/"))
        assert "The exercise is “Moderation closed”, so there is nothing left to judge." in page
        refused(client.post(found.url("declare/later/"), {"bidder": bidder.reference, "nature": "Late."}))
        assert not Declaration.objects.filter(has_conflict=True).exists()


class TestDeciding:
    @pytest.fixture
    def found(self):
        case = f.case("scoring", names=("Cam Sight", "P3 Charity"))
        f.declare(case, case.lay, conflict=0)
        return case

    def test_the_lead_lets_the_person_judge_with_the_measures_and_the_answers_open(self, found):
        client, url = f.client(found.lead), conflict_url(found)
        assert url in read(client, found.url())
        page = read(client, url)
        assert "I worked for them." in page
        assert "Cam Sight" in page
        given = {"decision": "may_judge", "measures": "Two others score this bidder first."}
        page = done(send(client, url, **given), client, found.url(), "The decision has been recorded.")
        assert "Two others score this bidder first." in page
        assert SECRET in read(f.client(found.lay), found.answer_url())
        told = Message.objects.get(kind="panel_conflict_decided")
        assert told.recipient == found.lay
        assert "Two others score this bidder first." in told.body

    def test_or_takes_the_person_off_the_panel(self, found):
        client = f.client(found.lead)
        given = {"decision": "stands_down", "measures": "The tie is too close."}
        done(send(client, conflict_url(found), **given), client, found.url(), "recorded")
        assert not found.exercise.panel.filter(user=found.lay, stood_down_at=None).exists()
        assert f.client(found.lay).get(found.answer_url()).status_code == 404

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"measures": ""}, "Enter the measures or the reason"),
            ({"decision": ""}, "Select what happens"),
            ({"decision": "perhaps"}, "Select what happens from the list"),
        ],
    )
    def test_needs_a_decision_and_the_measures(self, found, given, sentence):
        typed = {"decision": "may_judge", "measures": "A second pair of eyes.", **given}
        page = refused(f.client(found.lead).post(conflict_url(found), typed), sentence)
        assert ("A second pair of eyes." in page) is ("measures" not in given)
        assert Declaration.objects.get(has_conflict=True).is_open
        assert not Event.objects.filter(action="exercise.mitigate").exists()

    def test_nobody_decides_about_their_own(self):
        found = f.case("scoring")
        people.member(found.lead, found.authority, Role.EVALUATOR)
        lead = type(found.lead).objects.get(pk=found.lead.pk)
        f.panels.appoint(exercise=found.fresh(), user=lead, part="evaluator", actor=found.second, now=f.NOW)
        f.declare(found, lead, conflict=0)
        client, url = f.client(lead), conflict_url(found, lead)
        assert "Somebody else must decide about your interest." in read(client, url)
        refused(
            client.post(url, {"decision": "may_judge", "measures": "I am careful."}),
            "Somebody else must decide about your interest.",
        )
        assert Declaration.objects.get(has_conflict=True).is_open
        other = f.client(found.second)
        done(send(other, url, decision="may_judge", measures="Fine."), other, found.url(), "recorded")

    def test_is_not_decided_twice(self, found):
        row = Declaration.objects.get(has_conflict=True)
        interests.decide_conflict(
            declaration=row, decision="may_judge", measures="Watched.", actor=found.lead, now=f.NOW
        )
        client = f.client(found.second)
        assert "This conflict has been decided." in read(client, conflict_url(found))
        refused(client.post(conflict_url(found), {"decision": "stands_down", "measures": "No."}))
        row.refresh_from_db()
        assert (row.decision, row.measures) == ("may_judge", "Watched.")

    def test_where_no_conflict_was_declared_there_is_no_page(self, found):
        assert f.client(found.lead).get(conflict_url(found, place=1)).status_code == 404
        assert f.client(found.lead).get(conflict_url(found, found.moderator)).status_code == 404

"""Minimum standards: decided beside what the bidder declared, before scores are handed in."""

from datetime import UTC, date, datetime

import pytest

from commissioning.audit.models import AccessEntry, Event
from commissioning.records.models import Message
from evaluation.models import StandardDecision
from providers.queries.items import Declared
from tests.evaluation import factories as f
from tests.evaluation.pages import denied, done, main, read, refused, send
from tests.providers.factories import associate

pytestmark = pytest.mark.django_db


def standard_url(found, place=0):
    return found.url(f"standards/{found.assessment(place).organisation.reference}/")


def decisions(found, **given):
    """Return every standard as met, but for those given as `INS="why not"`."""
    typed = {}
    for row in found.fresh().standards():
        typed[f"met_{row.pk}"] = "no" if row.code in given else "yes"
        typed[f"reason_{row.pk}"] = given.get(row.code, "")
    return typed


def test_the_list_counts_what_is_to_decide_and_leads_to_the_next():
    found = f.case("scoring", names=("Cam Sight", "P3 Charity"))
    f.decide_standards_of(found, found.assessment(0))
    page = main(read(f.client(found.lead), found.url("standards/")))
    assert "<strong>3</strong> decisions to make." in page
    assert page.index("Cam Sight") < page.index("P3 Charity")
    assert "3 of 3" in page
    assert "0 of 3" in page
    assert page.count(standard_url(found, 1)) == 2


def test_each_standard_stands_beside_what_the_bidder_declared_and_the_reading_is_logged():
    found = f.case("scoring")
    page = read(f.client(found.lead), standard_url(found))
    for title, declared in (
        ("Grounds for exclusion", "Zanzibar Mutual EXCL"),
        ("Insurance", "Zanzibar Mutual INS"),
        ("Safeguarding policy", "Zanzibar Mutual SAFE"),
    ):
        assert title in page
        assert declared in page
    assert "Bidder: we meet it" in page
    assert "Marmalade" not in page, "an answer that is scored is not the lead's to read here"


def test_what_a_bidder_did_about_a_ground_stands_beside_it_and_until_when_it_counts(time_machine):
    said = Declared(is_met=False, text="We repaid it.", happened_on=date(2024, 5, 3))
    found = f.case("scoring", says=(("EXCL", said),))
    client = f.client(found.lead)
    page = read(client, standard_url(found, 1))
    assert "Bidder: this ground applies" in page
    assert "Mandatory: a bidder to whom it applies must be excluded" in page
    assert "It happened on 3 May 2024 and counts until 3 May 2029." in page
    assert "We repaid it." in page
    assert "What the bidder says it did to put it right" in page
    assert "this ground applies" not in read(client, standard_url(found, 0))
    response = send(client, standard_url(found, 1), **decisions(found))
    refused(response, "The bidder declares that “Grounds for exclusion” applies to it")
    time_machine.move_to(datetime(2029, 5, 4, 12, tzinfo=UTC))
    page = read(f.client(found.lead), standard_url(found, 1))
    assert "ended on 3 May 2029. It no longer counts." in page


def test_what_the_portal_wrote_is_not_typed_again_for_the_lead():
    found = f.case("scoring")
    client = f.client(found.lead)
    send(client, standard_url(found), **decisions(found))
    assert "As declared; nothing to the contrary was found." not in read(client, standard_url(found))
    assert send(client, standard_url(found), **decisions(found)).status_code == 302
    assert Event.objects.filter(action="exercise.gate").count() == 3


def test_decisions_go_on_from_bidder_to_bidder_and_back_to_the_list():
    found = f.case("scoring", bidders=3)
    client = f.client(found.lead)
    said = "The decisions about {} have been recorded."
    for place, following in ((1, standard_url(found, 2)), (2, standard_url(found, 0))):
        response = send(client, standard_url(found, place), **decisions(found))
        done(response, client, following, said.format(found.assessment(place).organisation.name))
    response = send(client, standard_url(found, 0), **decisions(found))
    assert "All are decided." in done(response, client, found.url("standards/"), "have been recorded.")
    assert StandardDecision.objects.filter(is_met=True).count() == 9


def test_a_bidder_that_fails_is_marked_and_its_answers_are_closed():
    found = f.case("declared")
    client = f.client(found.lead)
    response = send(client, standard_url(found), **decisions(found, INS="The policy ended in May."))
    assert response.status_code == 302
    page = read(client, found.url("standards/"))
    assert "Not met" in page
    assert "Insurance" in page
    evaluator = f.client(found.lay)
    denied(evaluator.get(found.answer_url()), "This bidder failed a minimum standard")
    refusal = evaluator.post(found.answer_url(), {"score": "3", "reason": "As it stands."})
    denied(refusal, "This bidder failed a minimum standard")
    assert found.assessment().organisation.name not in main(read(evaluator, found.url("scores/")))


def test_not_met_needs_its_reason_which_the_bidder_is_told():
    found = f.case("scoring")
    typed = decisions(found, INS="")
    safe = next(row.pk for row in found.fresh().standards() if row.code == "SAFE")
    typed[f"reason_{safe}"] = "Policy of 2025, seen."
    page = refused(send(f.client(found.lead), standard_url(found), **typed), "Say why “Insurance” is not met")
    assert "Policy of 2025, seen." in page
    assert not StandardDecision.objects.exists()


def test_each_standard_needs_its_decision():
    found = f.case("scoring")
    typed = decisions(found)
    insurance = next(row.pk for row in found.fresh().standards() if row.code == "INS")
    typed.pop(f"met_{insurance}")
    response = f.client(found.lead).post(standard_url(found), typed)
    refused(response, "Select whether “Insurance” is met")
    assert not StandardDecision.objects.exists()


def test_a_bidder_let_in_again_gives_the_scores_back_to_whoever_handed_in():
    found = f.case("declared")
    client = f.client(found.lead)
    send(client, standard_url(found, 0), **decisions(found, INS="Ended."))
    send(client, standard_url(found, 1), **decisions(found))
    f.score_for(found, found.lay)
    f.scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
    page = read(client, standard_url(found))
    assert "Ended." in page
    assert "evaluators who have not scored it are told to" in page
    assert send(client, standard_url(found), **decisions(found)).status_code == 302
    assert found.seat(found.lay).handed_in_at is None
    assert Message.objects.get(kind="panel_scores_returned").recipient == found.lay


def test_once_closed_the_page_says_that_they_are_fixed(later):
    found = f.case("closed")
    later()
    client = f.client(found.lead)
    page = read(client, standard_url(found))
    assert "The exercise is “Moderation closed”, so its standards are fixed." in page
    for row in found.assessment().standards.all():
        assert row.standard.title in page
        assert row.reason in page
    assert "Decided " in page
    assert "This cannot be done yet" not in page
    before = Event.objects.filter(action="exercise.gate").count()
    refused(client.post(standard_url(found), decisions(found, INS="Late.")), "so its standards are fixed")
    assert Event.objects.filter(action="exercise.gate").count() == before


def test_a_bidder_of_another_exercise_is_404():
    found, other = f.case("scoring"), f.case("scoring")
    url = found.url(f"standards/{other.assessment().organisation.reference}/")
    assert f.client(found.lead).get(url).status_code == 404
    assert f.client(found.lead).post(url, decisions(found)).status_code == 404


def test_the_lead_reads_who_applies_with_a_bidder_and_what_it_says_of_them():
    barred = associate("Hunts Forum", role="member", is_clear=False, account="A fine in 2024; paid.")
    found = f.case("scoring", names=("Cam Sight", "P3 Charity"), named=((barred,),))
    page = read(f.client(found.lead), standard_url(found))
    assert "Hunts Forum (consortium member)" in page
    assert "A ground for exclusion applies to it: A fine in 2024; paid." in page
    assert "a ground for exclusion applies to one of those named" in page
    alone = read(f.client(found.lead), standard_url(found, 1))
    assert "We apply alone" in alone
    assert AccessEntry.objects.filter(user=found.lead, what="consortium-members").count() == 2
    denied(f.client(found.lay).get(standard_url(found)), "Your role does not allow you to")

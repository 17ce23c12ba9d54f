"""A call-off before the board and its endings, through their pages; what changed since it was tabled."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from calloffs.models import CallOff
from calloffs.services import calloffs as services
from commissioning.board.models import Paper
from commissioning.board.services import papers
from commissioning.people.roles import Role
from commissioning.records.models import Message
from tests.calloffs import factories as f
from tests.calloffs.judging import AFTER
from tests.factories import NOW, authority, client_for, person
from tests.pages import boxes, get, post
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW)


def at(name, calloff):
    return reverse(f"calloff-{name}", args=[calloff.reference])


def paper_at(name, paper):
    return reverse(f"paper-{name}", args=[paper.reference])


def state(calloff):
    return CallOff.objects.get(pk=calloff.pk).state


# ---------------------------------------------------------------- to the board and back


def test_a_complete_draft_is_put_to_the_board_and_everybody_seated_is_told():
    of = f.ground()
    calloff = f.draft(of)
    shown = get(of.commissioner, at("table", calloff))
    assert f"Everybody with a seat on the {of.agreement.board}, 2 people, by e-mail." in shown
    where = post(of.commissioner, at("table", calloff), **boxes("decide_by", date(2027, 1, 20)))
    paper = Paper.objects.get()
    assert where == paper.get_absolute_url()
    assert (paper.decide_by, state(calloff)) == (date(2027, 1, 20), "with_board")
    told = Message.objects.filter(kind="paper_tabled").values_list("recipient", flat=True)
    assert set(told) == {of.chair.pk, of.member.pk}


def test_a_date_that_has_passed_is_refused_beside_its_field():
    of = f.ground()
    calloff = f.draft(of)
    shown = post(of.commissioner, at("table", calloff), 422, **boxes("decide_by", date(2027, 1, 10)))
    assert "Choose a date for the decision that has not passed." in shown
    assert 'href="#id_decide_by_0"' in shown
    assert (Paper.objects.count(), state(calloff)) == (0, "draft")


def test_what_is_missing_stands_there_instead_of_the_form_each_with_its_page():
    of = f.ground()
    calloff = f.draft(of, specification=False)
    shown = get(of.commissioner, at("table", calloff))
    assert "Missing: the specification." in shown
    assert at("specification", calloff) in shown
    assert "decide_by" not in shown
    post(of.commissioner, at("table", calloff), 422, **boxes("decide_by", date(2027, 1, 20)))
    assert state(calloff) == "draft"
    there = f.calloff_of(f.tabled(of))
    assert "This call-off is “With the board”" in get(of.commissioner, at("table", there))


def test_it_is_taken_back_with_a_reason_that_the_board_reads():
    of = f.ground()
    paper = f.tabled(of)
    calloff = f.calloff_of(paper)
    post(of.commissioner, at("take-back", calloff), 422, reason=" ")
    assert state(calloff) == "with_board"
    post(of.commissioner, at("take-back", calloff), reason="The value is wrong.")
    paper.refresh_from_db()
    assert (state(calloff), paper.state, paper.decision_note) == ("draft", "withdrawn", "The value is wrong.")
    assert "The value is wrong." in get(of.member, paper.get_absolute_url())


def test_an_approved_call_off_is_taken_back_to_draft_after_a_warning():
    of = f.ground()
    calloff = f.approved(of)
    assert "The board’s approval no longer counts:" in get(of.commissioner, at("revise", calloff))
    assert state(calloff) == "approved"
    post(of.commissioner, at("revise", calloff))
    assert state(calloff) == "draft"


@pytest.mark.parametrize("name", ["table", "take-back", "revise", "abandon", "end"])
def test_only_the_lead_authoritys_people_move_it(name):
    of = f.ground(pool=0)
    calloff = f.draft(of)
    assert "Your role does not allow you" in get(of.partner_commissioner, at(name, calloff), 403)
    assert "Your role does not allow you" in post(of.partner_commissioner, at(name, calloff), 403)
    get(person(authority(), Role.LEAD), at(name, calloff), 404)
    assert state(calloff) == "draft"


# ---------------------------------------------------------------- the paper and its call-off


def test_nothing_has_changed_while_it_is_with_the_board():
    of = f.ground()
    paper = f.tabled(of)
    assert "Changed since tabled: nothing" in get(of.member, paper.get_absolute_url())
    # Who is in the pool changes by itself: that is no change of the paper.
    f.member_of(of)
    assert "Changed since tabled: nothing" in get(of.member, paper.get_absolute_url())


def test_what_has_changed_since_stands_beside_what_was_tabled():
    of = f.ground()
    paper = f.tabled(of)
    calloff = services.return_to_author(paper=paper, note="Say more.", actor=of.chair, now=NOW)
    services.change(
        calloff=calloff,
        facts={"value": Decimal("310000.00"), "case_pool": "Twelve could respond."},
        actor=of.commissioner,
        now=NOW,
    )
    shown = get(of.member, paper.get_absolute_url())
    changed = shown[shown.index("What has changed since") : shown.index("Fingerprint of what was tabled")]
    for words in ("£300,000", "£310,000", "Nine providers could respond.", "Twelve could respond."):
        assert words in changed
    assert "Specification" not in changed
    assert "Say more." in shown


def test_members_have_the_specification_that_was_tabled_whatever_came_after():
    of = f.ground()
    paper = f.tabled(of)
    calloff = services.return_to_author(paper=paper, note="Say more.", actor=of.chair, now=NOW)
    first = calloff.specification
    services.upload_specification(
        calloff=calloff,
        title="Specification",
        upload=providers.pdf("second.pdf"),
        actor=of.commissioner,
        now=NOW,
    )
    response = client_for(of.member).get(paper_at("specification", paper))
    assert response["Content-Disposition"] == f'attachment; filename="{first.file_name}"'
    assert b"".join(response.streaming_content)
    assert "second.pdf" not in response["Content-Disposition"]
    assert client_for(of.writers[0]).get(paper_at("specification", paper)).status_code == 404


def test_the_chair_closes_the_vote_and_the_call_off_follows():
    of = f.ground()
    paper = f.tabled(of)
    assert "All four tests must be answered by each authority first." in get(
        of.chair, paper_at("close", paper)
    )
    for one in (of.chair, of.member):
        f.act(paper, one)
    assert "closed as <strong>approved</strong>" in get(of.chair, paper_at("close", paper))
    assert post(of.chair, paper_at("close", paper), note="Agreed.") == paper.get_absolute_url()
    paper.refresh_from_db()
    assert (paper.state, paper.decision_note) == ("approved", "Agreed.")
    assert state(f.calloff_of(paper)) == "approved"


def test_a_vote_against_it_is_closed_as_not_approved():
    of = f.ground()
    paper = f.tabled(of)
    for one in (of.chair, of.member):
        f.act(paper, one, vote="against")
    assert "closed as <strong>not approved</strong>" in get(of.chair, paper_at("close", paper))
    post(of.chair, paper_at("close", paper), note="")
    assert state(f.calloff_of(paper)) == "refused"


def test_without_a_majority_the_vote_is_not_closed():
    of = f.ground()
    paper = f.tabled(of)
    f.act(paper, of.chair)
    f.act(paper, of.member, vote="against")
    page = get(of.chair, paper_at("close", paper))
    assert "The votes are tied." in page
    assert "The majority is" not in page
    assert "The votes are tied." in post(of.chair, paper_at("close", paper), 422, note="")
    assert state(f.calloff_of(paper)) == "with_board"


def test_the_chair_returns_it_with_what_has_to_change():
    of = f.ground()
    paper = f.tabled(of)
    shown = post(of.chair, paper_at("return", paper), 422, note=" ")
    assert "Enter what has to change" in shown
    post(of.chair, paper_at("return", paper), note="Name the hospital.")
    calloff = f.calloff_of(paper)
    assert calloff.state == "returned"
    assert "Name the hospital." in get(of.commissioner, calloff.get_absolute_url())


@pytest.mark.parametrize("name", ["close", "return"])
def test_only_the_chair_ends_the_boards_business(name):
    of = f.ground()
    paper = f.tabled(of)
    for user in (of.member, of.commissioner):
        assert "board chair" in get(user, paper_at(name, paper), 403)
        post(user, paper_at(name, paper), 403, note="So be it.")
    get(person(authority(), Role.BOARD_CHAIR), paper_at(name, paper), 404)
    papers.declare_interest(paper=paper, has_interest=True, nature="Mine.", actor=of.chair, now=NOW)
    assert "somebody else on the board ends the vote" in get(of.chair, paper_at(name, paper))


# ---------------------------------------------------------------- endings


def test_a_draft_is_abandoned_with_its_reason():
    of = f.ground()
    calloff = f.draft(of)
    shown = get(of.lead, at("abandon", calloff))
    assert "This cannot be undone." in shown
    assert "Nobody has been invited yet." in shown
    shown = post(of.lead, at("abandon", calloff), 422, reason="")
    assert "Enter the reason" in shown
    assert state(calloff) == "draft"
    post(of.lead, at("abandon", calloff), reason="The need has gone.")
    assert state(calloff) == "abandoned"
    assert "The need has gone." in get(of.commissioner, calloff.get_absolute_url())


def test_an_open_competition_is_abandoned_and_every_invited_provider_is_told():
    of = f.ground()
    calloff = f.published(of).calloff
    assert "Every provider that was invited, by e-mail, with your reason." in get(
        of.lead, at("abandon", calloff)
    )
    post(of.lead, at("abandon", calloff), reason="The money has gone.")
    told = Message.objects.filter(kind="competition_abandoned").values_list("organisation", flat=True)
    assert set(told) == {one.pk for one in of.providers}


def test_once_bids_are_closed_it_ends_without_an_award_and_names_nobody_before(time_machine):
    of = f.ground()
    calloff = f.closed(of).calloff
    time_machine.move_to(AFTER)
    assert "so it cannot be done now" in get(of.lead, at("abandon", calloff))
    shown = get(of.lead, at("end", calloff))
    assert "Every provider that bid, by e-mail, with your reason." in shown
    assert not [one.name for one in of.providers if one.name in shown]
    post(of.lead, at("end", calloff), reason="No bid is good enough.")
    assert state(calloff) == "no_award"
    told = Message.objects.filter(kind="no_award").values_list("organisation", flat=True)
    assert set(told) == {one.pk for one in of.providers[:2]}


def test_before_the_deadline_there_is_no_ending_without_an_award():
    of = f.ground()
    calloff = f.published(of).calloff
    assert "so it cannot be done now" in get(of.lead, at("end", calloff))
    post(of.lead, at("end", calloff), 422, reason="Too early.")
    assert state(calloff) == "open"

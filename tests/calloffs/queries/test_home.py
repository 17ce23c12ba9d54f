"""What call-offs want of each person at home, and what each waits for; never more queries with more rows."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calloffs.models import CallOff
from calloffs.queries import bidding, home
from calloffs.services import calloffs, clarifications, contracts
from commissioning.board import queries as board
from commissioning.board.services import papers
from commissioning.people.models import User
from commissioning.people.roles import Role
from tests.calloffs import factories as f
from tests.calloffs.judging import AFTER, DEADLINE, JUDGED
from tests.factories import NOW, authority, client_for, person

pytestmark = pytest.mark.django_db


def again(user):
    return User.objects.get(pk=user.pk)


def tasks(user, now=NOW):
    """Return each task's verb and address, after insisting that the address is there."""
    found = home.lists(again(user), now)[0]
    return [(task.what.split(":")[0], task.url) for task in found]


def waits(user, now=NOW):
    return [(wait.what, wait.due) for wait in home.lists(again(user), now)[1]]


def at(name, calloff):
    return reverse(name, args=[calloff.reference])


def test_a_draft_is_on_the_list_of_the_lead_authoritys_commissioners():
    of = f.ground(pool=0)
    calloff = f.draft(of)
    assert tasks(of.commissioner) == [("Finish and put to the board", at("calloff", calloff))]
    assert tasks(of.lead) == [("Finish and put to the board", at("calloff", calloff))]
    for user in (of.partner_commissioner, of.director, of.member, person(authority(), Role.COMMISSIONER)):
        assert tasks(user) == []


def test_with_the_board_members_answer_and_commissioners_wait():
    of = f.ground()
    paper = f.tabled(of)
    assert tasks(of.commissioner) == []
    (wait,) = home.lists(again(of.partner_commissioner), NOW)[1]
    assert wait.what.startswith("The board to decide: ")
    assert (wait.due, wait.url) == (paper.decide_by, paper.get_absolute_url())
    assert str(paper.board) in wait.whose
    (task,) = board.worklist(again(of.member), NOW)
    assert (task.url, task.due) == (paper.get_absolute_url(), paper.decide_by)
    f.act(paper, of.member)
    assert board.worklist(again(of.member), NOW) == []
    f.act(paper, of.chair)
    (task,) = board.worklist(again(of.chair), NOW)
    assert task.what.startswith("End the vote: ")
    calloffs.close_vote(paper=paper, note="", actor=of.chair, now=NOW)
    assert board.worklist(again(of.chair), NOW) == []


def test_who_has_an_interest_is_not_asked():
    of = f.ground()
    paper = f.tabled(of)
    papers.declare_interest(paper=paper, has_interest=True, nature="Mine.", actor=of.member, now=NOW)
    assert board.worklist(again(of.member), NOW) == []


def test_after_the_board_the_author_goes_on():
    of = f.ground()
    returned = calloffs.return_to_author(paper=f.tabled(of), note="More.", actor=of.chair, now=NOW)
    assert tasks(of.commissioner) == [("Change what the board returned", at("calloff", returned))]
    CallOff.objects.filter(pk=returned.pk).update(state="refused")
    ((what, _),) = tasks(of.commissioner)
    assert what.startswith("Change or abandon")


def test_conditions_come_before_the_publication():
    of = f.ground()
    paper = f.tabled(of, joint=False)
    f.act(paper, of.member)
    f.act(paper, of.chair)
    condition = papers.set_condition(
        paper=paper,
        text="Agree the route.",
        cures="",
        owner=of.partner,
        due_on=date(2027, 2, 1),
        actor=of.chair,
        now=NOW,
    )
    calloff = calloffs.close_vote(paper=paper, note="", actor=of.chair, now=NOW)
    f.govern(of, calloff)
    met = reverse("condition-met", args=[paper.reference, condition.pk])
    (task,) = home.lists(again(of.lead), NOW)[0]
    assert (task.url, task.due) == (met, date(2027, 2, 1))
    papers.meet_condition(condition=condition, evidence="Agreed.", actor=of.lead, now=NOW)
    assert tasks(of.lead) == [("Publish the mini-competition", at("calloff-publish", calloff))]
    assert tasks(of.commissioner) == []


def test_each_sharing_authority_records_its_own_decision_and_again_after_a_change():
    of = f.ground()
    calloff = f.published(of).calloff
    page = ("Record your authority’s own decision", at("calloff-governance", calloff))
    assert tasks(of.commissioner) == tasks(of.partner_commissioner) == [page]
    f.decide(calloff, of.authority, of.commissioner)
    assert tasks(of.commissioner) == []
    assert (f"Own decisions on {calloff.title}", None) in waits(of.commissioner)
    f.govern(of, calloff)
    assert tasks(of.partner_commissioner) == []
    assert [what for what, _ in waits(of.commissioner)] == [f"Bids for {calloff.title}"]
    CallOff.objects.filter(pk=calloff.pk).update(title="Another")
    assert [what for what, _ in tasks(of.commissioner)] == ["Record your authority’s own decision"]


def test_bids_are_waited_for_until_the_deadline_and_a_question_is_answered():
    of = f.ground()
    competition = f.published(of)
    calloff = competition.calloff
    f.govern(of, calloff)
    assert waits(of.commissioner) == [(f"Bids for {calloff.title}", DEADLINE)]
    assert waits(of.commissioner, DEADLINE + timedelta(seconds=1)) == []
    asked = clarifications.ask(
        invitation=f.invitation(competition, of.writers[0]),
        question="May it be run from two places?",
        actor=of.writers[0],
        now=NOW,
    )
    url = reverse("competition-answer", args=[calloff.reference, asked.pk])
    assert tasks(of.commissioner) == [("Answer a question to all", url)]
    assert of.providers[0].name not in str(home.lists(again(of.commissioner), NOW)[0])
    assert tasks(of.partner_commissioner) == []


def test_the_lead_opens_the_bids_and_nothing_tells_how_many_there_are():
    of = f.ground()
    calloff = f.closed(of).calloff
    f.govern(of, calloff)
    assert tasks(of.lead, AFTER) == [("Open the bids", at("competition-unseal", calloff))]
    assert tasks(of.commissioner, AFTER) == []


def test_the_award_is_recommended_signed_drafted_and_released_each_by_its_person():
    of = f.ground()
    calloff = f.judged(of).calloff
    f.govern(of, calloff)
    assert tasks(of.lead, JUDGED) == [("Recommend the award", at("award-recommend", calloff))]


def test_a_recommended_award_waits_for_a_director():
    of = f.ground()
    calloff = f.recommended(of).calloff
    f.govern(of, calloff, now=JUDGED)
    assert tasks(of.director, JUDGED) == [("Sign the award record", at("award", calloff))]
    assert tasks(of.lead, JUDGED) == []
    assert waits(of.lead, JUDGED) == [(f"The award record of {calloff.title}", None)]


def test_a_signed_award_asks_the_lead_for_its_letters_and_no_director_again():
    of = f.ground()
    calloff = f.signed(of).calloff
    assert tasks(of.director, JUDGED) == []
    assert tasks(of.lead, JUDGED) == [("Draft the award letters", at("award-draft-letters", calloff))]
    assert tasks(of.commissioner, JUDGED) == tasks(of.partner_commissioner, JUDGED) == []


def test_letters_are_released_by_who_did_not_draft_them():
    of = f.ground()
    calloff = f.lettered(of).calloff
    assert tasks(of.lead, JUDGED) == []
    assert tasks(of.releaser, JUDGED) == [("Release the award letters", at("award-release", calloff))]


def test_the_end_of_standstill_is_waited_for_and_then_the_contract_is_issued():
    of = f.ground()
    calloff = f.released(of).calloff
    assert waits(of.commissioner, f.SENT) == [
        (f"The end of standstill for {calloff.title}", f.STANDSTILL_ENDS)
    ]
    assert waits(of.commissioner, f.MADE) == []
    assert tasks(of.lead, f.MADE) == [("Issue the contract", at("award-contract", calloff))]
    assert tasks(of.lead, f.SENT) == []


def test_a_contract_is_signed_by_the_provider_and_then_by_a_director():
    of = f.ground()
    contract = f.issued(of)
    page = ("Sign the contract", contract.get_absolute_url())
    assert tasks(of.writers[0], f.MADE) == [page]
    assert tasks(of.director, f.MADE) == tasks(of.writers[1], f.MADE) == []
    ((what, due),) = waits(of.commissioner, f.MADE)
    assert what.startswith("The provider’s signature")
    assert due == contract.starts_on
    contracts.sign_for_provider(contract=contract, actor=of.writers[0], now=f.MADE)
    assert tasks(of.director, f.MADE) == [page]
    assert tasks(of.writers[0], f.MADE) == []


def test_the_winner_waits_for_standstill_the_contract_and_the_authoritys_signature():
    of = f.ground()
    award = f.released(of)
    title, bid = award.calloff.title, award.bid.reference

    def waited(user, now):
        return [(wait.what, wait.reference, wait.due) for wait in bidding.waits(again(user), now)]

    to_sign = f"The contract to sign: {title}"
    assert waited(of.writers[0], f.SENT) == [(to_sign, bid, f.STANDSTILL_ENDS)]
    assert waited(of.writers[0], f.MADE) == [(to_sign, bid, None)]
    contract = contracts.issue(award=award, actor=of.lead, now=f.MADE)
    f.pretend_rendered()
    assert waited(of.writers[0], f.MADE) == []
    contracts.sign_for_provider(contract=contract, actor=of.writers[0], now=f.MADE)
    signature = f"The authority’s signature on the contract: {title}"
    assert waited(of.writers[0], f.MADE) == [(signature, contract.reference, contract.starts_on)]
    contracts.sign_for_authority(contract=contract, actor=of.director, now=f.MADE)
    assert waited(of.writers[0], f.MADE) == waited(of.writers[1], f.MADE) == []


def test_queries_do_not_grow_with_what_is_found():
    of = f.ground()

    def cost(user):
        person_ = again(user)
        person_.held_roles()
        with CaptureQueriesContext(connection) as caught:
            home.lists(person_, NOW)
            board.worklist(person_, NOW)
        return len(caught)

    def grow():
        f.draft(of)
        f.tabled(of)
        f.approved(of)
        f.published(of)

    people = (of.lead, of.commissioner, of.partner_commissioner, of.director, of.chair, of.member)
    grow()
    one = [cost(user) for user in people]
    for _ in range(2):
        grow()
    assert [cost(user) for user in people] == one


MOMENTS: dict[str, tuple[Callable[..., Any], datetime]] = {
    "draft": (f.draft, NOW),
    "tabled": (f.tabled, NOW),
    "approved": (f.approved, NOW),
    "published": (f.published, NOW),
    "closed": (f.closed, AFTER),
    "judged": (f.judged, JUDGED),
    "recommended": (f.recommended, JUDGED),
    "signed": (f.signed, JUDGED),
    "lettered": (f.lettered, JUDGED),
    "released": (f.released, f.SENT),
    "issued": (f.issued, f.MADE),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_button_leads_to_a_page_that_its_person_may_open(moment, time_machine):
    of = f.ground()
    brought, now = MOMENTS[moment]
    brought(of)
    time_machine.move_to(now)
    people = (
        of.lead,
        of.releaser,
        of.commissioner,
        of.partner_commissioner,
        of.director,
        of.chair,
        of.member,
    )
    found = {}
    for user in (*people, of.writers[0]):
        tasks, waiting = home.lists(again(user), now)
        for row in [*tasks, *waiting, *board.worklist(again(user), now)]:
            found[row.url] = client_for(user).get(row.url).status_code
    assert found
    assert set(found.values()) == {200}, found

"""The tables of steps, written out by hand a second time: each state by each step, and each step's guards."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from calloffs import workflow
from commissioning.board.workflow import PAPER
from commissioning.people.actors import System
from commissioning.workflow import Machine, Reason

NOW = datetime(2027, 1, 11, tzinfo=UTC)

# machine, step, from which states, to which, the guards
BY_HAND = """
paper        approve            tabled                                        approved         closer_has_no_interest may_be_approved
paper        return             tabled                                        returned         closer_has_no_interest
paper        refuse             tabled                                        refused          closer_has_no_interest may_be_refused
paper        withdraw           tabled                                        withdrawn
calloff      table              draft,returned                                with_board       agreement_is_live lot_is_active facts_hold calloff_is_complete
calloff      take_back          with_board                                    draft
calloff      board_approved     with_board                                    approved         paper_is_decided
calloff      board_returned     with_board                                    returned         paper_is_decided
calloff      board_refused      with_board                                    refused          paper_is_decided
calloff      revise             approved,returned,refused                     draft
calloff      invite             approved                                      open             agreement_is_live lot_is_active approval_still_stands conditions_are_met
calloff      close              open                                          evaluating
calloff      recommend          evaluating                                    recommended
calloff      reconsider         recommended                                   evaluating
calloff      award              recommended                                   standstill
calloff      contract           standstill                                    contracted
calloff      end_without_award  evaluating,recommended,standstill             no_award
calloff      abandon            draft,returned,refused,approved,open          abandoned        bids_have_not_closed
competition  close              open                                          closed           competition_deadline_has_passed
competition  unseal             closed                                        unsealed         bids_may_be_opened
competition  decide             unsealed                                      decided
competition  abandon            open,closed,unsealed                          abandoned
bid          submit             draft,submitted,withdrawn                     submitted        competition_takes_bids
bid          withdraw           submitted                                     withdrawn        competition_takes_bids
bid          open               submitted                                     opened
bid          send_at_close      draft                                         submitted        requests_have_ended is_to_be_sent
bid          lapse              draft                                         lapsed           requests_have_ended
bid          win                opened                                        won
bid          lose               opened                                        lost
bid          end                draft,submitted,opened,won                    ended
award        sign               recommended                                   signed           signatory_did_not_recommend signatory_did_not_evaluate award_blockers_are_gone award_is_not_held
award        return             recommended                                   returned
award        draft_letters      signed                                        lettered         award_is_not_held
award        take_letters_back  lettered                                      signed
award        release            lettered                                      released         releaser_is_a_second_person releaser_did_not_evaluate award_blockers_are_gone award_is_not_held
award        make               released                                      made             contract_may_be_made
award        abandon            recommended,signed,lettered,released          ended
contract     sign_provider      issued                                        provider_signed  award_lets_sign
contract     sign_authority     provider_signed                               signed           award_lets_sign
contract     withdraw           issued,provider_signed                        withdrawn
"""  # noqa: E501 - a table is read along its rows

MACHINES = {
    machine.noun: machine
    for machine in (
        PAPER,
        workflow.CALLOFF,
        workflow.COMPETITION,
        workflow.BID,
        workflow.AWARD,
        workflow.CONTRACT,
    )
}
ROWS = [line.split() for line in BY_HAND.splitlines() if line.strip()]
CASES = [
    (noun, step, state, sources.split(","))
    for noun, step, sources, *_ in ROWS
    for state, _ in MACHINES[noun].states
]


def test_every_step_is_written_by_hand_once():
    assert [tuple(row[:2]) for row in ROWS] == [
        (machine.noun, step.name) for machine in MACHINES.values() for step in machine.steps
    ]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}.{row[1]}" for row in ROWS])
def test_leads_where_it_says_past_these_guards(row):
    noun, name, _, target, *guards = row
    step = MACHINES[noun].step(name)
    assert step.target == target
    assert [guard.__name__ for guard in step.guards] == guards


@pytest.mark.parametrize(
    ("noun", "name", "state", "sources"), CASES, ids=[f"{n}.{s} from {state}" for n, s, state, _ in CASES]
)
def test_is_possible_from_exactly_these_states(noun, name, state, sources):
    machine = MACHINES[noun]
    bare = Machine(
        noun,
        machine.states,
        tuple(type(step)(step.name, step.sources, step.target, step.label) for step in machine.steps),
    )
    refusals = bare.refusals(SimpleNamespace(state=state), name, actor=System("test"), now=NOW)
    if state in sources:
        assert refusals == []
    else:
        assert len(refusals) == 1
        assert isinstance(refusals[0], Reason)
        assert machine.label(state) in refusals[0].text

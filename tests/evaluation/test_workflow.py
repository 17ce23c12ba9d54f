"""The steps of an exercise and of a release, written out by hand a second time: each state by each step."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from commissioning.people.actors import System
from commissioning.workflow import Machine, Reason
from evaluation.workflow import EXERCISE, RELEASE

NOW = datetime(2027, 1, 11, tzinfo=UTC)

# machine, step, from which states, to which, the guards
BY_HAND = """
exercise  start             appointing                            scoring     round_is_open something_was_submitted panel_is_complete
exercise  begin_moderation  scoring                               moderating  actor_moderates panel_is_complete standards_are_decided scores_are_handed_in
exercise  close_moderation  moderating                            closed      actor_moderates standards_are_decided moderation_is_complete
exercise  release           closed                                released
exercise  end               appointing,scoring,moderating,closed  ended
release   release           drafted                               released    releaser_is_a_second_person releaser_did_not_judge
release   withdraw          drafted                               withdrawn
"""  # noqa: E501 - a table is read along its rows

MACHINES = {machine.noun: machine for machine in (EXERCISE, RELEASE)}
ROWS = [line.split() for line in BY_HAND.splitlines() if line.strip()]
CASES = [
    (noun, step, state, sources.split(","))
    for noun, step, sources, *_ in ROWS
    for state, _ in MACHINES[noun].states
]
LABELS = {
    "appointing": "Panel being appointed",
    "scoring": "Being scored",
    "moderating": "Being moderated",
    "closed": "Moderation closed",
    "released": "Outcomes released",
    "ended": "Ended without outcome",
}


def test_every_step_is_written_by_hand_once():
    assert [tuple(row[:2]) for row in ROWS] == [
        (machine.noun, step.name) for machine in MACHINES.values() for step in machine.steps
    ]


def test_the_states_of_an_exercise_in_words():
    assert dict(EXERCISE.states) == LABELS


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
        assert f"“{machine.label(state)}”" in refusals[0].text


def seat(name="Ann", *, scores=True, handed_in=True, pk=1):
    user = SimpleNamespace(name=name)
    return SimpleNamespace(user=user, user_id=pk, scores=scores, handed_in_at=NOW if handed_in else None)


def exercise(*panel, least=1, opened=True, submitted=True, standards=0, scores=0):
    return SimpleNamespace(
        round=SimpleNamespace(is_open=opened),
        minimum_panel=least,
        current_panel=lambda: list(panel),
        has_submissions=lambda: submitted,
        standards_to_decide=lambda: standards,
        scores_to_agree=lambda: scores,
    )


MODERATOR = seat("Mo", scores=False, pk=9)
GUARDS = [
    ("round_is_open", exercise(), None),
    ("round_is_open", exercise(opened=False), "The submissions have not been opened yet."),
    ("something_was_submitted", exercise(), None),
    ("something_was_submitted", exercise(submitted=False), "Nothing was submitted here, so there is nothing"),
    # Before the opening it must not tell (settled 18).
    ("something_was_submitted", exercise(submitted=False, opened=False), None),
    ("panel_is_complete", exercise(seat(), MODERATOR), None),
    ("panel_is_complete", exercise(seat(), MODERATOR, least=2), "at least 2 evaluators; there is 1."),
    ("panel_is_complete", exercise(MODERATOR), "at least 1 evaluator; there are 0."),
    ("panel_is_complete", exercise(seat()), "Appoint a moderator."),
    ("scores_are_handed_in", exercise(seat(), MODERATOR), None),
    ("scores_are_handed_in", exercise(seat(handed_in=False), seat("Bo")), "still to be handed in by: Ann."),
    ("standards_are_decided", exercise(), None),
    ("standards_are_decided", exercise(standards=1), "1 minimum standard waits"),
    ("standards_are_decided", exercise(standards=2), "2 minimum standards wait"),
    ("moderation_is_complete", exercise(), None),
    ("moderation_is_complete", exercise(scores=1), "1 agreed score is still missing."),
    ("moderation_is_complete", exercise(scores=2), "2 agreed scores are still missing."),
    ("actor_moderates", exercise(seat(pk=9)), "This is for the moderator of this panel."),
    ("actor_moderates", exercise(seat(), MODERATOR), None),
]


@pytest.mark.parametrize(("name", "asked", "says"), GUARDS)
def test_each_guard_answers_with_nothing_or_a_sentence(name, asked, says):
    guards = {guard.__name__: guard for step in EXERCISE.steps for guard in step.guards}
    answer = guards[name](asked, SimpleNamespace(pk=9), NOW)
    assert (answer is None) if says is None else (says in str(answer))


@pytest.mark.parametrize(
    ("drafted_by", "judges", "says"),
    [
        (1, set(), []),
        (9, set(), ["You drafted these letters"]),
        (1, {9}, ["You sat on a panel"]),
        (9, {9}, ["You drafted these letters", "You sat on a panel"]),
    ],
)
def test_a_release_needs_a_second_person_who_did_not_judge(drafted_by, judges, says):
    asked = SimpleNamespace(state="drafted", drafted_by_id=drafted_by, judges=lambda: judges)
    reasons = RELEASE.refusals(asked, "release", actor=SimpleNamespace(pk=9), now=NOW)
    assert [reason.text[: len(start)] for reason, start in zip(reasons, says, strict=True)] == says

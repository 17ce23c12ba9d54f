"""The tables of steps, written out again by hand."""

from types import SimpleNamespace

import pytest

from lots.workflow import AGREEMENT, LOT, SCHEME, WINDOW, WINDOW_QUESTION

TABLES = {
    AGREEMENT: {
        ("draft", "publish", "published"),
        ("draft", "discard", "discarded"),
        ("published", "abandon", "abandoned"),
    },
    LOT: {
        ("established", "activate", "active"),
        ("established", "remove", "removed"),
        ("active", "remove", "removed"),
    },
    SCHEME: {("draft", "publish", "published")},
    WINDOW: {
        ("draft", "announce", "scheduled"),
        ("scheduled", "open", "open"),
        ("open", "close", "closed"),
        ("closed", "unseal", "unsealed"),
        ("unsealed", "decide", "decided"),
        ("draft", "cancel", "cancelled"),
        ("scheduled", "cancel", "cancelled"),
        ("open", "receive", "closed"),
        ("draft", "stop", "cancelled"),
        ("scheduled", "stop", "cancelled"),
        ("open", "stop", "cancelled"),
        ("closed", "stop", "cancelled"),
    },
    WINDOW_QUESTION: {
        ("unconfirmed", "confirm", "asked"),
        ("asked", "withdraw", "withdrawn"),
        ("asked", "withdraw_by_link", "withdrawn"),
        ("asked", "answer", "answered"),
        ("asked", "decline", "declined"),
    },
}


@pytest.mark.parametrize("machine", TABLES, ids=lambda machine: machine.noun)
def test_the_steps_are_these_and_no_others(machine):
    steps = {(source, step.name, step.target) for step in machine.steps for source in step.sources}
    assert steps == TABLES[machine]


@pytest.mark.parametrize("machine", TABLES, ids=lambda machine: machine.noun)
def test_from_every_other_state_a_step_is_refused_with_the_state_in_words(machine):
    for state, label in machine.states:
        for step in machine.steps:
            if state not in step.sources:
                reasons = machine.refusals(SimpleNamespace(state=state), step.name, actor=None, now=None)
                assert f"“{label}”" in reasons[0].text

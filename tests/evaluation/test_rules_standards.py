"""When a decision on a standard needs words: a pure rule."""

import pytest

from evaluation import rules


@pytest.mark.parametrize(
    ("is_met", "declared", "is_ground", "said"),
    [
        (True, True, False, None),
        (True, True, True, None),
        (True, False, True, "applies to it"),
        (True, False, False, "does not meet"),
        (True, None, True, "did not declare anything"),
        (False, True, False, "is not met"),
        (False, False, True, "is not met"),
    ],
)
def test_as_declared_can_be_said_only_of_what_was_declared(is_met, declared, is_ground, said):
    found = rules.reason_wanted("Tax", is_met=is_met, declared=declared, is_ground=is_ground)
    assert said is None or (found and said in found)
    assert bool(found) == bool(said)

"""The grounds for exclusion as data: each law its own, with its look-backs (rulebook B20, C19, C28)."""

import pytest

from commissioning import regimes
from commissioning.regimes.exclusions import LAWS, GroundKind, of_regime


def by_kind(law):
    return {
        kind: {ground.look_back_years for ground in LAWS[law].grounds if ground.kind is kind}
        for kind in GroundKind
    }


def test_the_regulations_of_2015_look_back_5_years_for_what_must_and_3_for_what_may():
    assert by_kind("pcr") == {
        GroundKind.MANDATORY: {5},
        GroundKind.TAX: {None},
        GroundKind.DISCRETIONARY: {3},
    }
    assert not LAWS["pcr"].debarment_list


def test_the_act_looks_back_5_years_for_both_and_has_a_debarment_list_and_a_share_code():
    found = by_kind("pa23")
    assert found[GroundKind.MANDATORY] == {5}
    assert found[GroundKind.DISCRETIONARY] == {5, None}
    assert (LAWS["pa23"].debarment_list, LAWS["pa23"].share_code) == (True, True)


def test_the_law_says_of_whom_else_the_grounds_are_declared():
    assert LAWS["pcr"].associates == ("member", "relied_on")
    assert LAWS["pa23"].associates == LAWS["psr"].associates == ("member", "relied_on", "subcontractor")


def test_health_care_goes_by_the_acts_grounds_in_the_same_words():
    assert LAWS["psr"].grounds == LAWS["pa23"].grounds
    assert LAWS["psr"].law != LAWS["pa23"].law


@pytest.mark.parametrize("regime", sorted(regimes.PROFILES))
def test_every_regime_has_its_grounds_once_each_and_the_years_in_their_words(regime):
    grounds = of_regime(regime).grounds
    assert len({ground.code for ground in grounds}) == len(grounds)
    for ground in grounds:
        assert len(ground.code) <= 12
        assert len(ground.title) <= 120
        assert "{" not in ground.statement
        if ground.look_back_years:
            assert f"In the last {ground.look_back_years} years" in ground.statement

import copy
import json
import pickle
from dataclasses import replace
from datetime import date

import pytest

from commissioning import regimes
from commissioning.regimes import Profile, ProfileError, RefusalTable, Stage, Standstill

ALL = list(regimes.PROFILES.values())


@pytest.mark.parametrize("profile", ALL, ids=lambda one: one.key)
class TestEachProfile:
    def test_comes_back_the_same_from_the_json_an_agreement_froze(self, profile: Profile) -> None:
        frozen = json.loads(json.dumps(regimes.as_data(profile)))
        assert regimes.from_data(frozen) == profile

    def test_can_be_copied_hashed_and_pickled(self, profile: Profile) -> None:
        assert copy.deepcopy(profile) == profile == pickle.loads(pickle.dumps(profile))  # noqa: S301 - our own bytes
        assert hash(profile) == hash(copy.deepcopy(profile))

    def test_names_each_letter(self, profile: Profile) -> None:
        names = {profile.letter(kind) for kind in ("admitted", "not_admitted", "award", "unsuccessful")}
        assert len(names) == 4

    def test_keeps_records_for_three_years_at_least(self, profile: Profile) -> None:
        assert profile.record_years >= 3  # rulebook F1

    def test_prints_texts_that_end_as_sentences_do(self, profile: Profile) -> None:
        for text in (profile.legal_basis, profile.standstill_rule, profile.rights, profile.reopening):
            assert text.endswith(".")
        for text in profile.publication + profile.duties + profile.legal_questions:
            assert text.endswith(".")


def test_pcr_standstill_binds_at_admission_and_is_a_setting_at_call_offs() -> None:
    assert regimes.PCR_LTR.standstill(Stage.ADMISSION) is Standstill.MANDATORY
    with pytest.raises(ProfileError, match="admission cannot be none; it can be mandatory"):
        regimes.chosen(regimes.PCR_LTR, standstill_admission="none")
    for choice in Standstill:
        assert regimes.chosen(regimes.PCR_LTR, standstill_call_off=choice).standstill("call_off") is choice


def test_a_light_touch_framework_of_the_2023_act_has_no_mandatory_standstill_to_choose() -> None:
    for stage in Stage:
        for choice in (Standstill.NONE, Standstill.VOLUNTARY):
            profile = regimes.chosen(regimes.PA23_LTR_FRAMEWORK, **{f"standstill_{stage}": choice})
            assert profile.has_standstill(stage) is (choice is Standstill.VOLUNTARY)
        with pytest.raises(ProfileError):
            regimes.chosen(regimes.PA23_LTR_FRAMEWORK, **{f"standstill_{stage}": Standstill.MANDATORY})


def test_choices_leave_the_shipped_profile_alone() -> None:
    before = regimes.as_data(regimes.PCR_LTR)
    changed = regimes.chosen(regimes.PCR_LTR, standstill_call_off="none", refusal_table="each")
    assert changed.refusal_table is RefusalTable.EACH
    assert regimes.as_data(regimes.PCR_LTR) == before


def test_only_pcr_stops_at_the_published_maximum() -> None:
    assert [one.key for one in ALL if one.maximum_binds] == ["PCR_LTR"]  # rulebook G20


def test_each_regime_counts_standstill_by_its_own_bank_holidays() -> None:
    calendars = {one.key: (one.standstill_algorithm, one.holiday_calendar) for one in ALL}
    assert calendars == {
        "PCR_LTR": ("PCR", "england-and-wales"),
        "PA23_LTR_FRAMEWORK": ("PA23", "united-kingdom"),
        "PA23_OPEN_FRAMEWORK": ("PA23", "united-kingdom"),
        "PSR": ("PSR", "united-kingdom"),
    }
    with pytest.raises(ProfileError, match="counted by the bank holidays"):
        replace(regimes.PSR, holiday_calendar="england-and-wales")


class TestTermWarnings:
    def test_a_pcr_agreement_is_warned_of_23_february_2029(self) -> None:
        assert regimes.term_warnings(regimes.PCR_LTR, date(2022, 2, 24), date(2029, 2, 23)) == []
        [warning] = regimes.term_warnings(regimes.PCR_LTR, date(2022, 2, 24), date(2029, 2, 24))
        assert "23 February 2029" in warning

    def test_a_psr_framework_is_warned_past_four_years(self) -> None:
        assert regimes.term_warnings(regimes.PSR, date(2026, 4, 1), date(2030, 3, 31)) == []
        [warning] = regimes.term_warnings(regimes.PSR, date(2026, 4, 1), date(2030, 4, 1))
        assert "at most 4 years" in warning

    def test_a_term_may_start_on_29_february(self) -> None:
        assert regimes.term_warnings(regimes.PSR, date(2028, 2, 29), date(2032, 2, 28)) == []

    def test_the_light_touch_framework_has_no_cap(self) -> None:
        assert regimes.term_warnings(regimes.PA23_LTR_FRAMEWORK, date(2026, 1, 1), date(2046, 1, 1)) == []


class TestRefusedData:
    def refused(self, **changes: object) -> list[str]:
        with pytest.raises(ProfileError) as refusal:
            regimes.from_data(regimes.as_data(regimes.PCR_LTR) | changes)
        return refusal.value.sentences

    def test_a_missing_entry_is_named(self) -> None:
        data = regimes.as_data(regimes.PCR_LTR)
        del data["law"]
        with pytest.raises(ProfileError, match="lacks “law”"):
            regimes.from_data(data)

    def test_an_unknown_entry_is_named(self) -> None:
        assert self.refused(colour="blue") == ["The profile has an unknown entry “colour”."]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("threshold", "much"),
            ("threshold", 1.5),
            ("threshold", "NaN"),
            ("standstill_admission", "perhaps"),
            ("standstill_call_off_choices", ["perhaps"]),
            ("refusal_table", "none"),
            ("long_stop", "2029-02-30"),
            ("long_stop", 2029),
            ("maximum_binds", "yes"),
            ("publication", "one text"),
            ("duties", [1]),
            ("version", 0),
            ("version", True),
            ("version", "1"),
            ("record_years", 2),
            ("record_years", None),
            ("term_cap_years", 0),
            ("title", " "),
            ("letter_award", None),
            ("standstill_algorithm", "WTO"),
        ],
    )
    def test_an_impossible_value_is_named(self, name: str, value: object) -> None:
        [sentence] = self.refused(**{name: value})
        assert name in sentence or str(value) in sentence

    def test_every_fault_is_said_at_once(self) -> None:
        assert len(self.refused(version=0, title="", standstill_algorithm="WTO")) == 3

    def test_an_unknown_regime_is_answered_with_the_known_ones(self) -> None:
        with pytest.raises(ProfileError, match="PCR_LTR, PA23_LTR_FRAMEWORK"):
            regimes.profile("WTO")
        assert regimes.profile("PSR") is regimes.PSR


def test_each_regime_has_its_own_word_for_an_agreement() -> None:
    words = {key: regimes.called(key) for key in regimes.PROFILES}
    assert words["PCR_LTR"] == "a pseudo dynamic purchasing system"
    assert words["PA23_OPEN_FRAMEWORK"] == "an open framework"
    assert not any("pseudo" in word for key, word in words.items() if key != "PCR_LTR")

from datetime import date

import pytest

from commissioning import regimes
from commissioning.clock.working_days import HolidaysUnknownError
from commissioning.records.letter_parts import frozen, standstill
from tests.commissioning.records import calloff_facts, facts


def test_the_admission_of_2021_waits_until_the_sixth_of_april():
    still = standstill(regimes.PCR_LTR, regimes.Stage.ADMISSION, sent_on=date(2021, 3, 23))
    assert (still.last_day, still.effective_on) == (date(2021, 4, 6), date(2021, 4, 7))
    notes = {day.day.day: day.note for day in still.days}
    assert notes[23] == "letters sent"
    assert notes[2] == "day 10, Good Friday"
    assert notes[3] == "not counted"
    assert notes[5] == "Easter Monday"
    assert notes[6] == "ends at midnight"
    assert not still.voluntary


@pytest.mark.parametrize(
    ("key", "last_day"), [("PA23_LTR_FRAMEWORK", date(2026, 12, 3)), ("PSR", date(2026, 12, 7))]
)
def test_each_regime_counts_in_its_own_way(key, last_day):
    profile = regimes.profile(key)
    stages = [stage for stage in regimes.Stage if profile.has_standstill(stage)]
    for stage in stages:
        still = standstill(profile, stage, sent_on=date(2026, 11, 23))
        assert still.last_day == last_day
        assert still.law == profile.standstill_rule
        assert any("St Andrew" in day.note for day in still.days)


def test_a_voluntary_standstill_says_that_it_is():
    profile = regimes.chosen(regimes.PCR_LTR, standstill_call_off="voluntary")
    assert standstill(profile, regimes.Stage.CALL_OFF, sent_on=date(2021, 8, 17)).voluntary


def test_nothing_is_counted_in_a_year_without_holidays_on_record():
    with pytest.raises(HolidaysUnknownError):
        standstill(regimes.PCR_LTR, regimes.Stage.ADMISSION, sent_on=date(2090, 3, 23))


@pytest.mark.parametrize(
    "given",
    [
        facts.admission,
        facts.refusal,
        calloff_facts.award_winner,
        calloff_facts.award_record,
        calloff_facts.contract,
        calloff_facts.board_decision,
    ],
)
def test_frozen_facts_name_their_kind_and_are_plain(given):
    kept = frozen(given())
    assert kept["kind"] == given().KIND
    assert kept["subject_line"] == given().subject_line
    assert kept["sent_on"] == given().sent_on.isoformat()

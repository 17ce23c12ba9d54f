"""Cut-offs for questions, and what may not stand in a published one."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from commissioning.clock import HolidaysUnknownError
from lots.rules import questions as rules

CALENDAR = "england-and-wales"
OPENS = datetime(2027, 1, 4, 9, tzinfo=UTC)
DEADLINE = datetime(2027, 1, 20, 12, tzinfo=UTC)
CUT_OFF = datetime(2027, 1, 13, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def window(**given: Any) -> Any:
    facts = {"state": "open", "opens_at": OPENS, "deadline": DEADLINE, "questions_close_at": CUT_OFF}
    facts["state_since"] = OPENS
    return SimpleNamespace(**{**facts, **given})


class TestCutOff:
    def test_is_five_working_days_before_the_deadline(self):
        assert rules.questions_close(OPENS, DEADLINE, CALENDAR) == CUT_OFF

    def test_leaves_bank_holidays_out(self):
        deadline = datetime(2027, 1, 6, 12, tzinfo=UTC)
        # 1 January is one; Christmas fell on a weekend, so 27 and 28 December are days off as well.
        found = rules.questions_close(datetime(2026, 12, 1, 9, tzinfo=UTC), deadline, CALENDAR)
        assert found == datetime(2026, 12, 29, 12, tzinfo=UTC)

    def test_keeps_london_time_over_the_change_of_clocks(self):
        deadline = datetime(2027, 3, 31, 11, tzinfo=UTC)  # noon in summer time
        found = rules.questions_close(OPENS, deadline, CALENDAR)
        assert found == datetime(2027, 3, 22, 12, tzinfo=UTC)  # noon in winter time; Good Friday is off

    def test_of_a_short_window_is_halfway(self):
        opens = DEADLINE - timedelta(days=2)
        assert rules.questions_close(opens, DEADLINE, CALENDAR) == DEADLINE - timedelta(days=1)

    def test_is_not_guessed_in_a_year_without_known_holidays(self):
        far = datetime(2051, 6, 1, 12, tzinfo=UTC)
        with pytest.raises(HolidaysUnknownError):
            rules.questions_close(OPENS, far, CALENDAR)

    def test_moves_with_the_deadline_by_londons_clock(self):
        later = datetime(2027, 4, 7, 11, tzinfo=UTC)  # noon in summer time, eleven weeks on
        assert rules.moved_cut_off(CUT_OFF, DEADLINE, later) == datetime(2027, 3, 31, 11, tzinfo=UTC)
        assert rules.moved_cut_off(None, DEADLINE, later) is None

    def test_must_be_before_the_deadline(self):
        assert rules.cut_off_problem(DEADLINE - MICROSECOND, DEADLINE, OPENS) is None
        assert rules.cut_off_problem(DEADLINE, DEADLINE, OPENS).field == "questions_close_at"

    def test_must_be_to_come_when_the_window_is_announced(self):
        assert rules.cut_off_problem(CUT_OFF, DEADLINE, CUT_OFF - MICROSECOND) is None
        problem = rules.cut_off_problem(CUT_OFF, DEADLINE, CUT_OFF)
        assert (problem.field, "nobody could ask" in problem.text) == ("questions_close_at", True)


class TestAsking:
    def test_is_in_time_at_the_cut_off_itself_and_not_after(self):
        assert rules.refusal_to_ask(window(), CUT_OFF) is None
        late = rules.refusal_to_ask(window(), CUT_OFF + timedelta(seconds=5)) or ""
        assert "13 January 2027, 12:00 noon" in late
        assert "13 January 2027, 12:00:05" in late

    def test_goes_on_before_a_window_opens(self):
        assert rules.refusal_to_ask(window(state="scheduled"), OPENS - timedelta(days=3)) is None

    @pytest.mark.parametrize(
        ("given", "word"),
        [
            ({"state": "draft"}, "not announced"),
            ({"state": "cancelled"}, "cancelled"),
            ({"questions_close_at": None}, "without a time for questions"),
        ],
    )
    def test_is_refused_with_the_reason(self, given, word):
        assert word in (rules.refusal_to_ask(window(**given), OPENS) or "")

    def test_by_e_mail_counts_from_when_it_was_asked(self):
        asked = SimpleNamespace(window=window(), asked_at=CUT_OFF)
        assert rules.asked_in_time(asked, None, CUT_OFF + timedelta(days=1)) is None
        assert "The deadline was" in (rules.asked_in_time(asked, None, DEADLINE + MICROSECOND) or "")


@pytest.mark.parametrize(
    ("given", "now", "may"),
    [
        ({}, DEADLINE, True),
        ({"state": "scheduled"}, OPENS - timedelta(days=1), True),
        ({}, DEADLINE + MICROSECOND, False),
        ({"state": "cancelled"}, OPENS, False),
    ],
)
def test_answers_are_published_while_applicants_can_use_them(given, now, may):
    assert (rules.refusal_to_answer(window(**given), now) is None) is may


class TestNames:
    @pytest.mark.parametrize("text", ["Does P3 charity qualify?", "It is P3 CHARITY's idea.", "(P3 Charity)"])
    def test_are_found_in_any_case_as_words_of_their_own(self, text):
        assert rules.named(text, ["P3 Charity"]) == ["P3 Charity"]

    def test_are_not_found_inside_other_words(self):
        assert rules.named("A Cam Sightings report", ["Cam Sight"]) == []

    def test_of_one_word_are_names_only_as_they_are_written(self):
        assert rules.named("We keep that in mind.", ["Mind"]) == []
        assert rules.named("As Mind does.", ["Mind"]) == ["Mind"]

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("We at Sunny Lane Care Ltd would like", "Sunny Lane Care Ltd"),
            ("Write to me at ana.bell@sunny.example please", "ana.bell@sunny.example"),
            ("See www.sunny.example for it", "www.sunny.example"),
            ("Ring 01632 960 123 for it", "01632 960 123"),
        ],
    )
    def test_that_tell_by_their_shape_are_found_without_knowing_them(self, text, found):
        assert any(found in one for one in rules.telling_words(text))

    def test_a_plain_question_tells_nothing(self):
        text = "Is cover of £5,000,000 in 2027 enough, and are limited companies welcome?"
        assert rules.telling_words(text) == []

    def test_a_publication_names_the_words_and_their_box(self):
        problems = rules.publication_problems("Q?", "As Cam Sight knows, yes.", ["Cam Sight"])
        assert [(one.field, "Cam Sight" in one.text) for one in problems] == [("answer", True)]

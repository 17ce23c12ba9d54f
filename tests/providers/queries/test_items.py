"""A declaration on a ground for exclusion: when it is complete, how it is kept, how it reads."""

from datetime import date

import pytest

from commissioning.regimes.exclusions import LAWS
from providers import rules
from providers.queries import declarations, items
from providers.queries.items import Declared

GROUNDS = {item.code: item for item in declarations.of_law(LAWS["pcr"])}
FRAUD, TAX, INSURANCE = GROUNDS["M-FRAUD"], GROUNDS["TAX"], GROUNDS["INS"]
DAY = date(2024, 5, 3)


@pytest.mark.parametrize(
    ("value", "complete"),
    [
        (Declared(is_met=True), True),
        (Declared(is_met=None), False),
        (Declared(is_met=False, text="Repaid."), False),
        (Declared(is_met=False, text="", happened_on=DAY), False),
        (Declared(is_met=False, text="Repaid.", happened_on=DAY), True),
    ],
)
def test_a_ground_that_applies_wants_its_day_and_what_was_done(value, complete):
    assert FRAUD.is_complete(value) == complete


def test_other_standards_want_no_day():
    assert INSURANCE.is_complete(Declared(is_met=False, text="Not yet."))
    assert not INSURANCE.is_ground


def test_a_day_is_kept_only_where_the_ground_applies_and_comes_back():
    value = FRAUD.cleaned(Declared(is_met=False, text=" Repaid. ", happened_on=DAY))
    assert value == Declared(is_met=False, text="Repaid.", happened_on=DAY)
    assert items.decoded(FRAUD, items.encoded(value)) == value
    assert FRAUD.cleaned(Declared(is_met=True, text="", happened_on=DAY)) == Declared(is_met=True)


def test_declarations_without_a_day_are_kept_as_they_always_were():
    assert items.encoded(Declared(is_met=True, text="Yes.")) == b'{"answer":"yes","text":"Yes."}'


def test_it_reads_with_its_day_and_until_when_it_counts():
    value = Declared(is_met=False, text="Repaid.", happened_on=DAY)
    assert items.in_words(FRAUD, value) == "No. Happened on 3 May 2024 (counts until 3 May 2029). Repaid."
    assert items.account(TAX, value) == "Happened on 3 May 2024. Repaid."
    assert items.account(FRAUD, Declared(is_met=True, text="Never.")) == "Never."


def test_the_look_back_of_a_leap_day_ends_on_the_last_of_february():
    assert rules.counts_until(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert rules.counts_until(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert rules.counts_until(DAY, None) is None


def test_whether_an_event_still_counts_is_said_with_its_last_day():
    happened = date(2024, 5, 3)
    last = rules.look_back_in_words(happened, 3, date(2027, 5, 3))
    assert last == "It happened on 3 May 2024 and counts until 3 May 2027."
    over = rules.look_back_in_words(happened, 3, date(2027, 5, 4))
    assert over.endswith("the 3 years in which it counts ended on 3 May 2027. It no longer counts.")
    assert rules.look_back_in_words(happened, None, DAY).endswith("counts for as long as it lasts.")


def test_the_words_beside_a_ground_that_does_not_apply_make_no_other_declaration():
    grounds = [item for item in declarations.of_law(LAWS["pcr"]) if item.is_ground]
    other = next(item for item in declarations.of_law(LAWS["pcr"]) if not item.is_ground)
    yes, more = Declared(is_met=True), Declared(is_met=True, text="With Zanzibar Mutual")
    assert grounds[0].says_the_same(yes, more)
    assert not grounds[0].says_the_same(yes, Declared(is_met=False))
    assert not grounds[0].says_the_same(yes, None)
    assert not other.says_the_same(yes, more)

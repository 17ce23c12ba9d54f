"""What must hold before a draft agreement is published or discarded, beside its parts."""

from datetime import date
from types import SimpleNamespace

import pytest

from commissioning import regimes
from lots.rules.terms import long_term_is_justified


def refusal(regime, last, justification=""):
    agreement = SimpleNamespace(
        regime_profile=regimes.profile(regime),
        starts_on=date(2026, 4, 1),
        latest_end=last,
        term_justification=justification,
    )
    return long_term_is_justified(agreement, None, None)


@pytest.mark.parametrize(
    ("regime", "last"),
    [
        ("PA23_OPEN_FRAMEWORK", date(2034, 3, 31)),
        ("PSR", date(2030, 3, 31)),
        ("PCR_LTR", date(2046, 3, 31)),
    ],
)
def test_a_term_that_its_law_allows_needs_no_justification(regime, last):
    assert refusal(regime, last) is None


@pytest.mark.parametrize(
    ("regime", "last", "years"),
    [("PA23_OPEN_FRAMEWORK", date(2034, 4, 1), 8), ("PSR", date(2030, 4, 1), 4)],
)
def test_a_longer_one_is_justified_in_words(regime, last, years):
    missing = refusal(regime, last)
    assert f"longer than {years} years" in missing.text
    assert missing.field == "agreement"
    assert refusal(regime, last, " ") is not None
    assert refusal(regime, last, "Buildings are leased for ten years.") is None

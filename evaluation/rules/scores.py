"""Whole scores, weights and the threshold (rulebook D1 to D6, G4 to G7)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from .exact import Exact, as_decimal, cut, exact

HUNDRED: Final = 100
KEPT_PLACES: Final = 8


def exact_total(scores: Mapping[str, int], weights: Mapping[str, Exact], maximum: int) -> Fraction:
    """Return the weighted percentage as a fraction: each score over the maximum, times its weight, summed.

    Raises ValueError, with a sentence, unless both mappings name the same questions, each score is a whole
    number from 0 to the maximum, no weight is negative, and the weights total exactly 100 (rulebook D2, D3).
    """
    if isinstance(maximum, bool) or not isinstance(maximum, int) or maximum < 1:
        raise ValueError(f"The highest score must be a whole number of at least 1, not {maximum!r}.")
    unscored = [str(question) for question in weights if question not in scores]
    unknown = [str(question) for question in scores if question not in weights]
    if unscored:
        raise ValueError(f"A score is missing for: {', '.join(unscored)}.")
    if unknown:
        raise ValueError(f"There is no such question: {', '.join(unknown)}.")
    parts = {question: exact(weight, f"The weight of {question}") for question, weight in weights.items()}
    for question, weight in parts.items():
        if weight < 0:
            raise ValueError(f"The weight of {question} is {weights[question]}; it cannot be under 0.")
    together = sum(parts.values(), Fraction(0))
    if together != HUNDRED:
        raise ValueError(f"The weights total {as_decimal(together)}; they must total exactly 100.")
    for question, score in scores.items():
        problem = score_problem(score, maximum)
        if problem:
            raise ValueError(f"{question}: {problem}")
    return sum(
        (Fraction(scores[question], maximum) * weight for question, weight in parts.items()), Fraction(0)
    )


def weighted_total(scores: Mapping[str, int], weights: Mapping[str, Exact], maximum: int) -> Decimal:
    """Return the weighted percentage, from 0 to 100, unrounded.

    Exact wherever decimals can hold it, which a highest score of 5 or 10 always allows; else cut off, not
    rounded, after 30 decimals. Raises ValueError as `exact_total` does. Go on reckoning with `exact_total`.
    """
    return as_decimal(exact_total(scores, weights, maximum))


def meets_threshold(total: Exact, threshold: Exact) -> bool:
    """Return whether the unrounded total reaches the threshold: 65 does, 64.99 does not (D4, G4, G5).

    Raises ValueError for a float or for a threshold outside 0 to 100.
    """
    line = exact(threshold, "The threshold")
    if not 0 <= line <= HUNDRED:
        raise ValueError(f"The threshold must lie between 0 and 100, not at {threshold}.")
    return exact(total, "The total") >= line


def below_floors(scores: Mapping[str, int], floors: Mapping[str, int | None]) -> tuple[str, ...]:
    """Return the questions scored under their own published minimum, in the floors' order (D6, G6)."""
    return tuple(
        question for question, floor in floors.items() if floor is not None and scores[question] < floor
    )


@dataclass(frozen=True)
class Judgement:
    """What a submission's agreed scores come to; `outcome` is the first ground that decides.

    One of `standard_failed`, `below_floor`, `below_threshold`, `admitted`.
    """

    outcome: str
    total: Fraction | None
    below_floors: tuple[str, ...] = ()
    below_threshold: bool = False
    standards_failed: tuple[str, ...] = ()

    @property
    def is_admitted(self) -> bool:
        return self.outcome == "admitted"


def judge(
    scores: Mapping[str, int],
    weights: Mapping[str, Exact],
    maximum: int,
    *,
    threshold: Exact | None,
    floors: Mapping[str, int | None],
    standards_failed: Collection[str] = (),
) -> Judgement:
    """Return the outcome in one lot: gates first, then floors, then the threshold (rulebook D4, D6, D7).

    A submission that failed a minimum standard need not be scored; its total is then None. Without a
    threshold, as in a mini-competition, none is missed, and `admitted` means that the bid is ranked. Raises
    ValueError as `exact_total` and `meets_threshold` do.
    """
    if standards_failed and not scores:
        return Judgement("standard_failed", None, standards_failed=tuple(standards_failed))
    total = exact_total(scores, weights, maximum)
    under = below_floors(scores, floors)
    short = threshold is not None and not meets_threshold(total, threshold)
    outcome = "admitted"
    if standards_failed:
        outcome = "standard_failed"
    elif under:
        outcome = "below_floor"
    elif short:
        outcome = "below_threshold"
    return Judgement(outcome, total, under, short, tuple(standards_failed))


@dataclass(frozen=True)
class WhatIf:
    """One question's score moved by one point: the total then, and whether that changes the outcome."""

    question: str
    change: int
    score: int
    total: Fraction
    crosses: bool


def what_if(
    scores: Mapping[str, int],
    weights: Mapping[str, Exact],
    maximum: int,
    threshold: Exact,
    floors: Mapping[str, int | None] | None = None,
) -> list[WhatIf]:
    """Return each question one point up and one point down, where the scale allows it (product 25).

    Crossing a question's own published minimum counts as crossing the threshold does. For the check before
    release only, after the moderation is closed (settled 24). Raises ValueError as `exact_total` and
    `meets_threshold` do.
    """

    def judged(then: Mapping[str, int]) -> Judgement:
        return judge(then, weights, maximum, threshold=threshold, floors=floors or {})

    stands = judged(scores).is_admitted
    moves = []
    for question, score in scores.items():
        for change in (1, -1):
            if 0 <= score + change <= maximum:
                then = judged({**scores, question: score + change})
                crosses = then.is_admitted is not stands
                moves.append(WhatIf(question, change, score + change, then.total or Fraction(0), crosses))
    return moves


def score_problem(score: object, maximum: int) -> str | None:
    """Return why this is no score on the scale, or nothing: whole numbers only (rulebook D1, G7)."""
    if isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= maximum:
        return f"Give a whole number from 0 to {maximum}."
    return None


def has_wide_gap(scores: Iterable[int]) -> bool:
    """Return whether evaluators lie more than one point apart, which the workbench marks."""
    given = list(scores)
    return bool(given) and max(given) - min(given) > 1


def must_be_discussed(score: int, given: Collection[int]) -> str | None:
    """Return why the discussion must be written down for this agreed score, or nothing (rulebook D11).

    `given` are the scores that evaluators handed in; without any there is nothing to have differed over.
    """
    if has_wide_gap(given):
        return "The evaluators lay more than one point apart: say how the panel came to agree."
    if given and not min(given) <= score <= max(given):
        return "The agreed score lies outside what the evaluators gave: say how the panel came to it."
    return None


def kept_total(total: Exact) -> Decimal:
    """Return the total as its column keeps it: eight decimals, the rest cut off so that none is lifted."""
    return cut(total, KEPT_PLACES)

"""The order of bids by their unrounded totals, and the published tie-break (rulebook D16)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import takewhile
from typing import Final

from .exact import Exact, exact

HUNDRED: Final = 100
# How a scheme names the rule “higher score on this question”: this, and the question's code.
QUESTION_PREFIX: Final = "question:"


@dataclass(frozen=True)
class Contender:
    """One bid as it is ranked: its exact points, and what the tie-break may ask for."""

    reference: str
    quality: Fraction
    """Points for quality, already times the quality weight."""
    price_points: Fraction = Fraction(0)
    price: Exact | None = None
    scores: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> Fraction:
        return self.quality + self.price_points


@dataclass(frozen=True)
class Place:
    """A contender's place, whom the tie-break leaves it tied with, and what parted it from equal totals."""

    place: int
    contender: Contender
    tied_with: tuple[str, ...] = ()
    parted_by: tuple[str, ...] = ()

    @property
    def is_tied(self) -> bool:
        return bool(self.tied_with)


def quality_points(total: Exact, quality_weight: Exact) -> Fraction:
    """Return the points that a quality percentage earns: the total over 100, times the weight of quality."""
    return exact(total, "The quality total") / HUNDRED * exact(quality_weight, "The weight of quality")


def rank(
    contenders: Iterable[Contender], tie_break: Sequence[str], weights: Mapping[str, Exact] | None = None
) -> list[Place]:
    """Return the contenders from first to last; the published rules part equal totals.

    What the rules leave equal shares a place and is declared a tie: nothing here draws lots. `tie_break` is
    as published: `quality`, `question:CODE`, `price`, or `first_question` for the one with the most of the
    `weights` (of equal ones the first); nothing counts after `lot`. Raises
    ValueError for an unknown rule, or where a rule asks for a price or a score that a contender with an
    equal total lacks.
    """
    rules = [(rule, _key(rule, weights or {})) for rule in takewhile(lambda rule: rule != "lot", tie_break)]
    by_total: dict[Fraction, list[Contender]] = {}
    for contender in contenders:
        by_total.setdefault(contender.total, []).append(contender)
    places: list[Place] = []
    for total in sorted(by_total, reverse=True):
        places += _part(by_total[total], rules, first=len(places) + 1)
    return places


def tie_break_words(rule: str) -> str:
    """Return in words what a tie-break rule prefers, such as "the lower price"."""
    if rule.startswith(QUESTION_PREFIX):
        return f"the higher score on {rule.removeprefix(QUESTION_PREFIX)}"
    return {
        "quality": "the higher quality total",
        "first_question": "the higher score on the question with the most weight",
        "price": "the lower price",
    }[rule]


Key = Callable[[Contender], Fraction]


def _part(equal: list[Contender], rules: list[tuple[str, Key]], first: int) -> list[Place]:
    """Return the places of contenders with one total, from place `first` on."""
    if len(equal) == 1:
        return [Place(first, equal[0])]
    keys = {id(one): tuple(key(one) for _, key in rules) for one in equal}
    # References are random, so their order, used for those who stay tied, favours nobody.
    ordered = sorted(equal, key=lambda one: one.reference)
    ordered.sort(key=lambda one: keys[id(one)], reverse=True)
    places = []
    for one in ordered:
        mine = keys[id(one)]
        tied = tuple(other.reference for other in ordered if other is not one and keys[id(other)] == mine)
        ahead = sum(keys[id(other)] > mine for other in ordered)
        used = {_parting(mine, keys[id(other)], rules) for other in ordered}
        parted = tuple(tie_break_words(rule) for rule, _ in rules if rule in used)
        places.append(Place(first + ahead, one, tied, parted))
    return places


def _parting(
    mine: tuple[Fraction, ...], theirs: tuple[Fraction, ...], rules: list[tuple[str, Key]]
) -> str | None:
    """Return the first rule under which the two differ, or None."""
    for (rule, _), one, other in zip(rules, mine, theirs, strict=True):
        if one != other:
            return rule
    return None


def _key(rule: str, weights: Mapping[str, Exact]) -> Key:
    """Return what a rule compares; higher is better."""
    if rule == "quality":
        return lambda one: one.quality
    if rule == "price":
        return _cheapness
    if rule == "first_question" and weights:
        return _score(max(weights, key=lambda code: exact(weights[code], f"The weight of {code}")))
    if rule.startswith(QUESTION_PREFIX):
        return _score(rule.removeprefix(QUESTION_PREFIX))
    raise ValueError(f"“{rule}” is no tie-break rule.")


def _cheapness(one: Contender) -> Fraction:
    if one.price is None:
        raise ValueError(f"{one.reference} has no price for the tie-break to compare.")
    return -exact(one.price, f"The price of {one.reference}")


def _score(code: str) -> Key:
    def score(one: Contender) -> Fraction:
        if code not in one.scores:
            raise ValueError(f"{one.reference} has no score on {code} for the tie-break to compare.")
        return Fraction(one.scores[code])

    return score

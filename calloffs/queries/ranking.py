"""The exact ranking of a mini-competition's bids, from agreed scores and opened prices (product 43)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from calloffs.models import Bid, Competition
from commissioning.people.actors import Actor
from commissioning.workflow import Refused
from evaluation import queries as judging
from evaluation import rules
from evaluation.models import Assessment
from evaluation.queries import Result
from evaluation.rules import as_decimal
from lots.models import PriceLine, Scheme
from lots.rules import scored
from providers.queries.evaluation import read_for_evaluation


@dataclass(frozen=True)
class Priced:
    """A bid's prices by line, and their total over the schedule's quantities, in GBP."""

    lines: dict[str, Decimal]
    total: Decimal


@dataclass(frozen=True)
class Ranked:
    """One bid in its place: exact points, or out of the ranking with the reason."""

    bid: Bid
    result: Result
    place: int | None
    quality_points: Fraction
    price: Decimal | None
    price_points: Fraction
    tied_with: tuple[str, ...] = ()
    parted_by: tuple[str, ...] = ()
    out_because: str = ""
    social_value: Fraction | None = None
    """The part of the quality points that social value earned, where the scheme asks for it."""

    @property
    def total(self) -> Fraction:
        return self.quality_points + self.price_points


def prices(competition: Competition, *, reader: Actor, now: datetime) -> dict[str, Priced]:
    """Return each opened bid's prices by its reference; each reading is in the access log.

    Raises `sealing.StillSealed` before the prices' own opening (rulebook R22-d).
    """
    lines = list(competition.scheme.price_lines.all())
    found = {}
    for bid in competition.bids.filter(state__in=["opened", "won", "lost"]).select_related("submission"):
        opened = read_for_evaluation(
            bid.submission,
            reader=reader,
            now=now,
            only={line.code for line in lines},
            with_common=False,
            with_prices=True,
            subject=bid,
        )
        given = {item.item.code: item.price for item in opened.own if item.price is not None}
        found[bid.reference] = Priced(given, schedule_total(lines, given))
    return found


def schedule_total(lines: list[PriceLine], given: dict[str, Decimal]) -> Decimal:
    """Return the sum of price times quantity over the schedule, rounded to the penny once, half up."""
    exact = sum((Fraction(given[line.code]) * Fraction(line.quantity) for line in lines), Fraction(0))
    return rules.rounded(exact, 2)


def not_known_yet(competition: Competition) -> str:
    """Return why the ranking cannot be known yet, or nothing (rulebook R22-d)."""
    exercise = competition.exercise
    if exercise is None or exercise.state not in {"closed", "released"}:
        return "The ranking is known once the panel has closed its moderation."
    if competition.scheme.price_weight and not competition.round.prices_are_open:
        return "The ranking is known once the prices have been opened."
    return ""


def ranking(competition: Competition, *, reader: Actor, now: datetime) -> list[Ranked]:
    """Return the bids from first to last; those out of the ranking come last, with the reason.

    Refused while the moderation is not closed or, where price counts, the prices are not opened.
    """
    exercise, scheme = competition.exercise, competition.scheme
    if exercise is None or (waits := not_known_yet(competition)):
        raise Refused(waits or "The mini-competition has no panel.")
    bids = {bid.submission_id: bid for bid in competition.bids.select_related(*Bid.NAMED)}
    results = {bids[row.assessment.submission_id].reference: row for row in judging.results(exercise)}
    by_reference = {bid.reference: bid for bid in bids.values()}
    standing = {
        key: row
        for key, row in results.items()
        if row.outcome == Assessment.Outcome.ADMITTED and row.exact is not None
    }
    offers = prices(competition, reader=reader, now=now) if scheme.price_weight else {}
    points: dict[str, Fraction] = {}
    if scheme.price_weight and standing:
        points = rules.price_points(
            scheme.price_formula,
            {key: offers[key].total for key in standing},
            scheme.price_weight,
            scheme.price_benchmark,
        )
    contenders = [
        rules.Contender(
            reference=key,
            quality=rules.quality_points(row.exact or Fraction(0), scheme.quality_weight),
            price_points=points.get(key, Fraction(0)),
            price=offers[key].total if key in offers else None,
            scores=row.scores,
        )
        for key, row in standing.items()
    ]
    asked = scored(scheme.questions.all())
    weights = {question.code: question.weight for question in asked}
    social = {question.code: question.weight for question in asked if question.kind == "social_value"}
    placed = [
        Ranked(
            bid=by_reference[place.contender.reference],
            result=results[place.contender.reference],
            place=place.place,
            quality_points=place.contender.quality,
            price=offers[place.contender.reference].total if offers else None,
            price_points=place.contender.price_points,
            tied_with=place.tied_with,
            parted_by=place.parted_by,
            social_value=_share(social, place.contender.scores, scheme) if social else None,
        )
        for place in rules.rank(contenders, scheme.tie_break, weights)
    ]
    out = [
        Ranked(
            bid=by_reference[key],
            result=row,
            place=None,
            quality_points=Fraction(0),
            price=offers[key].total if key in offers else None,
            price_points=Fraction(0),
            out_because=Assessment.Outcome(row.outcome).label,
        )
        for key, row in results.items()
        if key not in standing
    ]
    return placed + out


def _share(weights: Mapping[str, Decimal | None], scores: Mapping[str, int], scheme: Scheme) -> Fraction:
    """Return the points that some of the questions earned, as a part of the points for quality."""
    earned = sum(
        (Fraction(scores[code], scheme.maximum) * Fraction(weight or 0) for code, weight in weights.items()),
        Fraction(0),
    )
    return rules.quality_points(earned, scheme.quality_weight)


def frozen(rows: list[Ranked]) -> list[dict[str, Any]]:
    """Return the ranking as plain data for the award: exact points as decimals, names as they are today."""
    return [
        {
            "bid": row.bid.reference,
            "organisation": row.bid.bidder,
            "place": row.place,
            "quality": str(as_decimal(row.quality_points)),
            "price": None if row.price is None else str(row.price),
            "price_points": str(as_decimal(row.price_points)),
            "total": str(as_decimal(row.total)),
            "tied_with": list(row.tied_with),
            "parted_by": list(row.parted_by),
            "out_because": row.out_because,
            "social_value": None if row.social_value is None else str(as_decimal(row.social_value)),
        }
        for row in rows
    ]

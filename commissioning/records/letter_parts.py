"""The frozen building blocks of letters' facts.

An upper app joins them into the facts of one kind of letter (`evaluation/letters.py`, `calloffs/letters.py`).
Money and percentages are `Decimal`, days are London dates, instants are aware. Everything a letter prints is
a value here and never read again from a row, so that a name changed later changes no letter (rulebook G22).
"""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from commissioning import regimes
from commissioning.audit.hashing import plain
from commissioning.clock import at_london
from commissioning.clock.standstill import Algorithm, standstill_calendar
from commissioning.clock.standstill import StandstillDay as CountedDay
from commissioning.clock.working_days import Holidays, day_off

# Records of the authorities that are never sent to a provider.
INTERNAL_KINDS = frozenset({"award_record", "board_decision"})


@dataclass(frozen=True, kw_only=True)
class AuthorityBlock:
    """Who writes: the authority's name and address, how to reach it, and for whom else it acts."""

    name: str
    address: tuple[str, ...]
    email: str
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """To whom: the organisation as it was called on the day."""

    name: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Who signs, for which authority."""

    name: str
    job_title: str
    authority: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a list of particulars: a label and what stands beside it."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ScaleStep:
    """One step of the published scale."""

    score: int
    meaning: str


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """One question: its weight in per cent of the quality total, the agreed score, its points and why.

    `points` are the per cent of the quality total that the score gives (score by maximum by weight). The
    winner's are for letters that must show both (rulebook B13).
    """

    title: str
    weight: Decimal
    score: int
    points: Decimal
    reason: str
    winner_score: int | None = None
    winner_points: Decimal | None = None
    winner_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PriceRow:
    """The price compared: its weight in the whole, what was offered, the points it gives and by which rule.

    `formula` is the published rule in a sentence.
    """

    weight: Decimal
    price: Decimal
    points: Decimal
    formula: str
    winner_price: Decimal | None = None
    winner_points: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Scores:
    """All that was scored: the questions with the quality total, the price if it counts, and the whole.

    `quality` is the exact per cent over all questions and `quality_weight` its part in the whole, where a
    price counts; without one the total is the quality. `maximum` is the highest score of the scale.
    """

    rows: tuple[ScoreRow, ...]
    maximum: int
    scale: tuple[ScaleStep, ...]
    total: Decimal
    quality: Decimal | None = None
    quality_weight: Decimal = Decimal(100)
    threshold: Decimal | None = None
    price: PriceRow | None = None
    winner_quality: Decimal | None = None
    winner_total: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Standard:
    """One minimum standard: passed or not, with the reason where somebody had to look."""

    title: str
    passed: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class StandstillDay:
    """One day of the standstill calendar; `number` counts the days that count, None for one that does not."""

    day: date
    number: int | None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """When standstill ends and what that means; without a last day, that none applies and why.

    `law` names the rule in words, `change` says what could move the end, `effective_on` is the first day on
    which the decision may take effect.
    """

    last_day: date | None
    effective_on: date | None
    law: str
    voluntary: bool = False
    change: str = ""
    days: tuple[StandstillDay, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """One provider admitted to the lot, with its exact total (settled 23)."""

    name: str
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """What every letter carries; a subclass names its `KIND`, which is also its template's name."""

    KIND: ClassVar[str]

    authority: AuthorityBlock
    to: Addressee
    sent_on: date
    signatory: Signatory
    particulars: tuple[Line, ...]

    @property
    def subject_line(self) -> str:
        """What the letter is about, in one line: its heading and the PDF's title."""
        raise NotImplementedError


def standstill(
    profile: regimes.Profile,
    stage: regimes.Stage,
    *,
    sent_on: date,
    holidays: Holidays | None = None,
) -> Standstill:
    """Return the standstill that follows a decision of this stage, sent on this London date.

    Services pass the editable bank holidays; None means the shipped table (settled 9). Raises
    HolidaysUnknownError where a year is not on record.
    """
    if not profile.has_standstill(stage):
        law = f"Under {profile.law} none has to be kept for this decision, and we have not announced one."
        return Standstill(last_day=None, effective_on=sent_on, law=law)
    counted = standstill_calendar(profile.standstill_algorithm, at_london(sent_on, time(12)), holidays)
    last_day = counted[-1].day
    calendar = Algorithm(profile.standstill_algorithm).calendar
    return Standstill(
        last_day=last_day,
        effective_on=last_day + timedelta(days=1),
        law=profile.standstill_rule,
        voluntary=profile.standstill(stage) is regimes.Standstill.VOLUNTARY,
        change="A corrected letter or a claim moves the end; we would tell you.",
        days=tuple(
            StandstillDay(
                day=row.day, number=row.number, note=_note(row, sent_on, day_off(row.day, calendar, holidays))
            )
            for row in counted
        ),
    )


def _note(row: CountedDay, sent_on: date, off: str | None) -> str:
    """Return what stands in one small field of the calendar."""
    words = ["letters sent"] if row.day == sent_on else []
    if row.number:
        words.append(f"day {row.number}")
    if off and off not in ("Saturday", "Sunday"):
        words.append(off.partition(", a bank holiday")[0])
    if row.is_last:
        words.append("ends at midnight")
    return ", ".join(words or ["not counted"])


def frozen(facts: LetterFacts) -> dict[str, Any]:
    """Return the facts in types JSON holds exactly, with kind and subject line; a float is a TypeError."""
    _refuse_other_types(facts)
    return {"kind": facts.KIND, "subject_line": facts.subject_line, **plain(asdict(facts))}


def _refuse_other_types(value: Any, name: str = "facts") -> None:
    # A row of the database would be kept as its name and read as such for ever: refuse it here.
    if hasattr(value, "__dataclass_fields__"):
        for item in fields(value):
            _refuse_other_types(getattr(value, item.name), f"{name}.{item.name}")
    elif isinstance(value, tuple):
        for item in value:
            _refuse_other_types(item, name)
    elif value is not None and not isinstance(value, bool | int | str | Decimal | date | datetime):
        raise TypeError(f"{name} is a {type(value).__name__}; letters hold only values that cannot change.")

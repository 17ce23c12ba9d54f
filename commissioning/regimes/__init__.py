"""The regimes' rules as data: one frozen profile a regime (rulebook C4).

An agreement copies its profile when it is published (`as_data`), and goes by its copy ever after; a later
change here touches no agreement that is already running. What lawyers must decide is a choice of the
agreement (`chosen`) within the bounds that the profile gives, never a constant elsewhere in the code.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final


class Standstill(StrEnum):
    """Whether a decision waits before it takes effect; a voluntary wait, once announced, binds (G17)."""

    MANDATORY = "mandatory"
    VOLUNTARY = "voluntary"
    NONE = "none"

    @property
    def label(self) -> str:
        """Return what it means for whoever waits, in words for a page."""
        return _STANDSTILL_WORDS[self]


_STANDSTILL_WORDS: Final[Mapping[Standstill, str]] = MappingProxyType(
    {
        Standstill.MANDATORY: "Mandatory",
        Standstill.VOLUNTARY: "Voluntary: once announced, it binds",
        Standstill.NONE: "No standstill",
    }
)


class Stage(StrEnum):
    """The two decisions that a standstill may follow."""

    ADMISSION = "admission"
    CALL_OFF = "call_off"


class RefusalTable(StrEnum):
    """What a letter of refusal shows of those admitted (settled 23)."""

    SUMMARY = "summary"
    EACH = "each"


class ProfileError(ValueError):
    """The data are no valid profile; `sentences` says each thing that is wrong."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What one regime asks of an agreement and its call-offs.

    Years are whole years, money is GBP, and every text is fit to be shown on a page or printed in a letter.
    `holiday_calendar` and `standstill_algorithm` are names that `commissioning.clock` knows.
    """

    key: str
    version: int
    title: str
    law: str
    legal_basis: str
    threshold: Decimal | None
    """Value with VAT from which the regime binds in full, as of 1 January 2026; None: whatever the value."""

    standstill_algorithm: str
    standstill_rule: str
    standstill_admission: Standstill
    standstill_call_off: Standstill
    standstill_admission_choices: tuple[Standstill, ...]
    standstill_call_off_choices: tuple[Standstill, ...]
    holiday_calendar: str

    letter_admitted: str
    letter_not_admitted: str
    letter_award: str
    letter_unsuccessful: str
    refusal_table: RefusalTable
    rights: str
    """What a bidder who disagrees may do, for the foot of a letter."""

    reopening: str
    term_cap_years: int | None
    long_stop: date | None
    maximum_binds: bool
    """Whether passing the agreement's published maximum is refused, not only warned of (rulebook G20)."""
    publication: tuple[str, ...]
    """What is published at admission and after an award, and by when, in order."""
    record_years: int
    duties: tuple[str, ...]
    """What else the regime asks for, one sentence each."""
    legal_questions: tuple[str, ...]
    """What the authority settles with its lawyers, one sentence each."""

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise ProfileError(problems)

    def letter(self, kind: str) -> str:
        """Return the printed name of a kind of letter: admitted, not_admitted, award or unsuccessful."""
        return str(getattr(self, f"letter_{kind}"))

    def standstill(self, stage: Stage | str) -> Standstill:
        """Return whether a standstill follows a decision of this stage."""
        return self.standstill_admission if Stage(stage) is Stage.ADMISSION else self.standstill_call_off

    def has_standstill(self, stage: Stage | str) -> bool:
        """Return True where this decision waits: a voluntary standstill that is set is also announced."""
        return self.standstill(stage) is not Standstill.NONE


CHOICES: Final = ("standstill_admission", "standstill_call_off", "refusal_table")
"""What a regime may leave open to an agreement, by the names that `chosen` takes."""


def chosen(
    profile: Profile,
    *,
    standstill_admission: Standstill | str | None = None,
    standstill_call_off: Standstill | str | None = None,
    refusal_table: RefusalTable | str | None = None,
) -> Profile:
    """Return the profile with the agreement's own choices; what is None stays as it was.

    Raises ProfileError with a sentence for each choice that the regime does not leave open.
    """
    data = as_data(profile)
    for name, choice in (
        ("standstill_admission", standstill_admission),
        ("standstill_call_off", standstill_call_off),
        ("refusal_table", refusal_table),
    ):
        if choice is not None:
            data[name] = str(choice)
    return from_data(data)


def is_over_the_cap(profile: Profile, starts: date, ends: date) -> bool:
    """Return whether a term is longer than its law allows without a justification; `ends` is its last day."""
    return profile.term_cap_years is not None and ends >= _years_on(starts, profile.term_cap_years)


def term_warnings(profile: Profile, starts: date, ends: date) -> list[str]:
    """Return what an agreement's longest term runs into; `ends` is its last day with every extension.

    Warnings only: rulebook C3 and C26 leave both to a recorded decision.
    """
    warnings = []
    if is_over_the_cap(profile, starts, ends):
        warnings.append(
            f"Under {profile.law} the term is at most {profile.term_cap_years} years unless a longer one is "
            "justified; record the justification."
        )
    if profile.long_stop is not None and ends > profile.long_stop:
        stop = profile.long_stop
        warnings.append(
            f"The term runs past {stop.day} {stop:%B %Y}, the last day of a statutory dynamic "
            f"purchasing system under {profile.law}. Ask your lawyers whether that date binds this agreement."
        )
    return warnings


def as_data(profile: Profile) -> dict[str, Any]:
    """Return the profile as plain JSON data, for the agreement to freeze; `from_data` reads it back."""
    data: dict[str, Any] = {}
    for field in fields(profile):
        value = getattr(profile, field.name)
        if isinstance(value, StrEnum | Decimal):
            value = str(value)
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = [str(one) for one in value]
        data[field.name] = value
    return data


def from_data(data: Mapping[str, Any]) -> Profile:
    """Return the profile that `as_data` froze.

    Raises ProfileError with a sentence for each missing, unknown or impossible entry.
    """
    names = {field.name for field in fields(Profile)}
    problems = [f"The profile lacks “{name}”." for name in sorted(names - set(data))]
    problems += [f"The profile has an unknown entry “{name}”." for name in sorted(set(data) - names)]
    if problems:
        raise ProfileError(problems)
    values = dict(data)
    for name, read in _READERS.items():
        try:
            values[name] = read(values[name])
        except (ValueError, TypeError, ArithmeticError):
            problems.append(f"The profile's “{name}” cannot be {values[name]!r}.")
    if problems:
        raise ProfileError(problems)
    return Profile(**values)


def _standstills(values: list[str]) -> tuple[Standstill, ...]:
    return tuple(Standstill(value) for value in values)


def _sentences(values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError
    return tuple(values)


def _money(value: object) -> Decimal | None:
    if value is None:
        return None
    if not isinstance(value, str) or not Decimal(value).is_finite() or Decimal(value) < 0:
        raise ValueError
    return Decimal(value)


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "threshold": _money,
    "standstill_admission": Standstill,
    "standstill_call_off": Standstill,
    "standstill_admission_choices": _standstills,
    "standstill_call_off_choices": _standstills,
    "refusal_table": RefusalTable,
    "maximum_binds": _yes_or_no,
    "long_stop": lambda value: None if value is None else date.fromisoformat(value),
    "publication": _sentences,
    "duties": _sentences,
    "legal_questions": _sentences,
}

_TEXTS: Final = (
    "key",
    "title",
    "law",
    "legal_basis",
    "standstill_rule",
    "letter_admitted",
    "letter_not_admitted",
    "letter_award",
    "letter_unsuccessful",
    "rights",
    "reopening",
)
CALENDAR_OF: Final = MappingProxyType(
    {"PCR": "england-and-wales", "PA23": "united-kingdom", "PSR": "united-kingdom"}
)
"""The standstill algorithms and the bank holidays each counts by."""


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def _problems(profile: Profile) -> list[str]:
    problems = []
    for name in _TEXTS:
        value = getattr(profile, name)
        if not isinstance(value, str) or not value.strip():
            problems.append(f"The profile's “{name}” is empty.")
    for name, least in (("version", 1), ("record_years", 3), ("term_cap_years", 1)):
        value = getattr(profile, name)
        if value is None and name == "term_cap_years":
            continue
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            problems.append(f"The profile's “{name}” must be a whole number of at least {least}.")
    return problems + _standstill_problems(profile)


def _standstill_problems(profile: Profile) -> list[str]:
    problems = []
    if profile.standstill_algorithm not in CALENDAR_OF:
        known = ", ".join(CALENDAR_OF)
        problems.append(
            f"“{profile.standstill_algorithm}” is no way to count standstill; use one of {known}."
        )
    elif profile.holiday_calendar != CALENDAR_OF[profile.standstill_algorithm]:
        problems.append(
            f"A {profile.standstill_algorithm} standstill is counted by the bank holidays "
            f"“{CALENDAR_OF[profile.standstill_algorithm]}”, not “{profile.holiday_calendar}”."
        )
    for stage, words in ((Stage.ADMISSION, "admission"), (Stage.CALL_OFF, "call-offs")):
        choices = getattr(profile, f"standstill_{stage}_choices")
        if profile.standstill(stage) not in choices:
            open_ones = " or ".join(choices) or "nothing"
            problems.append(
                f"Under {profile.law} standstill at {words} cannot be {profile.standstill(stage)}; "
                f"it can be {open_ones}."
            )
    return problems


def _shipped(key: str) -> Profile:
    path = Path(__file__).with_name("profiles") / f"{key.lower()}.json"
    return from_data(json.loads(path.read_text("utf-8")))


PCR_LTR: Final = _shipped("PCR_LTR")
PA23_LTR_FRAMEWORK: Final = _shipped("PA23_LTR_FRAMEWORK")
PA23_OPEN_FRAMEWORK: Final = _shipped("PA23_OPEN_FRAMEWORK")
PSR: Final = _shipped("PSR")
REOPEN_AS_A_WHOLE: Final = frozenset({PA23_OPEN_FRAMEWORK.key})
"""Regimes under which each re-opening is of all lots together: a scheme of frameworks, each replacing the one
before (rulebook C18). By the regime and not in the profile, which agreements have frozen."""
_CALLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PCR_LTR": "a pseudo dynamic purchasing system",
        "PA23_LTR_FRAMEWORK": "a light-touch framework",
        "PA23_OPEN_FRAMEWORK": "an open framework",
        "PSR": "a framework",
    }
)


def called(key: str) -> str:
    """Return what an agreement is called under the law of this regime, with its article (rulebook C18).

    By the regime and not in the profile, which agreements have frozen.
    """
    return _CALLED[key]


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {one.key: one for one in (PCR_LTR, PA23_LTR_FRAMEWORK, PA23_OPEN_FRAMEWORK, PSR)}
)


def profile(key: str) -> Profile:
    """Return the current profile of a regime. Raises ProfileError for a key the portal does not know."""
    if key not in PROFILES:
        raise ProfileError([f"“{key}” is no regime the portal knows; use one of {', '.join(PROFILES)}."])
    return PROFILES[key]

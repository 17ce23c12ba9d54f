"""Facts of the letters that tell a provider whether it is admitted to a lot (rulebook B-letters, G21)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from commissioning.records.letter_parts import Admitted, LetterFacts, Scores, Standard, Standstill


@dataclass(frozen=True, kw_only=True)
class OutcomeLetter(LetterFacts):
    """What both letters hold: the lot, how it was judged, the scores with reasons, standards and standstill.

    `notice` is the regime's name for the letter and `rights` what it lets a bidder do, both from the profile.
    `round_title` says which application round it was, such as "application round that closed on 20 January
    2021". Particulars name agreement, lot, round and the entry's references.
    """

    notice: str
    rights: str
    lot: str
    agreement: str
    round_title: str
    lot_summary: str
    standards: tuple[Standard, ...]
    scores: Scores | None
    standstill: Standstill
    questions_to: str


@dataclass(frozen=True, kw_only=True)
class AdmissionLetter(OutcomeLetter):
    """A provider is admitted to a lot, subject to standstill where one applies (settled 21).

    `begins_on` is the agreement's first day where it comes after the letter's: nothing is called off for
    an earlier day.
    """

    KIND: ClassVar[str] = "admission"

    conditions: tuple[str, ...]
    begins_on: date | None = None

    @property
    def subject_line(self) -> str:
        return f"You are admitted to {self.lot}"


@dataclass(frozen=True, kw_only=True)
class RefusalLetter(OutcomeLetter):
    """A provider is not admitted this time: the grounds, the field admitted, and the way back (settled 23).

    `grounds` are whole sentences naming what was not met, the distance to the threshold among them.
    `field_summary` says in one paragraph what those admitted did better. `field_table` turns on nothing here:
    `admitted` names everyone admitted to the lot with its total, and nobody else.
    """

    KIND: ClassVar[str] = "refusal"

    grounds: tuple[str, ...]
    admitted: tuple[Admitted, ...]
    field_summary: str
    reopens_on: date | None
    feedback_until: date | None

    @property
    def subject_line(self) -> str:
        return f"You are not admitted to {self.lot} this time"

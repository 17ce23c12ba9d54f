"""Facts of the notice that an agreement's term is extended (rulebook E13)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from commissioning.records.letter_parts import LetterFacts


@dataclass(frozen=True, kw_only=True)
class ExtensionNotice(LetterFacts):
    """Tells a provider of the pool that the agreement goes on: until when, by which decision, and why.

    `lots` are those the provider is admitted to; `decision` names who decided, when and its reference.
    """

    KIND: ClassVar[str] = "extension_notice"

    agreement: str
    lots: tuple[str, ...]
    old_end: date
    new_end: date
    decision: str
    reason: str
    questions_to: str

    @property
    def subject_line(self) -> str:
        return f"The {self.agreement} is extended"

"""What the pages within a submission share, whether it is of an application's lot or a bid.

A page is one of `writing` or `sending` with, after it, the mixin that says whose submission it is about.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from commissioning.web.text import london
from commissioning.web.views import Page, SignedIn
from commissioning.workflow import Reason
from providers.queries.items import Item
from providers.queries.parts import ItemLine, Part

OTHERS_WORK = "Nobody. Only the people of your organisation can see it until it is opened after the deadline."


@dataclass(frozen=True)
class Words:
    """What pages call the whole that goes in, what its provider may do, and where it is written."""

    whole: str
    act: str
    home: str


class OfSubmission(SignedIn, Page):
    """A page within a submission; a mixin gives what raises NotImplementedError here."""

    words: ClassVar[Words]
    object: Any
    kwargs: dict[str, Any]

    @cached_property
    def part(self) -> Part:
        """The part that the page is about; a stranger's, or one that is not there, is a 404."""
        raise NotImplementedError

    def together(self) -> list[tuple[str, Part]]:
        """Return the parts that go in together, each with its title."""
        raise NotImplementedError

    def deadline(self) -> datetime:
        raise NotImplementedError

    def expected_on(self) -> date | None:
        """Return when a decision is expected."""
        raise NotImplementedError

    def refusal_to_submit(self) -> str | None:
        """Return why nothing can be written, submitted or withdrawn now, or nothing."""
        raise NotImplementedError

    def part_name(self) -> str:
        """Return what the part is called above the pages on which it is written."""
        raise NotImplementedError

    def whole_name(self) -> str:
        """Return what goes in, as in "Check and submit …"."""
        raise NotImplementedError

    def about(self) -> str:
        """Return what it is submitted for, to begin a sentence."""
        raise NotImplementedError

    def file_stem(self) -> str:
        """Return how the name of a receipt's file goes on."""
        raise NotImplementedError

    def home_url(self) -> str:
        """Return the address of the task list."""
        raise NotImplementedError

    def url_of(self, part: Part, name: str, *more: Any) -> str:
        """Return the address of a part's page; `more` are the URL's further pieces, in order."""
        raise NotImplementedError

    def part_url(self, name: str, *more: Any) -> str:
        return self.url_of(self.part, name, *more)

    def item_url(self, part: Part, item: Item) -> str:
        """Return where an item is written: a question has its own page, the other kinds share one each."""
        if item.kind == "question":
            return self.url_of(part, "question", item.code)
        if item.kind == "price":
            return self.url_of(part, "prices") + f"#id_{item.code}"
        return self.url_of(part, "standards") + f"#id_met_{item.code}_0"

    def blockers(self) -> list[Reason]:
        reason = self.refusal_to_submit()
        return [Reason(reason)] if reason else []

    def tasks(self, part: Part, standards: str = "Minimum standards") -> list[dict[str, Any]]:
        """Return a part's rows of the task list: standards and prices share one each."""
        rows = [self._question_task(part, line) for line in part.questions]
        if part.standards:
            rows.insert(0, self._shared_task(part, part.standards, standards, "standards"))
        if part.prices:
            rows.append(self._shared_task(part, part.prices, "Prices", "prices"))
        return rows

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "words": self.words,
            "deadline": self.deadline(),
            "home_url": self.home_url(),
        }

    def _shared_task(self, part: Part, lines: list[ItemLine], label: str, page: str) -> dict[str, Any]:
        done, begun = sum(line.is_complete for line in lines), any(line.version for line in lines)
        whole = done == len(lines)
        return {
            "label": label,
            "url": self.url_of(part, page),
            "status": "Done" if whole else f"{done} of {len(lines)} done" if begun else "Not started",
            "tone": "green" if whole else "yellow" if begun else "blue",
        }

    def _question_task(self, part: Part, line: ItemLine) -> dict[str, Any]:
        words = f"{line.version.words:,} of {line.item.word_limit:,} words" if line.version else ""
        return {
            "label": line.item.title,
            "url": self.item_url(part, line.item),
            "status": line.status,
            "tone": line.tone,
            "hint": words,
        }


def verdict(part: Part, lacking: int, *, writable: bool) -> dict[str, str]:
    """Return whether a part would go in, or went in: in words, with its colour and details."""
    if part.package:
        at = london(part.package.received_at, "seconds")
        if part.is_changed and writable:
            return {
                "verdict": "would go in as you submitted it, without your changes since then",
                "tone": "yellow",
                "detail": f"Received {at}. Submit again to send the changes.",
            }
        words = "would go in" if writable else "went in"
        return {"verdict": words, "tone": "green", "detail": f"Received {at}."}
    if not writable:
        return {"verdict": "did not go in", "tone": "grey", "detail": "It was not submitted in time."}
    if lacking:
        answers = f"{lacking} answer{'' if lacking == 1 else 's'} missing"
        return {"verdict": f"would not go in: {answers}", "tone": "red", "detail": ""}
    return {"verdict": "would not go in: complete, but not submitted", "tone": "red", "detail": ""}

"""What the pages within a submission share, whether it is of an application's lot or a bid.

A page is one of `writing` or `sending` with, after it, the mixin that says whose submission it is about.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from commissioning.clock.words import spoken_clock
from commissioning.people.models import Organisation, User
from commissioning.web.forms import upper_first
from commissioning.web.text import day
from commissioning.web.views import NEVER, Page, SignedIn
from commissioning.workflow import Reason, Stateful
from providers.consortium import CODE
from providers.models import AnswerVersion, Package
from providers.queries import presence
from providers.queries.items import Item
from providers.queries.parts import ItemLine, Part, latest

OTHERS_WORK = "Nobody. Only the people of your organisation can see it until it is opened after the deadline."
ROLLING_WORK = (
    "Nobody. Only the people of your organisation can see it until you submit it and it is then opened."
)

# What the addresses of an item's history begin with, by its kind.
_OF_KIND = {"question": "", "standard": "standard-", "price": "price-", "consortium": "consortium-"}


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

    def others_work(self) -> str:
        """Return who else sees what is written here, and from when."""
        return OTHERS_WORK

    def expected_on(self) -> date | None:
        """Return when a decision is expected."""
        raise NotImplementedError

    def refusal_to_submit(self) -> str | None:
        """Return why nothing can be written, submitted or withdrawn now, or nothing."""
        raise NotImplementedError

    def provider(self) -> Organisation:
        """Return whose submission it is."""
        raise NotImplementedError

    def is_over(self) -> bool:
        """Return whether the deadline has passed, which is why nothing can be written."""
        raise NotImplementedError

    def is_received_for_good(self) -> bool:
        """Return whether it goes in once and is in, so that no deadline has to pass to close it."""
        return False

    def has_no_deadline(self) -> bool:
        """Return whether it may be submitted at any time, so that nothing closes on a day."""
        return False

    def stopped(self) -> str:
        """Return why nothing can be submitted, where no deadline and no submission closed it; or ""."""
        if self.is_over() or self.is_received_for_good():
            return ""
        return self.refusal_to_submit() or ""

    def stateful(self) -> Stateful:
        """Return the row that is submitted and withdrawn: an entry or a bid."""
        raise NotImplementedError

    def ended_early(self) -> bool:
        """Return whether it was stopped before its deadline, which so never came."""
        raise NotImplementedError

    def own_reference(self) -> str:
        """Return the reference under which it is submitted, the entry's or bid's, as the record names it."""
        raise NotImplementedError

    def is_closed(self) -> bool:
        """Return whether nothing can be written, submitted or withdrawn any more, for whatever reason."""
        return self.refusal_to_submit() is not None

    def closed_words(self) -> str:
        """Return since when it is closed, for whoever only reads."""
        raise NotImplementedError

    def line(self, part: Part, *, writable: bool) -> dict[str, str]:
        """Return whether a part would go in, or went in, in words (`verdict`)."""
        raise NotImplementedError

    def stands_words(self) -> str:
        """Return until when what was submitted last, and not withdrawn, stands."""
        if not self.is_closed():
            return "It stands until you submit again or withdraw it."
        if self.is_over():
            return "It is what went in, and can no longer be changed or withdrawn."
        return "It can no longer be changed or withdrawn."

    def received(self) -> Package | None:
        """Return what was submitted last of what the part goes in with, and stands."""
        return self.part.package

    def part_name(self) -> str:
        """Return what the part is called above the pages on which it is written."""
        raise NotImplementedError

    def whole_name(self) -> str:
        """Return what goes in, as in "Check and submit …"."""
        raise NotImplementedError

    def about(self) -> str:
        """Return what it is submitted for, to begin a sentence."""
        raise NotImplementedError

    def whole_reference(self) -> str:
        """Return the reference of the application or bid."""
        raise NotImplementedError

    @cached_property
    def at_work(self) -> Mapping[User, presence.Place]:
        """Where the colleagues of whoever looks at the page are now; nowhere once nothing can be written."""
        if self.refusal_to_submit():
            return {}
        organisation = self.all_parts()[0].submission.organisation_id
        return presence.at_work(self.whole_reference(), organisation, but=self.actor)

    def here(self, part: Part, code: str) -> list[str]:
        """Return the names of the colleagues who are on a page of a part now."""
        place = presence.Place(part.submission.pk, code)
        return [user.name for user, at in self.at_work.items() if at == place]

    def people(self, worked: Iterable[User]) -> list[dict[str, str]]:
        """Return who worked in these parts or is there now, each with where."""
        titles = {
            presence.Place(part.submission.pk, code): title
            for part in self.all_parts()
            for code, title in self._pages(part)
        }
        people = {user.pk: user for user in (*worked, *self.at_work)}
        where = {user.pk: titles.get(place, "") for user, place in self.at_work.items()}
        rows = [{"name": user.name, "where": where.get(user.pk, "")} for user in people.values()]
        return sorted(rows, key=lambda row: row["name"])

    def all_parts(self) -> list[Part]:
        """Return every part of the whole."""
        return [self.part]

    def _pages(self, part: Part) -> Iterator[tuple[str, str]]:
        suffix = f" of {part.lot_label}" if part.entry else ""
        yield from ((line.item.code, f"{line.item.title}{suffix}") for line in part.questions)
        yield CODE, f"who applies together{suffix}"
        yield "standards", f"the minimum standards{suffix}"
        yield "prices", "the prices"

    def details_url(self) -> str:
        """Return where the organisation's details are read and changed, or nothing."""
        return ""

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
        if item.kind == "consortium":
            return self.url_of(part, "consortium")
        if item.kind == "price":
            return self.url_of(part, "prices") + f"#id_{item.code}"
        return self.url_of(part, "standards") + f"#id_met_{item.code}_0"

    def versions_url(self, part: Part, item: Item) -> str:
        """Return where the history of an item is read."""
        return self.url_of(part, f"{_OF_KIND[item.kind]}versions", *_code(item))

    def version_url(self, part: Part, item: Item, number: int) -> str:
        """Return where one version of an item is read."""
        return self.url_of(part, f"{_OF_KIND[item.kind]}version", *_code(item), number)

    def blockers(self) -> list[Reason]:
        """Return why nothing can be done: a late attempt both times, a reader since when it is closed."""
        reason = self.refusal_to_submit()
        if reason and self.is_over() and self.request.method != "POST":
            return [Reason(self.closed_words())]
        return [Reason(reason)] if reason else []

    def blockers_title(self) -> str:
        """Return what stands above the blockers; "" where the page's usual words do."""
        if self.is_over():
            return "Closed"
        return NEVER if self.stopped() else ""

    def tasks(self, part: Part, standards: str = "Minimum standards") -> list[dict[str, Any]]:
        """Return a part's rows of the task list, its standards first; standards and prices share one each."""
        rows = [self._consortium_task(part, line) for line in part.consortium]
        rows += [self._question_task(part, line) for line in part.questions]
        if part.standards:
            rows.insert(0, self._shared_task(part, part.standards, standards, "standards"))
        if part.prices:
            rows.append(self._shared_task(part, part.prices, "Prices", "prices"))
        return rows

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        return context | {
            "words": self.words,
            "deadline": self.deadline(),
            "home_url": self.home_url(),
            "over": self.is_over(),
            "stopped": self.stopped(),
            "stands_words": self.stands_words(),
            "blockers_title": self.blockers_title() or context.get("blockers_title", ""),
        }

    def _shared_task(self, part: Part, lines: list[ItemLine], label: str, page: str) -> dict[str, Any]:
        done, begun = sum(line.is_complete for line in lines), any(line.version for line in lines)
        whole = done == len(lines)
        return {
            "label": label,
            "url": self.url_of(part, page),
            "status": "Done" if whole else f"{done} of {len(lines)} done" if begun else "Not started",
            "tone": "green" if whole else "yellow" if begun else "blue",
            "hint": _hint(
                _saved(latest(line.version for line in lines)),
                self._unsent(part, *lines),
                _now_here(self.here(part, page)),
            ),
        }

    def _consortium_task(self, part: Part, line: ItemLine) -> dict[str, Any]:
        here = _now_here(self.here(part, line.item.code))
        return {
            "label": line.item.title,
            "url": self.item_url(part, line.item),
            "status": line.status,
            "tone": line.tone,
            "hint": _hint(_saved(line.version), self._unsent(part, line), here),
        }

    def _question_task(self, part: Part, line: ItemLine) -> dict[str, Any]:
        words = f"{line.version.words:,} of {line.item.word_limit:,} words" if line.version else ""
        carried = "unchanged since last time" if line.is_carried else ""
        here = _now_here(self.here(part, line.item.code))
        return {
            "label": line.item.title,
            "url": self.item_url(part, line.item),
            "status": line.status,
            "tone": line.tone,
            "hint": _hint(words, carried, _saved(line.version), self._unsent(part, line), here),
        }

    def _unsent(self, part: Part, *lines: ItemLine) -> str:
        """Return that what stands in the draft is newer than what went in, where it is."""
        if part.unsent.isdisjoint(line.item.code for line in lines):
            return ""
        return "changed since: this did not go in" if self.is_over() else "changed since you submitted"


def _code(item: Item) -> list[str]:
    return [] if item.kind == "consortium" else [item.code]


def _hint(*pieces: str) -> str:
    return upper_first(", ".join(piece for piece in pieces if piece))


def _saved(version: AnswerVersion | None) -> str:
    if version is None:
        return ""
    by = f" by {version.saved_by.name}" if version.saved_by else ""
    return f"saved {day(version.saved_at, weekday=False)} at {spoken_clock(version.saved_at)}{by}"


def _now_here(names: Sequence[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} here now" if names else ""

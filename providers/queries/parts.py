"""A part of what a provider writes, item by item, with what is known of it without opening anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from commissioning.people.models import User
from providers.models import AnswerVersion, Entry, Package, Submission

from . import details, items, submissions
from .items import Item

Versions = Mapping[tuple[int, str], AnswerVersion]


@dataclass(frozen=True)
class Standing:
    """How something stands, in the words a provider sees; drawn by the state tag."""

    state: str
    state_label: str


@dataclass(frozen=True)
class ItemLine:
    """One item of a part with what is known of it without opening it."""

    item: Item
    version: AnswerVersion | None

    @property
    def is_complete(self) -> bool:
        return bool(self.version and self.version.is_complete)

    @property
    def status(self) -> str:
        if self.version is None:
            return "Not started"
        if not self.version.is_complete:
            return "In progress"
        return "Done, over the limit" if self.is_over else "Done"

    @property
    def tone(self) -> str:
        return {"Not started": "blue", "In progress": "yellow", "Done, over the limit": "orange"}.get(
            self.status, "green"
        )

    @property
    def is_carried(self) -> bool:
        """Return whether it is word for word the answer of an earlier window that was taken over."""
        return bool(self.version and self.version.carried_from_id)

    @property
    def is_over(self) -> bool:
        limit = self.item.word_limit
        return bool(self.version and limit and self.version.words > limit)


@dataclass(frozen=True)
class Part:
    """A submission as its pages show it: a bid, an entry's own part, or the common part of an application."""

    submission: Submission
    lines: list[ItemLine]
    entry: Entry | None = None
    package: Package | None = None
    is_rewritten: bool = False
    """Whether an item, or its files, is not what went in: one of its own or of what goes in with it."""
    unsent: frozenset[str] = frozenset()
    """The items that were written again, or whose files were changed, since something was submitted."""
    unsent_common: frozenset[str] = frozenset()
    """The items of the common part that are otherwise than they went in with this entry."""
    other_details: tuple[str, ...] = ()
    """The names of the organisation's details that are not what went in."""

    @property
    def is_changed(self) -> bool:
        """Return whether what would go in now is not what went in."""
        return self.is_rewritten or bool(self.other_details)

    @property
    def missing(self) -> list[Item]:
        return [line.item for line in self.lines if not line.is_complete]

    @property
    def consortium(self) -> list[ItemLine]:
        """Return the line of who applies together, where the scheme asks for it."""
        return self._of_kind("consortium")

    @property
    def standards(self) -> list[ItemLine]:
        return self._of_kind("standard")

    @property
    def questions(self) -> list[ItemLine]:
        return self._of_kind("question")

    @property
    def prices(self) -> list[ItemLine]:
        return self._of_kind("price")

    @property
    def last_saved(self) -> AnswerVersion | None:
        return latest(line.version for line in self.lines)

    @property
    def lot_label(self) -> str:
        return f"Lot {self.lot_number}"

    @property
    def lot_number(self) -> int | None:
        return self.entry.window_lot.lot.number if self.entry else None

    def _of_kind(self, kind: str) -> list[ItemLine]:
        return [line for line in self.lines if line.item.kind == kind]


def part_of(submission: Submission, deadline: datetime) -> Part:
    """Return the part that a submission is by itself, such as a bid's."""
    versions = {
        (submission.pk, version.item): version for version in submissions.current_versions([submission])
    }
    package = submission.package
    if package is None:
        return Part(submission, lines_of(submission, versions))
    unsent = submissions.unsent(submission, package)
    other = details.changed_since(package, submission.organisation, deadline, asks_share_code=False)
    return Part(
        submission,
        lines_of(submission, versions),
        package=package,
        is_rewritten=bool(unsent),
        unsent=unsent,
        other_details=tuple(other),
    )


def lines_of(submission: Submission, versions: Versions) -> list[ItemLine]:
    """Return each item of the submission's scheme with its version, found by submission and item."""
    return [
        ItemLine(item, versions.get((submission.pk, item.code)))
        for item in items.of_scheme(submission.scheme)
    ]


def latest(versions: Iterable[AnswerVersion | None]) -> AnswerVersion | None:
    """Return the version that was saved last, if anything was."""
    saved = [version for version in versions if version is not None]
    return max(saved, key=lambda version: version.saved_at, default=None)


def people_at_work(parts: Iterable[Submission]) -> list[User]:
    """Return who has written in these submissions, for "Who works on this"."""
    saved = AnswerVersion.objects.filter(submission__in=[part.pk for part in parts])
    return list(User.objects.filter(pk__in=saved.values("saved_by")).order_by("name"))

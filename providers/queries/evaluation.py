"""What may be read of a submission after its round's recorded opening; evaluation asks here.

SECURITY: who may judge what (panel, conflicts, a lot and a role at a time) is asked by evaluation's own
queries before they come here. That nothing is read before the opening, and that each reading is in the
access log, is made sure below by sealing (rulebook R22-b, R22-d, R22-g).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Model

from commissioning.people.actors import Actor
from commissioning.records import sealing
from commissioning.records.models import Round, SealedBlob
from providers import rules
from providers.consortium import Consortium
from providers.models import AnswerVersion, Package, Submission, SubmittedFile

from . import items
from .files import Confidential, Label, read_label, subjects_of, what_is_read
from .items import Declared, Item

# As long as the access log keeps.
WHAT_LENGTH = 120


@dataclass(frozen=True)
class OpenedFile:
    """A file as a reader sees it; `number` counts the files submitted with the item, from 1."""

    row: SubmittedFile
    number: int
    label: Label

    @property
    def name(self) -> str:
        return self.label.name

    @property
    def content_type(self) -> str:
        return self.label.content_type

    @property
    def confidential(self) -> Confidential | None:
        return self.label.confidential

    @property
    def size(self) -> int:
        return self.row.size

    @property
    def state(self) -> sealing.FileState:
        return sealing.state_of(self.row.blob)


@dataclass(frozen=True)
class Opened:
    """One item as submitted: a text up to its word limit and how many words were withheld."""

    item: Item
    text: str = ""
    words: int = 0
    withheld: int = 0
    is_met: bool | None = None
    happened_on: date | None = None
    price: Decimal | None = None
    consortium: Consortium | None = None
    files: list[OpenedFile] = field(default_factory=list)

    @property
    def applies(self) -> bool:
        """Return whether the bidder declared that this ground for exclusion applies to it."""
        return self.item.is_ground and self.is_met is False

    def look_back(self, on: date) -> str:
        """Return in words whether a ground that applies still counts on a London day (rulebook B20, C19)."""
        if not self.applies or self.happened_on is None:
            return ""
        return rules.look_back_in_words(self.happened_on, self.item.source.look_back_years, on)


@dataclass(frozen=True)
class OpenedSubmission:
    """What stood as submitted at the deadline, so far as it was opened; `common` is the common part."""

    submission: Submission
    package: Package
    own: list[Opened]
    common: list[Opened]

    def item(self, code: str) -> Opened:
        """Return the submission's own item of this code. Raises LookupError."""
        for opened in self.own:
            if opened.item.code == code:
                return opened
        raise LookupError(f"{self.submission} holds nothing called {code}.")


def read_for_evaluation(
    submission: Submission,
    *,
    reader: Actor,
    now: datetime,
    only: Collection[str] | None = None,
    with_common: bool = True,
    with_prices: bool = False,
    subject: Model | None = None,
    address: str | None = None,
) -> OpenedSubmission:
    """Return what was submitted, texts cut at the word limit; the reading is in the access log.

    `only` names the item codes wanted (of its own part). Prices are left out unless `with_prices`, and
    then need an opening of their own. `subject` is what the log names as read (an entry is found). Raises
    `sealing.StillSealed` before the opening, LookupError where nothing stands as submitted.
    """
    package = submission.package
    if package is None:
        raise LookupError(f"Nothing stands as submitted for {submission}.")
    reading = _Reading(submission, package, reader, now, subject or _subject(submission), address)
    own = reading.part(submission, only=only, with_prices=with_prices)
    common: list[Opened] = []
    if with_common:
        for part in _other_parts(submission, package):
            common += reading.part(part)
    return OpenedSubmission(submission, package, own, common)


def stream_opened_file(
    submission: Submission,
    *,
    code: str,
    number: int,
    reader: Actor,
    now: datetime,
    common: bool = False,
    subject: Model | None = None,
    address: str | None = None,
) -> tuple[OpenedFile, Iterator[bytes]]:
    """Return a submitted file and its bytes in chunks; logged and refused as `read_for_evaluation`.

    A file that was not found free of viruses, or not yet, is `sealing.HeldBack` (settled 16); one whose bytes
    are not what was sealed is `sealing.Damaged`. Raises LookupError where no file of this number was
    submitted with the item.
    """
    package = submission.package
    if package is None:
        raise LookupError(f"Nothing stands as submitted for {submission}.")
    parts = _other_parts(submission, package) if common else [submission]
    rows = list(
        package.files.filter(submission__in=parts, item=code).select_related(
            "blob__owner", "blob__scan", "label__owner"
        )
    )
    if not 1 <= number <= len(rows):
        raise LookupError("There is no such file.")
    reading = _Reading(submission, package, reader, now, subject or _subject(submission), address)
    row = rows[number - 1]
    what = f"name of file {number} of {code}"
    file = _named(row, number, reading.contents([row.label], what)[row.label_id])
    return file, reading.stream(file.row.blob, what_is_read(code, number, common=common))


def submitted_to(round: Round) -> list[Submission]:
    """Return what stands as submitted in an opened round, in the order of the organisations' names.

    SECURITY: before the opening it is empty: who bids, and how many, is sealed too (settled 18).
    """
    return list(
        Submission.objects.filter(round=round, round__opened_at__isnull=False, package__isnull=False)
        .select_related("organisation", "package", "scheme", "round")
        .order_by("organisation__name")
    )


@dataclass(frozen=True)
class _Reading:
    submission: Submission
    package: Package
    reader: Actor
    now: datetime
    subject: Model
    address: str | None

    def part(
        self, part: Submission, *, only: Collection[str] | None = None, with_prices: bool = False
    ) -> list[Opened]:
        wanted = [
            item
            for item in items.of_scheme(part.scheme)
            if (only is None or item.code in only) and (with_prices or item.kind != "price")
        ]
        codes = [item.code for item in wanted]
        versions = {
            version.item: version
            for version in self.package.answers.filter(submission=part, item__in=codes).select_related(
                "blob__owner"
            )
        }
        files = list(
            self.package.files.filter(submission=part, item__in=codes).select_related(
                "blob__scan", "label__owner"
            )
        )
        read = self.contents(
            [version.blob for version in versions.values()] + [row.label for row in files], ", ".join(codes)
        )
        return [
            self.opened(item, versions.get(item.code), [row for row in files if row.item == item.code], read)
            for item in wanted
        ]

    def opened(
        self, item: Item, version: AnswerVersion | None, files: list[SubmittedFile], read: dict[int, bytes]
    ) -> Opened:
        named = [_named(row, number, read[row.label_id]) for number, row in enumerate(files, start=1)]
        if version is None:
            return Opened(item, files=named)
        value = items.decoded(item, read[version.blob_id])
        if isinstance(value, Declared):
            text, on = items.account(item, value), value.happened_on
            return Opened(item, text=text, is_met=value.is_met, happened_on=on, files=named)
        if isinstance(value, Consortium):
            return Opened(item, text=items.in_words(item, value), consortium=value)
        if item.kind == "price":
            return Opened(item, price=value if isinstance(value, Decimal) else None)
        # SECURITY: what lies past the limit never leaves this line (rulebook D8).
        shown, _ = rules.cut_at_limit(str(value or ""), item.source.word_limit)
        withheld = max(0, version.words - item.source.word_limit)
        return Opened(item, text=shown.rstrip(), words=version.words, withheld=withheld, files=named)

    @property
    def round(self) -> Round:
        if self.submission.round is None:
            raise LookupError("The common part is read with the entry it was submitted with.")
        return self.submission.round

    def contents(self, blobs: list[SealedBlob], what: str) -> dict[int, bytes]:
        if not blobs:
            return {}
        return sealing.read_all_opened(
            blobs=blobs,
            round=self.round,
            reader=self.reader,
            now=self.now,
            what=what[:WHAT_LENGTH],
            subject=self.subject,
            address=self.address,
        )

    def stream(self, blob: SealedBlob, what: str) -> Iterator[bytes]:
        return sealing.stream_opened(
            blob=blob,
            round=self.round,
            reader=self.reader,
            now=self.now,
            what=what,
            subject=self.subject,
            address=self.address,
        )


def _named(row: SubmittedFile, number: int, label: bytes) -> OpenedFile:
    return OpenedFile(row, number, read_label(label))


def _subject(submission: Submission) -> Model:
    return subjects_of([submission])[submission.pk]


def _other_parts(submission: Submission, package: Package) -> list[Submission]:
    parts = Submission.objects.filter(versions__packages=package).exclude(pk=submission.pk)
    return list(parts.select_related("scheme").distinct())

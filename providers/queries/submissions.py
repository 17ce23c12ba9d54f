"""What is known of submissions without opening them, and what their own people read of them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from commissioning.people.actors import Actor
from commissioning.records import sealing
from commissioning.records.models import Round
from providers import rules
from providers.models import AnswerVersion, Package, Submission, SubmittedFile

from . import items
from .files import Confidential, Label, read_label
from .items import Item, Value

_WITH_FILES = ("label__owner", "blob__owner", "blob__scan", "added_by", "replaced_by")


@dataclass(frozen=True)
class OwnFile:
    """A file as its own people see it; `number` counts the versions ever put to the question, from 1."""

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
class Own:
    """One item with what was saved for it; `version` is None where nothing was."""

    item: Item
    version: AnswerVersion | None
    value: Value
    files: list[OwnFile] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Return the version's number, or 0; a form carries it so that nobody is overwritten unseen."""
        return self.version.number if self.version else 0

    @property
    def is_complete(self) -> bool:
        return bool(self.version and self.version.is_complete)

    @property
    def words(self) -> int:
        return self.version.words if self.version else 0

    @property
    def parts(self) -> tuple[str, str]:
        """Return the text that evaluators see, and the text past the limit that they do not."""
        if not isinstance(self.value, str) or self.item.word_limit is None:
            return "", ""
        return rules.cut_at_limit(self.value, self.item.word_limit)

    @property
    def over(self) -> int:
        """Return how many words lie past the limit, kept but not shown to evaluators."""
        return max(0, self.words - self.item.word_limit) if self.item.word_limit else 0


def current_versions(submissions: Iterable[Submission]) -> QuerySet[AnswerVersion]:
    """Return the current version of each saved item of these submissions, in one query."""
    newer = AnswerVersion.objects.filter(
        submission=OuterRef("submission"), item=OuterRef("item"), number__gt=OuterRef("number")
    )
    rows = AnswerVersion.objects.filter(submission__in=[submission.pk for submission in submissions])
    return rows.filter(~Exists(newer)).select_related("saved_by")


def current_files(submissions: Iterable[Submission]) -> QuerySet[SubmittedFile]:
    """Return the files that stand in these drafts, in the order in which they were added."""
    return SubmittedFile.objects.filter(
        submission__in=[submission.pk for submission in submissions], removed_at=None
    )


def versions_at(submissions: Iterable[Submission], at: datetime) -> QuerySet[AnswerVersion]:
    """Return the version of each item that was the last one saved at or before this moment (settled 11)."""
    newer = AnswerVersion.objects.filter(
        submission=OuterRef("submission"),
        item=OuterRef("item"),
        number__gt=OuterRef("number"),
        saved_at__lte=at,
    )
    rows = AnswerVersion.objects.filter(
        submission__in=[submission.pk for submission in submissions], saved_at__lte=at
    )
    return rows.filter(~Exists(newer)).select_related("saved_by")


def files_at(submissions: Iterable[Submission], at: datetime) -> QuerySet[SubmittedFile]:
    """Return the files that stood in these drafts at this moment, in the order in which they were added."""
    return SubmittedFile.objects.filter(
        Q(removed_at=None) | Q(removed_at__gt=at),
        submission__in=[submission.pk for submission in submissions],
        added_at__lte=at,
    )


def missing_at(submissions: Iterable[Submission], at: datetime) -> list[Item]:
    """Return the items of these submissions that were not complete at this moment; nothing is opened."""
    parts = list(submissions)
    complete = versions_at(parts, at).filter(is_complete=True).values_list("submission", "item")
    done = set(complete)
    return [
        item for part in parts for item in items.of_scheme(part.scheme) if (part.pk, item.code) not in done
    ]


def missing(submission: Submission) -> list[Item]:
    """Return the items that are not complete; read from what was computed at save (settled 15)."""
    done = set(current_versions([submission]).filter(is_complete=True).values_list("item", flat=True))
    return [item for item in items.of_scheme(submission.scheme) if item.code not in done]


def is_changed(submission: Submission, package: Package, *, also: Collection[Submission] = ()) -> bool:
    """Return whether the draft differs from what stands as submitted (settled 6)."""
    return bool(unsent(submission, package, also=also))


def unsent(submission: Submission, package: Package, *, also: Collection[Submission] = ()) -> frozenset[str]:
    """Return the codes of the items whose draft, text or files, differs from what a package holds."""
    drafts = [submission, *also]
    written = set(current_versions(drafts).values_list("pk", "item"))
    files = set(current_files(drafts).values_list("pk", "item"))
    changed = (written ^ set(package.answers.values_list("pk", "item"))) | (
        files ^ set(package.files.values_list("pk", "item"))
    )
    return frozenset(item for _, item in changed)


def package_of(submission: Submission, number: int) -> Package | None:
    """Return what was submitted as this number, whether it stands or not."""
    return submission.packages.filter(number=number).first()


def read_own(
    *, submission: Submission, actor: Actor, now: datetime, only: Collection[str] | None = None
) -> list[Own]:
    """Return every item of the draft (or `only` these) with what was last saved, for its own people.

    Anyone else is refused with `sealing.StillSealed`, and the attempt is logged.
    """
    try:
        return _read_current(submission, actor=actor, now=now, only=only)
    except sealing.Damaged:
        # A version that a page saved by itself may just have been superseded: what is current is read again.
        return _read_current(submission, actor=actor, now=now, only=only)


def read_own_item(*, submission: Submission, code: str, actor: Actor, now: datetime) -> Own:
    """Return one item of the draft. Raises LookupError for a code that the scheme does not ask for."""
    items.find(submission.scheme, code)
    return read_own(submission=submission, actor=actor, now=now, only={code})[0]


def read_package(
    *,
    package: Package,
    submission: Submission,
    actor: Actor,
    now: datetime,
    only: Collection[str] | None = None,
) -> list[Own]:
    """Return what a package holds of a submission (its own, or the common part), for its own people."""
    rows = package.answers.filter(submission=submission).select_related("blob__owner", "saved_by")
    versions = {version.item: version for version in rows}
    files = package.files.filter(submission=submission)
    return _read(submission, versions, files, actor=actor, now=now, only=only)


def read_exact(
    *, package: Package, submission: Submission, code: str, actor: Actor, now: datetime
) -> bytes | None:
    """Return the very bytes of an item over which a package's receipt has its digest, for its own people.

    None where the package holds nothing of it.
    """
    rows = package.answers.filter(submission=submission, item=code).select_related("blob__owner")
    version = rows.first()
    return sealing.read_as_provider(blob=version.blob, actor=actor, now=now) if version else None


def version_of(submission: Submission, code: str, number: int) -> AnswerVersion | None:
    """Return one version of an item, or None where it never was or has been superseded."""
    rows = submission.versions.filter(item=code, number=number)
    return rows.select_related("saved_by", "blob__owner").first()


def versions_of(submission: Submission, code: str) -> list[AnswerVersion]:
    """Return every kept version of an item, the latest first."""
    return list(submission.versions.filter(item=code).select_related("saved_by", "blob__owner"))


def read_version(version: AnswerVersion, item: Item, *, actor: Actor, now: datetime) -> Value:
    """Return the value of one saved version, for its own people."""
    return items.decoded(item, sealing.read_as_provider(blob=version.blob, actor=actor, now=now))


# No question ever has so many files; a database takes no number without an end.
HIGHEST_NUMBER = 10_000


def own_file(
    *, submission: Submission, code: str, number: int, actor: Actor, now: datetime
) -> OwnFile | None:
    """Return the file of this number in the draft, its history or anything submitted, or None.

    What was taken out and never submitted is gone; what was replaced stays in the history.
    """
    if not 1 <= number <= HIGHEST_NUMBER:
        return None
    rows = list(submission.files.filter(item=code).select_related(*_WITH_FILES)[:number])
    if number > len(rows):
        return None
    row = rows[number - 1]
    if row.removed_at and not hasattr(row, "replaced_by") and not row.packages.exists():
        return None
    return _own_file(row, number, sealing.read_as_provider(blob=row.label, actor=actor, now=now))


def file_history(file: OwnFile, *, actor: Actor, now: datetime) -> list[OwnFile]:
    """Return a file with the versions before it, the latest first, for its own people."""
    rows = list(file.row.submission.files.filter(item=file.row.item).select_related(*_WITH_FILES))
    by_key = {row.pk: (row, number) for number, row in enumerate(rows, start=1)}
    chain = []
    key: int | None = file.row.pk
    while key is not None:
        chain.append(by_key[key])
        key = by_key[key][0].replaces_id
    read = sealing.read_all_as_provider(blobs=[row.label for row, _ in chain], actor=actor, now=now)
    return [_own_file(row, number, read[row.label_id]) for row, number in chain]


def standing_with(file: SubmittedFile, round: Round) -> Submission:
    """Return the submission of a round that a file stands in: its own, or of the entry it is common to."""
    return Submission.objects.get(round=round, package__files=file)


def megabytes_left(submission: Submission) -> Decimal:
    """Return how many MB the files of the answers may still have together, to one place, cut."""
    used = current_files([submission]).aggregate(total=Sum("size"))["total"] or 0
    left = max(0, submission.scheme.files_megabytes * 2**20 - used)
    return Decimal(left * 10 // 2**20) / 10


def stream_own_file(file: OwnFile, *, actor: Actor, now: datetime) -> Iterator[bytes]:
    """Return the bytes of a file in chunks, for its own people."""
    return sealing.stream_as_provider(blob=file.row.blob, actor=actor, now=now)


def _read_current(
    submission: Submission, *, actor: Actor, now: datetime, only: Collection[str] | None
) -> list[Own]:
    rows = current_versions([submission]).select_related("blob__owner")
    versions = {version.item: version for version in rows}
    return _read(submission, versions, current_files([submission]), actor=actor, now=now, only=only)


def _read(
    submission: Submission,
    versions: dict[str, AnswerVersion],
    files: QuerySet[SubmittedFile],
    *,
    actor: Actor,
    now: datetime,
    only: Collection[str] | None = None,
) -> list[Own]:
    wanted = [item for item in items.of_scheme(submission.scheme) if only is None or item.code in only]
    codes = {item.code for item in wanted}
    held = {code: version for code, version in versions.items() if code in codes}
    standing = list(files.filter(item__in=codes).select_related(*_WITH_FILES))
    sealed = [version.blob for version in held.values()] + [row.label for row in standing]
    read = sealing.read_all_as_provider(blobs=sealed, actor=actor, now=now)
    named = _files_by_item(submission, standing, read)
    return [
        Own(
            item,
            held.get(item.code),
            items.decoded(item, read[held[item.code].blob_id]) if item.code in held else None,
            named.get(item.code, []),
        )
        for item in wanted
    ]


def _files_by_item(
    submission: Submission, standing: list[SubmittedFile], read: dict[int, bytes]
) -> dict[str, list[OwnFile]]:
    order: dict[str, list[int]] = {}
    if standing:
        for code, pk in submission.files.values_list("item", "pk"):
            order.setdefault(code, []).append(pk)
    found: dict[str, list[OwnFile]] = {}
    for row in standing:
        number = order[row.item].index(row.pk) + 1
        found.setdefault(row.item, []).append(_own_file(row, number, read[row.label_id]))
    return found


def _own_file(row: SubmittedFile, number: int, label: bytes) -> OwnFile:
    return OwnFile(row, number, read_label(label))

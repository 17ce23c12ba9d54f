"""What a page showed of drafts, by version and file: what is submitted is what its reader saw."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core import signing

from commissioning.audit.hashing import canonical
from commissioning.people import details as people
from providers.models import AnswerVersion, Package, Submission, SubmittedFile

from .submissions import current_files, current_versions

# Signed, so that a mark that was spoilt on its way is told from one that something was saved after.
_SALT = "providers.shown"


@dataclass(frozen=True)
class Shown:
    """The pieces of drafts at one moment: each item with its version, each file, each detail, what was sent.

    It also says of which entry or bid. Not `is_whole` where a form carried no such mark, or a spoilt one:
    then it says nothing of what was shown.
    """

    pieces: frozenset[str]
    is_whole: bool = True

    @property
    def text(self) -> str:
        """Return it for a form, whose page carries it along."""
        return signing.dumps(sorted(self.pieces), salt=_SALT, compress=True)

    @classmethod
    def read(cls, text: str) -> "Shown":
        """Return what a form carried."""
        try:
            return cls(frozenset(signing.loads(text, salt=_SALT)))
        except signing.BadSignature:
            return cls(frozenset(), is_whole=False)


@dataclass(frozen=True)
class Differences:
    """What of the drafts of now was not shown: versions, files put in, how many were taken out, details.

    `sent` is what was submitted last, where something was submitted or withdrawn since.
    """

    versions: list[AnswerVersion]
    files: list[SubmittedFile]
    gone: bool
    details: list[str]
    sent: Package | None

    def __bool__(self) -> bool:
        return bool(self.versions or self.files or self.gone or self.details or self.sent)


def now(parts: Sequence[Submission], details: Mapping[str, Any], *, of: str) -> Shown:
    """Return what stands in these drafts, with the organisation's details, in a fixed number of queries.

    The first of the parts is the one that is submitted, under the reference `of`; the others go with it.
    """
    sent, _ = _sent(parts[0])
    return Shown(frozenset([_of(of), sent, *_versions(parts), *_files(parts), *_details(details)]))


def is_of(shown: Shown, reference: str) -> bool:
    """Return whether this is what a page of the entry or bid of this reference showed."""
    return shown.is_whole and _of(reference) in shown.pieces


def differences(parts: Sequence[Submission], details: Mapping[str, Any], shown: Shown) -> Differences:
    """Return in what these drafts, and what was sent of the first, differ from what was shown."""
    versions, files, columns = _versions(parts), _files(parts), _details(details)
    sent, last = _sent(parts[0])
    kept = {*versions, *files, *columns}
    return Differences(
        [row for piece, row in versions.items() if piece not in shown.pieces],
        [row for piece, row in files.items() if piece not in shown.pieces],
        # A new version is no loss of the one before; what has no successor was taken out.
        bool(_without_version(shown.pieces) - _without_version(kept) - {"of", "sent"}),
        [people.NAMES[column] for piece, column in columns.items() if piece not in shown.pieces],
        None if sent in shown.pieces else last,
    )


def _of(reference: str) -> str:
    return f"of={reference}"


def _sent(submission: Submission) -> tuple[str, Package | None]:
    """Return the piece for what was submitted last, and whether it was withdrawn, with that package."""
    last = submission.packages.select_related("submitted_by").order_by("number").last()
    if last is None:
        return "sent=0", None
    return f"sent={last.number}{' withdrawn' if last.withdrawn_at else ''}", last


# SECURITY: by item and number within the one submission, since the rows' own numbers would tell how many
# there are in all (settled 3).
def _versions(parts: Collection[Submission]) -> dict[str, AnswerVersion]:
    place = {part.pk: number for number, part in enumerate(parts)}
    return {f"{place[row.submission_id]}/{row.item}={row.number}": row for row in current_versions(parts)}


def _files(parts: Collection[Submission]) -> dict[str, SubmittedFile]:
    place = {part.pk: number for number, part in enumerate(parts)}
    standing = list(current_files(parts).select_related("added_by"))
    order: dict[tuple[int, str], list[int]] = {}
    if standing:
        ever = SubmittedFile.objects.filter(submission__in=place).order_by("pk")
        for part, item, pk in ever.values_list("submission_id", "item", "pk"):
            order.setdefault((part, item), []).append(pk)
    return {
        f"{place[row.submission_id]}/{row.item}/{order[row.submission_id, row.item].index(row.pk) + 1}": row
        for row in standing
    }


def _details(details: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{column}={sha256(canonical(value).encode()).hexdigest()[:16]}": column
        for column, value in details.items()
    }


def _without_version(pieces: Collection[str]) -> set[str]:
    return {piece.rsplit("=", 1)[0] for piece in pieces}

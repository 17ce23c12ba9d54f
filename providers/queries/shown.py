"""What a page showed of drafts, by version and file: what is submitted is what its reader saw."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core import signing

from commissioning.audit.hashing import canonical
from commissioning.people import details as people
from providers.models import AnswerVersion, Submission, SubmittedFile

from .submissions import current_files, current_versions

# Signed, so that a mark that was spoilt on its way is told from one that something was saved after.
_SALT = "providers.shown"


@dataclass(frozen=True)
class Shown:
    """The pieces of drafts at one moment: each item with its version, each file, each detail.

    Not `is_whole` where a form carried no such mark, or a spoilt one: then it says nothing of what was shown.
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
    """What of the drafts of now was not shown: versions, files put in, how many were taken out, details."""

    versions: list[AnswerVersion]
    files: list[SubmittedFile]
    gone: bool
    details: list[str]

    def __bool__(self) -> bool:
        return bool(self.versions or self.files or self.gone or self.details)


def now(parts: Collection[Submission], details: Mapping[str, Any]) -> Shown:
    """Return what stands in these drafts, with the organisation's details, in a fixed number of queries."""
    return Shown(frozenset([*_versions(parts), *_files(parts), *_details(details)]))


def differences(parts: Collection[Submission], details: Mapping[str, Any], shown: Shown) -> Differences:
    """Return in what these drafts differ from what was shown."""
    versions, files, columns = _versions(parts), _files(parts), _details(details)
    return Differences(
        [row for piece, row in versions.items() if piece not in shown.pieces],
        [row for piece, row in files.items() if piece not in shown.pieces],
        # A new version is no loss of the one before; what has no successor was taken out.
        bool(_without_version(shown.pieces) - _without_version({*versions, *files, *columns})),
        [people.NAMES[column] for piece, column in columns.items() if piece not in shown.pieces],
    )


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

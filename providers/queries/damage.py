"""Submitted pieces that are not what was sealed, by name: whose, which, and when that was found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q

from commissioning.people.models import Organisation
from commissioning.records import sealing
from commissioning.records.models import Round, SealedBlob
from providers.models import Entry, Package

from .files import opened_packages, places_of_files, subjects_of, what_is_read


@dataclass(frozen=True)
class DamagedPiece:
    """A piece of what stands as submitted in an opened round, found to be damaged.

    `applicant` is what its provider was called when it submitted, and is called now if that differs.
    """

    key: int
    round: Round
    organisation: Organisation
    applicant: str
    subject: Model
    what: str
    blob: SealedBlob
    found_at: datetime
    at_opening: bool

    @property
    def reference(self) -> str:
        """Return the entry's reference; a bid is known by its organisation."""
        return self.subject.reference if isinstance(self.subject, Entry) else self.organisation.reference

    @property
    def when(self) -> str:
        """Return by what it was found."""
        return "at the opening" if self.at_opening else "when it was read"


def damaged_in(rounds: Collection[Round]) -> list[DamagedPiece]:
    """Return the damage found in opened rounds, by bidder; as many queries for any number of pieces.

    SECURITY: nothing before the opening: who bids is sealed too (settled 18).
    """
    rows = sealing.found_in(rounds)
    if not rows:
        return []
    blobs = {row.blob_id for row in rows}
    standing = opened_packages().filter(stands_for__round__in=rounds)
    packages = standing.select_related("submission__organisation", "submission__package").in_bulk()
    named = _answers(packages, blobs) | _files(packages, blobs)
    subjects = subjects_of(package.submission for package in packages.values())
    found = [
        DamagedPiece(
            key=row.pk,
            round=row.round,
            organisation=package.submission.organisation,
            applicant=package.submission.applicant,
            subject=subjects[package.submission_id],
            what=named[row.blob_id, package.pk],
            blob=row.blob,
            found_at=row.found_at,
            at_opening=row.at_opening,
        )
        for row in rows
        for package in packages.values()
        if package.submission.round_id == row.round_id and (row.blob_id, package.pk) in named
    ]
    return sorted(found, key=lambda piece: (piece.applicant, piece.what))


def _answers(packages: dict[int, Package], blobs: set[int]) -> dict[tuple[int, int], str]:
    rows = Package.answers.through.objects.filter(package__in=packages, answerversion__blob__in=blobs)
    return {
        (blob, package): f"the answer to {item}"
        for blob, package, item in rows.values_list("answerversion__blob", "package", "answerversion__item")
    }


def _files(packages: dict[int, Package], blobs: set[int]) -> dict[tuple[int, int], str]:
    rows = Package.files.through.objects.filter(
        Q(submittedfile__blob__in=blobs) | Q(submittedfile__label__in=blobs), package__in=packages
    ).values_list(
        "package",
        "submittedfile",
        "submittedfile__item",
        "submittedfile__submission",
        "submittedfile__blob",
        "submittedfile__label",
    )
    held = list(rows)
    places = places_of_files(packages.values()) if held else {}
    named = {}
    for package, file, item, submission, blob, label in held:
        common = submission != packages[package].submission_id
        what = what_is_read(item, places[package, file], common=common)
        named[blob, package] = what
        named[label, package] = f"the name of {what}"
    return named

"""Files that were submitted: which wait for a scan, how each stands, and who was given it."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model, Q, QuerySet

from commissioning.audit.models import AccessEntry, described
from commissioning.people.actors import Actor
from commissioning.records import scanning, sealing
from commissioning.records.models import FileScan, Round
from providers.models import Entry, Package, Submission, SubmittedFile

NOT_LOOKED_AT = Q(blob__scan=None)
DAMAGED = Q(blob__scan__verdict=FileScan.Verdict.DAMAGED)
NOT_SCANNED = Q(blob__scan__verdict=FileScan.Verdict.NOT_SCANNED)
DUE = 500


@dataclass(frozen=True)
class Confidential:
    """What its provider says is confidential about a file: why, and the last day it holds (rulebook F4)."""

    reason: str
    until: date


@dataclass(frozen=True)
class Label:
    """What is sealed with a file's bytes: its name, its type, and what is confidential about it."""

    name: str
    content_type: str
    confidential: Confidential | None = None

    def facts(self) -> dict[str, object]:
        """Return what is kept; a file that is not confidential says nothing of it."""
        facts: dict[str, object] = {"name": self.name, "type": self.content_type}
        if self.confidential:
            until = self.confidential.until.isoformat()
            facts["confidential"] = {"reason": self.confidential.reason, "until": until}
        return facts


NAMELESS = Label("its name is damaged and cannot be read", "")


@dataclass(frozen=True)
class Due:
    """A submitted file that is to be looked at again, and an opened round through which it can be."""

    file: SubmittedFile
    round: Round


@dataclass(frozen=True)
class Registered:
    """A submitted file as the lead's list of files has it; `given` is each time it was given out."""

    file: SubmittedFile
    number: int
    label: Label
    state: sealing.FileState
    given: list[AccessEntry]
    bidder: str


def read_label(content: bytes) -> Label:
    """Return the label that these bytes hold."""
    kept = json.loads(content)
    found = kept.get("confidential")
    confidential = Confidential(found["reason"], date.fromisoformat(found["until"])) if found else None
    return Label(kept["name"], kept["type"], confidential)


def due(now: datetime) -> list[Due]:
    """Return the files that stand as submitted in opened rounds, are not given out, and are due again.

    SECURITY: only what stands as submitted and was opened; a draft is never opened to be scanned.
    """
    held = DAMAGED | NOT_SCANNED | NOT_LOOKED_AT if scanning.is_set_up() else DAMAGED
    waited = Q(blob__scan=None) | Q(blob__scan__next_at=None) | Q(blob__scan__next_at__lte=now)
    rows = SubmittedFile.objects.filter(held, waited, packages__in=opened_packages()).distinct()
    files = list(rows.select_related("blob__owner", "submission").order_by("blob__scan__next_at", "pk")[:DUE])
    rounds = _rounds(files)
    return [Due(file, rounds[file.pk]) for file in files]


def submitted_with(round: Round) -> QuerySet[SubmittedFile]:
    """Return the files that stand as submitted in an opened round, by bidder; before its opening, none."""
    # SECURITY: who bids, with how many files, is sealed too (settled 18).
    standing = opened_packages().filter(stands_for__round=round)
    return (
        SubmittedFile.objects.filter(packages__in=standing)
        .select_related("blob__scan", "label__owner", "submission__organisation")
        .order_by("submission__organisation__name", "submission", "item", "pk")
        .distinct()
    )


def register(
    files: Sequence[SubmittedFile], round: Round, *, reader: Actor, now: datetime, address: str | None = None
) -> list[Registered]:
    """Return these files of an opened round as its lead sees them; as many queries for any number of files.

    Their names are content that was sealed: the reading is in the access log, about the round.
    """
    broken = {row.blob_id for row in sealing.found_in([round])}
    labels = sealing.read_all_opened(
        blobs=[file.label for file in files if file.label_id not in broken],
        round=round,
        reader=reader,
        now=now,
        what="names of the files",
        address=address,
    )
    packages = _packages(files, round)
    places = places_of_files(packages.values())
    given = _given(packages.values())
    found = []
    for file in files:
        package = packages[file.pk]
        number = places[package.pk, file.pk]
        is_common = file.submission_id != package.submission_id
        what = what_is_read(file.item, number, common=is_common)
        found.append(
            Registered(
                file=file,
                number=number,
                label=read_label(labels[file.label_id]) if file.label_id in labels else NAMELESS,
                state=sealing.state_of(file.blob),
                given=given.get((package.pk, what), []),
                bidder=package.submission.applicant,
            )
        )
    return found


def what_is_read(code: str, number: int, *, common: bool = False) -> str:
    """Return what the access log calls a file that was given out: its place among the answer's files."""
    return f"file {number} of {code}{' (common part)' if common else ''}"


def place_of(file: SubmittedFile, round: Round) -> str:
    """Return the words of `what_is_read` for a file that stands as submitted in an opened round."""
    package = _packages([file], round)[file.pk]
    number = places_of_files([package])[package.pk, file.pk]
    return what_is_read(file.item, number, common=file.submission_id != package.submission_id)


def subjects_of(submissions: Iterable[Submission]) -> dict[int, Model]:
    """Return, by the submission, what the access log names as read: its entry where it has one."""
    rows = {row.pk: row for row in submissions}
    entries = Entry.objects.filter(submission__in=rows).select_related("application", "window_lot__lot")
    return {**rows, **{entry.submission_id: entry for entry in entries}}


def opened_packages() -> QuerySet[Package]:
    """Return what stands as submitted in opened rounds."""
    return Package.objects.filter(stands_for__round__opened_at__isnull=False, withdrawn_at=None)


def _rounds(files: Collection[SubmittedFile]) -> dict[int, Round]:
    through = Package.files.through.objects.filter(submittedfile__in=files, package__in=opened_packages())
    pairs = dict(through.values_list("submittedfile", "package__stands_for__round"))
    rounds = Round.objects.in_bulk(set(pairs.values()))
    return {file: rounds[round] for file, round in pairs.items()}


def _packages(files: Collection[SubmittedFile], round: Round) -> dict[int, Package]:
    """Return, by the file, the package of the round that it stands in; a common file counts once."""
    standing = opened_packages().filter(stands_for__round=round)
    through = Package.files.through.objects.filter(submittedfile__in=files, package__in=standing)
    pairs = dict(through.values_list("submittedfile", "package"))
    packages = standing.select_related("submission__organisation", "submission__package").in_bulk(
        set(pairs.values())
    )
    return {file: packages[package] for file, package in pairs.items()}


def places_of_files(packages: Iterable[Package]) -> dict[tuple[int, int], int]:
    """Return, by package and file, the place among the files of its answer, from 1."""
    through = Package.files.through.objects.filter(package__in={row.pk for row in packages})
    rows = through.order_by("submittedfile").values_list(
        "package", "submittedfile", "submittedfile__submission", "submittedfile__item"
    )
    counted: dict[tuple[int, int, str], int] = {}
    places = {}
    for package, file, submission, item in rows:
        counted[package, submission, item] = places[package, file] = (
            counted.get((package, submission, item), 0) + 1
        )
    return places


def _given(packages: Iterable[Package]) -> dict[tuple[int, str], list[AccessEntry]]:
    """Return who was given a file, by the package and the file's place, the latest first."""
    by_submission = {row.submission_id: row for row in packages}
    subjects = subjects_of(row.submission for row in by_submission.values())
    named = {described(subject): by_submission[pk].pk for pk, subject in subjects.items()}
    rows = AccessEntry.objects.filter(
        outcome=AccessEntry.Outcome.READ,
        subject__in={reference for _, reference in named},
        what__startswith="file ",
    )
    found: dict[tuple[int, str], list[AccessEntry]] = {}
    for row in rows.select_related("user").order_by("-pk"):
        if package := named.get((row.subject_type, row.subject)):
            found.setdefault((package, row.what), []).append(row)
    return found

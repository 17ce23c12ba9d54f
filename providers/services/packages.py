"""Submitting: what stands is fixed as a package with a receipt, and may be taken back (settled 6, 17)."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from commissioning.audit.services import unit
from commissioning.people.actors import Actor
from commissioning.people.models import User
from commissioning.records import receipts, sealing
from commissioning.records.models import Wrap
from commissioning.records.receipts import Receipt
from commissioning.web.text import london
from commissioning.workflow import Refused, lock
from providers.models import AnswerVersion, Package, Submission, SubmittedFile
from providers.queries import details, items, submissions
from providers.queries.items import Item
from providers.queries.shown import Shown
from providers.queries.submissions import Own

from . import shown


@dataclass(frozen=True)
class Prepared:
    """What a receipt will say of the drafts as they stood, worked out before any lock is taken."""

    lines: list[dict[str, Any]]
    lacking: list[Item]
    versions: frozenset[int]
    files: frozenset[int]


def prepare(*, parts: Collection[Submission], actor: Actor, now: datetime) -> Prepared:
    """Read the drafts and work out their receipt, for `package`, whose lock is the shorter for it."""
    read = [own for part in parts for own in submissions.read_own(submission=part, actor=actor, now=now)]
    return Prepared(
        lines=[line for own in read for line in _lines(own, actor, now)],
        lacking=[own.item for own in read if not own.is_complete],
        versions=frozenset(own.version.pk for own in read if own.version),
        files=frozenset(file.row.pk for own in read for file in own.files),
    )


def standing_unchanged(
    submission: Submission, *also: Submission, deadline: datetime, asks_share_code: bool = False
) -> Package | None:
    """Return what stands as submitted if the draft is the same, so that twice the same gets one receipt.

    Other details of the organisation than went in are a change; the share code where the law asks for one.
    """
    lock(submission)
    standing = submission.package
    if standing is None or submissions.is_changed(submission, standing, also=also):
        return None
    changed = details.changed_since(
        standing, submission.organisation, deadline, asks_share_code=asks_share_code
    )
    return None if changed else standing


def package(
    *,
    submission: Submission,
    reference: str,
    about: str,
    agreement: str,
    deadline: datetime | None,
    received_at: datetime,
    actor: Actor,
    now: datetime,
    also: Collection[Submission] = (),
    prepared: Prepared | None = None,
    seen: Shown | None = None,
) -> Package:
    """Fix exactly the versions and files that stand now as what is submitted, with a receipt; return it.

    `also` are submissions that go with it (the common part). Nothing is encrypted again but the receipt,
    which is sealed to the provider. An earlier package is replaced and kept. The caller holds the
    deadline's lock; what it `prepared` before counts only if nobody has saved since. `seen` is what its
    submitter was shown. Raises `shown.NotAsShown` where that is not what stands, Refused for each item that
    is missing.
    """
    parts = [submission, *also]
    with unit():
        for part in parts:
            lock(part)
        versions = list(submissions.current_versions(parts).select_related("blob"))
        files = list(submissions.current_files(parts).select_related("blob", "label"))
        of_now = submission.organisation.details_at(received_at)
        shown.insist(parts=parts, reference=reference, details=of_now, seen=seen, now=now)
        if prepared is None or not _is_fresh(prepared, versions, files):
            prepared = prepare(parts=parts, actor=actor, now=now)
        if prepared.lacking:
            raise Refused([f"“{item.title}” is not complete." for item in prepared.lacking])
        _seal_what_is_not_yet(submission, versions, files)
        number = _next_number(submission)
        receipt = receipts.make_receipt(
            reference=reference,
            number=number,
            about=about,
            agreement=agreement,
            organisation=submission.organisation,
            name=of_now["name"],
            received_at=received_at,
            deadline=deadline,
            lines=[_line_of_details(of_now), *prepared.lines],
        )
        return _kept(
            submission,
            versions,
            files,
            receipt,
            now,
            number=number,
            details=of_now,
            received_at=received_at,
            submitted_by_id=actor.pk,
        )


def fix_at_close(
    *,
    submission: Submission,
    also: Collection[Submission] = (),
    subject: Model,
    reference: str,
    about: str,
    agreement: str,
    deadline: datetime,
    given_at: datetime,
    given_by: User,
    actor: Actor,
    now: datetime,
) -> Package:
    """Fix what was saved last at or before the deadline, as a standing instruction asked (settled 11).

    The portal reads none of it: completeness was computed at save, and the receipt takes fingerprints alone,
    so that it names a file by its place. `received_at` is when the last of it was saved. A piece damaged
    where it rests goes in like the others and is named at the opening. Raises Refused for what is missing.
    """
    parts = [submission, *also]
    with unit():
        for part in parts:
            lock(part)
        if lacking := submissions.missing_at(parts, deadline):
            raise Refused([f"“{item.title}” is not complete." for item in lacking])
        versions = list(submissions.versions_at(parts, deadline).select_related("blob__owner"))
        files = list(submissions.files_at(parts, deadline).select_related("blob__owner", "label__owner"))
        _seal_what_is_not_yet(submission, versions, files, leave_damaged=True)
        changed = submission.organisation.former_details.filter(until__lte=deadline)
        saved_at = max(
            [row.saved_at for row in versions]
            + [row.added_at for row in files]
            # The details are part of what goes in: it was not whole before they were last changed.
            + [*changed.values_list("until", flat=True)]
        )
        taken = sealing.fingerprints_at_close(
            blobs=[row.blob for row in versions] + [row.blob for row in files],
            actor=actor,
            now=now,
            subject=subject,
        )
        number, of_then = _next_number(submission), submission.organisation.details_at(deadline)
        written = [line for part in parts for line in _lines_at_close(part, versions, files, taken)]
        receipt = receipts.make_receipt(
            reference=reference,
            number=number,
            about=about,
            agreement=agreement,
            organisation=submission.organisation,
            name=of_then["name"],
            received_at=saved_at,
            deadline=deadline,
            lines=[_line_of_details(of_then), *written],
            standing={"given_at": given_at, "saved_at": saved_at, "fixed_at": now},
        )
        return _kept(
            submission,
            versions,
            files,
            receipt,
            now,
            number=number,
            details=of_then,
            received_at=saved_at,
            submitted_by_id=given_by.pk,
            fixed_at=now,
        )


def insist_it_was_shown(*, submission: Submission, number: int | None) -> None:
    """Raise Refused where another package stands by now than the one of this `number`, which a page showed.

    Locks the submission; a caller without a page gives no number.
    """
    lock(submission)
    standing = submission.package
    if standing is not None and number not in (None, standing.number):
        raise Refused(
            f"It was submitted anew, received {london(standing.received_at, 'seconds')}, after this page "
            "was shown to you. Nothing was withdrawn: press the button again to withdraw that."
        )


def withdraw_package(*, submission: Submission, now: datetime) -> Package:
    """Take back what stands as submitted, and return it; the draft stays. Raises Refused if nothing does."""
    with unit():
        lock(submission)
        standing = submission.package
        if standing is None:
            raise Refused("Nothing has been submitted, so there is nothing to withdraw.")
        standing.withdrawn_at = now
        standing.save(update_fields=["withdrawn_at"])
        submission.package = None
        submission.save(update_fields=["package"])
    return standing


def read_receipt(*, package: Package, actor: Actor, now: datetime) -> Receipt:
    """Return a package's receipt to its provider's people; anyone else is refused, and it is logged."""
    return receipts.read(blob=package.receipt, actor=actor, now=now)


def _kept(
    submission: Submission,
    versions: list[AnswerVersion],
    files: list[SubmittedFile],
    receipt: Receipt,
    now: datetime,
    *,
    details: Mapping[str, Any],
    **given: Any,
) -> Package:
    """Keep what goes in as the package that stands, with its receipt sealed to the provider."""
    kept = Package.objects.create(
        submission=submission,
        details=dict(details),
        share_code=details["share_code"],
        receipt=receipts.keep(receipt=receipt, organisation=submission.organisation, now=now),
        receipt_digest=receipt.digest,
        **given,
    )
    kept.answers.add(*versions)
    kept.files.add(*files)
    submission.package = kept
    submission.save(update_fields=["package"])
    return kept


def _next_number(submission: Submission) -> int:
    return submission.packages.count() + 1


def _line_of_details(found: Mapping[str, Any]) -> dict[str, Any]:
    return receipts.answer_line(label=details.LABEL, content=details.as_sealed(found))


def _seal_what_is_not_yet(
    submission: Submission,
    versions: list[AnswerVersion],
    files: list[SubmittedFile],
    *,
    leave_damaged: bool = False,
) -> None:
    """Seal to the round what a colleague saved while this lot was being entered."""
    if submission.round is None:
        raise ValueError("Only what is sealed to a round can be submitted.")
    blobs = [row.blob for row in versions] + [blob for row in files for blob in (row.blob, row.label)]
    sealed = set(Wrap.objects.filter(blob__in=blobs, round=submission.round).values_list("blob", flat=True))
    for blob in blobs:
        if blob.pk not in sealed:
            with suppress(*((sealing.Damaged,) if leave_damaged else ())):
                sealing.add_round(blob=blob, round=submission.round)


def _is_fresh(prepared: Prepared, versions: list[AnswerVersion], files: list[SubmittedFile]) -> bool:
    return prepared.versions == {row.pk for row in versions} and prepared.files == {row.pk for row in files}


def _lines(own: Own, actor: Actor, now: datetime) -> Iterator[dict[str, Any]]:
    label = own.item.label
    if own.version is not None:
        yield receipts.answer_line(
            label=label,
            content=items.encoded(own.value),
            words=own.words if own.item.kind == "question" else None,
        )
    for file in own.files:
        yield receipts.file_line(label=label, name=file.name, blob=file.row.blob, actor=actor, now=now)


def _lines_at_close(
    part: Submission,
    versions: list[AnswerVersion],
    files: list[SubmittedFile],
    taken: Mapping[int, sealing.Fingerprint],
) -> Iterator[dict[str, Any]]:
    held = {row.item: row for row in versions if row.submission_id == part.pk}
    for item in items.of_scheme(part.scheme):
        label = item.label
        if version := held.get(item.code):
            words = {"words": version.words} if item.kind == "question" else {}
            found = taken[version.blob_id]
            yield receipts.sealed_line(kind="answer", label=label, fingerprint=found, **words)
        own = [row for row in files if row.submission_id == part.pk and row.item == item.code]
        for number, row in enumerate(own, start=1):
            yield receipts.sealed_line(
                kind="file",
                label=label,
                fingerprint=taken[row.blob_id],
                name=f"file {number}",
                size=row.size,
            )

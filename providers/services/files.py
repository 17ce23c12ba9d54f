"""Files put to answers: added, replaced, labelled, taken out; looked at again after the opening.

A file is scanned for viruses before it is sealed, in the request that uploads it. One that could not be
scanned is taken all the same, and is held back from everybody else until it was scanned (settled 16).
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum

from commissioning import celery
from commissioning.audit.hashing import canonical
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.actors import Actor
from commissioning.records import scanning, sealing, store, uploads
from commissioning.records.models import FileScan, Round, SealedBlob
from commissioning.records.scanning import Scan
from commissioning.records.uploads import Upload
from commissioning.workflow import Refused, lock
from providers.models import Submission, SubmittedFile
from providers.queries import files as queries
from providers.queries import items, submissions
from providers.queries.files import Confidential, Label
from providers.queries.items import QUALITY, Item

# A package holds this many pieces at most; a form or a script gone wild must not make a receipt of megabytes.
MOST_FILES = 20
MEANWHILE = "The file was replaced or removed meanwhile. Nothing was changed: go back and look at it first."
SWEEP = "providers.tasks.sweep_files"


@dataclass(frozen=True)
class Checked:
    """An upload that can be taken: what it is, and what the virus scanner said of it."""

    upload: Upload
    scan: Scan


@dataclass(frozen=True)
class LookedAt:
    """What came of looking at a submitted file again."""

    has_changed: bool
    is_unreachable: bool


def check_file(
    *,
    submission: Submission,
    item: str,
    upload: Any,
    replaces: SubmittedFile | None = None,
    beside: Collection[Checked] = (),
) -> Checked:
    """Return what an upload is, and what the virus scanner says of it, if it could be added now.

    `beside` are others that are to be added to the same item with it. Raises Refused for one over a limit of
    the scheme, which it names, of another type, one too many, or with a virus in it: nothing of that is kept.
    """
    asked = items.find(submission.scheme, item)
    looked_at = uploads.check_upload(upload, field="file", allowed=submission.scheme.file_limits)
    _refuse_more_files(submission, asked, looked_at, replaces, [one.upload for one in beside])
    scan = scanning.scan(_pieces(upload))
    if scan.is_infected:
        raise Refused(scanning.words_of_virus(looked_at.name, scan), field="file")
    return Checked(looked_at, scan)


def add_file(
    *,
    submission: Submission,
    item: str,
    upload: Any,
    rounds: Iterable[Round],
    actor: Actor,
    now: datetime,
    checked: Checked | None = None,
    confidential: Confidential | None = None,
    carried_from: SubmittedFile | None = None,
) -> SubmittedFile:
    """Seal a file to an item, and return it; its name is sealed as well (settled 16). Raises as `check_file`.

    `checked` is what `check_file` said of it just before, so that it is not scanned twice. `carried_from` is
    the file of an earlier window that it is a copy of.
    """
    checked = checked or check_file(submission=submission, item=item, upload=upload)
    label = Label(checked.upload.name, checked.upload.content_type, confidential)
    return _added(
        submission, item, upload, checked, label, list(rounds), actor, now, carried_from=carried_from
    )


def replace_file(
    *, file: SubmittedFile, upload: Any, rounds: Iterable[Round], actor: Actor, now: datetime
) -> SubmittedFile:
    """Put another file in a file's place, and return it; the one before it stays in the history.

    What is confidential stays so. Raises as `check_file`, and Refused where a colleague was first.
    """
    submission = file.submission
    if file.removed_at:
        raise Refused(MEANWHILE)
    checked = check_file(submission=submission, item=file.item, upload=upload, replaces=file)
    label = replace(
        _label(file, actor, now), name=checked.upload.name, content_type=checked.upload.content_type
    )
    return _added(submission, file.item, upload, checked, label, list(rounds), actor, now, replaces=file)


def label_file(
    *,
    file: SubmittedFile,
    confidential: Confidential | None,
    rounds: Iterable[Round],
    actor: Actor,
    now: datetime,
) -> SubmittedFile:
    """Say what is confidential about a file, why and until when, or that nothing is; return its new version.

    It is evidence in a later decision under the Freedom of Information Act, not a veto (rulebook F4). Raises
    Refused for a day that is over, and where a colleague was first.
    """
    if confidential and confidential.until <= london_date(now):
        raise Refused("The last day on which it is confidential must be later than today.", field="until")
    before = _label(file, actor, now)
    label, rounds = replace(before, confidential=confidential), list(rounds)
    if label == before:
        return file
    with unit():
        _take_out_of_the_way(file, actor, now)
        return _kept(
            file.submission,
            file.item,
            file.blob,
            file.size,
            label,
            rounds,
            actor,
            now,
            replaces=file,
            # The bytes are still those of the earlier window.
            carried_from=file.carried_from,
        )


def remove_file(*, file: SubmittedFile, actor: Actor, now: datetime) -> None:
    """Take a file out of the draft; what was submitted with it stands until it is replaced."""
    with unit():
        lock(file)
        if file.removed_at is None:
            _remove(file, actor, now)


def look_again(*, file: SubmittedFile, round: Round, actor: Actor, now: datetime) -> LookedAt:
    """Scan a submitted file of an opened round, and release it or hold it back for good, on the record.

    It may run twice at once: the file changes once, with one event. Raises StillSealed before the opening.
    """
    scan = sealing.scan_opened(blob=file.blob, round=round)
    if scan is not None and scan.is_unreachable:
        return LookedAt(has_changed=False, is_unreachable=True)
    with unit():
        changed = sealing.keep_scan(blob=file.blob, scan=scan, now=now)
        if changed is not None:
            _record(file, round, changed, actor, now)
    return LookedAt(has_changed=changed is not None, is_unreachable=False)


def look_soon() -> None:
    """Ask for the files of what is just being opened to be looked at; the next sweep does it anyhow."""
    transaction.on_commit(
        lambda: celery.app.send_task("commissioning.sweep", args=[SWEEP], ignore_result=True), robust=True
    )


def _added(
    submission: Submission,
    item: str,
    upload: Any,
    checked: Checked,
    label: Label,
    rounds: list[Round],
    actor: Actor,
    now: datetime,
    *,
    replaces: SubmittedFile | None = None,
    carried_from: SubmittedFile | None = None,
) -> SubmittedFile:
    # Before the unit, so that no lock is held while the disk works.
    blob = sealing.seal_file(
        file=upload,
        organisation=submission.organisation,
        rounds=rounds,
        compartment=QUALITY,
        now=now,
        scan=checked.scan,
    )
    with _discarded_if_refused(blob), unit():
        lock(submission)
        if replaces is not None:
            _take_out_of_the_way(replaces, actor, now)
        _refuse_more_files(submission, items.find(submission.scheme, item), checked.upload, None)
        return _kept(
            submission,
            item,
            blob,
            checked.upload.size,
            label,
            rounds,
            actor,
            now,
            replaces=replaces,
            carried_from=carried_from,
        )


def _kept(
    submission: Submission,
    item: str,
    blob: SealedBlob,
    size: int,
    label: Label,
    rounds: list[Round],
    actor: Actor,
    now: datetime,
    **marks: SubmittedFile | None,
) -> SubmittedFile:
    return SubmittedFile.objects.create(
        submission=submission,
        item=item,
        blob=blob,
        label=sealing.seal(
            content=canonical(label.facts()).encode(),
            organisation=submission.organisation,
            rounds=rounds,
            compartment=QUALITY,
            now=now,
        ),
        size=size,
        added_at=now,
        added_by_id=actor.pk,
        **marks,
    )


def _take_out_of_the_way(file: SubmittedFile, actor: Actor, now: datetime) -> None:
    lock(file)
    if file.removed_at is not None:
        raise Refused(MEANWHILE)
    _remove(file, actor, now)


def _remove(file: SubmittedFile, actor: Actor, now: datetime) -> None:
    file.removed_at, file.removed_by_id = now, actor.pk
    file.save(update_fields=["removed_at", "removed_by"])


def _label(file: SubmittedFile, actor: Actor, now: datetime) -> Label:
    return queries.read_label(sealing.read_as_provider(blob=file.label, actor=actor, now=now))


def _refuse_more_files(
    submission: Submission,
    item: Item,
    upload: Upload,
    replaces: SubmittedFile | None,
    beside: Collection[Upload] = (),
) -> None:
    allowed = min(item.files_allowed, MOST_FILES)
    standing = submissions.current_files([submission])
    if replaces is not None:
        standing = standing.exclude(pk=replaces.pk)
    if standing.filter(item=item.code).count() + len(beside) >= allowed:
        files = f"{allowed} file{'' if allowed == 1 else 's'}"
        why = f"takes up to {files}. Remove one first." if allowed else "takes no files."
        raise Refused(f"“{item.title}” {why}", field="file")
    most = submission.scheme.files_megabytes
    held = standing.aggregate(total=Sum("size"))["total"] or 0
    if held + sum(one.size for one in (*beside, upload)) > most * 2**20:
        raise Refused(
            f"“{upload.name}” was not accepted: with it, the files of these answers would have more than "
            f"{most} MB together. Remove another file first, or choose a smaller one.",
            field="file",
        )


def _record(file: SubmittedFile, round: Round, row: FileScan, actor: Actor, now: datetime) -> None:
    action = {
        FileScan.Verdict.CLEAN: "file.release",
        FileScan.Verdict.INFECTED: "file.hold_infected",
        FileScan.Verdict.DAMAGED: "file.hold_damaged",
    }.get(FileScan.Verdict(row.verdict), "file.mend")
    standing = submissions.standing_with(file, round)
    record(
        action,
        queries.subjects_of([standing])[standing.pk],
        actor=actor,
        at=now,
        chain=round.audit_chain,
        veil="",
        after={"question": file.item, "verdict": row.get_verdict_display(), "found": row.found},
        # SECURITY: by its place; a row's number would count what other rounds still hide (settled 18).
        file=queries.place_of(file, round),
    )


def _pieces(upload: Any) -> Iterator[bytes]:
    upload.seek(0)
    while piece := upload.read(store.CHUNK):
        yield piece


@contextmanager
def _discarded_if_refused(blob: SealedBlob) -> Iterator[None]:
    try:
        yield
    except BaseException:
        sealing.discard(blob=blob)
        raise

"""What is known of a sealed file: scanned or not, whole or not; and that nobody gets what is not clean.

A file that could not be scanned is held back from all but its provider, and scanned after the opening, again
and again until the scanner answers (settled 16). One with a virus, or whose bytes are not what was sealed, is
given to nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from commissioning.audit.services import unit
from commissioning.policies import Denied
from commissioning.records import scanning
from commissioning.records.models import FileScan, SealedBlob
from commissioning.records.scanning import Scan
from commissioning.workflow import lock

FINAL = (FileScan.Verdict.CLEAN, FileScan.Verdict.INFECTED)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


class HeldBack(Denied):
    """The file is not given out, or not yet; the attempt is in the access log."""

    is_noted = True


@dataclass(frozen=True)
class FileState:
    """How a sealed file stands, in pages' words; `is_given_out` to whoever may read the answer."""

    label: str
    tone: str
    text: str
    is_given_out: bool
    is_infected: bool = False
    at: datetime | None = None


def state_of(blob: SealedBlob) -> FileState:
    """Return how a file stands; without a row it was sealed before files were scanned."""
    row: FileScan | None = getattr(blob, "scan", None)
    verdict = row.verdict if row else FileScan.Verdict.NOT_SCANNED
    found, at = (row.found, row.at) if row else ("it was uploaded before files were scanned", None)
    if verdict == FileScan.Verdict.CLEAN:
        return FileState("No virus found", "green", "", is_given_out=True, at=at)
    if verdict == FileScan.Verdict.INFECTED:
        text = f"The virus scanner found {found} in this file, so nobody is given it."
        return FileState("Virus found", "red", text, is_given_out=False, is_infected=True, at=at)
    if verdict == FileScan.Verdict.DAMAGED:
        text = (
            "What rests of this file is not what its recorded digest says, so it is not shown. "
            "The portal looks again by itself, for when it is restored from a backup."
        )
        return FileState("Damaged", "red", text, is_given_out=False, at=at)
    if not scanning.is_set_up():
        text = "This portal has no virus scanner: open the file with care."
        return FileState("Not scanned for viruses", "yellow", text, is_given_out=True, at=at)
    text = (
        f"It could not be scanned for viruses yet: {found}. It is held back from everybody but its provider "
        "until it was, which the portal tries again by itself after the opening."
    )
    return FileState("Not scanned yet", "yellow", text, is_given_out=False, at=at)


def fresh(blob: SealedBlob) -> SealedBlob:
    """Return the blob with how it stands now."""
    found = SealedBlob.objects.filter(pk=blob.pk).select_related("scan").defer("ciphertext")
    return found.get()


def keep_first(*, blob: SealedBlob, scan: Scan | None, now: datetime) -> None:
    """Keep what was found when the file was uploaded; within the unit that keeps the file."""
    if scan is not None and scan.is_infected:
        raise ValueError("A file with a virus is never sealed.")
    FileScan.objects.create(
        blob=blob,
        verdict=scan.verdict if scan else FileScan.Verdict.NOT_SCANNED,
        found=scan.found if scan else "",
        at=now,
    )


def keep(*, blob: SealedBlob, scan: Scan | None, now: datetime) -> FileScan | None:
    """Keep what `scan_opened` found, and return the row if the file stands otherwise than before, else None.

    What could not be scanned is due again after a minute, then after two, four and so on to an hour. What
    was found clean or infected meanwhile stays so: two sweeps at once change it once.
    """
    with unit():
        FileScan.objects.get_or_create(
            blob=blob, defaults={"verdict": FileScan.Verdict.NOT_SCANNED, "at": now}
        )
        row = FileScan.objects.get(blob=blob)
        lock(row)
        before = row.verdict
        if before in FINAL:
            return None
        row.verdict = scan.verdict if scan else FileScan.Verdict.DAMAGED
        row.found = scan.found if scan else ""
        if row.verdict not in FINAL:
            row.next_at = now + min(FIRST_WAIT * 2 ** min(row.tries, 10), LONGEST_WAIT)
        row.tries += 1
        changed = row.verdict != before
        row.at = now if changed else row.at
        row.save()
    return row if changed else None


def mark_damaged(blobs: Iterable[SealedBlob], *, now: datetime) -> None:
    """Keep that files are not what was sealed, as an opening's check found; within its unit."""
    for blob in blobs:
        if blob.path:
            FileScan.objects.update_or_create(
                blob=blob, defaults={"verdict": FileScan.Verdict.DAMAGED, "found": "", "at": now}
            )

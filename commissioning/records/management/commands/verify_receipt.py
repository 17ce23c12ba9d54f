from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commissioning.clock.words import spoken_time
from commissioning.records.receipts import NotGenuine, Verified, verify_receipt


class Command(BaseCommand):
    help = "Say whether a receipt is genuine and what it proves; exit 0 if it is, 1 with the reason if not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The receipt, the JSON file as it was downloaded.")
        parser.add_argument(
            "--against",
            type=Path,
            metavar="CONTENT",
            help="A file or text: say under which lines of the receipt exactly this was received.",
        )

    def handle(self, *args: Any, file: Path, against: Path | None, **options: Any) -> None:
        try:
            found = verify_receipt(self._read(file))
        except NotGenuine as refusal:
            raise CommandError(f"Not genuine. {refusal.reason}", returncode=1) from None
        self.stdout.write("\n".join(self._proof(found)))
        if against is not None:
            self._compare(found, against)

    def _read(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=1) from None

    def _proof(self, found: Verified) -> list[str]:
        clock = " (training clock: it proves no real deadline)" if found.is_training else ""
        number = f", number {found.number}" if (found.number or 1) > 1 else ""
        return [
            f"Genuine{clock}.",
            f"{found.reference}{number}: {found.about}, {found.agreement}",
            f"From {found.organisation}",
            f"Received {found.received_in_london} ({found.received_at.isoformat()})",
            *self._standing(found),
            f"Signed with key {found.key_id}; {len(found.lines)} lines",
            *(f"  {line.kind} “{line.title}” {line.sha256}" for line in found.lines),
        ]

    def _standing(self, found: Verified) -> list[str]:
        """Return the two moments of what a standing instruction sent (settled 11)."""
        if found.saved_at is None or found.fixed_at is None:
            return []
        saved, fixed = (spoken_time(at, "microseconds") for at in (found.saved_at, found.fixed_at))
        return [
            "Sent at the close under a standing instruction:",
            f"  saved at {saved} ({found.saved_at.isoformat()})",
            f"  fixed at {fixed} ({found.fixed_at.isoformat()})",
        ]

    def _compare(self, found: Verified, against: Path) -> None:
        labels = [line.title for line in found.lines_that_hold(self._read(against))]
        if not labels:
            raise CommandError(
                f"{against} is not among what was received under this receipt: it differs from each line, if "
                "only by a space or by an empty line at its end, such as editors add.",
                returncode=1,
            )
        self.stdout.write(f"{against} was received as: {', '.join(labels)}")

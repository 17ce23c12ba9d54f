"""`manage.py verify_audit`: says whether the record is whole."""

import re
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from commissioning.audit.verification import holds, verify
from commissioning.records.services import heads


class Command(BaseCommand):
    help = (
        "Checks the record of events and the access log: exit 0 with the number of events, or exit 1 with "
        "the first that is broken. Starts from each chain's last signed head; --full from the first event."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --full, and lines that auditors kept."""
        parser.add_argument("--full", action="store_true", help="check every event from the first on")
        parser.add_argument(
            "--kept",
            action="append",
            default=[],
            metavar="LINE",
            help="a line that an auditor kept, like “EIP-PDPS: 3f…”: check that it stands, with --full",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found; exit 1 where something is broken."""
        full = options["full"] or bool(options["kept"])
        report = verify(full=full, check=heads.check)
        problem = report.problem or next(filter(None, map(_refused, options["kept"])), None)
        if problem:
            self.stderr.write(f"BROKEN: {problem}")
            sys.exit(1)
        self.stdout.write(
            f"{report.events} events, none broken: {report.checked} checked "
            f"{'from the first on' if full else 'since the last signed heads'}; "
            f"{report.accesses} entries in the access log."
        )


def _refused(line: str) -> str | None:
    chain, _, digest = (part.strip() for part in line.rpartition(":"))
    # Lines sent before lengths were left out have the length behind the chain's name.
    chain = re.sub(r" \d+$", "", chain)
    if holds(chain=chain, digest=digest):
        return None
    return f"“{line}” was kept, and the record of “{chain}” does not hold it."

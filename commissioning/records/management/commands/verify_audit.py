"""`manage.py verify_audit`: says whether the record is whole."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from commissioning.audit.verification import verify
from commissioning.records.services import heads


class Command(BaseCommand):
    help = (
        "Checks the record of events and the access log: exit 0 with the number of events, or exit 1 with "
        "the first that is broken. Starts from each chain's last signed head; --full from the first event."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --full."""
        parser.add_argument("--full", action="store_true", help="check every event from the first on")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found; exit 1 where something is broken."""
        report = verify(full=options["full"], check=heads.check)
        if report.problem:
            self.stderr.write(f"BROKEN: {report.problem}")
            sys.exit(1)
        self.stdout.write(
            f"{report.events} events, none broken: {report.checked} checked "
            f"{'from the first on' if options['full'] else 'since the last signed heads'}; "
            f"{report.accesses} entries in the access log."
        )

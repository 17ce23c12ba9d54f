"""`manage.py tick`: all due work once, as beat has it done each minute."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commissioning import clock
from commissioning.pages.tasks import run_all


class Command(BaseCommand):
    help = "Runs every app's due work once, here and now, without Celery."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now",
            metavar="ISO",
            help="the time to work at, such as 2027-01-20T12:00:00+00:00; default: now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sweeps; exit 1 naming those that failed."""
        now = _time(options["now"]) if options["now"] else clock.now()
        failed = run_all(now=now)
        if failed:
            raise CommandError(f"These sweeps failed: {', '.join(failed)}. The log says where.")
        self.stdout.write(f"{len(settings.SWEEPS)} sweeps done at {now.isoformat()}.")


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}” is no time; write it as 2027-01-20T12:00:00+00:00.") from None
    if found.tzinfo is None:
        raise CommandError(f"“{text}” does not say its zone; add +00:00 for UTC.")
    return found

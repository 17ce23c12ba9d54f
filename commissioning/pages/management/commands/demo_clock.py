"""`manage.py demo_clock`: show or move what the portal takes for now, in a demonstration only."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commissioning import clock
from commissioning.clock import training


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"“{text}” is no ISO date and time; write 2027-01-20T12:00 for London time, or add a zone, as in "
            "2027-01-20T12:00:00+00:00."
        ) from None
    if moment.tzinfo is None:
        return clock.at_london(moment.date(), moment.time())
    return moment.astimezone(UTC)


class Command(BaseCommand):
    """Moves the training clock; every process of the portal follows at its next look at the time."""

    help = "Shows or moves the training clock. Works only with PORTAL_DEMO=1."

    def add_arguments(self, parser: CommandParser) -> None:
        one = parser.add_mutually_exclusive_group()
        one.add_argument(
            "--set", type=_moment, metavar="ISO", help="make this the time; without a zone: London"
        )
        one.add_argument("--add", metavar="SPAN", help="move by a span: 3d, 2h, 45m, 1w; back with --add=-3d")
        one.add_argument("--reset", action="store_true", help="go back to real time")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError(
                "The training clock works only in a demonstration: set PORTAL_DEMO=1 to use it."
            )
        real = clock.real_now()
        try:
            if options["reset"]:
                training.reset_training_clock()
            elif options["set"] is not None:
                training.set_training_clock(options["set"], real=real)
            elif options["add"] is not None:
                training.add_to_training_clock(training.span(options["add"]), real=real)
            shown = clock.london_time(clock.shown(real))
        except (clock.ClockError, RuntimeError) as error:
            raise CommandError(str(error)) from error
        ahead = clock.training_offset()
        kind = "training clock" if ahead else "real time, no training clock set"
        self.stdout.write(f"{shown:%A} {shown.day} {shown:%B %Y, %H:%M:%S} London time ({kind})")

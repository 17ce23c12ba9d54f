"""`manage.py make_administrator EMAIL NAME`: the one way to become an administrator of the portal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commissioning import clock
from commissioning.accounts import links
from commissioning.accounts.services import people
from commissioning.people.actors import System
from commissioning.records import links as makers
from commissioning.workflow import Refused


class Command(BaseCommand):
    help = (
        "Makes a person an administrator of the portal and prints the link by which they choose their "
        "password; it is sent to them, too. An administrator belongs to no organisation."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take address and name."""
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the administrator through the service, on the record."""
        try:
            made = people.make_administrator(
                email=options["email"],
                name=options["name"],
                actor=System("command line"),
                now=clock.now(),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{made.name} ({made.email}) is an administrator. To choose a password:")
        self.stdout.write(makers.make(links.PASSWORD.purpose, made.reference))

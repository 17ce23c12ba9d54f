"""`manage.py demo`: load the demonstration through the same services that people use."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from commissioning.clock import now
from commissioning.pages import demo
from commissioning.records.sealing import SealingKeyWrong


class Command(BaseCommand):
    """Loads what is missing; running it again changes nothing."""

    help = "Loads the demonstration: the first window of 2020 to 2021, and today's windows and call-offs."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("The demonstration is loaded only with PORTAL_DEMO=1.")
        try:
            demo.load(now=now(), report=self.stdout.write)
        except SealingKeyWrong as problem:
            raise CommandError(str(problem)) from None

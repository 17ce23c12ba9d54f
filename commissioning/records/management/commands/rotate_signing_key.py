"""`manage.py rotate_signing_key`: retires the key that signs receipts, and makes another."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning.clock import now
from commissioning.people.actors import System
from commissioning.records.sealing import signing
from commissioning.workflow import Refused

ACTOR = System("rotation of the signing key")


class Command(BaseCommand):
    help = (
        "Retires the key that signs receipts and the record's heads, and makes another; old receipts stand."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and name both keys."""
        use = signing.use_now()
        try:
            old, new = signing.retire(use=use, actor=ACTOR, now=now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        retired = f"Retired {old}" if old else "There was no key to retire"
        self.stdout.write(
            f"{retired}; {new} signs from now on ({use} clock). Both are published at /verify/keys/: what "
            "was signed before is still proved by the key that it names."
        )

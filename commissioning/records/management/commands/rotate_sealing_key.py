"""`manage.py rotate_sealing_key`: wraps every private key anew under another sealing key."""

import base64
import binascii
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.views.decorators.debug import sensitive_variables

from commissioning.clock import now
from commissioning.people.actors import System
from commissioning.records import sealing
from commissioning.settings.environment import KEY_BYTES
from commissioning.workflow import Refused

ACTOR = System("rotation of the sealing key")


class Command(BaseCommand):
    help = (
        "Wraps every private key that rests under the old sealing key under the new one, all or none; what "
        "is sealed is not touched. Give one of the two keys in a file; the other is PORTAL_SEALING_KEY."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one of the two keys, and --dry-run."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--new", type=Path, metavar="FILE", help="the file that holds the new key")
        which.add_argument(
            "--old",
            type=Path,
            metavar="FILE",
            help="the file that holds the old key, once the new one is set",
        )
        parser.add_argument("--dry-run", action="store_true", help="do all of it, then take it back")

    @sensitive_variables()
    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, or rehearse it, and say what was done and what comes next."""
        configured = bytes(settings.PORTAL_SEALING_KEY)
        old = read_key(options["old"]) if options["old"] else configured
        new = read_key(options["new"]) if options["new"] else configured
        rehearse: bool = options["dry_run"]
        try:
            done = sealing.rotate(old=old, new=new, actor=ACTOR, now=now(), rehearse=rehearse)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_said(done, rehearse))
        if not rehearse and options["new"]:
            self.stdout.write(
                f"Now set PORTAL_SEALING_KEY to the new key ({done.new}) and start the portal. Keep the old "
                "key for as long as you keep backups made under it."
            )


@sensitive_variables()
def read_key(path: Path) -> bytes:
    """Return the sealing key that a file holds. Raises CommandError with a sentence."""
    try:
        key = base64.b64decode(path.read_bytes().strip(), altchars=b"-_", validate=True)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise CommandError(
            f"{path} does not hold a sealing key: {KEY_BYTES} random bytes in URL-safe base64 "
            "(manage.py doctor prints a fresh one)."
        )
    return key


def _said(done: sealing.Rotation, rehearse: bool) -> str:
    counted = (
        f"{number} {name.removesuffix('s') if number == 1 else name}"
        for name, number in done.rewrapped.items()
    )
    rows = ", ".join(counted) or "nothing"
    before = f" {done.already} were under {done.new} already." if done.already else ""
    if rehearse:
        return (
            f"Rehearsed, nothing kept: from {done.old} to {done.new} would be wrapped anew: {rows}.{before}"
        )
    return f"Wrapped anew from {done.old} to {done.new}: {rows}.{before}"

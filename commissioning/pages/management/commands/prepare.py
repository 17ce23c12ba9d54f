"""`manage.py prepare`: everything between an installed portal and a started one, in one process."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from commissioning.celery import app
from commissioning.pages.checks import NO_DEMO, is_a_demo


class Command(BaseCommand):
    help = "Checks, migrates, collects the static files and loads the demonstration where one is asked for."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring database and static files to this version; what is there already costs next to nothing."""
        if settings.PORTAL_DEMO and not is_a_demo():
            raise CommandError(NO_DEMO)
        with quick_writes():
            self._bring_up()

    def _bring_up(self) -> None:
        self._migrate()
        call_command("check", "--database", "default", stdout=StringIO())
        self._collect_static_files()
        self._declare_queue()
        if settings.PORTAL_DEMO and "demo" in get_commands():
            self.stdout.write("Loading the demonstration …")
            call_command("demo", stdout=self.stdout)

    def _migrate(self) -> None:
        self.stdout.write("Bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)

    def _collect_static_files(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        wanted = static_digest()
        if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
            return
        self.stdout.write("Collecting the static files …")
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(wanted, encoding="ascii")

    def _declare_queue(self) -> None:
        # Three processes that first declare it at once would read each other's half-written files.
        with app.connection() as connection, connection.Consumer(list(app.amqp.queues.values())):
            pass


@contextmanager
def quick_writes() -> Iterator[None]:
    """Let a demonstration's file database write without waiting for the disk, and wait for it at the end.

    Nobody has been told yet that anything is saved: what a power cut spoils is made afresh.
    """
    if connection.vendor != "sqlite" or not settings.PORTAL_DEMO:
        yield
        return
    _pragma("synchronous=OFF")
    yield
    _pragma("synchronous=FULL")
    _pragma("wal_checkpoint(TRUNCATE)")


def _pragma(setting: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {setting}")


def static_digest() -> str:
    """Return a digest of every static file's path, size and time, and of what the storage is."""
    found = [django.get_version(), str(settings.STORAGES["staticfiles"])]
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            found.append(f"{path} {file.st_size} {file.st_mtime_ns}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()

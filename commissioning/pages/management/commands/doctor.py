"""`manage.py doctor`: looks the machine and the settings over, and says how to mend what is missing."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from commissioning.audit import triggers
from commissioning.pages import checks, health
from commissioning.records import scanning, sealing
from commissioning.settings.environment import fresh_sealing_key

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """What one look found; without a mend all is well."""

    what: str
    mend: str = ""
    vital: bool = True


class Command(BaseCommand):
    help = "Checks the machine and the settings and says how to mend what is missing (then exit 1)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line a look; exit 1 if anything the portal cannot do without is missing."""
        ill = False
        for look in LOOKS:
            for found in _without_fail(look):
                ill = ill or bool(found.mend and found.vital)
                mark = "well" if not found.mend else "MEND" if found.vital else "note"
                self.stdout.write(f"{mark}  {found.what}" + (f"\n      {found.mend}" if found.mend else ""))
        self.stdout.write(f"A fresh PORTAL_SEALING_KEY, should you need one: {fresh_sealing_key()}")
        if ill:
            sys.exit(1)


def _without_fail(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield a look's findings; where it stops with an error, that is one."""
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 - whatever it is, the operator is told
        yield Finding(f"{look.__name__.replace('_', ' ')}: {error}", "Mend this first: more may follow.")


def python() -> Iterator[Finding]:
    """Look at the interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    new_enough = sys.version_info >= OLDEST_PYTHON
    yield Finding(f"Python {version}", "" if new_enough else "Install Python 3.11 or newer and remove .venv.")


def surroundings() -> Iterator[Finding]:
    """Say which kind of portal these settings make."""
    kind = "production" if settings.PRODUCTION else "demonstration" if settings.PORTAL_DEMO else "embedded"
    yield Finding(f"Settings: {kind}, at {settings.PORTAL_URL}, data in {settings.DATA_DIR}")
    if settings.PRODUCTION and not settings.PORTAL_PROXIES:
        yield Finding(
            "No proxy is named",
            "If one stands before the portal, name it in PORTAL_PROXIES: until then all who sign in share "
            "its address, and one who is locked out locks out all.",
            vital=False,
        )


def letters() -> Iterator[Finding]:
    """Look for what draws PDF."""
    try:
        import weasyprint.text.ffi  # noqa: F401
    except OSError:
        yield Finding(
            "Letters cannot be drawn: Pango is missing",
            "Install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 (Debian) or pango (Homebrew).",
        )
    else:
        yield Finding("Letters can be drawn")


def database() -> Iterator[Finding]:
    """Look at the database: reached, migrated, guarded by its triggers, a demonstration's only if one is."""
    health.database_answers()
    yield Finding(f"Database: {connection.vendor} answers")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(f"{len(waiting)} migrations are waiting", "Run ./portal manage migrate.")
        return
    gone = triggers.missing()
    yield Finding(
        "The record refuses change" if not gone else f"Triggers are missing: {', '.join(gone)}",
        "Run ./portal manage migrate, which puts them back, and find out who removed them." if gone else "",
    )
    if settings.PORTAL_DEMO and not checks.is_a_demo():
        yield Finding("The database is not a demonstration's", checks.NO_DEMO)


def sealing_key() -> Iterator[Finding]:
    """Prove PORTAL_SEALING_KEY on what is sealed."""
    problem = sealing.sealing_key_problem()
    yield Finding(
        problem or "The sealing key opens what is sealed",
        "Set PORTAL_SEALING_KEY to the key it was sealed under; nobody can make another that fits."
        if problem
        else "",
    )


def broker() -> Iterator[Finding]:
    """Look for the broker."""
    health.broker_answers()
    yield Finding(f"Broker: {settings.CELERY_BROKER_URL.split(':', 1)[0]} answers")


def file_store() -> Iterator[Finding]:
    """Write a file where uploads are kept."""
    health.storage_answers()
    yield Finding("The file store takes files")


def virus_scanner() -> Iterator[Finding]:
    """Ask the virus scanner for a sign of life."""
    if not scanning.is_set_up():
        yield Finding(
            "No virus scanner: pages show files as not scanned for viruses",
            "Set CLAMD_URL to a clamd, such as unix:///run/clamav/clamd.ctl; in production it is required.",
            vital=False,
        )
        return
    try:
        scanning.answers()
    except Exception:  # noqa: BLE001 - whatever it is, the mend is the same
        yield Finding(
            "The virus scanner does not answer",
            f"Start clamd, or mend CLAMD_URL ({settings.CLAMD_URL}): until then files are taken, but held "
            "back from panels.",
        )
    else:
        yield Finding("The virus scanner answers")


def static_files() -> Iterator[Finding]:
    """Look for the built style sheet."""
    built = (settings.BASE_DIR / "static" / "vendor" / "govuk-frontend.min.css").is_file()
    yield Finding(
        "Style sheet and script are built" if built else "Style sheet and script are not built",
        ""
        if built
        else "Run ./portal run, or npm ci --ignore-scripts and python -m commissioning.web.assets.",
    )


def browser() -> Iterator[Finding]:
    """Look for the Chromium that the tests drive."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    yield Finding(
        "Chromium is there for the tests" if found else "No Chromium",
        "" if found else "Only ./portal test needs it; install the package chromium.",
        vital=False,
    )


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    surroundings,
    letters,
    database,
    sealing_key,
    broker,
    file_store,
    virus_scanner,
    static_files,
    browser,
)

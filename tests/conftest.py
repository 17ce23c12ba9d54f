"""What every test may rely on: the browser, hypothesis' profile, and skips that are seen."""

import gc
import os
import shutil
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.db import connection, connections
from django.test import TransactionTestCase
from playwright.sync_api import Playwright
from pytest_django import DjangoDbBlocker

from tests import scanner

# Playwright's sync API runs an event loop in the test's thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

hypothesis.settings.register_profile("portal", deadline=None, print_blob=True)
hypothesis.settings.load_profile("portal")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
REFUSE_SKIPS = os.environ.get("PORTAL_REFUSE_SKIPS") == "1"


@pytest.fixture(autouse=True, scope="session")
def _flush_in_the_open() -> Iterator[None]:
    """Lift the triggers while a transactional test's tables are emptied, then restore them (settled 20).

    What migrations filled is filled again, so that the next test finds the bank holidays.
    """
    from commissioning.audit import triggers
    from commissioning.people.bank_holidays import shipped
    from commissioning.people.models import BankHoliday

    kept = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        with triggers.lifted():
            kept(case)
        BankHoliday.objects.bulk_create(
            BankHoliday(division=division, date=day, name=name) for division, day, name in shipped()
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture(scope="session")
def playwright(playwright: Playwright) -> Iterator[Playwright]:
    """Close what was opened under Playwright's event loop: Django keeps connections of their own there.

    Once the loop has ended nobody finds them any more, and PostgreSQL drops no database that is in use.
    """
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Before PostgreSQL is asked to drop the database, end whatever else is still connected to it."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def chromium() -> str | None:
    """Return the path of this machine's Chromium, or None; one that draws no window is the quickest."""
    named = os.environ.get("PORTAL_CHROMIUM")
    if named:
        return named
    names = (
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    )
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Launch the machine's own Chromium, not one that Playwright would download."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": CHROMIUM_ARGUMENTS}


@pytest.fixture
def clamd(settings: Any) -> Iterator[scanner.Daemon]:
    """A real virus scanner that knows the harmless test file, started and set as the portal's."""
    daemon = scanner.Daemon()
    try:
        daemon.start()
        settings.CLAMD_URL = daemon.url
        yield daemon
    finally:
        daemon.remove()


def pytest_collection_finish() -> None:
    """Keep what was imported and collected out of the garbage collector's sight: it stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by fixture: what asks for a page drives the browser; what this machine lacks is skipped."""
    for item in items:
        if {"page", "context", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        if item.get_closest_marker("browser") and chromium() is None:
            item.add_marker(
                pytest.mark.skip(reason="no Chromium on this machine: install the package chromium")
            )
        if "clamd" in getattr(item, "fixturenames", ()) and scanner.program() is None:
            item.add_marker(
                pytest.mark.skip(reason="no clamd on this machine: install the package clamav-daemon")
            )


def pytest_runtest_setup() -> None:
    """Tell what remembers built grounds that nothing has been built yet."""
    from tests import remembered

    remembered.begin()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that journeys were not walked; where skips are refused, say that they fail the run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section(f"{len(skipped)} TESTS WERE SKIPPED", sep="!", red=True, bold=True)
        if REFUSE_SKIPS:
            terminalreporter.line("PORTAL_REFUSE_SKIPS=1: a skipped test fails this run.")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run over any skip where skips are refused (settled 34)."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REFUSE_SKIPS and reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

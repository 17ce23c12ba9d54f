"""The last minute before a deadline (settled 13): `python -m tests.bench.last_minute`.

So many providers submit their complete application to a portal that runs as `./portal run` runs it (web,
worker and beat): one after the other, then spread over a minute, then all at once. Afterwards each receipt is
read and verified, and counted against what was answered. SQLite, or the PostgreSQL that DATABASE_URL names.
Exit 1 where one is lost or refused, or the slowest twentieth takes over forty times as long as one alone.
"""

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from tests import processes

ALONE = 10
MOST_TIMES = 40
TOKEN = "b" * 32  # any value that cookie and header share
OURSELVES = ("-m", "tests.bench.last_minute", "--inside")
ENTRY = "/applications/{}/lots/1/submit/"


@dataclass(frozen=True)
class Sent:
    """One submission as its provider met it."""

    status: int
    seconds: float
    is_receipt: bool


def send(port: int, case: dict[str, str]) -> Sent:
    """Press Submit for one provider, in a connection of its own."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request(
            "POST",
            ENTRY.format(case["application"]),
            body=urlencode({"seen": case["seen"]}),
            headers={
                "Cookie": f"sessionid={case['session']}; csrftoken={TOKEN}",
                "X-CSRFToken": TOKEN,
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        answer = connection.getresponse()
        answer.read()
        where = answer.getheader("Location") or ""
        return Sent(
            answer.status, time.perf_counter() - began, answer.status == 302 and "/receipts/" in where
        )
    except OSError:
        return Sent(0, time.perf_counter() - began, is_receipt=False)
    finally:
        connection.close()


def spread(port: int, cases: list[dict[str, str]], over: float) -> list[Sent]:
    """Let each submit at its own moment, evenly over so many seconds."""
    start = time.perf_counter()

    def one(place: int) -> Sent:
        time.sleep(max(0.0, start + place * over / len(cases) - time.perf_counter()))
        return send(port, cases[place])

    with ThreadPoolExecutor(len(cases)) as pool:
        return list(pool.map(one, range(len(cases))))


def at_once(port: int, cases: list[dict[str, str]]) -> list[Sent]:
    """Let all submit in the same moment."""
    gate = threading.Barrier(len(cases))

    def one(case: dict[str, str]) -> Sent:
        gate.wait()
        return send(port, case)

    with ThreadPoolExecutor(len(cases)) as pool:
        return list(pool.map(one, cases))


# ---------------------------------------------------------------- the portal that is measured


@contextmanager
def data_folder() -> Iterator[dict[str, str]]:
    """Yield the environment of a portal with data of its own, thrown away again."""
    root = processes.BASE_DIR / "var"
    root.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="last-minute-", dir=root))
    given = os.environ.get("DATABASE_URL", "")
    changes = {"PORTAL_DEMO": "1"} | ({"REDIS_URL": os.environ["REDIS_URL"]} if given else {})
    try:
        with database(given, folder.name.replace("-", "_")) as url:
            yield processes.variables(
                folder, processes.free_port(), **changes, **({"DATABASE_URL": url} if url else {})
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """Yield the address of a database of this name on the PostgreSQL server, or nothing for SQLite."""
    if not server:
        yield ""
        return

    def tell(statement: str) -> None:
        # Outside a transaction, in which no database is made: a `with` of the connection would begin one.
        with closing(psycopg2.connect(server)) as asked:
            asked.autocommit = True
            with asked.cursor() as cursor:
                cursor.execute(statement)

    tell(f'CREATE DATABASE "{name}"')
    try:
        parts = parse_dsn(make_dsn(server, dbname=name))
        where = f"{parts.get('host', '127.0.0.1')}:{parts.get('port', '5432')}"
        who = parts["user"] + (f":{parts['password']}" if parts.get("password") else "")
        yield f"postgresql://{who}@{where}/{name}"
    finally:
        tell(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(environment: dict[str, str], *command: str) -> str:
    """Run a module of the portal in this environment, and return what it said; a failure ends the bench."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=processes.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout


@contextmanager
def running(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Start web, worker and beat; yield the web's port once it answers, and the number of their parent."""
    log = Path(environment["PORTAL_DATA"]) / "bench.log"
    with log.open("w") as output:
        portal = subprocess.Popen(
            [sys.executable, "-m", "commissioning.processes.supervisor"],
            cwd=processes.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        processes.until(
            lambda: portal.poll() is not None or "The portal is at" in log.read_text(), "the portal answers"
        )
        if portal.poll() is not None:
            raise SystemExit(log.read_text()[-3000:])
        yield int(environment["PORT"]), portal.pid
    finally:
        portal.terminate()
        portal.wait()


# ---------------------------------------------------------------- inside the portal's own database


def build(number: int) -> list[dict[str, str]]:
    """Make a window that closes in an hour and so many complete applications; return how each is sent."""
    from datetime import timedelta

    from django.test import override_settings

    from commissioning.clock import real_now
    from providers.queries import shown
    from tests import factories
    from tests.providers import factories as f

    cases = []
    now = real_now()
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=quick, ALLOWED_HOSTS=["testserver"]):
        window = f.window(
            f.agreement(lots=1), opens_at=now - timedelta(hours=1), deadline=now + timedelta(hours=1)
        )
        for _ in range(number):
            application = f.application(window, now=now)
            entry = f.fill(f.entry_of(application), now=now)
            parts = [entry.submission, *([application.common] if application.common else [])]
            details = application.organisation.details_at(window.deadline)
            seen = shown.now(parts, details, of=entry.reference).text
            session = factories.client_for(f.writer_of(application)).cookies["sessionid"].value
            cases.append({"application": application.reference, "session": session, "seen": seen})
    return cases


def check() -> dict[str, int]:
    """Verify every receipt that was given, as its provider holds it; return how many of what there are."""
    from commissioning.clock import real_now
    from commissioning.records import receipts
    from providers.models import Application, Package
    from providers.services import packages

    people = {one.organisation_id: one.started_by for one in Application.objects.select_related("started_by")}
    found = {"packages": 0, "receipts that verify": 0}
    for package in Package.objects.select_related("submission", "receipt__owner"):
        found["packages"] += 1
        actor: Any = people[package.submission.organisation_id]
        receipt = packages.read_receipt(package=package, actor=actor, now=real_now())
        proved = receipts.verify_receipt(receipt.text)
        # One more than its answers and files: the organisation's own details.
        is_whole = len(proved.lines) == 1 + package.answers.count() + package.files.count()
        found["receipts that verify"] += is_whole and proved.received_at == package.received_at
    return found


def prepared(environment: dict[str, str], number: int) -> list[dict[str, str]]:
    """Set up the portal with so many complete applications, and return how each is sent."""
    environment |= {"DJANGO_SETTINGS_MODULE": "commissioning.settings"}
    for command in (("migrate", "-v0"), ("collectstatic", "--noinput", "-v0")):
        run(environment, "manage.py", *command)
    found: list[dict[str, str]] = json.loads(
        run(environment, *OURSELVES, "build", "--providers", str(number))
    )
    return found


def checked(environment: dict[str, str]) -> dict[str, int]:
    """Return what `check` finds in this portal."""
    found: dict[str, int] = json.loads(run(environment, *OURSELVES, "check"))
    return found


def inside(work: Callable[[], Any]) -> None:
    """Do this in the portal's own process, and print what it returns as JSON."""
    import django

    django.setup()
    sys.stdout.write(json.dumps(work()) + "\n")


def main() -> int:
    """Measure, print the figures, check every receipt; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.last_minute", description=__doc__)
    parser.add_argument("--providers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--inside", choices=["build", "check"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    number = options.providers
    if options.inside:
        inside(lambda: build(number) if options.inside == "build" else check())
        return 0
    with data_folder() as environment:
        # Providers of its own for each measure: the same sent again would only find its receipt.
        cases = prepared(environment, 2 * number + ALONE)
        first, then = cases[ALONE : ALONE + number], cases[ALONE + number :]
        with running(environment) as (port, _):
            alone = [send(port, case) for case in cases[:ALONE]]
            minute = spread(port, first, options.seconds)
            together = at_once(port, then)
        found = checked(environment)
    return report(alone, minute, together, found)


def report(alone: list[Sent], minute: list[Sent], together: list[Sent], found: dict[str, int]) -> int:
    """Print a line a measure; return 1 where one was lost, refused, or took too long."""
    median = statistics.median(one.seconds for one in alone)
    slowest = sorted(one.seconds for one in minute)[len(minute) * 19 // 20 - 1]
    rows = (("alone", alone), ("spread over the time", minute), ("all at once", together))
    for title, sent in rows:
        given = sum(one.is_receipt for one in sent)
        longest = max(one.seconds for one in sent)
        sys.stdout.write(
            f"{title:22}{len(sent):5} sent{given:5} receipts, median "
            f"{statistics.median(one.seconds for one in sent):7.3f} s, longest {longest:7.3f} s\n"
        )
    answered = sum(one.is_receipt for _, sent in rows for one in sent)
    everyone = sum(len(sent) for _, sent in rows)
    times = slowest / median
    sys.stdout.write(f"slowest twentieth when spread: {times:.1f} times one alone (at most {MOST_TIMES})\n")
    sys.stdout.write(f"afterwards: {found['packages']} kept, {found['receipts that verify']} verify\n")
    whole = answered == everyone == found["packages"] == found["receipts that verify"]
    return 0 if whole and times <= MOST_TIMES else 1


if __name__ == "__main__":
    sys.exit(main())

"""Real processes of the portal for tests: a prepared data folder, a free port, who descends from whom."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

BASE_DIR = Path(__file__).resolve().parents[1]
LIMIT = 60.0


def variables(data: Path, port: int = 8000, **changes: str) -> dict[str, str]:
    """Return an environment without this test run's own settings."""
    ours = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORTAL_DEMO", "PORTAL_TEST_RUN"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PORTAL_DATA": str(data), "PORT": str(port), "PORTAL_DEMO": "0", **changes}


def manage(data: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` on this data folder and return what it said."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=variables(data) | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(true: Callable[[], object], what: str, limit: float = LIMIT) -> None:
    """Wait until the condition holds; fail naming what was waited for."""
    end = time.monotonic() + limit
    while not true():
        assert time.monotonic() < end, f"after {limit:.0f} s still waiting until {what}"
        time.sleep(0.1)


class Portal:
    """One `./portal run` without its set-up, on a copy of a prepared data folder."""

    def __init__(self, prepared: Path, folder: Path) -> None:
        self.data = folder / "var"
        if prepared != self.data:
            shutil.copytree(prepared, self.data)
        self.port = free_port()
        self.output = folder / "output.txt"

    def start(self) -> "Portal":
        """Start it and wait until it answers."""
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "commissioning.processes.supervisor"],
                cwd=BASE_DIR,
                env=variables(self.data, self.port),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: self.process.poll() is not None or "The portal is at" in self.said(), "it has started")
        assert self.process.poll() is None, self.said()
        return self

    def said(self) -> str:
        return self.output.read_text()

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=5) as response:
                return response.status == 200
        except (URLError, OSError):
            return False

    def family(self) -> dict[int, str]:
        return family(self.process.pid)

    def child(self, name: str) -> int:
        """Return the process number of the web, worker or beat child (for web, gunicorn's own parent)."""
        pattern = {"web": r"child gunicorn", "worker": r"celery .* worker", "beat": r"celery .* beat"}[name]
        return min(pid for pid, command in self.family().items() if re.search(pattern, command))

    def kill(self) -> None:
        """End whatever is left, by number."""
        family = self.family() if self.process.poll() is None else {}
        for pid in [self.process.pid, *family]:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


def family(parent: int) -> dict[int, str]:
    """Return the command line of each process that descends from this one, itself left out."""
    listed = subprocess.run(
        ["ps", "-e", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [row.split(maxsplit=2) for row in listed.splitlines()]
    found: dict[int, str] = {}
    parents = {parent}
    while parents:
        children = {
            int(row[0]): row[2] for row in rows if int(row[1]) in parents and "<defunct>" not in row[2]
        }
        found |= children
        parents = set(children)
    return found


def alive(pid: int) -> bool:
    """Return whether the process runs; one that has ended and is only waited for does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")

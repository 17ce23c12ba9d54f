"""Starts web, worker and beat together and ends them together: what `./portal run` becomes.

Each child is the leader of a group of its own and holds the far end of a pipe of ours (see `child`), so that
none outlives this process however it dies (settled 32). When any of them ends, the others are ended too: a
portal without its worker looks alive and sends no letters.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

from commissioning.settings import ENVIRONMENT
from commissioning.settings.environment import BASE_DIR, Environment

COMMANDS = {
    "web": "gunicorn --config python:commissioning.processes.server commissioning.wsgi:application",
    "worker": "celery --quiet --app commissioning worker --without-gossip --without-mingle",
    "beat": "celery --quiet --app commissioning beat",
}
PATIENCE = 15.0
"""Seconds that a child has to end what it is doing before it is killed."""
START_LIMIT = 60.0
TAIL = 20
OLD_LOG = 5 * 2**20


@dataclass
class Supervisor:
    """The children of one `./portal run`, from the first start to the last end."""

    environment: Environment
    say: Callable[[str], None]
    commands: dict[str, str] = field(default_factory=lambda: dict(COMMANDS))
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    asked_to_end: int = 0

    def run(self) -> int:
        """Start every child, wait until one ends or the end is asked for, end the rest; return the status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)
        try:
            for name, command in self.commands.items():
                self.children[name] = self._start(name, command)
            self._announce()
            return self._watch()
        finally:
            self._end()

    def _start(self, name: str, command: str) -> subprocess.Popen[bytes]:
        with self.log_of(name).open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - the commands above
                [sys.executable, "-m", "commissioning.processes.child", *command.split()],
                cwd=BASE_DIR,
                env={**os.environ, "PORTAL_DATA": str(self.environment.data)},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log_of(self, name: str) -> Path:
        """Return the file this child's output goes to."""
        return self.environment.data / "logs" / f"{name}.log"

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_end += 1
        if self.asked_to_end > 1:
            _signal(self.children.values(), signal.SIGKILL)

    def _announce(self) -> None:
        address = f"http://127.0.0.1:{self.environment.port}"
        until = time.monotonic() + START_LIMIT
        while time.monotonic() < until and not self.asked_to_end and not self._ended():
            try:
                with urlopen(f"{address}/health/live", timeout=2):  # noqa: S310 - our own address
                    break
            except (URLError, OSError):
                time.sleep(0.1)
        else:
            return
        self.say(
            f"The portal is at {address} (Ctrl-C ends it; its logs are in {self.environment.data}/logs)."
        )

    def _ended(self) -> str | None:
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def _watch(self) -> int:
        while not self.asked_to_end:
            name = self._ended()
            if name is not None:
                how = _how(self.children[name].returncode)
                self.say(f"The {name} process {how}; ending the others. The last lines of its log:")
                lines = self.log_of(name).read_text(encoding="utf-8", errors="replace").splitlines()
                self.say("\n".join(f"  {line}" for line in lines[-TAIL:]))
                return 1
            time.sleep(0.2)
        self.say("Ending.")
        return 0

    def _end(self) -> None:
        """End each child's group, first asking, then by force; returns when all are gone."""
        _signal(self.children.values(), signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        for child in self.children.values():
            try:
                child.wait(timeout=max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue
        # By force also where the leader is gone: gunicorn's workers may still be finishing.
        _signal(self.children.values(), signal.SIGKILL)
        for child in self.children.values():
            child.wait()
            if child.stdin:
                child.stdin.close()


def _signal(children: Iterable[subprocess.Popen[bytes]], number: int) -> None:
    for child in children:
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            continue


def _how(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def lock(data: Path) -> IO[str] | None:
    """Return the data folder's lock, held as long as the file is open; None when another portal holds it."""
    file = (data / "run.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def port_is_free(port: int, *, patience: float = PATIENCE) -> bool:
    """Return whether the port can be bound, waiting for children of a killed parent to be gone."""
    until = time.monotonic() + patience
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                if time.monotonic() > until:
                    return False
            else:
                return True
        time.sleep(0.2)


def put_away(log: Path) -> None:
    """Keep one older log beside the present one."""
    if log.exists() and log.stat().st_size > OLD_LOG:
        log.replace(log.with_suffix(".1.log"))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def prepare(environment: Environment) -> int:
    """Bring database, static files and demonstration to this version; return that command's status.

    It is a child like the others, and ends with this process however that ends.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "commissioning.processes.child", "manage", "prepare"],
        cwd=BASE_DIR,
        env={**os.environ, "PORTAL_DATA": str(environment.data)},
        stdin=subprocess.PIPE,
    ) as child:
        return child.wait()


def main(arguments: list[str]) -> int:
    """Run the portal until it is ended, with `--prepare` prepared first; return the exit status."""
    environment = ENVIRONMENT
    held = lock(environment.data)
    if held is None:
        _say(f"The portal is already running on {environment.data}: end that one first, or set PORTAL_DATA.")
        return 1
    with held:
        if not port_is_free(environment.port):
            _say(f"Port {environment.port} is taken by another program: set PORT to a free one.")
            return 1
        if "--prepare" in arguments and (status := prepare(environment)):
            return status
        supervisor = Supervisor(environment, _say)
        (environment.data / "logs").mkdir(exist_ok=True)
        for name in supervisor.commands:
            put_away(supervisor.log_of(name))
        return supervisor.run()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # while it was being prepared
        sys.exit(130)

"""A real clamd with a hand-made signature of the harmless test file; nothing is downloaded."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.commissioning.records import files

# In two pieces, so that no scanner takes this file for the test file itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Portal.Test.Eicar"
STREAM_LIMIT = 2**20
INFECTED_PDF = b"%PDF-1.7\n" + EICAR + b"\n%%EOF\n"
CLEAN_PDF = files.PDF
BEYOND_ITS_LIMIT = b"%PDF-1.7\n" + b"x" * (2 * STREAM_LIMIT) + b"\n%%EOF\n"


def program() -> str | None:
    """Return the path of this machine's clamd, or None."""
    found = os.environ.get("PORTAL_CLAMD") or shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
    return found or None


class Daemon:
    """One clamd of a test's own, started and stopped at will; its address stays the same."""

    def __init__(self) -> None:
        # A socket's path may have 107 characters: pytest's own folders are too deep.
        self.folder = Path(tempfile.mkdtemp(prefix="clamd-"))
        self.socket = self.folder / "clamd.sock"
        signatures = self.folder / "signatures"
        signatures.mkdir()
        (signatures / "test.ndb").write_text(f"{SIGNATURE}:0:*:{EICAR.hex()}\n")
        self.settings = self.folder / "clamd.conf"
        self.settings.write_text(
            f"DatabaseDirectory {signatures}\n"
            f"LocalSocket {self.socket}\n"
            f"TemporaryDirectory {self.folder}\n"
            f"StreamMaxLength {STREAM_LIMIT}\n"
            "Foreground yes\nConcurrentDatabaseReload no\nMaxThreads 2\nSelfCheck 0\n"
        )
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it and wait until it answers; what it says is kept for whoever looks for the reason."""
        with (self.folder / "log").open("ab") as said:
            self.process = subprocess.Popen(
                [str(program()), "--config-file", str(self.settings)], stdout=said, stderr=said
            )
        until = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill it on the spot, as a machine short of memory does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        from commissioning.records import scanning

        try:
            scanning._Unix(path=str(self.socket), timeout=5).ping()
        except (OSError, scanning.clamd.ClamdError):
            return False
        return True

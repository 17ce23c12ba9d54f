"""Answers a container that asks after its process: `python -m commissioning.processes.health web`."""

import socket
import sys
import time
from urllib.request import urlopen

from commissioning.settings import ENVIRONMENT

BEAT_SIGN = ENVIRONMENT.data / "beat.alive"
"""Touched by beat whenever it looks what is due."""
BEAT_LIMIT = 60.0


def web() -> bool:
    """Return whether the portal says that it is ready."""
    try:
        address = f"http://127.0.0.1:{ENVIRONMENT.port}/health/ready"
        with urlopen(address, timeout=8) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def worker() -> bool:
    """Return whether this container's worker answers through the broker."""
    from commissioning.celery import app

    return bool(app.control.inspect([f"celery@{socket.gethostname()}"], timeout=8).ping())


def beat() -> bool:
    """Return whether beat looked what is due within the last minute."""
    try:
        return time.time() - BEAT_SIGN.stat().st_mtime < BEAT_LIMIT
    except OSError:
        return False


PROBES = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    sys.exit(0 if PROBES[sys.argv[1]]() else 1)

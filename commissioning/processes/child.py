"""Runs a module in a process that does not outlive its parent, as in `python -m …processes.child celery`.

Standard input is a pipe that the parent never writes to. It closes when the parent is gone, whatever ended
it, and this process then ends as if asked to; if it has not by then, it stops (settled 32).
"""

import os
import runpy
import signal
import sys
import threading
import time

PATIENCE = 10.0
"""Seconds to finish what is being done once the parent is gone."""


def end_with_parent(pipe: int) -> None:
    """Wait until the pipe closes, then end this process group."""
    while os.read(pipe, 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main(arguments: list[str]) -> None:
    """Watch the parent and become the module named first, with the rest as its command line."""
    pipe = os.dup(sys.stdin.fileno())
    threading.Thread(target=end_with_parent, args=(pipe,), name="parent watch", daemon=True).start()
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Web, worker and beat killed at random moments of many submissions: `python -m tests.bench.killed`.

Whoever was given a receipt is in, whole; whoever got no answer reads at the next page whether the lot is in.
The portal is started again after each kill, and those who are not in submit once more. Exit 1 where a page
and the record differ, a receipt is missing, or one does not verify.
"""

import argparse
import http.client
import os
import random
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests import processes
from tests.bench.last_minute import checked, data_folder, prepared, running, send

CHILDREN = ("gunicorn", "worker", "beat")
AT_ONCE = 8
IN, OUT = "would go in", "would not go in"


def says(port: int, case: dict[str, str]) -> str:
    """Return what the application's page says of its lot: that it would go in, or would not."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        cookie = {"Cookie": f"sessionid={case['session']}"}
        connection.request("GET", f"/applications/{case['application']}/", headers=cookie)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status != 200 or (IN not in text and OUT not in text):
        raise SystemExit(f"{case['application']} answered {answer.status} and says nothing of its lot.")
    return OUT if OUT in text else IN


def kill_later(parent: int, seconds: float, name: str) -> threading.Timer:
    """Kill every process of that child without warning, so many seconds from now."""

    def kill() -> None:
        for pid, command in processes.family(parent).items():
            if name in command and processes.alive(pid):
                os.kill(pid, signal.SIGKILL)

    timer = threading.Timer(seconds, kill)
    timer.start()
    return timer


def main() -> int:
    """Kill, start again and look, until all are in; print what was seen and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.killed", description=__doc__)
    parser.add_argument("--providers", type=int, default=200)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10**6)  # noqa: S311 - moments, not secrets
    dice = random.Random(seed)  # noqa: S311 - the same
    with data_folder() as environment:
        waiting = prepared(environment, options.providers)
        given, unanswered = 0, 0
        for turn in range(options.kills + 1):
            with running(environment) as (port, parent):
                before, waiting = waiting, [case for case in waiting if says(port, case) == OUT]
                told_in = len(before) - len(waiting)
                share = waiting if turn == options.kills else waiting[: len(waiting) // 2]
                name = CHILDREN[turn % len(CHILDREN)]
                timer = None
                if turn < options.kills:
                    timer = kill_later(parent, dice.uniform(0.05, 2.0), name)
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    sent = list(pool.map(lambda case: send(port, case), share))
                if timer is not None:
                    timer.join()
                    processes.until(lambda: not processes.alive(parent), "all have ended", limit=40)
                receipts = [case for case, one in zip(share, sent, strict=True) if one.is_receipt]
                given += len(receipts)
                unanswered += len(share) - len(receipts)
                waiting = [case for case in waiting if case not in receipts]
                what = f"killed {name}" if timer else "nobody killed"
                sys.stdout.write(
                    f"{told_in:4} were in unanswered; {what:16}{len(receipts):5} receipts,"
                    f"{len(share) - len(receipts):5} without an answer\n"
                )
            time.sleep(0.5)
        with running(environment) as (port, _):
            left = [case for case in waiting if says(port, case) == OUT]
        found = checked(environment)
    sys.stdout.write(f"seed {seed}: {given} receipts given, {unanswered} answers lost\n")
    sys.stdout.write(f"afterwards: {found['packages']} in, {found['receipts that verify']} verify\n")
    whole = not left and found["packages"] == found["receipts that verify"] == options.providers
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())

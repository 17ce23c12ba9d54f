"""Measures the pages at 100 and 2,000 applications; exit 1 if one is over its limit."""

import argparse
import logging
import statistics
import sys
import time

from django.db import connection
from django.test import Client, override_settings

from tests.bench.floor import FLOOR
from tests.bench.pages import LIMITS, PAGES, Measured
from tests.bench.world import World, build

WARM_UP = 3


def measure(page: Measured, world: World, rounds: int) -> tuple[float, float]:
    """Return the page's and the floor's median milliseconds, taken turn about to meet the same weather."""
    client = Client()
    client.force_login(page.who(world), backend="django.contrib.auth.backends.ModelBackend")
    times: dict[str, list[float]] = {page.address(world): [], FLOOR: []}
    for turn in range(WARM_UP + rounds):
        for address, taken in times.items():
            started = time.perf_counter()
            response = client.get(address)
            elapsed = (time.perf_counter() - started) * 1000
            if response.status_code != 200:
                raise SystemExit(f"{page.name} ({address}) answered {response.status_code}.")
            if turn >= WARM_UP:
                taken.append(elapsed)
    own, floor = times.values()
    return statistics.median(own), statistics.median(floor)


def report(scale: int, rounds: int) -> bool:
    """Print a line a page at this scale; return whether all kept their limits."""
    world = build(scale)
    sys.stdout.write(f"\n{scale:,} applications (medians of {rounds})\n")
    sys.stdout.write(f"{'page':20}{'kind':10}{'ms':>9}{'floor ms':>10}{'times':>8}{'limit':>8}\n")
    kept = True
    for page in PAGES:
        own, floor = measure(page, world, rounds)
        ratio, limit = own / floor, LIMITS[page.kind]
        kept = kept and ratio <= limit
        over = "" if ratio <= limit else "  OVER"
        sys.stdout.write(
            f"{page.name:20}{page.kind:10}{own:9.1f}{floor:10.1f}{ratio:8.2f}{limit:8.1f}{over}\n"
        )
        sys.stdout.flush()
    return kept


def main() -> int:
    """Measure in a database of its own, thrown away again; return the exit status."""
    parser = argparse.ArgumentParser(prog="./portal bench", description=__doc__)
    parser.add_argument("--scales", type=int, nargs="+", default=[100, 2000], metavar="APPLICATIONS")
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    kept = True
    # Not Django's test environment: it copies every context that a template is drawn with.
    logging.disable(logging.INFO)
    with override_settings(ROOT_URLCONF="tests.bench.floor", ALLOWED_HOSTS=["testserver"]):
        for scale in options.scales:
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            try:
                kept = report(scale, options.rounds) and kept
            finally:
                connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return 0 if kept else 1

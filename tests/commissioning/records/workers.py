"""Several workers at the same moment, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(workers: int, work: Callable[[], T]) -> list[T]:
    """Run the same work in several threads that start together; return their results or raise an error."""
    start = Barrier(workers)

    def run() -> T:
        try:
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return [running.result() for running in [pool.submit(run) for _ in range(workers)]]

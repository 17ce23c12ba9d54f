import subprocess
import sys

import pytest
from django.db import connection

from commissioning.celery import app
from commissioning.processes.beat import LeasedScheduler, OnlyOne

ANOTHER = """
import django, sys
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from django.conf import settings
from pathlib import Path
settings.DATA_DIR = Path(sys.argv[2])
from commissioning.processes.beat import OnlyOne
one = OnlyOne()
print(one.is_held(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def another(settings, tmp_path):
    """Start a second beat's lock in a process of its own and return it with what it said."""
    settings.DATA_DIR = tmp_path
    started = []

    def start() -> tuple[subprocess.Popen, str]:
        process = subprocess.Popen(
            [sys.executable, "-c", ANOTHER, str(connection.settings_dict["NAME"]), str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout
        return process, process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.django_db(transaction=True)
def test_a_second_beat_waits_until_the_first_is_gone_even_by_a_kill(another):
    first, said = another()
    assert said == "True"
    mine = OnlyOne()
    assert not mine.is_held()
    first.kill()
    first.wait()
    # The server notices the lost connection in its own time.
    assert any(mine.is_held() for _ in range(100_000))
    assert mine.is_held()
    assert another()[1] == "False"
    mine.release()


@pytest.mark.django_db
def test_without_the_lock_nothing_is_sent(monkeypatch, caplog):
    scheduler = LeasedScheduler(app, schedule={}, lazy=True)
    monkeypatch.setattr(scheduler.only_one, "is_held", lambda: False)
    monkeypatch.setattr("celery.beat.Scheduler.tick", lambda *_, **__: pytest.fail("it ticked"))
    assert scheduler.tick() > 0
    assert scheduler.tick() > 0
    assert [record.name for record in caplog.records] == ["portal.beat"]

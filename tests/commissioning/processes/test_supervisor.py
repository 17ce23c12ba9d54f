"""Real processes: whatever is killed, the rest ends cleanly and nothing is left behind (settled 32)."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from commissioning.processes import supervisor
from commissioning.settings.environment import read
from tests.processes import BASE_DIR, Portal, alive, manage, until, variables

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """Make a data folder with the database in place, to be copied by each test."""
    data: Path = tmp_path_factory.mktemp("prepared") / "var"
    done = manage(data, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    (data / "staticfiles").mkdir()
    return data


@pytest.fixture
def portal(prepared, tmp_path) -> Iterator[Portal]:
    started = Portal(prepared, tmp_path).start()
    yield started
    started.kill()


def all_gone(pids: list[int]) -> None:
    until(lambda: not any(alive(pid) for pid in pids), "every process is gone", limit=30)


def test_it_runs_web_worker_and_beat_each_in_a_group_of_its_own(portal):
    leaders = {portal.child(name) for name in ("web", "worker", "beat")}
    assert {os.getpgid(pid) for pid in leaders} == leaders
    assert len(leaders) == 3


def test_the_worker_takes_up_what_another_process_puts_down(portal):
    send = "from commissioning.pages.tasks import sweep; sweep.delay('nothing of ours')"
    done = manage(portal.data, "shell", "--command", send)
    assert done.returncode == 0, done.stderr
    log = portal.data / "logs" / "worker.log"
    until(lambda: "nothing of ours is no sweep" in log.read_text(), "the worker has refused the name")
    assert portal.process.poll() is None


def test_killing_the_parent_leaves_no_orphan(portal):
    family = list(portal.family())
    assert len(family) >= 4
    portal.process.kill()
    all_gone(family)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_killing_one_child_ends_the_rest_and_says_which(portal, name):
    family = list(portal.family())
    os.kill(portal.child(name), signal.SIGKILL)
    assert portal.process.wait(timeout=30) == 1
    all_gone(family)
    assert f"The {name} process was ended by SIGKILL" in portal.said()


def test_a_killed_web_worker_is_replaced_and_the_portal_answers_on(portal):
    leader = portal.child("web")
    worker = next(pid for pid, command in portal.family().items() if "gunicorn" in command and pid != leader)
    os.kill(worker, signal.SIGKILL)
    until(lambda: not alive(worker), "the worker is gone")
    until(portal.answers, "another answers")
    assert portal.process.poll() is None


def test_the_web_gives_a_sign_of_life_whether_anybody_is_there_or_not(portal):
    count = "from commissioning.records.models import Heartbeat; print(Heartbeat.objects.count())"
    until(lambda: manage(portal.data, "shell", "--command", count).stdout.endswith("1\n"), "a sign is saved")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_all_in_good_order_and_it_starts_again(portal, prepared, number):
    family = list(portal.family())
    portal.process.send_signal(number)
    assert portal.process.wait(timeout=30) == 0
    all_gone(family)
    portal.start()
    assert portal.answers()


def test_a_second_start_on_the_same_data_is_refused_with_a_sentence(portal):
    second = subprocess.run(
        [sys.executable, "-m", "commissioning.processes.supervisor"],
        cwd=BASE_DIR,
        env=variables(portal.data, portal.port),
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "already running" in second.stdout
    assert portal.answers()


def test_a_child_that_cannot_start_ends_it_all_and_its_log_is_shown(tmp_path, monkeypatch):
    said: list[str] = []
    data = tmp_path / "var"
    (data / "logs").mkdir(parents=True)
    run = supervisor.Supervisor(
        read({"PORTAL_DATA": str(data), "PORT": "1"}),
        said.append,
        {"web": "http.nothing", "worker": "http.server 0 --bind 127.0.0.1"},
    )
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        assert run.run() == 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert "process ended with status 1" in said[0]
    assert "No module named http.nothing" in "".join(said)


def test_a_port_that_is_taken_is_noticed():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not supervisor.port_is_free(taken.getsockname()[1], patience=0)
    assert shutil.which("ps")

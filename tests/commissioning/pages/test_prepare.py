"""`manage.py prepare` in a process and on a database of its own, as `./portal run` calls it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import BASE_DIR, alive, family, free_port, manage, until, variables

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A data folder prepared without a demonstration."""
    folder: Path = tmp_path_factory.mktemp("prepare") / "var"
    done = manage(folder, "prepare")
    assert done.returncode == 0, done.stderr
    return folder


def test_a_second_time_it_has_nothing_to_do_and_the_data_stays(data):
    before = (data / "staticfiles" / "staticfiles.json").stat().st_mtime_ns
    done = manage(data, "prepare")
    assert done.returncode == 0, done.stderr
    assert "Collecting" not in done.stdout
    assert (data / "staticfiles" / "staticfiles.json").stat().st_mtime_ns == before
    assert manage(data, "migrate", "--check").returncode == 0


def test_a_demonstration_is_not_made_of_what_was_created_without_one(data):
    done = manage(data, "prepare", PORTAL_DEMO="1")
    assert done.returncode == 1
    assert "was not created as a demonstration" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_queue_is_declared_before_three_processes_do_it_at_once(data):
    assert (data / "broker" / "control" / "celery.exchange").stat().st_size > 0


def test_ended_with_its_parent_while_it_prepares(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-m", "commissioning.processes.supervisor", "--prepare"],
        cwd=BASE_DIR,
        env=variables(tmp_path / "var", free_port()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    children: dict[int, str] = {}
    until(lambda: children.update(family(parent.pid)) or children, "it prepares", limit=30)
    parent.kill()
    parent.wait()
    until(lambda: not any(alive(pid) for pid in children), "every process is gone", limit=30)
    assert any("manage prepare" in command for command in children.values())


def test_what_is_kept_is_its_owner_s_alone(data):
    assert (data / "keys").stat().st_mode & 0o077 == 0
    assert data.stat().st_mode & 0o077 == 0

"""What `./portal` says on a machine that lacks something; this suite's own run shows the rest."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("sh", "dirname", "cat", "cksum", "mkdir", "rm", "uname", "env", "printf")


@pytest.fixture
def checkout(tmp_path):
    """A checkout with nothing set up, and a machine whose programs are listed one by one."""
    folder, programs = tmp_path / "portal", tmp_path / "bin"
    (folder / "requirements").mkdir(parents=True)
    programs.mkdir()
    shutil.copy(ROOT / "portal", folder)
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (programs / tool).symlink_to(found)
    return folder


def program(checkout: Path, name: str, script: str) -> None:
    path = checkout.parent / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def portal(checkout: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        ["sh", "./portal", *arguments],
        cwd=checkout,
        env={"PATH": str(checkout.parent / "bin"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_without_a_verb_it_says_what_it_can_do(checkout):
    status, said = portal(checkout)
    assert status == 0
    for verb in ("run", "test", "test-services", "lint", "bench", "manage"):
        assert f"./portal {verb}" in said


def test_an_unknown_verb_is_refused(checkout):
    status, said = portal(checkout, "fly")
    assert status == 2
    assert "There is no “fly”" in said


def test_the_services_must_be_named(checkout):
    status, said = portal(checkout, "test-services")
    assert status == 1
    assert "DATABASE_URL=postgresql://" in said


def test_where_packages_cannot_be_installed_it_says_which_to_install(checkout):
    status, said = portal(checkout, "run")
    assert status == 1
    assert "Python 3.11 or newer" in said
    assert "python3-venv" in said


def test_the_virus_scanner_of_the_tests_is_installed_where_it_may_and_else_named(checkout):
    script = (checkout / "portal").read_text()
    for verb in ("test)", "test-services)"):
        assert "install_clamd" in script.partition(f"\n{verb}")[2].partition(";;")[0]
    tested = script.partition("install_clamd() {")[2].partition("}\n")[0]
    assert "clamav-daemon" in tested
    assert "SKIPPED" in tested


@pytest.mark.parametrize("found", ["Linux", "Darwin"])
def test_an_old_python_is_not_taken(checkout, found):
    program(checkout, "python3", "exit 1")
    (checkout.parent / "bin" / "uname").unlink()
    program(checkout, "uname", f"echo {found}")
    status, said = portal(checkout, "run")
    assert status == 1
    assert ("brew install" in said) == (found == "Darwin")


def test_somebody_without_the_right_to_install_is_told_the_command(checkout):
    program(checkout, "apt-get", "exit 1")
    program(checkout, "id", "echo 1000")
    status, said = portal(checkout, "run")
    assert status == 1
    assert "sudo apt-get install python3 python3-venv" in said


def test_whoever_may_install_is_told_what_is_being_installed(checkout):
    program(checkout, "apt-get", f"echo apt-get $@ >> {checkout}/asked; exit 0")
    program(checkout, "id", "echo 0")
    status, said = portal(checkout, "run")
    assert status == 1
    assert "Installing system packages with apt-get, for Python 3.11 or newer: python3 python3-venv" in said
    assert "install -q -y --no-install-recommends python3 python3-venv" in (checkout / "asked").read_text()


def test_it_is_plain_posix_shell_and_may_be_run():
    assert (ROOT / "portal").read_text().startswith("#!/bin/sh\n")
    assert os.access(ROOT / "portal", os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_locked_package_carries_its_hash_and_no_address():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "://" not in text, lock
        assert "--index-url" not in text, lock
        pins = text.count("==")
        assert pins
        assert text.count("--hash=sha256:") >= pins, lock


def test_the_lock_for_tests_holds_the_lock_of_the_portal():
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text()
        return {line.split(" ")[0] for line in text.splitlines() if "==" in line and not line.startswith(" ")}

    assert pins("app.txt") <= pins("dev.txt")

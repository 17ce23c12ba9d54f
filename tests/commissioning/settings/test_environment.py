import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from commissioning.processes.supervisor import COMMANDS
from commissioning.settings.environment import BASE_DIR, fresh_sealing_key, kept, read
from tests import processes

GOOD = {
    "DATABASE_URL": "postgresql://portal:word@db:5432/portal",
    "REDIS_URL": "redis://redis:6379/0",
    "SECRET_KEY": "pV9-e7sYxkQ2mTzR4uLw8HcJ1bNdA6fGqE3iXoKvU5yCsWt0Zh",
    "PORTAL_SEALING_KEY": fresh_sealing_key(),
    "ALLOWED_HOSTS": "portal.example.org,www.portal.example.org",
    "EMAIL_URL": "smtp+tls://user:word@mail:587/?from=tenders@example.org",
    "CLAMD_URL": "tcp://clamav:3310",
    "STORAGE_URL": "file:///srv/portal/files",
}


def variables(tmp_path: Path, **changes: str) -> dict[str, str]:
    return {"PORTAL_DATA": str(tmp_path / "var"), **changes}


def said(tmp_path: Path, **changes: str) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(variables(tmp_path, **changes))
    return str(refused.value)


def test_with_nothing_set_the_embedded_default_stands(tmp_path):
    found = read(variables(tmp_path))
    assert not found.production
    assert not found.demo
    assert found.database["ENGINE"].endswith("sqlite3")
    assert found.allowed_hosts == ["127.0.0.1", "localhost", "[::1]"]
    assert found.email["EMAIL_FILE_PATH"] == str(tmp_path / "var" / "mail")
    assert found.address == "http://127.0.0.1:8000"
    assert len(found.sealing_key) == 32
    assert len(found.secret_key) >= 50


def test_kept_values_stay_and_are_readable_by_their_owner_alone(tmp_path):
    first, second = read(variables(tmp_path)), read(variables(tmp_path))
    assert (first.secret_key, first.sealing_key) == (second.secret_key, second.sealing_key)
    for name in ("secret_key", "sealing_key"):
        file = tmp_path / "var" / "keys" / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var" / "keys").stat().st_mode) == 0o700


def test_of_two_first_starts_at_once_one_value_is_kept(tmp_path):
    assert kept(tmp_path / "key", "one") == "one"
    assert kept(tmp_path / "key", "two") == "one"
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_a_good_production_is_read_whole(tmp_path):
    found = read(variables(tmp_path, **GOOD))
    assert found.production
    assert found.address == "https://portal.example.org"
    assert found.email_from == "tenders@example.org"
    assert found.email["EMAIL_USE_TLS"] is True
    assert "from" not in str(found.email).lower()
    assert found.storage == Path("/srv/portal/files")
    assert found.database["HOST"] == "db"


@pytest.mark.parametrize("name", sorted(GOOD))
def test_in_production_a_missing_value_stops_the_start_with_its_name_and_how_to_write_it(tmp_path, name):
    changed = {**GOOD, name: ""}
    if name == "DATABASE_URL":
        changed["ALLOWED_HOSTS"] = "portal.example.org"
    sentence = said(tmp_path, **changed)
    assert sentence.count("\n") == 1
    assert f"{name} is not set: write " in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-pV9-e7sYxkQ2mTzR4uLw8HcJ1bNdA6fGqE3iXoKvU5yCs"),
        ("PORTAL_SEALING_KEY", "not base64 at all"),
        ("PORTAL_SEALING_KEY", base64.urlsafe_b64encode(b"short").decode()),
        ("PORTAL_SEALING_KEY", base64.urlsafe_b64encode(bytes(32)).decode()),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ".example.org"),
        ("ALLOWED_HOSTS", "https://portal.example.org/"),
        ("DATABASE_URL", "mysql://portal@db/portal"),
        ("DATABASE_URL", "postgresql://db:5432"),
        ("DATABASE_URL", "sqlite:////srv/portal.sqlite3"),
        ("REDIS_URL", "localhost:6379"),
        ("EMAIL_URL", "mail:25"),
        ("EMAIL_URL", "smtp://mail:25/?from=nobody"),
        ("CLAMD_URL", "clamav:3310"),
        ("STORAGE_URL", "s3://bucket"),
        ("STORAGE_URL", "file://files"),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORTAL_DEMO", "yes"),
        ("PORTAL_PROXIES", "10.0.0.300"),
        ("PORTAL_URL", "http://portal.example.org"),
        ("PORTAL_URL", "portal.example.org"),
    ],
)
def test_a_weak_or_misspelt_value_stops_the_start_and_is_named(tmp_path, name, value):
    sentence = said(tmp_path, **{**GOOD, name: value})
    assert name in sentence
    assert "word" not in sentence.replace("password", "")


def test_a_weak_value_is_refused_in_the_embedded_default_too(tmp_path):
    assert "SECRET_KEY is weak" in said(tmp_path, SECRET_KEY="short")


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    sentence = said(tmp_path, ALLOWED_HOSTS="portal.example.org")
    assert sentence.count("is not set") == len(GOOD) - 1


def test_a_demonstration_keeps_values_of_its_own_on_any_database_and_names_no_public_host(tmp_path):
    found = read(variables(tmp_path, PORTAL_DEMO="1", DATABASE_URL=GOOD["DATABASE_URL"]))
    assert found.demo
    assert not found.production
    assert "answers on this machine only" in said(tmp_path, PORTAL_DEMO="1", ALLOWED_HOSTS="a.example.org")


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ImproperlyConfigured, match="PORTAL_DATA"):
        read({"PORTAL_DATA": str(tmp_path / "file" / "var")})


@pytest.mark.parametrize(
    "command",
    [
        "manage.py check",
        "-m commissioning.processes.supervisor",
        *(f"-m {command}" for command in COMMANDS.values()),
    ],
)
def test_whatever_is_started_stops_with_the_sentence_alone(tmp_path, command):
    stopped = subprocess.run(
        [sys.executable, *command.split()],
        cwd=BASE_DIR,
        env=processes.variables(tmp_path / "var", SECRET_KEY="short"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert stopped.returncode == 1
    assert "SECRET_KEY is weak: write 50 random characters" in stopped.stderr
    assert "Traceback" not in stopped.stderr

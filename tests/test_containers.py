"""No container engine is at hand where this is tested: the files are parsed and held to what they promise."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from commissioning.processes.supervisor import COMMANDS
from commissioning.settings.environment import fresh_sealing_key, read

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
FILLED_IN = {
    "SECRET_KEY": "pV9-e7sYxkQ2mTzR4uLw8HcJ1bNdA6fGqE3iXoKvU5yCsWt0Zh",
    "PORTAL_SEALING_KEY": fresh_sealing_key(),
    "OWNER_DATABASE_PASSWORD": "one",
    "PORTAL_DATABASE_PASSWORD": "two",
}


def filled_in(text: str) -> str:
    """Return the text as compose reads it with `FILLED_IN` in `.env`."""

    def value(match: re.Match[str]) -> str:
        name, rest = match[1], match[2]
        return FILLED_IN[name] if rest.startswith(":?") else FILLED_IN.get(name, rest.removeprefix(":-"))

    return re.sub(r"\$\{(\w+)((?::[-?])[^}]*)\}", value, text)


def test_the_services_are_all_there():
    named = {"prepare", "web", "worker", "beat", "database", "broker", "scanner", "mail"}
    assert set(SERVICES) == named


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_container_runs_what_the_script_runs(name):
    assert " ".join(SERVICES[name]["command"]) == COMMANDS[name]


def test_the_image_alone_serves_the_portal():
    (command,) = re.findall(r"^CMD \[(.*)\]$", DOCKERFILE, re.MULTILINE)
    assert command.replace('"', "").replace(",", "") == COMMANDS["web"]


def test_the_container_is_prepared_as_the_script_prepares():
    assert "supervisor --prepare" in (ROOT / "portal").read_text()
    assert SERVICES["prepare"]["command"] == ["python", "manage.py", "prepare"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nobody_runs_as_root(name):
    assert SERVICES[name]["user"] not in {"root", "0", "0:0"}
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_the_image_ends_as_its_own_user():
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)[-1] == "portal"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"prepare"}))
def test_each_lasting_service_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_images_are_pinned_to_a_version():
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for image in images:
        assert re.search(r":v?\d+\.\d+\.?\d*(-\w+)*$", image), image


@pytest.mark.parametrize("name", ["prepare", "web", "worker", "beat"])
def test_the_settings_are_a_whole_production(name, tmp_path):
    given = {key: filled_in(str(value)) for key, value in SERVICES[name]["environment"].items()}
    found = read({**given, "PORTAL_DATA": str(tmp_path)})
    assert found.production
    assert not found.demo


def test_the_portal_s_role_owns_no_table():
    owner, ours = SERVICES["prepare"]["environment"], SERVICES["web"]["environment"]
    assert owner["DATABASE_URL"].startswith("postgresql://owner:")
    assert ours["DATABASE_URL"].startswith("postgresql://portal:")
    granted = COMPOSE["configs"]["roles"]["content"]
    assert "TRUNCATE" not in granted
    assert "TRIGGER" not in granted


def test_everything_that_must_be_filled_in_is_in_the_example():
    needed = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert needed <= example
    documented = {"DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "PORTAL_DEMO", "EMAIL_URL", "CLAMD_URL"}
    assert documented | {"STORAGE_URL", "PORTAL_DATA", "PORT", "PORTAL_PROXIES", "PORTAL_URL"} <= example

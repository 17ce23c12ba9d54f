from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from commissioning import clock
from commissioning.clock import training

REAL = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def demo(settings: Any, tmp_path: Path, time_machine: Any) -> None:
    settings.PORTAL_DEMO = True
    settings.DATA_DIR = tmp_path
    time_machine.move_to(REAL, tick=False)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo_clock", *arguments, stdout=out)
    return out.getvalue().strip()


def test_a_time_without_zone_is_londons() -> None:
    assert run("--set", "2026-07-01T12:00") == "Wednesday 1 July 2026, 12:00:00 London time (training clock)"
    assert clock.now() == datetime(2026, 7, 1, 11, tzinfo=UTC)


def test_a_time_with_zone_is_taken_at_its_word() -> None:
    run("--set", "2026-07-01T12:00:00.000001+00:00")
    assert clock.now() == datetime(2026, 7, 1, 12, 0, 0, 1, tzinfo=UTC)


def test_a_date_alone_is_its_midnight_in_london() -> None:
    run("--set", "2026-07-01")
    assert clock.now() == datetime(2026, 6, 30, 23, tzinfo=UTC)


def test_spans_move_it_forth_and_back() -> None:
    run("--add", "3d")
    assert run("--add=-2h") == "Thursday 26 November 2026, 07:30:00 London time (training clock)"
    assert clock.now() == REAL + timedelta(days=2, hours=22)


def test_reset_ends_it_and_no_option_only_looks() -> None:
    run("--add", "3d")
    assert "26 November" in run()
    said = "Monday 23 November 2026, 09:30:00 London time (real time, no training clock set)"
    assert run("--reset") == said == run()


@pytest.mark.parametrize("arguments", [(), ("--set", "2026-07-01"), ("--add", "3d"), ("--reset",)])
def test_outside_a_demonstration_it_is_refused(settings: Any, arguments: tuple[str, ...]) -> None:
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO=1"):
        run(*arguments)
    assert not (Path(settings.DATA_DIR) / training.FILE_NAME).exists()


@pytest.mark.parametrize(
    "arguments",
    [("--set", "soon"), ("--add", "soon"), ("--add", "9999999d"), ("--set", "2026-01-01", "--reset")],
)
def test_what_cannot_be_read_changes_nothing(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)
    assert clock.now() == REAL


def test_a_damaged_file_names_the_way_out(settings: Any) -> None:
    (Path(settings.DATA_DIR) / training.FILE_NAME).write_text("?")
    with pytest.raises(CommandError, match="--reset"):
        run("--add", "3d")
    assert "real time" in run("--reset")

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commissioning import clock
from commissioning.clock import training

REAL = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Path:
    settings.PORTAL_DEMO = True
    settings.DATA_DIR = tmp_path / "var"
    return tmp_path / "var" / training.FILE_NAME


@pytest.fixture
def frozen(time_machine: Any) -> None:
    time_machine.move_to(REAL, tick=False)


def test_now_is_utc_and_real_while_no_training_clock_is_set(demo: Path, frozen: None) -> None:
    assert clock.now() == REAL == clock.real_now()
    assert clock.now().tzinfo is UTC
    assert clock.training_offset() == timedelta(0)


def test_a_set_clock_shows_that_time_and_runs_on(demo: Path, time_machine: Any) -> None:
    wanted = datetime(2021, 1, 20, 12, tzinfo=UTC)
    assert training.set_training_clock(wanted, real=REAL) == wanted
    time_machine.move_to(REAL + timedelta(minutes=5), tick=False)
    assert clock.now() == wanted + timedelta(minutes=5)
    assert clock.real_now() == REAL + timedelta(minutes=5)


def test_spans_add_up_and_reset_ends_them(demo: Path, frozen: None) -> None:
    training.add_to_training_clock(timedelta(days=3), real=REAL)
    assert training.add_to_training_clock(timedelta(hours=-2), real=REAL) == REAL + timedelta(
        days=2, hours=22
    )
    assert clock.shown(REAL) == REAL + timedelta(days=2, hours=22)
    training.reset_training_clock()
    training.reset_training_clock()
    assert clock.now() == REAL


def test_microseconds_survive_the_file(demo: Path, frozen: None) -> None:
    wanted = REAL + timedelta(days=365, microseconds=1)
    training.set_training_clock(wanted, real=REAL)
    assert clock.now() == wanted


class TestOutsideADemonstration:
    @pytest.fixture(autouse=True)
    def live(self, demo: Path, settings: Any, frozen: None) -> None:
        training.set_training_clock(REAL + timedelta(days=9), real=REAL)
        settings.PORTAL_DEMO = False

    def test_a_file_left_behind_moves_nothing(self) -> None:
        assert clock.now() == REAL == clock.shown(REAL)

    def test_nobody_moves_the_clock(self, demo: Path) -> None:
        before = demo.read_text()
        for move in (
            lambda: training.set_training_clock(REAL, real=REAL),
            lambda: training.add_to_training_clock(timedelta(days=1), real=REAL),
            training.reset_training_clock,
        ):
            with pytest.raises(clock.ClockError, match="PORTAL_DEMO=1"):
                move()
        assert demo.read_text() == before


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"offset": 1}', '{"offset_microseconds": null}'])
def test_a_damaged_file_stops_with_the_way_out(demo: Path, damaged: str) -> None:
    demo.parent.mkdir()
    demo.write_text(damaged)
    with pytest.raises(RuntimeError, match="demo_clock --reset"):
        clock.now()
    training.reset_training_clock()
    clock.now()


@pytest.mark.parametrize("days", [10**6 * 9, -(10**6)])
def test_the_calendar_is_not_left(demo: Path, days: int) -> None:
    with pytest.raises(clock.ClockError, match="that far"):
        training.add_to_training_clock(timedelta(days=days), real=REAL)
    assert clock.shown(REAL) == REAL


def test_a_clock_that_runs_out_of_the_calendar_says_so(demo: Path) -> None:
    training.set_training_clock(datetime.max.replace(tzinfo=UTC), real=REAL)
    with pytest.raises(clock.ClockError, match="reset it"):
        clock.shown(REAL + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("3d", timedelta(days=3)),
        ("+2h", timedelta(hours=2)),
        ("-90m", timedelta(minutes=-90)),
        ("45s", timedelta(seconds=45)),
        (" 1w ", timedelta(weeks=1)),
    ],
)
def test_spans_are_read(text: str, length: timedelta) -> None:
    assert training.span(text) == length


@pytest.mark.parametrize("text", ["", "3", "d", "3 days", "1.5h", "3d2h", "999999999w", "٣d"])
def test_other_spans_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(clock.ClockError, match=r"3d|that far"):
        training.span(text)


def test_nothing_else_reads_the_machines_clock() -> None:
    reads = re.compile(
        r"\b(datetime\.now|timezone\.now|date\.today|datetime\.today|utcnow|time\.time)\(|\{% now "
    )
    root = Path(__file__).resolve().parents[2]
    sources = [
        path
        for folder in ("commissioning", "lots", "providers", "evaluation", "calloffs", "templates")
        for path in (root / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt"}
    ]
    assert len(sources) > 20
    found = [path.relative_to(root).as_posix() for path in sources if reads.search(path.read_text("utf-8"))]
    # A sign of life on the disk is judged by the time of the disk, which the training clock does not move.
    assert sorted(found) == ["commissioning/clock/training.py", "commissioning/processes/health.py"]

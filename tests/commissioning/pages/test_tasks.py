from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commissioning.pages import tasks

NOON = datetime(2027, 1, 20, 12, tzinfo=UTC)
seen: list[datetime] = []


def works(*, now: datetime) -> None:
    seen.append(now)


def fails(*, now: datetime) -> None:
    raise RuntimeError("the row is in the way")


WORKS, FAILS = f"{__name__}.works", f"{__name__}.fails"


@pytest.fixture(autouse=True)
def _fresh():
    seen.clear()


def ticked(*arguments: str) -> str:
    out = StringIO()
    call_command("tick", *arguments, stdout=out)
    return out.getvalue()


def test_tick_runs_each_sweep_once_at_the_time_given(settings):
    settings.SWEEPS = [WORKS]
    assert "1 sweeps done at 2027-01-20T12:00:00+00:00" in ticked("--now", "2027-01-20T12:00:00Z")
    assert seen == [NOON]


def test_one_app_s_trouble_does_not_stop_the_others_and_is_said(settings, caplog):
    settings.SWEEPS = [FAILS, WORKS]
    with pytest.raises(CommandError, match="fails"):
        ticked("--now", "2027-01-20T12:00:00+00:00")
    assert seen == [NOON]
    assert any(record.name == "portal.sweep" for record in caplog.records)


@pytest.mark.parametrize(("text", "said"), [("noon", "is no time"), ("2027-01-20T12:00:00", "zone")])
def test_a_time_that_cannot_be_meant_is_refused(text, said):
    with pytest.raises(CommandError, match=said):
        ticked("--now", text)


def test_the_task_runs_listed_sweeps_alone(settings):
    settings.SWEEPS = [WORKS]
    tasks.sweep(WORKS)
    assert len(seen) == 1
    with pytest.raises(ValueError, match="no sweep"):
        tasks.sweep("os.remove")


def test_beat_and_tick_share_one_list(settings):
    assert list(settings.CELERY_BEAT_SCHEDULE) == settings.SWEEPS
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] < entry["schedule"].total_seconds()

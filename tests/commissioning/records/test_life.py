"""The web's sign of life: silence of the pages is an outage, silence of the worker is none."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connections

from commissioning.records import life, tasks, unsaved
from commissioning.records.models import Heartbeat, Outage

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 1, 18, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ground(settings, tmp_path, monkeypatch):
    """Keep the noted minutes apart, and the test's own connection open."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(connections, "close_all", lambda: None)


def give_at(minutes, time_machine):
    time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)
    life.give()


def test_pages_that_were_away_too_long_make_an_outage(time_machine):
    give_at(0, time_machine)
    give_at(14, time_machine)
    outage = Outage.objects.get()
    assert (outage.began_at, outage.ended_at) == (NOON, NOON + timedelta(minutes=14))
    assert outage.was_silent


def test_a_worker_that_stands_still_makes_none(time_machine):
    tasks.sweep_outages(now=NOON)
    for minute in range(15):
        give_at(minute, time_machine)
    tasks.sweep_outages(now=NOON + timedelta(minutes=15))
    assert not Outage.objects.exists()


def test_a_worker_that_runs_on_hides_no_silence_of_the_pages(time_machine):
    give_at(0, time_machine)
    for minute in range(14):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        tasks.sweep_outages(now=NOON + timedelta(minutes=minute))
    give_at(14, time_machine)
    assert Outage.objects.get().ended_at == NOON + timedelta(minutes=14)


def test_a_sign_that_cannot_be_saved_is_a_save_that_failed(time_machine, monkeypatch, caplog):
    give_at(0, time_machine)

    def live(**_):
        raise OperationalError("away")

    with monkeypatch.context() as away:
        away.setattr(life.outages, "live", live)
        give_at(1, time_machine)
    give_at(2, time_machine)
    assert tasks.sweep_outages(now=NOON + timedelta(minutes=2)) == 1
    outage = Outage.objects.get()
    assert (outage.began_at, outage.ended_at) == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=2))
    assert outage.was_refused
    assert "no sign of life could be saved" in caplog.text


def test_a_fault_of_the_program_is_no_outage(time_machine, monkeypatch):
    def live(**_):
        raise TypeError("a fault")

    monkeypatch.setattr(life.outages, "live", live)
    give_at(0, time_machine)
    with unsaved.taken() as minutes:
        assert minutes == []


def test_it_is_given_at_once_and_each_minute_until_it_is_to_stop(time_machine):
    waits = iter([False, False, True])
    asked = []

    def wait(seconds):
        asked.append(seconds)
        time_machine.shift(timedelta(seconds=seconds))
        return next(waits)

    time_machine.move_to(NOON, tick=False)
    life.keep_up(wait)
    assert asked == [60.0, 60.0, 60.0]
    assert Heartbeat.objects.get().at == NOON + timedelta(minutes=2)

from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError

from commissioning.records import pdf, tasks, unsaved
from commissioning.records.models import Letter, Message, Outage
from tests.commissioning.records.letter_factories import SENT, batch, message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(pdf, "render", lambda letter: b"%PDF-")


def test_a_sweep_does_what_waits_and_a_second_one_nothing():
    batch()
    message()
    assert tasks.sweep(SENT) == {"letters rendered": 1, "messages sent": 1}
    assert tasks.sweep(SENT) == {"letters rendered": 0, "messages sent": 0}


def test_a_sweep_stops_when_its_time_is_over_and_the_next_goes_on(monkeypatch):
    for number in range(3):
        message(key=str(number))
    monkeypatch.setattr(tasks, "BUDGET", timedelta(0))
    assert tasks.sweep(SENT)["messages sent"] == 0
    monkeypatch.undo()
    assert tasks.sweep(SENT)["messages sent"] == 3


def test_the_tasks_do_the_one_thing_they_are_given():
    drafted, queued = batch(), message()
    message(key="other")
    tasks.render_letter(drafted.letters.get().pk)
    tasks.send_message(queued.pk)
    assert Letter.objects.get().rendered_at
    assert [one.pk for one in Message.objects.filter(state="sent")] == [queued.pk]
    assert len(mail.outbox) == 1


def test_a_task_for_something_that_is_gone_does_nothing():
    tasks.render_letter(10**6)
    tasks.send_message(10**6)


def test_the_sweep_of_outages_takes_in_failed_saves_in_real_time(settings, tmp_path, time_machine):
    settings.DATA_DIR = tmp_path
    time_machine.move_to(SENT, tick=False)
    assert tasks.sweep_outages(now=SENT) == 0
    unsaved.note(SENT)
    time_machine.move_to(SENT + timedelta(minutes=1), tick=False)
    assert tasks.sweep_outages(now=SENT) == 1
    assert tasks.sweep_outages(now=SENT) == 0
    outage = Outage.objects.get()
    assert outage.ended_at - outage.began_at == timedelta(minutes=1)
    assert outage.began_at <= SENT < outage.ended_at


def test_what_could_not_be_taken_in_is_taken_in_by_the_next_sweep(
    settings, tmp_path, time_machine, monkeypatch
):
    settings.DATA_DIR = tmp_path
    time_machine.move_to(SENT, tick=False)
    unsaved.note(SENT)

    def fail(**_):
        raise OperationalError("away")

    monkeypatch.setattr(tasks.outages, "fail", fail)
    with pytest.raises(OperationalError):
        tasks.sweep_outages(now=SENT)
    monkeypatch.undo()
    settings.DATA_DIR = tmp_path
    assert tasks.sweep_outages(now=SENT) == 1

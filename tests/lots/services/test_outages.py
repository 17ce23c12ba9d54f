"""The leads of a window are told of lost time: once an outage, while something can still be decided."""

from datetime import timedelta

import pytest

from commissioning.records.models import Message, Outage
from lots import tasks
from lots.services import outages
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


def out(began_at):
    return Outage.objects.create(
        began_at=began_at, ended_at=began_at + timedelta(minutes=5), was_silent=True, recorded_at=f.NOW
    )


def told():
    return Message.objects.filter(kind="outage_recorded")


@pytest.fixture
def window():
    return f.window()


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


def test_each_lead_is_told_once_and_nobody_else(window, lead):
    second = f.lead_of(window.agreement)
    people.person(window.agreement.lead, "commissioner")
    f.application(window)
    out(f.NOW - timedelta(hours=1))
    assert tasks.sweep_outages(now=f.NOW) == 1
    assert {message.recipient for message in told()} == {lead, second}
    message = told().first()
    assert f"/windows/{window.reference}/outages/extend/" in message.body
    assert "There is no sign that the portal could save from Thursday 14 January 2027" in message.body
    tasks.sweep_outages(now=f.NOW + timedelta(minutes=1))
    assert told().count() == 2
    out(f.NOW)
    tasks.sweep_outages(now=f.NOW + timedelta(minutes=6))
    assert told().count() == 4


def test_nobody_is_told_of_what_is_decided_or_of_another_time(window, lead):
    out(f.OPENS - timedelta(hours=1))
    assert tasks.sweep_outages(now=f.NOW) == 0
    out(f.NOW - timedelta(hours=1))
    outages.leave(window=window, reason="At night.", actor=lead, now=f.NOW)
    assert tasks.sweep_outages(now=f.NOW) == 0
    out(f.NOW)
    assert tasks.sweep_outages(now=f.AFTER) == 0
    assert not told().exists()


def test_one_windows_trouble_does_not_hold_up_the_others(window, lead, monkeypatch, caplog):
    other = f.window(f.agreement())
    ben = f.lead_of(other.agreement)
    out(f.NOW - timedelta(hours=1))
    kept = outages.offer

    def offer(*, window, **given):
        if window.pk != other.pk:
            raise OSError("disk")
        kept(window=window, **given)

    monkeypatch.setattr(tasks.outages, "offer", offer)
    assert tasks.sweep_outages(now=f.NOW) == 2
    assert [message.recipient for message in told()] == [ben]
    assert "could not be told" in caplog.text

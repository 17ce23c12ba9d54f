"""The outage log: what a silence and failed saves become, once, and never twice the same minute."""

from datetime import UTC, datetime, timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.records.models import Heartbeat, Outage
from commissioning.records.services import outages

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 1, 18, 12, 0, tzinfo=UTC)


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def beat(minutes, *failed, ahead=timedelta(0)):
    """Give a sign of life and take in the saves that failed since, as web and worker do together."""
    now = at(minutes) + ahead
    silences = outages.live(real=at(minutes), ahead=ahead, actor=outages.WEB, now=now)
    return silences + outages.fail(
        minutes=[at(one) for one in failed], ahead=ahead, actor=outages.SWEEP, now=now
    )


def recorded():
    return [
        ((row.began_at - NOON) // timedelta(minutes=1), (row.ended_at - NOON) // timedelta(minutes=1))
        for row in Outage.objects.all()
    ]


def test_a_beat_each_minute_records_nothing():
    for minute in range(5):
        assert beat(minute) == 0
    assert beat(7) == 0
    assert Heartbeat.objects.get().at == at(7)
    assert not Outage.objects.exists()
    assert not Event.objects.exists()


def test_a_silence_is_an_outage_from_the_last_beat_to_the_next():
    beat(0)
    assert beat(14) == 1
    assert beat(14) == 0
    (outage,) = Outage.objects.all()
    assert (outage.began_at, outage.ended_at) == (at(0), at(14))
    assert outage.was_silent
    assert not outage.was_refused
    assert outage.words == "There is no sign that the portal could save"
    assert Event.objects.filter(action="outage.record", chain__name="portal").count() == 1


def test_failed_saves_make_whole_minutes_and_neighbours_are_one_outage():
    beat(0)
    assert beat(10, 3, 4, 5, 8) == 2  # the silence, and that saves failed in it
    assert recorded() == [(0, 10)]
    (outage,) = Outage.objects.all()
    assert outage.was_silent
    assert outage.was_refused
    assert outage.words == "The portal could not save"


def test_failed_saves_beside_living_beats_are_recorded_by_themselves():
    beat(0)
    assert beat(2, 0, 1) == 1
    assert beat(3, 1, 2) == 1
    assert beat(6, 5) == 1
    assert recorded() == [(0, 3), (5, 6)]
    assert not Outage.objects.filter(was_silent=True).exists()


def test_the_same_minutes_again_change_nothing():
    beat(0)
    beat(1, 0)
    assert beat(2, 0) == 0
    assert recorded() == [(0, 1)]
    assert Event.objects.filter(action="outage.record").count() == 1


def test_a_time_that_joins_two_outages_leaves_one():
    beat(0)
    beat(1, 0)
    beat(3, 2)
    assert recorded() == [(0, 1), (2, 3)]
    assert beat(4, 1) == 1
    assert recorded() == [(0, 3)]


def test_what_was_decided_on_is_left_as_it_is_and_only_the_rest_is_new():
    beat(0)
    beat(6)
    outages.settle(outages=Outage.objects.all())
    assert beat(8, 3, 4, 5, 6, 7) == 1
    assert recorded() == [(0, 6), (6, 8)]
    assert beat(8, 2, 3) == 0


def test_outages_are_kept_in_the_portals_time_and_measured_in_real_time():
    ahead = timedelta(days=400)
    beat(0)
    assert beat(1, ahead=ahead) == 0
    assert beat(2, 1, ahead=ahead) == 1
    assert Outage.objects.get().began_at == at(1) + ahead


def test_a_clock_that_was_set_back_is_no_outage():
    beat(30)
    assert beat(0) == 0
    assert beat(1) == 0
    assert not Outage.objects.exists()

"""The sweep: once, late, twice; one row's trouble does not hold up the others."""

from datetime import timedelta

import pytest

from calloffs import tasks
from calloffs.models import Bid, Competition
from calloffs.services import competitions
from commissioning.records.models import Message
from tests.calloffs import factories as f

pytestmark = pytest.mark.django_db


def swept(now):
    found = tasks.sweep(now=now)
    return found["mini-competitions closed"], found["bids settled"]


def test_closes_at_the_deadline_and_sets_drafts_aside_after_the_margin():
    ground = f.ground(pool=2)
    competition = f.published(ground)
    f.started(competition, ground.writers[0])
    f.submitted(competition, ground.writers[1])
    assert swept(f.DEADLINE) == (0, 0)
    assert swept(f.DEADLINE + timedelta(seconds=1)) == (1, 0)
    assert swept(f.AFTER) == (0, 1)
    assert swept(f.AFTER) == (0, 0)
    assert sorted(Bid.objects.values_list("state", flat=True)) == ["lapsed", "submitted"]
    assert Message.objects.filter(kind="bid_lapsed").count() == 1


def test_a_sweep_that_was_away_catches_up_in_one_go():
    ground = f.ground(pool=1)
    f.started(f.published(ground), ground.writers[0])
    assert swept(f.AFTER + timedelta(days=3)) == (1, 1)


def test_one_rows_trouble_does_not_hold_up_the_others(monkeypatch):
    ground = f.ground(pool=1)
    first, second = f.published(ground), f.published(ground)
    close = competitions.close

    def fails_once(*, competition, **given):
        if competition.pk == first.pk:
            raise OSError("The disk is full.")
        return close(competition=competition, **given)

    monkeypatch.setattr(competitions, "close", fails_once)
    assert swept(f.AFTER) == (1, 0)
    assert Competition.objects.get(pk=second.pk).state == "closed"

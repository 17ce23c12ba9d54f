"""Due work: once, however often it runs."""

from datetime import timedelta

import pytest

from commissioning.records.models import Message
from providers import tasks
from providers.models import Admission
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


def test_unsubmitted_drafts_are_set_aside_once_after_the_deadline():
    window = f.window()
    drafts = f.application(window, numbers=(1, 3))
    f.submitted(window)
    assert tasks.sweep(now=f.DEADLINE + timedelta(seconds=30))["drafts settled"] == 0
    assert tasks.sweep(now=f.AFTER)["drafts settled"] == 2
    assert tasks.sweep(now=f.AFTER)["drafts settled"] == 0
    assert {entry.state for entry in drafts.entries.all()} == {"lapsed"}
    assert Message.objects.filter(kind="entry_lapsed").count() == 2


def test_drafts_of_a_window_that_is_open_are_left_alone():
    f.application(f.window(deadline=f.AFTER + timedelta(days=1)))
    assert tasks.sweep(now=f.AFTER)["drafts settled"] == 0


def test_admissions_take_effect_when_the_standstill_is_over():
    lot = f.agreement(lots=1).lots.get()
    due = f.admission(lot, state="standstill", effective_at=f.NOW)
    held = f.admission(lot, state="standstill", effective_at=f.NOW, legal_hold_reason="A claim.")
    early = f.admission(lot, state="standstill", effective_at=f.NOW + timedelta(seconds=1))
    assert tasks.sweep(now=f.NOW)["admissions in force"] == 1
    assert tasks.sweep(now=f.NOW)["admissions in force"] == 0
    states = {row.pk: row.state for row in Admission.objects.all()}
    assert states == {due.pk: "current", held.pk: "standstill", early.pk: "standstill"}


def test_one_rows_trouble_does_not_hold_up_the_others(monkeypatch, caplog):
    window = f.window()
    first, second = f.application(window), f.application(window)
    kept = tasks.standing.settle

    def settle(*, entry, **given):
        if entry.application_id == first.pk:
            raise OSError("disk")
        kept(entry=entry, **given)

    monkeypatch.setattr(tasks.standing, "settle", settle)
    assert tasks.sweep(now=f.AFTER)["drafts settled"] == 1
    assert second.entries.get().state == "lapsed"
    assert "could not be moved on" in caplog.text

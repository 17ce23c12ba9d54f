"""At once, on real transactions of either database: nobody's timely work is lost, nobody's is overwritten."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from commissioning.records.models import Message
from commissioning.workflow import Refused
from lots.models import Window
from lots.services import windows
from providers import tasks
from providers.models import AnswerVersion, Application, Entry, Package
from providers.services import application_answers, applications, entries, openings, standing
from providers.services.submissions import Overtaken
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db(transaction=True)

MICROSECOND = timedelta(microseconds=1)


def at_once(*acts):
    """Run each act in a thread of its own, and return what it returned or raised."""

    def run(act):
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def submitting(entry, now):
    fresh = Entry.objects.get(pk=entry.pk)
    return lambda: entries.submit(entry=fresh, actor=f.writer_of(fresh.application), now=now)


def closing(window):
    """Close the window as soon as no submission holds it: the sweep passes by what is locked."""
    while not windows.keep_time(window_id=window.pk, now=f.DEADLINE + MICROSECOND):
        time.sleep(0.005)


def test_what_arrived_in_time_goes_in_though_the_window_is_closed_meanwhile():
    window = f.window()
    timely = [f.fill(f.entry_of(f.application(window))) for _ in range(6)]
    late = f.fill(f.entry_of(f.application(window)))
    results = at_once(
        *(submitting(entry, f.DEADLINE) for entry in timely[:3]),
        lambda: closing(window),
        lambda: tasks.sweep(now=f.DEADLINE + timedelta(seconds=20)),
        *(submitting(entry, f.DEADLINE) for entry in timely[3:]),
        submitting(late, f.DEADLINE + MICROSECOND),
    )
    assert Window.objects.get().state == "closed"
    assert not [result for result in results[:-1] if isinstance(result, Refused)]
    assert isinstance(results[-1], Refused)
    states = dict(Entry.objects.values_list("pk", "state"))
    assert [states[entry.pk] for entry in timely] == ["submitted"] * 6
    assert states[late.pk] == "draft"


def test_two_colleagues_who_submit_the_same_at_once_get_the_same_receipt():
    entry = f.fill(f.entry_of(f.application()))
    first, second = at_once(submitting(entry, f.NOW), submitting(entry, f.NOW))
    assert first == second
    assert Package.objects.get(submission=entry.submission) == first
    assert Message.objects.filter(kind="entry_received").count() == 1


def test_of_two_colleagues_who_save_at_once_one_sees_the_others_text():
    application = f.application()
    submission = f.entry_of(application).submission
    ben = people.person(application.organisation, "provider_editor")

    def saving(who, words):
        return lambda: application_answers.save_answers(
            application=application,
            submission=submission,
            values={"MS1": words},
            based_on={"MS1": 0},
            actor=who,
            now=f.NOW,
        )

    results = at_once(saving(f.writer_of(application), "Ana's"), saving(ben, "Ben's"))
    assert sum(isinstance(result, Overtaken) for result in results) == 1
    assert AnswerVersion.objects.filter(item="MS1").count() == 1


def test_two_colleagues_who_start_at_once_start_one_application():
    window, ana = f.window(), f.bid_writer()
    ben = people.person(f.provider_of(ana), "provider_editor")
    lots = list(window.lots.filter(lot__number=1))

    def starting(who):
        return lambda: applications.start(
            window=window, lots=lots, organisation=f.provider_of(ana), actor=who, now=f.NOW
        )

    results = at_once(starting(ana), starting(ben))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Application.objects.count() == 1


def test_two_sweeps_at_once_do_each_thing_once():
    window = f.window()
    for _ in range(4):
        f.application(window)
    sweep = at_once(lambda: tasks.sweep(now=f.AFTER), lambda: tasks.sweep(now=f.AFTER))
    assert sum(done["drafts settled"] for done in sweep) == 4
    assert set(Entry.objects.values_list("state", flat=True)) == {"lapsed"}


def test_sweeps_and_the_opening_at_once_send_each_lot_once():
    window = f.window()
    made = [f.application(window) for _ in range(3)]
    for application in made:
        f.fill(f.entry_of(application))
        standing.instruct(application=application, actor=f.writer_of(application), now=f.NOW)
    lead = f.lead_of(window.agreement)
    fresh = Window.objects.get(pk=window.pk)
    at_once(
        lambda: tasks.sweep(now=f.AFTER),
        lambda: openings.open_entries(window=fresh, actor=lead, now=f.AFTER),
        lambda: tasks.sweep(now=f.AFTER),
    )
    assert set(Entry.objects.values_list("state", flat=True)) == {"opened"}
    assert Package.objects.count() == 3
    assert Package.objects.exclude(stands_for=None).count() == 3


def test_a_submission_by_hand_in_the_last_microsecond_and_the_sweep_give_one_that_stands():
    entry = f.fill(f.entry_of(f.application()))
    standing.instruct(application=entry.application, actor=f.writer_of(entry.application), now=f.NOW)
    at_once(submitting(entry, f.DEADLINE), lambda: tasks.sweep(now=f.AFTER))
    assert Entry.objects.get().state == "submitted"
    assert Package.objects.filter(stands_for=entry.submission).count() == 1

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from commissioning.audit.models import AccessBatch, AccessEntry, Chain, Event
from commissioning.audit.services import close_access_batches, in_unit, note_access, record, unit
from commissioning.audit.verification import verify
from commissioning.people.actors import System
from commissioning.people.models import Organisation
from tests.factories import NOW, authority, person, provider

pytestmark = pytest.mark.django_db
SYSTEM = System("test sweep")


def note(action="thing.did", subject="X-1", **given):
    record(action, subject, actor=SYSTEM, at=NOW, **given)


def test_an_event_is_written_with_the_verb_that_did_it():
    organisation = authority("PCC")
    user = person(organisation)
    with unit():
        record("organisation.change", organisation, actor=user, at=NOW, before={"n": 1}, after={"n": 2}, by=3)
    event = Event.objects.get()
    assert (event.action, event.subject_type, event.subject) == (
        "organisation.change",
        "organisation",
        organisation.reference,
    )
    assert (event.actor, event.actor_name, event.at) == (user, f"user: {user.pk}", NOW)
    assert event.data == {"before": {"n": 1}, "after": {"n": 2}, "by": 3}
    assert event.chain.name == "portal"


def test_the_record_names_a_person_by_number_and_the_system_by_its_name():
    with unit():
        note()
    assert Event.objects.get().actor_name == "system: test sweep"
    assert Event.objects.get().actor is None


def test_business_time_and_recorded_time_are_both_kept():
    with unit():
        record("thing.did", "X-1", actor=SYSTEM, at=NOW - timedelta(days=2000))
    event = Event.objects.get()
    assert event.at == NOW - timedelta(days=2000)
    assert event.recorded_at > event.at


def test_the_subject_says_its_chain_and_its_veil():
    entry = authority("PCC")
    entry.audit_chain, entry.audit_veil = "EIP-PDPS", "RND-23456"
    with unit():
        record("entry.submit", entry, actor=SYSTEM, at=NOW)
        record("entry.late", entry, actor=SYSTEM, at=NOW, chain="OTHER", veil="")
    submit, late = Event.objects.order_by("id")
    assert {submit.chain.name, late.chain.name} == {"EIP-PDPS", "OTHER"}
    assert Event.objects.get(action="entry.submit").veil == "RND-23456"
    assert Event.objects.get(action="entry.late").veil == ""


def test_events_are_numbered_and_chained_in_the_order_they_were_noted():
    with unit():
        note("one")
        note("two")
    with unit():
        note("three")
    events = list(Event.objects.all())
    assert [(event.number, event.action) for event in events] == [(1, "one"), (2, "two"), (3, "three")]
    assert [event.previous for event in events[1:]] == [event.hash for event in events[:-1]]
    chain = Chain.objects.get()
    assert (chain.length, chain.head) == (3, events[-1].hash)


def test_nothing_is_recorded_outside_a_unit():
    with pytest.raises(RuntimeError, match="outside a unit"):
        note()
    assert not in_unit()


def test_a_unit_that_fails_leaves_neither_its_writes_nor_its_events():
    def verb():
        with unit():
            provider("Cam Sight")
            note()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        verb()
    assert not Organisation.objects.exists()
    assert not Event.objects.exists()
    assert not in_unit()


def test_an_event_that_cannot_be_written_undoes_the_unit():
    def verb():
        with unit():
            provider("Cam Sight")
            note(score=0.5)

    with pytest.raises(TypeError):
        verb()
    assert not Organisation.objects.exists()


def test_a_unit_inside_another_is_part_of_it():
    def verb():
        with unit():
            with unit():
                note()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        verb()
    assert not Event.objects.exists()


def test_an_inner_unit_that_fails_takes_only_its_own_events_along():
    def inner():
        with unit():
            provider("Cam Sight")
            note("inner")
            raise ZeroDivisionError

    with unit():
        note("outer")
        with pytest.raises(ZeroDivisionError):
            inner()
        note("after")
    assert list(Event.objects.values_list("action", flat=True)) == ["outer", "after"]
    assert not Organisation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_runs_on_commit_opens_a_unit_of_its_own():
    def later():
        assert not in_unit()
        with unit():
            note("later")

    with unit():
        note("first")
        transaction.on_commit(later)
    assert list(Event.objects.values_list("action", flat=True)) == ["first", "later"]
    assert verify(full=True).problem is None


def test_a_refused_attempt_is_kept_when_its_unit_is_rolled_back():
    user = person()
    refused = AccessEntry.Outcome.REFUSED

    def verb():
        with unit():
            provider("Cam Sight")
            note_access(refused, "APP-1", actor=user, at=NOW, what="read", reason="It is sealed.")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        verb()
    entry = AccessEntry.objects.get()
    assert (entry.user, entry.outcome, entry.subject, entry.reason) == (
        user,
        "refused",
        "APP-1",
        "It is sealed.",
    )
    assert not Organisation.objects.exists()


def test_access_entries_are_chained_in_batches():
    for number in range(3):
        note_access(AccessEntry.Outcome.READ, f"APP-{number}", actor=SYSTEM, at=NOW, what="read")
    assert close_access_batches(now=NOW) == 3
    assert close_access_batches(now=NOW) == 0
    note_access(AccessEntry.Outcome.READ, "APP-9", actor=SYSTEM, at=NOW, what="read")
    assert close_access_batches(now=NOW) == 1
    first, second = AccessBatch.objects.all()
    assert (first.count, second.count, second.previous) == (3, 1, first.hash)
    assert second.first == second.last == AccessEntry.objects.latest("id").pk


@pytest.mark.django_db(transaction=True)
def test_units_at_the_same_time_make_one_unbroken_chain():
    threads, each, problems = 4, 10, []
    start = threading.Barrier(threads)

    def work():
        try:
            start.wait()
            for _ in range(each):
                with unit():
                    note()
        except Exception as problem:  # noqa: BLE001 - seen by the test's own thread
            problems.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []
    assert list(Event.objects.values_list("number", flat=True)) == list(range(1, threads * each + 1))
    report = verify(full=True)
    assert (report.problem, report.events) == (None, threads * each)

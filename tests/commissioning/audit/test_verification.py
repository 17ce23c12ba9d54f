import pytest
from django.db.models import F

from commissioning.audit import triggers
from commissioning.audit.models import AccessBatch, AccessEntry, Chain, Event, SignedHead
from commissioning.audit.services import close_access_batches, note_access, record, unit
from commissioning.audit.verification import verify
from commissioning.people.actors import System
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def happened(count=5, chain="portal"):
    for number in range(count):
        with unit():
            record("thing.did", f"X-{number}", actor=System("test"), at=NOW, chain=chain, n=number)


def read(count=3):
    for number in range(count):
        note_access(AccessEntry.Outcome.READ, f"APP-{number}", actor=System("test"), at=NOW, what="read")


def sign(chain="portal"):
    row = Chain.objects.get(name=chain)
    return SignedHead.objects.create(
        chain=chain, length=row.length, head=row.head, signed_at=NOW, key_id="k", signature="s"
    )


def tampered(change):
    """Change the record as somebody would who may do anything to the database, then set the triggers back."""
    with triggers.lifted():
        change()


def problem(**given):
    return verify(**given).problem


def test_a_whole_record_counts_its_events():
    happened(5)
    happened(2, chain="EIP-PDPS")
    read()
    report = verify()
    assert (report.events, report.checked, report.accesses, report.problem) == (7, 7, 3, None)


def test_an_empty_record_is_whole():
    assert verify() == verify(full=True)
    assert verify().problem is None


@pytest.mark.parametrize(
    "change",
    [
        {"payload": '{"n":7}'},
        {"actor_name": "user: 9"},
        {"at": NOW.replace(year=2020)},
        {"recorded_at": NOW},
        {"action": "thing.undid"},
        {"subject": "X-9"},
        {"veil": "RND-22222"},
        {"hash": "f" * 64},
    ],
)
def test_one_changed_event_is_named(change):
    happened()
    tampered(lambda: Event.objects.filter(number=3).update(**change))
    assert problem() is not None
    assert "portal 3" in problem()


def test_the_first_of_several_broken_events_is_named():
    happened()
    tampered(lambda: Event.objects.filter(number__in=[2, 4]).update(subject="X-9"))
    assert "portal 2" in problem()


def test_an_event_taken_from_the_middle_is_missed():
    happened()
    tampered(lambda: Event.objects.filter(number=2)._raw_delete("default"))
    assert problem() == "portal 2: the event is missing."


def test_an_event_cut_off_the_end_is_missed():
    happened()
    tampered(lambda: Event.objects.filter(number=5)._raw_delete("default"))
    assert "should end with event 5, and ends with 4" in problem()


def test_an_event_added_past_the_end_is_seen():
    happened()
    tampered(lambda: Chain.objects.update(length=4, head=Event.objects.get(number=4).hash))
    assert "added past the end" in problem()


def test_two_events_that_changed_places_are_seen():
    happened()

    def swap():
        Event.objects.filter(number=2).update(number=99)
        Event.objects.filter(number=3).update(number=2)
        Event.objects.filter(number=99).update(number=3)

    tampered(swap)
    assert "portal 2" in problem()


def test_a_missing_trigger_is_a_break():
    with_trigger_gone = "audit_event_no_update"
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(triggers._drop(with_trigger_gone, "audit_event"))
    assert with_trigger_gone in problem()


def test_checking_starts_from_the_last_signed_head():
    happened(5)
    sign()
    happened(2)
    assert verify().checked == 2
    assert verify(full=True).checked == 7
    tampered(lambda: Event.objects.filter(number=2).update(subject="X-9"))
    assert problem() is None
    assert "portal 2" in problem(full=True)


def test_a_tail_that_was_rewritten_does_not_match_what_was_signed():
    happened(5)
    sign()

    def rewrite():
        last = Event.objects.get(number=5)
        last.hash = "e" * 64
        Event.objects.filter(number=5).update(hash=last.hash)
        Chain.objects.update(head=last.hash)

    tampered(rewrite)
    assert "portal 5" in problem()
    assert "portal 5" in problem(full=True)


def test_a_tail_that_was_cut_off_with_the_chains_own_row_was_signed_before():
    happened(5)
    sign()

    def cut():
        Event.objects.filter(number=5)._raw_delete("default")
        Chain.objects.update(length=4, head=Event.objects.get(number=4).hash)

    tampered(cut)
    assert "some are missing" in problem()
    assert "event 5 is missing; 5 were signed" in problem(full=True)


def test_a_signed_chain_that_is_gone_is_missed():
    happened(1, chain="EIP-PDPS")
    sign("EIP-PDPS")

    def remove():
        Event.objects.all()._raw_delete("default")
        Chain.objects.all().delete()

    tampered(remove)
    assert problem() == "The chain “EIP-PDPS” was signed and is gone."


def test_a_signature_that_does_not_hold_is_a_break():
    happened()
    sign()
    assert problem(check=lambda head: head.signature == "s") is None
    assert "does not hold" in problem(check=lambda head: head.signature == "t")


@pytest.mark.parametrize(
    "change",
    [
        lambda: AccessEntry.objects.filter(subject="APP-1").update(reason="nothing"),
        lambda: AccessEntry.objects.filter(subject="APP-1")._raw_delete("default"),
        lambda: AccessEntry.objects.filter(subject="APP-0").update(id=F("id") + 100),
        lambda: AccessBatch.objects.update(count=9),
        lambda: AccessBatch.objects.filter(count=3).update(hash="f" * 64),
        lambda: AccessBatch.objects.update(previous="f" * 64),
    ],
)
def test_a_closed_batch_of_the_access_log_is_as_it_was_closed(change):
    read()
    close_access_batches(now=NOW)
    read(1)
    close_access_batches(now=NOW)
    assert problem() is None
    tampered(change)
    assert "access log" in problem()


def test_a_signed_batch_that_is_gone_is_missed():
    read()
    close_access_batches(now=NOW)
    batch = AccessBatch.objects.get()
    SignedHead.objects.create(
        chain="access log", length=batch.last, head=batch.hash, signed_at=NOW, key_id="k", signature="s"
    )
    assert problem() is None
    tampered(lambda: AccessBatch.objects.all()._raw_delete("default"))
    assert "access log" in problem()

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from commissioning.audit import triggers
from commissioning.audit.models import AccessBatch, AccessEntry, Event, SignedHead
from commissioning.audit.services import close_access_batches, note_access, record, unit
from commissioning.people.actors import System
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def written():
    with unit():
        record("thing.did", "X-1", actor=System("test"), at=NOW)
    note_access(AccessEntry.Outcome.READ, "APP-1", actor=System("test"), at=NOW, what="read")
    close_access_batches(now=NOW)
    SignedHead.objects.create(
        chain="portal", length=1, head="0" * 64, signed_at=NOW, key_id="k", signature="s"
    )


@pytest.mark.parametrize("model", [Event, AccessEntry, AccessBatch, SignedHead])
def test_the_database_refuses_to_change_or_remove_what_was_written(model):
    written()
    row = model.objects.get()
    for attempt in (
        lambda: row.save(force_update=True),
        row.delete,
        lambda: model.objects.update(id=99),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()
    assert model.objects.get() == row


@pytest.mark.parametrize("table", triggers.tables())
def test_postgresql_refuses_to_truncate(table):
    if connection.vendor == "postgresql":
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"TRUNCATE {table} CASCADE")


def test_all_stand_after_migrate():
    assert triggers.missing() == []


def test_one_that_was_dropped_is_missed_and_put_back_by_migrate():
    name = "audit_event_no_update"
    with connection.cursor() as cursor:
        cursor.execute(triggers._drop(name, "audit_event"))
    assert triggers.missing() == [name]
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []


def test_one_that_was_made_harmless_is_missed_and_mended():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_delete")
        else:
            cursor.execute("DROP TRIGGER audit_event_no_delete")
            cursor.execute(
                "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event BEGIN SELECT 1; END"
            )
    assert triggers.missing() == ["audit_event_no_delete"]
    triggers.install()
    assert triggers.missing() == []


def test_they_are_lifted_only_for_the_length_of_the_block():
    written()
    with triggers.lifted():
        Event.objects.all()._raw_delete("default")
    assert triggers.missing() == []
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_they_stand_again_after_a_transactional_test_emptied_the_tables():
    written()
    call_command_flush_as_tests_do()
    assert triggers.missing() == []


def call_command_flush_as_tests_do():
    with triggers.lifted():
        call_command("flush", interactive=False, verbosity=0)

from django.conf import settings
from django.db import connection

from commissioning.celery import app


def test_every_run_has_a_data_folder_of_its_own():
    assert "tests/run-" in str(settings.DATA_DIR)


def test_the_embedded_database_is_a_file_that_waits_for_writers(db):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_messages_of_tests_stay_out_of_the_portals_folder():
    with app.connection_for_write() as broker:
        assert broker.transport_cls in ("memory", "redis")

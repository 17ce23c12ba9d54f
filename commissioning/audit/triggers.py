"""Triggers by which the database itself refuses to change the record (settled 20).

They are installed after each migrate, since SQLite drops them when a migration rebuilds a table.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from .models import APPEND_ONLY

SENTENCE = "The record is append-only."
_BODY = f" BEGIN RAISE EXCEPTION '{SENTENCE}'; END "


def tables() -> list[str]:
    """Return the names of the tables that the triggers guard."""
    return [model._meta.db_table for model in APPEND_ONLY]


def install() -> None:
    """Put every trigger in place as it should stand; running it again changes nothing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION portal_refuse() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"
            )
        for table in tables():
            for name, sql in _statements(table).items():
                if name not in _standing(cursor):
                    cursor.execute(_drop(name, table))
                    cursor.execute(sql)


def missing() -> list[str]:
    """Return the names of triggers that should stand and do not: dropped, disabled or made harmless."""
    with connection.cursor() as cursor:
        standing = _standing(cursor)
    return [name for table in tables() for name in _statements(table) if name not in standing]


@contextmanager
def lifted() -> Iterator[None]:
    """Take the triggers away for the length of the block: for tests that must empty the tables."""
    remove()
    try:
        yield
    finally:
        install()


def remove() -> None:
    """Drop every trigger; only tests do this."""
    with connection.cursor() as cursor:
        for table in tables():
            for name in _statements(table):
                cursor.execute(_drop(name, table))


def _statements(table: str) -> dict[str, str]:
    if connection.vendor == "postgresql":
        return {
            f"{table}_no_{verb}": (
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"FOR EACH {'STATEMENT' if verb == 'truncate' else 'ROW'} EXECUTE FUNCTION portal_refuse()"
            )
            for verb in ("update", "delete", "truncate")
        }
    return {
        f"{table}_no_{verb}": (
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        )
        for verb in ("update", "delete")
    }


def _drop(name: str, table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "")


def _standing(cursor: Any) -> set[str]:
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND p.proname = 'portal_refuse' "
            "AND p.prosrc = %s",
            [_BODY],
        )
        return {row[0] for row in cursor.fetchall()}
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = dict(cursor.fetchall())
    return {name for table in tables() for name, sql in _statements(table).items() if found.get(name) == sql}

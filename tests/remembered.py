"""Grounds that many tests stand on: built by the services once or twice, from then on put back row by row.

A test's database is known at its start, and stays known while nothing but remembered functions write to it.
A remembered function that is called again on the same ground leaves the same rows: they are kept, with what
it returned, and written as they are, in a tenth of the time. Whatever else is written makes the ground
unknown, and then everything is built in full, as it is in tests that really commit.
"""

import copy
import dataclasses
import functools
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, ParamSpec, TypeVar

from django.apps import apps
from django.db import connection, models

Given = ParamSpec("Given")
Built = TypeVar("Built")
Path = tuple[Hashable, ...]
Row = tuple[Any, ...]
Image = dict[type[models.Model], dict[Any, Row]]

READING = ("SELECT", "WITH", "SAVEPOINT", "RELEASE", "BEGIN", "PRAGMA", "SET", "SHOW")


class Changes(NamedTuple):
    """What a function wrote into one table."""

    added: list[Row]
    changed: list[Row]
    removed: list[Any]


class _Memory:
    """What the database of this process is known to hold, and what was kept of earlier tests.

    `path` names the remembered calls that led to what it holds; None while nobody knows.
    """

    path: Path | None = None
    calls: Counter[Path] = Counter()
    kept: dict[Path, tuple[dict[type[models.Model], Changes], Any]] = {}


def begin() -> None:
    """Note that a test begins, on a database with nothing but what migrations brought."""
    _Memory.path = ()
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)


def _watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    if _Memory.path is not None and not sql.lstrip("( ").startswith(READING):
        _Memory.path = None
    return execute(sql, *rest)


def remembered(build: Callable[Given, Built]) -> Callable[Given, Built]:
    """Return the function such that what it builds on a known ground is kept from the second time on."""

    @functools.wraps(build)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Built:
        given = _plain((args, tuple(sorted(kwargs.items()))))
        if _Memory.path is None or given is None or not connection.in_atomic_block:
            return build(*args, **kwargs)
        path = (*_Memory.path, (build.__module__, build.__name__, given))
        if path in _Memory.kept:
            changes, made = _Memory.kept[path]
            _put_back(changes)
        else:
            _Memory.calls[path] += 1
            if _Memory.calls[path] == 1:
                return build(*args, **kwargs)
            before = _image()
            made = build(*args, **kwargs)
            # A copy: what was built holds the arguments, which the test goes on to change.
            _Memory.kept[path] = (_changes(before, _image()), copy.deepcopy(made))
        _Memory.path = path
        returned: Built = copy.deepcopy(made)
        return returned

    return call


def _plain(value: Any) -> Hashable | None:
    """Return what stands for an argument among the names of calls, or None where nothing does."""
    if isinstance(value, models.Model):
        return (value._meta.label, value.pk)
    if dataclasses.is_dataclass(value):
        return _plain([getattr(value, field.name) for field in dataclasses.fields(value)])
    if isinstance(value, dict):
        value = sorted(value.items())
    if isinstance(value, list | tuple):
        parts = tuple(_plain(one) for one in value)
        return None if None in parts else parts
    if value is None or isinstance(value, str | int | Decimal | date):
        return (type(value).__name__, value)
    return None


# ---------------------------------------------------------------- rows


def _tables() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def _columns(model: type[models.Model]) -> list[str]:
    key = model._meta.pk
    others = [field for field in model._meta.local_concrete_fields if not (field is key or field.generated)]
    return [connection.ops.quote_name(field.column) for field in (key, *others)]


def _image() -> Image:
    """Return every row of every table by its key, as the database holds it."""
    # What SQLite selects by name, Python would make into dates.
    plain = "+{}" if connection.vendor == "sqlite" else "{}"
    found: Image = {}
    with connection.cursor() as cursor:
        for model in _tables():
            columns = ", ".join(plain.format(column) for column in _columns(model))
            cursor.execute(f"SELECT {columns} FROM {_name(model)}")  # noqa: S608 - names of our own tables
            found[model] = {row[0]: tuple(row) for row in cursor.fetchall()}
    return found


def _changes(before: Image, after: Image) -> dict[type[models.Model], Changes]:
    found = {}
    for model, rows in after.items():
        old = before[model]
        changes = Changes(
            added=[row for key, row in rows.items() if key not in old],
            changed=[row for key, row in rows.items() if key in old and old[key] != row],
            removed=[key for key in old if key not in rows],
        )
        if any(changes):
            found[model] = changes
    return found


def _put_back(changes: dict[type[models.Model], Changes]) -> None:
    with connection.cursor() as cursor:
        for model, (added, changed, removed) in changes.items():
            table, (key, *others) = _name(model), _columns(model)
            if removed:
                cursor.executemany(f"DELETE FROM {table} WHERE {key} = %s", [(one,) for one in removed])  # noqa: S608
            if changed:
                values = ", ".join(f"{column} = %s" for column in others)
                cursor.executemany(
                    f"UPDATE {table} SET {values} WHERE {key} = %s",  # noqa: S608
                    [(*row[1:], row[0]) for row in changed],
                )
            if added:
                places = ", ".join(["%s"] * len(added[0]))
                cursor.executemany(
                    f"INSERT INTO {table} ({', '.join([key, *others])}) VALUES ({places})",  # noqa: S608
                    added,
                )


def _name(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)

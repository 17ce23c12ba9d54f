"""What Django checks before the portal starts: the demo's own database, the sweeps, the triggers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from commissioning.people.models import Installation
from commissioning.records import sealing

from .tasks import find


@register
def sweeps_exist(app_configs: Sequence[AppConfig] | None, **_: Any) -> Iterable[CheckMessage]:
    """Refuse a sweep that is listed and not there: its work would never be done."""
    for path in settings.SWEEPS:
        try:
            find(path)
        except ImportError as error:
            yield Error(f"settings.SWEEPS names {path}, and there is none: {error}", id="portal.E001")


@register(Tags.database)
def demo_has_a_database_of_its_own(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse PORTAL_DEMO=1 on a database that was not created as a demonstration (settled 29)."""
    if settings.PORTAL_DEMO and databases and not is_a_demo():
        yield Error(NO_DEMO, id="portal.E002")


@register(Tags.database)
def sealing_key_fits(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse to start with a sealing key that cannot open what is sealed, before anything is written."""
    if not databases:
        return
    try:
        problem = sealing.sealing_key_problem()
    except DatabaseError:
        return  # not migrated yet: nothing is sealed
    if problem:
        yield Error(problem, id="portal.E003")


def is_a_demo() -> bool:
    """Return whether the database was created as a demonstration, or is not migrated and may become one."""
    try:
        return not Installation.objects.filter(is_demo=False).exists()
    except DatabaseError:
        return True


NO_DEMO = (
    "PORTAL_DEMO=1, but this database was not created as a demonstration. Set PORTAL_DEMO=0 to work with it, "
    "or give the demonstration a database of its own (PORTAL_DATA or DATABASE_URL)."
)

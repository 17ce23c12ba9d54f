from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


def _note_how_the_database_began(sender: AppConfig, using: str, **_: Any) -> None:
    """Write the one row of `Installation` when the database is new; a later migrate leaves it as it is."""
    from .models import Installation

    Installation.objects.using(using).get_or_create(pk=1, defaults={"is_demo": settings.PORTAL_DEMO})


class PeopleConfig(AppConfig):
    name = "commissioning.people"
    label = "people"

    def ready(self) -> None:
        post_migrate.connect(_note_how_the_database_began, sender=self)

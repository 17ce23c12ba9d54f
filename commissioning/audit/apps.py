from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _install_triggers(**_: Any) -> None:
    from . import triggers

    triggers.install()


class AuditConfig(AppConfig):
    name = "commissioning.audit"
    label = "audit"

    def ready(self) -> None:
        # SQLite drops triggers whenever a migration rebuilds their table (settled 20).
        post_migrate.connect(_install_triggers, sender=self)

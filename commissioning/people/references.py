"""Public references: a prefix and five random characters, never a sequence (settled 3)."""

import secrets
from typing import Any

from django.db import models

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 5


def random_reference(prefix: str) -> str:
    """Return a reference such as `APP-7K3M9`, drawn from letters and digits without look-alikes."""
    return prefix + "-" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


class Referenced(models.Model):
    """A row known to people by a random reference; subclasses state their `PREFIX`."""

    PREFIX: str

    reference = models.CharField(max_length=20, unique=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.reference:
            self.reference = self._unused_reference()
        super().save(*args, **kwargs)

    def _unused_reference(self) -> str:
        # A row that the usual manager leaves out has its reference too.
        rows = type(self)._base_manager
        while rows.filter(reference=(candidate := random_reference(self.PREFIX))).exists():
            continue
        return candidate

    def __str__(self) -> str:
        return self.reference

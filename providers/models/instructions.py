"""A provider's word that what is complete goes in by itself at the close, of an application or a bid."""

from typing import Any

from django.db import models

from commissioning.people.models import User


class Instruction(models.Model):
    """The provider's word that what is complete goes in by itself at the close (settled 11).

    One that was taken back stays as a row: who gave it, who took it back, and when.
    """

    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class Instructed:
    """What instructions are given for: its rows are `instructions`, of which one stands at most."""

    instructions: Any

    @property
    def instruction(self) -> Instruction | None:
        """Return the instruction to send what is complete at the close, where one stands."""
        return next((row for row in self.instructions.all() if row.cleared_at is None), None)

    @property
    def instruction_taken_back(self) -> Instruction | None:
        """Return the instruction that was taken back last, where none stands."""
        rows = sorted(self.instructions.all(), key=lambda row: row.given_at)
        return None if self.instruction or not rows else rows[-1]

"""What was decided about a window's deadline after an outage."""

from django.db import models

from commissioning.people.models import User
from commissioning.records.models import Outage

from .windows import DeadlineChange, Window


class OutageDecision(models.Model):
    """One outage in one window: the deadline was moved for everyone, or left as it was, with the reason."""

    outage = models.ForeignKey(Outage, models.PROTECT, related_name="decisions")
    window = models.ForeignKey(Window, models.PROTECT, related_name="outage_decisions")
    change = models.ForeignKey(
        DeadlineChange,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outage_decisions",
        help_text="The extension; empty where the deadline was left as it was.",
    )
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["decided_at"]
        constraints = [
            models.UniqueConstraint(fields=["outage", "window"], name="outage_decided_once_a_window")
        ]

    def __str__(self) -> str:
        return f"{self.outage} in {self.window.reference}"

"""When the portal could not save: the last sign that it could, and the dated times in which it could not."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q


class Heartbeat(models.Model):
    """The one row that each web process saves every minute; real time, which no training clock moves."""

    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="heartbeat_only_one")]

    def __str__(self) -> str:
        return f"{self.at:%d %B %Y %H:%M:%S}"


class OutageQuerySet(models.QuerySet["Outage"]):
    def between(self, first: datetime, last: datetime) -> "OutageQuerySet":
        """Return the outages that took some of the time between these moments."""
        return self.filter(began_at__lt=last, ended_at__gt=first)


class Outage(models.Model):
    """A time in which nothing could be saved, in the portal's time (rulebook D17).

    No two overlap, so that no minute is counted twice.
    """

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    was_refused = models.BooleanField(default=False, help_text="A save failed in this time.")
    was_silent = models.BooleanField(
        default=False, help_text="The web's own save of each minute is missing in this time."
    )
    is_settled = models.BooleanField(
        default=False, help_text="A decision rests on it, so nothing is joined to it any more."
    )
    recorded_at = models.DateTimeField()

    objects = OutageQuerySet.as_manager()

    class Meta:
        ordering = ["began_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="outage_ends_after_it_began")
        ]

    def __str__(self) -> str:
        return f"outage from {self.began_at:%d %B %Y %H:%M} to {self.ended_at:%d %B %Y %H:%M}"

    @property
    def words(self) -> str:
        """Return what is known of it, as a sentence begins: a missing sign of life is no failed save."""
        return (
            "The portal could not save" if self.was_refused else "There is no sign that the portal could save"
        )

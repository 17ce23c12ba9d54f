"""The table of calendar feeds: each person's dates at an address that is a secret."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def standing(self) -> "CalendarFeedQuerySet":
        """Return the feeds whose address works, as far as the feed itself decides it."""
        return self.filter(ended_at=None)


class CalendarFeed(models.Model):
    """A person's calendar feed; its address is a secret that rests here as a hash alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="calendar_feed_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"calendar of {self.user}"

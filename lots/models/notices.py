"""Notices on an agreement, such as an event before it opens again, and who follows it by e-mail."""

from datetime import datetime

from django.db import models
from django.urls import reverse

from commissioning.people.models import User
from commissioning.people.references import Referenced

from .agreements import Agreement


class AgreementNotice(Referenced):
    """What the lead tells everybody about an agreement, with an event or without; it stays as published."""

    PREFIX = "NOT"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="notices")
    title = models.CharField(max_length=120)
    text = models.TextField()
    event_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    sign_up_by = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-published_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("notice", args=[self.agreement.reference, self.reference])

    @property
    def audit_chain(self) -> str:
        return self.agreement.reference


class FollowerQuerySet(models.QuerySet["Follower"]):
    def confirmed(self) -> "FollowerQuerySet":
        """Return those who confirmed their address: nobody else is ever written to."""
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed_since(self, moment: datetime) -> "FollowerQuerySet":
        return self.filter(confirmed_at=None, asked_at__lte=moment)


class Follower(Referenced):
    """An e-mail address that asked to be told about an agreement; the row goes when it asks no longer.

    SECURITY: no page shows who follows, or how many do: before an opening that would hint at who applies.
    """

    PREFIX = "FOL"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="followers")
    email = models.EmailField()
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    network = models.CharField(
        max_length=40, blank=True, help_text="A keyed digest of where it came from, to keep floods out."
    )

    objects = FollowerQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        constraints = [models.UniqueConstraint(fields=["agreement", "email"], name="follower_once")]

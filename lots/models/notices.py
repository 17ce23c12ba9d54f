"""Notices on an agreement, such as an event before it opens again, and who follows it by e-mail."""

from datetime import datetime

from django.db import models
from django.urls import reverse

from commissioning.people.models import User
from commissioning.people.references import Referenced

from .agreements import Agreement


class AgreementNotice(Referenced):
    """What the lead tells everybody about an agreement, with an event or without.

    Its words stay as published. Its event may move or be called off; each change stays beside it.
    """

    PREFIX = "NOT"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="notices")
    title = models.CharField(max_length=120)
    text = models.TextField()
    event_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    sign_up_by = models.DateTimeField(null=True, blank=True)
    places = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many may sign up for the event; empty for any number."
    )
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_reason = models.TextField(blank=True)
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

    @property
    def run_by(self) -> set[int]:
        return self.agreement.run_by

    @property
    def sign_up_closes_at(self) -> datetime | None:
        """Return the last moment to sign up: the one given, else the beginning of the event."""
        return self.sign_up_by or self.event_at


class EventChange(models.Model):
    """An event that moved: when and where it was to be, why, who and when."""

    notice = models.ForeignKey(AgreementNotice, models.PROTECT, related_name="event_changes")
    old_event_at = models.DateTimeField()
    old_place = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["changed_at"]

    def __str__(self) -> str:
        return f"change of {self.notice.reference}"


class EventSignUpQuerySet(models.QuerySet["EventSignUp"]):
    def confirmed(self) -> "EventSignUpQuerySet":
        """Return those who hold a place: nobody else is listed, or told of a change."""
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed_since(self, moment: datetime) -> "EventSignUpQuerySet":
        return self.filter(confirmed_at=None, asked_at__lte=moment)

    def of_events_before(self, moment: datetime) -> "EventSignUpQuerySet":
        return self.filter(notice__event_at__lte=moment)


class EventSignUp(Referenced):
    """Somebody who wants to come to an event; the row goes when they cancel, and a month after the event.

    SECURITY: the lead reads it, and nobody else: neither the public nor another provider.
    """

    PREFIX = "SUP"

    notice = models.ForeignKey(AgreementNotice, models.PROTECT, related_name="sign_ups")
    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    organisation_name = models.CharField(max_length=200, blank=True)
    access_needs = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    network = models.CharField(
        max_length=40, blank=True, help_text="A keyed digest of where it came from, to keep floods out."
    )

    objects = EventSignUpQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "email"], name="signed_up_once")]

    def lock_parents(self) -> tuple[models.Model, ...]:
        """Return what is locked before this row: the notice, under whose lock places are counted."""
        return (self.notice,)


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

"""Tables of the record: hash-chained events, and the access log chained in batches (settled 19).

Rows are written by `audit.services` only; triggers in the database refuse update and delete (settled 20).
"""

import json
from typing import Any

from django.conf import settings
from django.db import models

# What an entry says of somebody who came with an own work after the deadline: no attempt at others' content.
LATE_ATTEMPT = "late attempt"


class AppendOnly(models.Model):
    """A row that is written once; the database itself refuses to change or remove it."""

    class Meta:
        abstract = True


class Chain(models.Model):
    """The head of one chain of events: one an agreement, and `portal` for everything outside agreements."""

    name = models.CharField(max_length=40, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        # SECURITY: without an order PostgreSQL lists the chain last that was written last, by whomever.
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Event(AppendOnly):
    """One thing that was done: by whom, to what, when, with what before and after."""

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="events")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField(help_text="Business time: when the act counts as done.")
    recorded_at = models.DateTimeField(help_text="The database's own time.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=160)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    veil = models.CharField(
        max_length=20,
        blank=True,
        help_text="The sealed round that hides this event until it is opened (settled 18).",
    )
    payload = models.TextField(help_text="Canonical JSON.")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["chain_id", "number"]
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="event_number_once_a_chain")]
        indexes = [models.Index(fields=["subject_type", "subject"], name="event_by_subject")]

    def __str__(self) -> str:
        # Without its number: that would count what is hidden beside it (settled 18).
        return f"{self.chain}: {self.action}"

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.payload)


class AccessEntry(AppendOnly):
    """One reading of a submission, or one refused attempt at it."""

    class Outcome(models.TextChoices):
        READ = "read", "Read"
        REFUSED = "refused", "Refused"

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=160)
    outcome = models.CharField(max_length=8, choices=Outcome)
    subject_type = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    what = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    veil = models.CharField(max_length=20, blank=True)
    chain = models.CharField(
        max_length=40, blank=True, help_text="The agreement it was about, by the name of its chain of events."
    )

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "access entries"
        indexes = [
            models.Index(fields=["subject_type", "subject"], name="access_by_subject"),
            models.Index(fields=["outcome", "at"], name="access_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.subject_type} {self.subject}"


class AccessBatch(AppendOnly):
    """A closed run of access entries and its digest, chained to the batch before it."""

    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    closed_at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "access batches"

    def __str__(self) -> str:
        return f"batch {self.hash[:12]}"


class SignedHead(AppendOnly):
    """A chain's head as it stood on a day, signed and sent to the auditors."""

    chain = models.CharField(max_length=40)
    length = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    key_id = models.CharField(max_length=20)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["chain", "length"], name="signed_head_once")]

    def __str__(self) -> str:
        return f"{self.chain} {self.head[:12]}"


APPEND_ONLY = (Event, AccessEntry, AccessBatch, SignedHead)


def described(subject: models.Model | str) -> tuple[str, str]:
    """Return the subject's kind in words and its public reference, or its key where it has none."""
    if isinstance(subject, str):
        return "", subject
    return str(subject._meta.verbose_name), str(getattr(subject, "reference", "") or subject.pk)

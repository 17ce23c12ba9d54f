"""Messages: a row in the deciding transaction, an e-mail only after it (the outbox)."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from commissioning.people.models import Organisation
from commissioning.people.references import Referenced


class MessageTemplate(models.Model):
    """An administrator's wording of one kind of message; without a row the shipped wording is used."""

    kind = models.CharField(max_length=60, unique=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.kind


class Message(Referenced):
    """One e-mail to one address, rendered when it was decided; its key keeps it from being sent twice.

    With an organisation it is that one's correspondence; without, a matter between the portal and a person.
    """

    PREFIX = "MSG"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=60)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    address = models.EmailField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="messages")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link_purpose = models.CharField(
        max_length=40,
        blank=True,
        help_text="The secret link put into the body when it is sent, never kept (settled 26).",
    )
    link_subject = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=40, blank=True)
    audit_chain = models.CharField(max_length=40, default="portal")
    veil = models.CharField(
        max_length=20, blank=True, help_text="The sealed round that hides whom this was sent to."
    )
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(
        null=True, help_text="Real time until which nobody else takes it: a sending, or the wait after one."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-queued_at", "-id"]
        indexes = [models.Index(fields=["state", "queued_at"], name="message_by_state")]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("message", args=[self.reference])

    @property
    def state_label(self) -> str:
        return self.State(self.state).label

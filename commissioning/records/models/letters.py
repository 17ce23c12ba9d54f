"""Letters: frozen facts, rendered once to PDF, released together by a second person."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from commissioning.people.models import Organisation
from commissioning.people.references import Referenced


class LetterBatch(Referenced):
    """Letters that are drafted, rendered, looked at and released together."""

    PREFIX = "BAT"

    title = models.CharField(max_length=200)
    audit_chain = models.CharField(max_length=40)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    planned_on = models.DateField(
        help_text="The London date of sending that the letters' facts rest on (settled 22)."
    )
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "letter batches"

    @property
    def run_by(self) -> set[int]:
        return {self.authority_id}

    @property
    def state(self) -> str:
        return "released" if self.released_at else "withdrawn" if self.withdrawn_at else "drafted"

    @property
    def state_label(self) -> str:
        return {"released": "Sent", "withdrawn": "Taken back", "drafted": "Waiting for release"}[self.state]

    def get_absolute_url(self) -> str:
        return reverse("letter-batch", args=[self.reference])


class Letter(Referenced):
    """One letter: its facts never change, and what was sent is the kept file (settled 22)."""

    PREFIX = "LET"

    batch = models.ForeignKey(LetterBatch, models.PROTECT, null=True, related_name="letters")
    kind = models.CharField(max_length=40)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="letters", help_text="Whom the letter is to, or about."
    )
    subject_line = models.CharField(max_length=200)
    about = models.CharField(max_length=20, blank=True, help_text="The reference of what the letter decides.")
    facts = models.JSONField()
    template_version = models.CharField(max_length=40)
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of the canonical facts, printed in the footer."
    )
    audit_chain = models.CharField(max_length=40)
    drafted_at = models.DateTimeField()
    path = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    rendered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    released_at = models.DateTimeField(null=True, help_text="Nobody outside the authority sees it before.")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["rendered_at", "withdrawn_at"], name="letter_to_render")]

    @property
    def state(self) -> str:
        if self.withdrawn_at:
            return "withdrawn"
        return "released" if self.released_at else "drafted" if self.batch_id else "kept"

    @property
    def state_label(self) -> str:
        words = {
            "released": "Sent",
            "withdrawn": "Taken back",
            "drafted": "Not sent yet",
            "kept": "On record",
        }
        return words[self.state]

    @property
    def file_name(self) -> str:
        return f"{self.kind.replace('_', '-')}-{self.reference}.pdf"

    def get_absolute_url(self) -> str:
        return reverse("letter", args=[self.reference])

"""The documents of an agreement: what each is, who may have it, and its issues in their order."""

from django.db import models

from commissioning.people.models import User
from commissioning.people.references import Referenced
from commissioning.records.models import Document

from .agreements import Agreement


class AgreementDocument(Referenced):
    """A document of an agreement, for everybody or for its members; every issue of it is kept."""

    PREFIX = "AD"

    class Audience(models.TextChoices):
        PUBLIC = "public", "Everybody, without signing in"
        MEMBERS = "members", "The members of its pools and its authorities"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="documents")
    title = models.CharField(max_length=200)
    audience = models.CharField(max_length=8, choices=Audience)
    added_at = models.DateTimeField()
    taken_out_at = models.DateTimeField(null=True, blank=True)
    taken_out_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    taken_out_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def audit_chain(self) -> str:
        return self.agreement.reference

    @property
    def run_by(self) -> set[int]:
        return self.agreement.run_by

    def lock_parents(self) -> tuple[models.Model, ...]:
        """Return what is locked before this row: its publication says who is given the document."""
        return (self.agreement,)


class DocumentIssue(models.Model):
    """One issue of a document: its number, its date and its file."""

    of = models.ForeignKey(AgreementDocument, models.PROTECT, related_name="issues")
    number = models.PositiveSmallIntegerField()
    issued_on = models.DateField()
    document = models.OneToOneField(Document, models.PROTECT, related_name="agreement_issue")

    class Meta:
        ordering = ["of_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="issue_number_once")]

    def __str__(self) -> str:
        return f"{self.of}, issue {self.number}"

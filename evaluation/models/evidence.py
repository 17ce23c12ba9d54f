"""Tables of missing documents: what was asked of bidders after the opening, and what they sent.

Nothing here reaches what was submitted: its answers and prices stay as they were sealed (rulebook D18).
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from commissioning.people.models import User
from commissioning.people.references import Referenced
from commissioning.people.roles import Role
from commissioning.records.models import Document
from lots.models import MinimumStandard

from .exercises import Assessment, Exercise


class EvidenceRequest(models.Model):
    """The one act by which all bidders of an exercise were asked for what is missing, with one deadline."""

    exercise = models.OneToOneField(Exercise, models.PROTECT, related_name="evidence_request")
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"missing documents of {self.exercise}"


class MissingEvidenceQuerySet(models.QuerySet["MissingEvidence"]):
    def visible_to(self, user: User) -> "MissingEvidenceQuerySet":
        """Return what was asked of the person's own provider, and in exercises its authority runs."""
        own = Q(assessment__organisation__in=user.organisation_ids(Role.PROVIDER_ADMIN, Role.PROVIDER_EDITOR))
        runs = Q(assessment__exercise__authority__in=user.organisation_ids(Role.LEAD, Role.AUDITOR))
        return self.filter(own | runs, request__isnull=False)


class MissingEvidence(Referenced):
    """A document that is missing from what a bidder declared; asked for once `request` is set."""

    PREFIX = "EV"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="missing")
    standard = models.ForeignKey(MinimumStandard, models.PROTECT, related_name="+")
    request = models.ForeignKey(
        EvidenceRequest, models.PROTECT, null=True, blank=True, related_name="missing"
    )
    what = models.TextField(help_text="Which document is missing; the bidder reads it.")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = MissingEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["assessment_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "standard"], name="missing_evidence_once")
        ]

    def get_absolute_url(self) -> str:
        return reverse("evidence", args=[self.reference])

    @property
    def owned_by(self) -> set[int]:
        return {self.assessment.organisation_id}

    @property
    def audit_chain(self) -> str:
        return self.assessment.exercise.audit_chain


class SuppliedEvidence(models.Model):
    """What a bidder sent in time: a file, words, or both; never changed, a later one stands beside it."""

    missing = models.ForeignKey(MissingEvidence, models.PROTECT, related_name="supplied")
    words = models.TextField(blank=True)
    document = models.OneToOneField(Document, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(help_text="The first line of the outermost middleware (settled 10).")
    supplied_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["missing_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(words="") | Q(document__isnull=False), name="supplied_evidence_is_something"
            )
        ]

    def __str__(self) -> str:
        return f"for {self.missing.reference}"

"""The lots of an agreement, with their skills and outcomes."""

from django.db import models
from django.urls import reverse

from commissioning.people.models import User
from commissioning.workflow import Stateful
from lots import watch
from lots.workflow import LOT

from .agreements import Agreement


class Lot(Stateful):
    """A part of an agreement that providers apply to and needs are called off under."""

    MACHINE = LOT

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="lots")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    annual_value = models.DecimalField(max_digits=14, decimal_places=2)
    term_value = models.DecimalField(max_digits=14, decimal_places=2)
    cpv_codes = models.JSONField("CPV codes", default=list)
    state_decision = models.CharField(max_length=60, blank=True, help_text="Reference of the decision.")
    state_decided_on = models.DateField(
        null=True, blank=True, help_text="Empty where the decision was recorded without its day."
    )
    state_reason = models.TextField(blank=True)
    rolling_scheme = models.ForeignKey(
        "Scheme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="By which a rolling entry is judged; empty where the lot takes none.",
    )
    holding_documents = models.JSONField(
        default=list, blank=True, help_text="Kinds of documents that hold new invitations once they run out."
    )
    lowest_rating = models.CharField(
        "lowest CQC rating", max_length=20, blank=True, choices=list(watch.RATINGS.items())
    )

    class Meta:
        ordering = ["agreement_id", "number"]
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="lot_number_once")]

    def __str__(self) -> str:
        return f"Lot {self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("lot", args=[self.agreement.reference, self.number])

    @property
    def reference(self) -> str:
        return f"{self.agreement.reference}/{self.number}"

    @property
    def audit_chain(self) -> str:
        return self.agreement.reference

    @property
    def run_by(self) -> set[int]:
        return self.agreement.run_by

    @property
    def sighted_by(self) -> set[int]:
        return self.agreement.sighted_by

    def hold_rule(self) -> list[str]:
        """Return what its members must keep in date to be invited, in words (rulebook G23)."""
        return watch.rule_in_words(self.holding_documents, self.lowest_rating)

    def points_of(self, kind: str, version: int | None = None) -> "list[LotPoint]":
        """Return the skills or the outcomes of a version in their order; without one, as they now stand."""
        points = [point for point in self.points.all() if point.kind == kind]
        if version is None:
            version = max((point.version for point in points), default=0)
        return sorted((point for point in points if point.version == version), key=lambda one: one.position)

    def version_of(self, kind: str) -> int:
        """Return the number of the version that now stands; 0 where nothing was stated yet."""
        return max((point.version for point in self.points.all() if point.kind == kind), default=0)

    @property
    def skills(self) -> "list[LotPoint]":
        return self.points_of("skill")

    @property
    def outcomes(self) -> "list[LotPoint]":
        return self.points_of("outcome")


class LotPoint(models.Model):
    """One skill or outcome of a lot, in its order; a later version replaces the earlier list whole."""

    class Kind(models.TextChoices):
        SKILL = "skill", "Skill"
        OUTCOME = "outcome", "Outcome"

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="points")
    kind = models.CharField(max_length=8, choices=Kind)
    version = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["lot_id", "kind", "-version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "kind", "version", "position"], name="lot_point_place_once"
            )
        ]

    def __str__(self) -> str:
        return self.text


class PointVersion(models.Model):
    """When and why a version of a lot's skills or outcomes was made (rulebook A1.21)."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="point_versions")
    kind = models.CharField(max_length=8, choices=LotPoint.Kind)
    version = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True, help_text="Empty while the agreement was being set up.")

    class Meta:
        ordering = ["lot_id", "kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "kind", "version"], name="point_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}s of {self.lot}, version {self.version}"

"""What a provider keeps on record of itself: documents with their dates, and its CQC ratings."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from commissioning.people.models import Organisation, User
from commissioning.records.models import Document
from lots.watch import DOCUMENT_CHOICES, DOCUMENT_KINDS, RATINGS


class ProfileDocumentQuerySet(models.QuerySet["ProfileDocument"]):
    def standing(self) -> "ProfileDocumentQuerySet":
        """Return the documents that were not taken out again."""
        return self.filter(taken_out_at=None)


class ProfileDocument(models.Model):
    """A document on a provider's profile: of a kind, issued on a day, and good until its last day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="profile_documents")
    kind = models.CharField(max_length=24, choices=DOCUMENT_CHOICES)
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    issued_on = models.DateField()
    expires_on = models.DateField(
        null=True, blank=True, help_text="The last day on which it is good; empty where it has none."
    )
    reminded_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of how many days before the end the last reminder was."
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    taken_out_at = models.DateTimeField(null=True, blank=True)
    taken_out_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ProfileDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["organisation_id", "kind", "-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gt=F("issued_on")),
                name="profile_document_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.organisation}"

    @property
    def reference(self) -> str:
        return self.document.reference

    @property
    def name(self) -> str:
        """Return the kind in words."""
        return DOCUMENT_KINDS[self.kind].name

    @property
    def owned_by(self) -> set[int]:
        return {self.organisation_id}

    def is_good_on(self, day: date) -> bool:
        """Return whether it is in force on this London day, its last one included."""
        return self.issued_on <= day and (self.expires_on is None or day <= self.expires_on)


class Rating(models.Model):
    """A rating that the Care Quality Commission published, as recorded by the provider or by a lead."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="ratings")
    rating = models.CharField(max_length=20, choices=list(RATINGS.items()))
    published_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_authority = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The authority whose lead recorded it; empty where the provider did.",
    )

    class Meta:
        ordering = ["organisation_id", "-published_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_rating_display()}, {self.published_on:%d %B %Y}"

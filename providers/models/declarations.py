"""What a provider has declared, kept once for every application that asks the same again."""

from django.db import models

from commissioning.people.models import Organisation, User
from commissioning.records.models import SealedBlob


class Declaration(models.Model):
    """A complete declaration on one statement, word for word; the highest number is what stands.

    SECURITY: what was declared rests sealed to the provider alone. A window's entry holds a copy of its own,
    sealed to the window's rounds; nothing here changes or opens it.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="declarations")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the statement, word for word.")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(
        SealedBlob, models.PROTECT, related_name="+", help_text="Shared by confirmations of the same words."
    )
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["organisation_id", "fingerprint", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "fingerprint", "number"], name="declaration_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"declaration {self.pk}, number {self.number}"

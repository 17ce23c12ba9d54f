"""A submission: what is sealed and what is assessed, whether of an entry or of a bid (settled 2)."""

from django.db import models

from commissioning.people.details import called
from commissioning.people.models import Organisation, User
from commissioning.records.models import Round, SealedBlob
from lots.models import Scheme


class Submission(models.Model):
    """A provider's answers to one scheme; the common part of an application has no round of its own."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="submissions")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="submissions")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="submissions")
    package = models.OneToOneField(
        "Package",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stands_for",
        help_text="What stands as submitted.",
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["round", "organisation"], name="submission_by_round")]

    def __str__(self) -> str:
        return f"submission {self.pk}"

    @property
    def audit_veil(self) -> str:
        """Return the sealed round whose opening lets others learn of this submission (settled 18)."""
        return self.round.reference if self.round else ""

    @property
    def owned_by(self) -> set[int]:
        return {self.organisation_id}

    @property
    def applicant(self) -> str:
        """Return what its provider was called when it submitted this, and is called now if that differs."""
        return called(self.name_sent, self.organisation.name)

    @property
    def name_sent(self) -> str:
        """Return what its provider was called when it submitted this; else, and before, the name of now."""
        sent = self.package.details.get("name", "") if self.package else ""
        return str(sent or self.organisation.name)


class AnswerVersion(models.Model):
    """One saved version of one item: an answer, a declaration or a price; the highest number is current."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="versions")
    item = models.CharField(
        max_length=20, help_text="A question's, standard's or price line's code in the scheme."
    )
    number = models.PositiveIntegerField()
    blob = models.OneToOneField(SealedBlob, models.PROTECT, related_name="+")
    words = models.PositiveIntegerField(default=0)
    is_complete = models.BooleanField(
        help_text="Computed at save, so that nothing is decrypted to remind or to list (settled 15)."
    )
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_autosaved = models.BooleanField(
        default=False, help_text="Saved by the page itself while its writer typed on."
    )
    is_kept = models.BooleanField(
        default=False, help_text="Shown to somebody as the newer text: it stays in the history."
    )
    carried_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The answer of an earlier window that this is word for word, where it was taken over.",
    )

    class Meta:
        ordering = ["submission_id", "item", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "item", "number"], name="answer_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} version {self.number}"


class SubmittedFile(models.Model):
    """A version of a file put to a question: its bytes and its name are sealed, its size is known.

    A new version replaces it, be it other bytes or another label on the same; what was submitted with an
    earlier one stands until it is submitted again (settled 6).
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="files")
    item = models.CharField(max_length=20)
    blob = models.ForeignKey(
        SealedBlob,
        models.PROTECT,
        related_name="+",
        help_text="Shared by versions that differ by label alone.",
    )
    label = models.OneToOneField(
        SealedBlob,
        models.PROTECT,
        related_name="+",
        help_text="The file's name, type and what is confidential about it, as canonical JSON, sealed.",
    )
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    size = models.PositiveBigIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    carried_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The file of an earlier window that this is a copy of, where it was taken over.",
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"file {self.pk} for {self.item}"


class Package(models.Model):
    """What was submitted at one moment: exactly these versions and files, with its receipt (settled 6)."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="packages")
    number = models.PositiveIntegerField()
    received_at = models.DateTimeField(
        help_text="The first line of the outermost middleware, in UTC (settled 10)."
    )
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    fixed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the portal fixed it under a standing instruction; empty where a person submitted it.",
    )
    answers = models.ManyToManyField(AnswerVersion, related_name="packages")
    files = models.ManyToManyField(SubmittedFile, related_name="packages")
    receipt = models.OneToOneField(
        SealedBlob, models.PROTECT, related_name="+", help_text="Sealed to the provider."
    )
    receipt_digest = models.CharField(max_length=64)
    share_code = models.CharField(
        max_length=8,
        blank=True,
        help_text="The organisation's when it submitted (rulebook C20).",
    )
    details = models.JSONField(
        default=dict,
        blank=True,
        help_text=(
            "The organisation's when it submitted, by column; empty in what is older than their keeping."
        ),
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["submission_id", "number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="package_number_once")]

    def __str__(self) -> str:
        return f"package {self.number} of submission {self.submission_id}"

"""Keys and sealed content (settled 14-17). Only `records.sealing` reads or writes these tables."""

from django.conf import settings
from django.db import models

from commissioning.people.models import Organisation
from commissioning.people.references import Referenced


class Round(Referenced):
    """What is sealed and opened together: one lot of a window, or one mini-competition.

    Content is wrapped to the public keys; the private keys rest wrapped under the portal's sealing key
    and are used only after the recorded opening, quality and price each after its own.
    """

    PREFIX = "RND"

    title = models.CharField(max_length=200)
    not_before = models.DateTimeField(
        null=True, help_text="The deadline: no opening before it. Empty while no deadline is set."
    )
    quality_public = models.BinaryField()
    quality_private = models.BinaryField(help_text="Wrapped under the portal's sealing key.")
    price_public = models.BinaryField()
    price_private = models.BinaryField(help_text="Wrapped under the portal's sealing key.")
    sealing_key_id = models.CharField(max_length=20)
    audit_chain = models.CharField(max_length=40, default="portal")
    opened_by_two = models.BooleanField(
        default=False, help_text="Whether an opening takes a second person (settled 14); fixed when made."
    )
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    prices_opened_at = models.DateTimeField(null=True)
    prices_opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "sealed round"

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None

    @property
    def prices_are_open(self) -> bool:
        return self.prices_opened_at is not None


class DraftKey(models.Model):
    """A provider's own key, by which its people read what they wrote; it rests wrapped."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="draft_key")
    public = models.BinaryField()
    private = models.BinaryField(help_text="Wrapped under the portal's sealing key.")
    sealing_key_id = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft key of {self.organisation}"


class SealedBlob(models.Model):
    """One saved piece of content under a data key of its own; never changed, only superseded."""

    class Compartment(models.TextChoices):
        QUALITY = "quality", "Quality"
        PRICE = "price", "Price"
        PRIVATE = "private", "Provider only"

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    compartment = models.CharField(max_length=8, choices=Compartment)
    ciphertext = models.BinaryField(blank=True, help_text="Empty where the content is a file in the store.")
    path = models.CharField(max_length=120, blank=True, help_text="The sealed file's place in the store.")
    size = models.PositiveBigIntegerField(
        help_text="Bytes of the file; of content in the row its padded length, which tells nothing."
    )
    digest = models.CharField(
        max_length=64,
        help_text="SHA-256 over a random salt and the content; the salt is sealed with it (settled 17).",
    )
    sealed_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the sealed bytes as they rest.")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sealed {self.compartment} {self.pk}"


class FileScan(models.Model):
    """What is known of a sealed file's bytes: what a scan found, and whether they are whole (settled 16).

    Text in rows has none: nothing of it is ever opened by a program.
    """

    class Verdict(models.TextChoices):
        CLEAN = "clean", "No virus found"
        NOT_SCANNED = "not_scanned", "Not scanned"
        INFECTED = "infected", "Virus found"
        DAMAGED = "damaged", "Damaged"

    blob = models.OneToOneField(SealedBlob, models.CASCADE, related_name="scan")
    verdict = models.CharField(max_length=12, choices=Verdict)
    found = models.CharField(
        max_length=100, blank=True, help_text="The virus's name, or why the file could not be scanned."
    )
    at = models.DateTimeField(help_text="Since when it stands so.")
    tries = models.PositiveIntegerField(default=0, help_text="How often it was looked at since its opening.")
    next_at = models.DateTimeField(null=True, help_text="When it is due to be looked at again.")

    class Meta:
        indexes = [models.Index(fields=["verdict", "next_at"], name="file_scan_due")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.blob_id}"


class Damage(models.Model):
    """A submitted piece of an opened round that was found not to be what was sealed; kept for good."""

    blob = models.ForeignKey(SealedBlob, models.CASCADE, related_name="damages")
    round = models.ForeignKey(Round, models.PROTECT, related_name="damages")
    found_at = models.DateTimeField()
    at_opening = models.BooleanField(help_text="Found by the opening's own check; else when it was read.")
    told_at = models.DateTimeField(
        null=True, help_text="When it was recorded by name, and those who can mend it were written to."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "round"], name="damage_once_a_round")]
        indexes = [models.Index(fields=["round", "told_at"], name="damage_untold")]

    def __str__(self) -> str:
        return f"damage of {self.blob}"


class Wrap(models.Model):
    """A blob's data key, wrapped to one recipient: the provider (round empty) or a round."""

    blob = models.ForeignKey(SealedBlob, models.PROTECT, related_name="wraps")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="+")
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blob", "round"], name="wrap_once_a_round"),
            # SQLite counts empty values as different from each other.
            models.UniqueConstraint(
                fields=["blob"], condition=models.Q(round=None), name="wrap_once_for_the_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"key of {self.blob_id}"


class SigningKey(models.Model):
    """An Ed25519 key that signs receipts and heads; the training clock has a key of its own (settled 12)."""

    class Use(models.TextChoices):
        LIVE = "live", "Live"
        TRAINING = "training", "Training clock"

    key_id = models.CharField(max_length=20, unique=True)
    use = models.CharField(max_length=8, choices=Use)
    public = models.BinaryField()
    private = models.BinaryField(help_text="Wrapped under the portal's sealing key.")
    sealing_key_id = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["use"], condition=models.Q(retired_at=None), name="signing_key_one_in_use"
            )
        ]

    def __str__(self) -> str:
        return self.key_id

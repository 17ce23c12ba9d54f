"""A scheme: the questions, minimum standards, weights and scale by which submissions are judged, as data."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NoReturn

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse

from commissioning.people.models import Organisation, User
from commissioning.people.references import Referenced
from commissioning.records import uploads
from commissioning.workflow import Stateful
from lots import rules
from lots.workflow import SCHEME

from .agreements import Agreement, places_of

GROUND_CHOICES = [
    ("mandatory", "Mandatory: a bidder to whom it applies must be excluded"),
    ("tax", "Tax: must be excluded until it is paid or agreed"),
    ("discretionary", "Discretionary: may be excluded"),
]


class FrozenError(RuntimeError):
    """A published scheme is never changed: services refuse it with a sentence, the tables with this."""


def _refuse() -> NoReturn:
    raise FrozenError("A published scheme is frozen; copy it to make a new one.")


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def visible_to(self, user: User | AnonymousUser) -> "SchemeQuerySet":
        """Return published schemes of windows, and every scheme for the agreement's authorities.

        What a mini-competition asks is shown to those invited, by its own pages.
        """
        agreements = ("published", "abandoned")
        published = Q(state="published", agreement__state__in=agreements) & ~Q(kind="competition")
        if not isinstance(user, User):
            return self.filter(published)
        return self.filter(published | Q(agreement__in=places_of(user)))

    def update(self, **values: Any) -> int:
        if self.filter(state="published").exists():
            _refuse()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.filter(state="published").exists():
            _refuse()
        return super().delete()


class Scheme(Referenced, Stateful):
    """Frozen on publication; a new one is made by copying, never by changing (product 4)."""

    PREFIX = "SCH"
    MACHINE = SCHEME

    class Kind(models.TextChoices):
        ADMISSION = "admission", "Admission to a lot"
        COMMON = "common", "Common part of an application"
        COMPETITION = "competition", "Mini-competition"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="schemes")
    authority = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who writes it where that is not the agreement's lead: the lead of one call-off.",
    )
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=200)
    maximum = models.PositiveSmallIntegerField("highest score", default=5)
    threshold = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Per cent of the quality total; none for the common part.",
    )
    quality_weight = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal("100.00"))
    price_weight = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal("0.00"))
    price_formula = models.CharField(max_length=10, blank=True)
    price_benchmark = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    tie_break = models.JSONField(default=list, help_text="The published order of tie-breaks.")
    file_megabytes = models.PositiveSmallIntegerField(
        default=rules.FILE_MEGABYTES, help_text="The most MB that one file may have."
    )
    files_megabytes = models.PositiveSmallIntegerField(
        default=rules.FILES_MEGABYTES, help_text="The most MB that all files of the answers have together."
    )
    file_name_length = models.PositiveSmallIntegerField(
        default=rules.FILE_NAME_LENGTH, help_text="The most characters that a file's name may have."
    )
    plain_file_names = models.BooleanField(
        default=False, help_text="Whether names of files are of letters, digits and a few signs alone."
    )
    panel_sees_last_score = models.BooleanField(
        default=False,
        help_text="Whether the panel sees what an earlier one agreed of a re-applicant's answer.",
    )
    asks_consortium = models.BooleanField(
        "asks who applies together",
        default=False,
        help_text="Whether each entry names its consortium members and subcontractors (settled 28).",
    )
    asks_grounds_of = models.JSONField(
        default=list,
        blank=True,
        help_text="Of which of them the grounds for exclusion are declared, by the law as it was then.",
    )
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    created_at = models.DateTimeField()

    objects = SchemeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("scheme", args=[self.reference])

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.is_frozen():
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.is_frozen():
            _refuse()
        return super().delete(*args, **kwargs)

    def is_frozen(self) -> bool:
        """Return whether the row as it rests is published, whatever this object says."""
        return bool(self.pk) and Scheme._base_manager.filter(pk=self.pk, state="published").exists()

    @property
    def audit_chain(self) -> str:
        return self.agreement.reference

    @property
    def run_by(self) -> set[int]:
        return {self.authority_id} if self.authority_id else self.agreement.run_by

    @property
    def total_weight(self) -> Decimal:
        """Return the exact total of the scored questions' weights; 100 once it is complete."""
        return rules.total_weight(self.questions.all())

    @property
    def takes_files(self) -> bool:
        return any(question.files_allowed for question in self.questions.all())

    @property
    def file_limits(self) -> uploads.Limits:
        """Return what a file put to an answer may be."""
        return uploads.Limits(self.file_megabytes, self.file_name_length, self.plain_file_names)

    def tie_break_words(self) -> list[str]:
        """Return what decides between equal totals, in its order."""
        return [dict(rules.TIE_BREAKS)[one] for one in self.tie_break]

    def price_formula_words(self) -> str:
        return dict(rules.PRICE_FORMULAS).get(self.price_formula, "")


class PartQuerySet(models.QuerySet[Any]):
    """Rows of schemes; those of a published one are not to be changed in bulk either."""

    def update(self, **values: Any) -> int:
        if self.filter(scheme__state="published").exists():
            _refuse()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.filter(scheme__state="published").exists():
            _refuse()
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        objs = list(objs)
        schemes = {one.scheme_id for one in objs}
        if Scheme._base_manager.filter(pk__in=schemes, state="published").exists():
            _refuse()
        return super().bulk_create(objs, *args, **kwargs)


class SchemePart(models.Model):
    """A row that belongs to a scheme and is frozen with it."""

    scheme: Any

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.scheme.is_frozen():
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.scheme.is_frozen():
            _refuse()
        return super().delete(*args, **kwargs)


class Question(SchemePart):
    """A scored question, or for the common part one that is only answered (weight empty)."""

    class Kind(models.TextChoices):
        METHOD = "method", "Method statement"
        SOCIAL_VALUE = "social_value", "Social value"
        INFORMATION = "information", "Information, not scored"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=12, help_text="Short and stable, such as MS1.")
    kind = models.CharField(max_length=14, choices=Kind)
    title = models.CharField(max_length=120)
    text = models.TextField()
    guidance = models.TextField(blank=True, help_text="What evaluators look for.")
    word_limit = models.PositiveIntegerField()
    weight = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    floor = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="A published minimum score (rulebook D6)."
    )
    files_allowed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["scheme_id", "position"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="question_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class ScaleLevel(SchemePart):
    """One score of the scale with its published wording, and a plainer one for lay evaluators."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="scale")
    score = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=60)
    descriptor = models.TextField()
    plain = models.TextField(blank=True)

    class Meta:
        ordering = ["scheme_id", "score"]
        constraints = [models.UniqueConstraint(fields=["scheme", "score"], name="scale_level_once")]

    def __str__(self) -> str:
        return f"{self.score} {self.label}"


class MinimumStandard(SchemePart):
    """Something a provider must declare it meets; pass or fail, decided before any scoring (rulebook D7)."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="standards")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=12)
    title = models.CharField(max_length=120)
    text = models.TextField()
    evidence_wanted = models.CharField(max_length=300, blank=True)
    ground = models.CharField(
        "ground for exclusion",
        max_length=14,
        blank=True,
        choices=GROUND_CHOICES,
        help_text="Where the statement says that a ground does not apply; empty for any other standard.",
    )
    look_back_years = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How long a ground counts after the event; empty: while it lasts."
    )

    class Meta:
        ordering = ["scheme_id", "position"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="standard_code_once")]

    def __str__(self) -> str:
        return self.title


class PriceLine(SchemePart):
    """One line of a mini-competition's price schedule."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="price_lines")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=12)
    title = models.CharField(max_length=120)
    unit = models.CharField(max_length=60)
    quantity = models.DecimalField(max_digits=12, decimal_places=2)
    ceiling = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["scheme_id", "position"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="price_line_once")]

    def __str__(self) -> str:
        return self.title

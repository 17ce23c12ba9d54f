"""An agreement (a pseudo-DPS or a framework), its authorities and its lots."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from commissioning.board.models import Board
from commissioning.people.models import Organisation, User
from commissioning.regimes import Profile, called, from_data
from commissioning.workflow import Stateful
from lots import rules
from lots.workflow import AGREEMENT, ENDED


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: User | AnonymousUser) -> "AgreementQuerySet":
        """Return what this person may see: published agreements, and drafts of their own authorities."""
        published = Q(state="published") | Q(state="abandoned")
        if not isinstance(user, User):
            return self.filter(published)
        return self.filter(published | Q(pk__in=places_of(user)))

    def sighted_by(self, user: User) -> "AgreementQuerySet":
        """Return the agreements in which this person's authorities take part, whatever their state."""
        return self.filter(pk__in=places_of(user))


def places_of(user: User) -> models.QuerySet[Any, int]:
    """Return the ids of the agreements in which the person's authorities are now."""
    places = AgreementAuthority.objects.filter(organisation__in=user.organisation_ids(), until=None)
    return places.values_list("agreement_id", flat=True)


class Agreement(Stateful):
    """One pseudo-DPS or framework: its regime, term, authorities, board and lots."""

    MACHINE = AGREEMENT

    class SecurityLevel(models.TextChoices):
        STANDARD = "standard", "Standard: sealed, and opened by one authorised person"
        RAISED = "raised", "Raised: sealed, and opened by two authorised people"

    class Signature(models.TextChoices):
        SIGNED_IN = (
            "signed_in",
            "No electronic signature is asked for: who submits has signed in, and gets a signed receipt",
        )
        PROVED_AGAIN = (
            "proved_again",
            "No electronic signature is asked for, but who submits confirms it by password and code",
        )

    reference = models.CharField(
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]+(-[A-Z0-9]+)*$", "Use capital letters, digits and hyphens.")],
    )
    title = models.CharField(max_length=200)
    description = models.TextField(help_text="For a charity that has never heard of a DPS.")
    regime = models.CharField(max_length=30)
    profile = models.JSONField(default=dict, help_text="The regime's rules as data, frozen on publication.")
    board = models.OneToOneField(Board, models.PROTECT, related_name="agreement")
    starts_on = models.DateField()
    initial_years = models.PositiveSmallIntegerField()
    initial_ends_on = models.DateField(help_text="The last day of the initial term.")
    extension_years = models.PositiveSmallIntegerField(default=0)
    term_justification = models.TextField(
        blank=True,
        help_text="Why the term is longer than the law usually allows (rulebook C3, C26); public.",
    )
    extended_until = models.DateField(
        null=True, blank=True, help_text="The last day, once an extension is recorded."
    )
    published_maximum = models.DecimalField(max_digits=14, decimal_places=2)
    maximum_is_inferred = models.BooleanField(default=False)
    reopen_every_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty where it opens at the lead's discretion alone."
    )
    reopen_week = models.PositiveSmallIntegerField(default=1, choices=rules.WEEKS)
    reopen_weekday = models.PositiveSmallIntegerField(default=0, choices=rules.WEEKDAYS)
    reopen_at = models.TimeField(default=time(9), help_text="By London's clocks.")
    reopen_weeks = models.PositiveSmallIntegerField(default=6, help_text="How long a window stays open.")
    rolling_common_scheme = models.ForeignKey(
        "Scheme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The common part of a rolling entry.",
    )
    abandonment_decision = models.CharField(max_length=60, blank=True)
    abandonment_decided_on = models.DateField(null=True, blank=True)
    abandonment_reason = models.TextField(blank=True)
    discard_reason = models.TextField(blank=True, help_text="Why the draft was discarded.")
    security_level = models.CharField(
        max_length=8,
        choices=SecurityLevel,
        default=SecurityLevel.STANDARD,
        help_text="How applications and bids are kept and opened, in proportion to the risk; fixed on "
        "publication (rulebook R22-i).",
    )
    signature = models.CharField(
        "electronic signature",
        max_length=12,
        choices=Signature,
        default=Signature.SIGNED_IN,
        help_text="What is asked of whoever submits; fixed on publication (rulebook R22-i).",
    )
    signature_reason = models.TextField(
        blank=True, help_text="Why that is in proportion to the risk; stated to bidders."
    )
    council_reference = models.CharField(max_length=60, blank=True)
    portal_reference = models.CharField(max_length=60, blank=True)
    notice_reference = models.CharField(max_length=60, blank=True)
    ocid = models.CharField("OCID", max_length=60, blank=True)
    support_contact = models.CharField(max_length=200, blank=True)
    support_hours = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["reference"]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.reference])

    @property
    def audit_chain(self) -> str:
        return self.reference

    @property
    def goes_on(self) -> bool:
        """Return whether it was neither abandoned nor, as a draft, discarded."""
        return self.state not in ENDED

    @property
    def support(self) -> str:
        """Return whom to ask and when, as it stands beside every deadline; "" where nobody is named."""
        return ", ".join(part for part in (self.support_contact, self.support_hours) if part)

    @property
    def ends_on(self) -> date:
        """Return the last day of the term as it now stands."""
        return self.extended_until or self.initial_ends_on

    @property
    def latest_end(self) -> date:
        """Return the last day with every option to extend used."""
        return rules.years_on(self.starts_on, self.initial_years + self.extension_years)

    @property
    def can_be_extended(self) -> bool:
        """Return whether some of the option to extend is left."""
        return self.ends_on < self.latest_end

    @property
    def regime_profile(self) -> Profile:
        """Return the regime's rules that this agreement goes by: its own copy, frozen on publication."""
        return from_data(self.profile)

    @property
    def called(self) -> str:
        """Return what it is called under its law, with the article: “an open framework”."""
        return called(self.regime)

    @property
    def opened_by_two(self) -> bool:
        """Return whether entries, bids and prices are opened by two people (settled 14, R22-e)."""
        return self.security_level == self.SecurityLevel.RAISED

    @property
    def submitter_proves_again(self) -> bool:
        """Return whether whoever submits is asked in that moment who they are (R22-i)."""
        return self.signature == self.Signature.PROVED_AGAIN

    @property
    def reopening(self) -> rules.Reopening | None:
        """Return the rule by which it is planned to open again, or None: at discretion alone."""
        if self.reopen_every_months is None:
            return None
        return rules.Reopening(
            self.reopen_every_months,
            self.reopen_week,
            self.reopen_weekday,
            self.reopen_at,
            self.reopen_weeks,
        )

    def current_authorities(self) -> "list[AgreementAuthority]":
        return [row for row in self.authorities.all() if row.until is None]

    @property
    def lead(self) -> Organisation:
        """Return the lead authority."""
        return next(row.organisation for row in self.current_authorities() if row.is_lead)

    @property
    def run_by(self) -> set[int]:
        return {row.organisation_id for row in self.current_authorities() if row.is_lead}

    @property
    def sighted_by(self) -> set[int]:
        return {row.organisation_id for row in self.current_authorities()}


class Funding(models.TextChoices):
    """Where the money of a call-off comes from."""

    OWN = "own", "Own budget"
    S75 = "s75", "Section 75 (pooled with the NHS)"
    S256 = "s256", "Section 256 (NHS payment to the council)"
    INDIVIDUAL = "individual", "Individual budgets"


class AgreementAuthority(models.Model):
    """An authority's place in an agreement and its rights there; a successor takes the place over.

    Its own governance and funding routes are what it usually does: proposals to its call-offs, no bounds.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="authorities")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="agreement_places")
    is_lead = models.BooleanField(default=False)
    may_call_off_alone = models.BooleanField(default=True)
    may_call_off_jointly = models.BooleanField(default=True)
    spend_cap = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    decided_by = models.CharField(
        max_length=160, blank=True, help_text="Who decides to award, such as a committee or cabinet member."
    )
    key_decision_from = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="GBP of its share from which it is a key decision; empty where it has none.",
    )
    call_in_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Working days; empty where nothing can be called in."
    )
    funding_routes = models.JSONField(default=list, blank=True)
    since = models.DateField()
    until = models.DateField(
        null=True, blank=True, help_text="The last day, where the authority left or was succeeded."
    )

    class Meta:
        ordering = ["-is_lead", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                condition=Q(until=None),
                name="authority_once_an_agreement",
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(until=None, is_lead=True), name="one_lead_an_agreement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.agreement}"

    @property
    def reference(self) -> str:
        return f"{self.agreement.reference}/{self.organisation.short_name}"

    @property
    def audit_chain(self) -> str:
        return self.agreement.reference

    @property
    def run_by(self) -> set[int]:
        """Return who may say how it decides: the agreement's lead authority, and the authority itself."""
        return self.agreement.run_by | {self.organisation_id}

    @property
    def funding_words(self) -> list[str]:
        """Return its usual funding routes in words."""
        return [route.label for route in Funding if route in self.funding_routes]

    def is_key_decision(self, share: Decimal) -> bool | None:
        """Return whether a share of this size is usually a key decision there; None where it is not said."""
        return None if self.key_decision_from is None else share >= self.key_decision_from


class Succession(models.Model):
    """The recorded act by which one authority took over another's place (settled 36)."""

    place = models.OneToOneField(AgreementAuthority, models.PROTECT, related_name="succession")
    successor = models.OneToOneField(AgreementAuthority, models.PROTECT, related_name="succeeded")
    effective_on = models.DateField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.place.organisation} to {self.successor.organisation}"


class TermExtension(models.Model):
    """A recorded decision to use the option to extend, or a part of it (rulebook E13)."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="extensions")
    old_end = models.DateField()
    new_end = models.DateField()
    decision_reference = models.CharField(max_length=60)
    decided_on = models.DateField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["agreement_id", "new_end"]

    def __str__(self) -> str:
        return f"{self.agreement} to {self.new_end}"


class ReopeningChange(models.Model):
    """A recorded decision to open again by another rule, or to take rolling entries to other lots."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="reopening_changes")
    old = models.TextField()
    new = models.TextField()
    decision_reference = models.CharField(max_length=60)
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"{self.agreement} re-opens {self.new}"

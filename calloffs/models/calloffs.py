"""A call-off: one need under a lot, with the authorities that share it and their governance."""

import hashlib
from datetime import date

from django.db import models
from django.urls import reverse

from calloffs.workflow import CALLOFF
from commissioning.audit.hashing import canonical
from commissioning.board.models import Condition, Paper
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, User
from commissioning.people.references import Referenced
from commissioning.records.models import Document
from commissioning.web.text import day
from commissioning.workflow import Stateful
from lots.models import Agreement, Lot
from lots.models.agreements import Funding, places_of


class CallOffQuerySet(models.QuerySet["CallOff"]):
    def visible_to(self, user: User) -> "CallOffQuerySet":
        """Return call-offs of the agreements of the person's authorities: all partners are sighted."""
        return self.filter(agreement__in=places_of(user))


class CallOff(Referenced, Stateful):
    """One need under a lot, led by one authority whose procurement lead runs it (settled 5)."""

    PREFIX = "CO"
    MACHINE = CALLOFF

    Funding = Funding

    class Form(models.TextChoices):
        COUNCIL = "council", "Council terms"
        NHS = "nhs", "NHS Standard Contract"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="calloffs")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="calloffs")
    authority = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", help_text="The lead authority of this call-off."
    )
    title = models.CharField(max_length=160)
    also_known_as = models.CharField(max_length=160, blank=True)
    need = models.TextField(help_text="The need in three sentences.")
    value = models.DecimalField(
        max_digits=14, decimal_places=2, help_text="GBP over the whole life, options included."
    )
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day before any option is used.")
    option_months = models.PositiveSmallIntegerField(default=0)
    funding = models.CharField(max_length=10, choices=Funding)
    contract_form = models.CharField(max_length=8, choices=Form)
    specification = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    coproduction = models.TextField(blank=True)
    impact_assessments = models.TextField(blank=True)
    tupe = models.TextField("TUPE", blank=True)
    case_integrated = models.TextField(blank=True)
    case_duplication = models.TextField(blank=True)
    case_fit = models.TextField(blank=True)
    case_pool = models.TextField(blank=True)
    end_reason = models.TextField(blank=True, help_text="Why it was abandoned, or ended without an award.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = CallOffQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "call-off"

    SUBSTANCE = (
        "lot_id",
        "authority_id",
        "title",
        "need",
        "value",
        "starts_on",
        "ends_on",
        "option_months",
        "funding",
        "contract_form",
        "case_integrated",
        "case_duplication",
        "case_fit",
        "case_pool",
    )

    @property
    def state_label(self) -> str:
        """Return where it stands in words, with the day and the conditions where a query brought them along.

        `queries.calloffs` does, as `standstill_until`, `is_issued` (of the contract) and `conditions_left`.
        """
        if self.state == "standstill" and getattr(self, "is_issued", False):
            return "Contract to be signed"
        until: date | None = getattr(self, "standstill_until", None)
        conditions: int | None = getattr(self, "conditions_left", None)
        if self.state == "standstill" and until:
            return f"Standstill until {day(until)}"
        if self.state == "approved" and conditions:
            return f"Approved, with {conditions} condition{'s' * (conditions != 1)}"
        return super().state_label

    @property
    def audit_chain(self) -> str:
        return self.agreement.reference

    @property
    def run_by(self) -> set[int]:
        return {self.authority_id}

    @property
    def sighted_by(self) -> set[int]:
        return self.agreement.sighted_by

    def has_seat_for(self, actor: Actor) -> bool:
        return self.agreement.board.has_seat_for(actor)

    def get_absolute_url(self) -> str:
        return reverse("calloff", args=[self.reference])

    def substance(self) -> dict:
        """Return what the board approves: a change in any of it must come back."""
        return {
            **{name: getattr(self, name) for name in self.SUBSTANCE},
            "specification": self.specification.sha256 if self.specification else "",
            "shares": [[share.organisation_id, share.amount] for share in self.shares.all()],
        }

    def fingerprint(self) -> str:
        """Return the SHA-256, in hex, of the canonical substance."""
        return hashlib.sha256(canonical(self.substance()).encode()).hexdigest()

    def latest_link(self) -> "CallOffPaper | None":
        """Return the link to the latest paper put to the board, or nothing."""
        return max(self.paper_links.all(), key=lambda link: link.pk, default=None)

    def current_paper(self) -> Paper | None:
        """Return the latest paper put to the board, or nothing."""
        link = self.latest_link()
        return link.paper if link else None

    def approved_fingerprint(self) -> str:
        """Return the fingerprint of what the board approved last, or nothing."""
        link = self.latest_link()
        return link.substance_fingerprint if link and link.paper.state == "approved" else ""

    def has_signed_award(self) -> bool:
        """Return whether a director has signed the record of an award that stands."""
        return self.competition.has_signed_award() if hasattr(self, "competition") else False

    def conditions_not_met(self) -> list[Condition]:
        """Return the board's conditions on the latest paper that are not recorded as met."""
        paper = self.current_paper()
        return [row for row in paper.conditions.all() if row.met_at is None] if paper else []

    def open_conditions(self) -> list[str]:
        return [condition.text for condition in self.conditions_not_met()]

    def governance_missing(self) -> list[tuple[Organisation, str]]:
        """Return each authority whose own decision is not in, with why; it blocks the award (G14)."""
        recorded = {row.organisation_id: row for row in self.governance.all()}
        fingerprint = self.fingerprint()
        missing = []
        for share in self.shares.all():
            name, row = share.organisation.short_name, recorded.get(share.organisation_id)
            if row is None:
                missing.append((share.organisation, f"{name} has not recorded its own decision to award."))
            elif row.substance_fingerprint != fingerprint:
                words = "recorded its decision before the call-off was changed, and must record it again."
                missing.append((share.organisation, f"{name} {words}"))
        return missing

    def waiting_governance(self) -> list[str]:
        """Return, in words, which authorities' own decisions are not in; they block the award (G14)."""
        return [words for _, words in self.governance_missing()]

    def missing_for_board(self) -> list[str]:
        """Return, in words, what a paper still needs."""
        wanted = {
            "the specification": self.specification_id,
            "the case for an integrated approach": self.case_integrated,
            "the case on duplication": self.case_duplication,
            "the case for the fit to the lot": self.case_fit,
            "the case for the pool": self.case_pool,
            "co-production and consultation": self.coproduction,
            "impact assessments": self.impact_assessments,
            "the TUPE position": self.tupe,
        }
        return [words for words, value in wanted.items() if not value]


class Share(models.Model):
    """An authority's share of a call-off's value."""

    calloff = models.ForeignKey(CallOff, models.PROTECT, related_name="shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        ordering = ["calloff_id", "organisation_id"]
        constraints = [
            models.UniqueConstraint(fields=["calloff", "organisation"], name="share_once_an_authority")
        ]

    def __str__(self) -> str:
        return f"{self.organisation.short_name}: £{self.amount}"


class Governance(models.Model):
    """An authority's own decision that it may award; without each one the award is blocked (rulebook G14)."""

    calloff = models.ForeignKey(CallOff, models.PROTECT, related_name="governance")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    body = models.CharField(max_length=160, help_text="Who decided, such as a cabinet member or a committee.")
    decision_reference = models.CharField(max_length=60)
    decided_on = models.DateField()
    is_key_decision = models.BooleanField(default=False)
    notice_published_on = models.DateField(null=True, blank=True)
    call_in_ended_on = models.DateField(null=True, blank=True)
    substance_fingerprint = models.CharField(
        max_length=64, help_text="What was decided on: a change of substance needs the decision again."
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calloff", "organisation"], name="governance_once_an_authority")
        ]

    def __str__(self) -> str:
        return f"{self.organisation.short_name}: {self.decision_reference}"


class CallOffPaper(models.Model):
    """Links a call-off to a paper on it, with the fingerprint of the substance that was tabled."""

    calloff = models.ForeignKey(CallOff, models.PROTECT, related_name="paper_links")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="calloff_link")
    substance_fingerprint = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.paper} on {self.calloff}"

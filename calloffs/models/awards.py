"""An award with its record, letters and standstill; and the contract made from it."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse

from calloffs import rules
from calloffs.workflow import AWARD, CONTRACT
from commissioning.clock import london_date
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, User
from commissioning.people.references import Referenced
from commissioning.records.models import Letter, LetterBatch
from commissioning.regimes import exclusions
from commissioning.workflow import Stateful
from providers.models import Admission, DebarmentCheck, PlatformConfirmation

from .calloffs import CallOff
from .competitions import Bid, Competition


class Award(Stateful):
    """The recommendation for one competition, its signed record, its letters and its standstill."""

    MACHINE = AWARD

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="awards")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="awards")
    ranking = models.JSONField(help_text="The frozen ranking with quality, price and total of each bid.")
    reasons = models.TextField()
    advantages = models.TextField(
        help_text="The characteristics and relative advantages of the winner (rulebook B13)."
    )
    recommended_at = models.DateTimeField()
    recommended_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    record = models.OneToOneField(Letter, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.OneToOneField(LetterBatch, models.PROTECT, null=True, blank=True, related_name="award")
    released_at = models.DateTimeField(null=True, blank=True)
    standstill_ends_on = models.DateField(null=True, blank=True)
    contract_from = models.DateTimeField(
        null=True, blank=True, help_text="The first moment a contract may be made."
    )
    legal_hold_reason = models.TextField(blank=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["competition"],
                condition=~Q(state__in=["returned", "ended"]),
                name="one_standing_award_a_competition",
            )
        ]

    def __str__(self) -> str:
        return f"award of {self.competition.calloff.reference}"

    @property
    def reference(self) -> str:
        return self.competition.calloff.reference

    @property
    def audit_chain(self) -> str:
        return self.competition.audit_chain

    @property
    def run_by(self) -> set[int]:
        return self.competition.run_by

    @property
    def sighted_by(self) -> set[int]:
        return self.competition.sighted_by

    def lock_parents(self) -> tuple[models.Model, ...]:
        """Return what is locked before this row."""
        return (self.competition,)

    def was_evaluated_by(self, actor: Actor) -> bool:
        """Return whether the actor sat on the panel that evaluated it."""
        exercise = self.competition.exercise
        return exercise is not None and any(seat.user_id == actor.pk for seat in exercise.panel.all())

    def winner_problem(self) -> str:
        """Return why the winner cannot be awarded to now, in words, or nothing (rulebook E15)."""
        places = Admission.objects.filter(lot=self.calloff.lot, organisation=self.bid.organisation)
        if places.invitable().exists():
            return ""
        name = self.bid.bidder
        return f"{name} is suspended, on hold or removed from the lot's pool: it gets no award."

    def winner_problems(self) -> list[str]:
        """Return why the winner cannot be awarded to now: its place, and the checks due (C19, C20)."""
        problem = self.winner_problem()
        return [*([problem] if problem else []), *check_problems(self)]

    @property
    def price(self) -> Decimal:
        """The winner's price for the whole schedule, or the call-off's value where the price was fixed."""
        row = next(row for row in self.ranking if row["bid"] == self.bid.reference)
        return self.calloff.value if row["price"] is None else Decimal(row["price"])

    def blockers(self) -> list[str]:
        """Return, in words, what blocks the award (rulebook G14, E15, C19, C20; what was approved)."""
        above = rules.price_above_value(self.price, self.calloff.value)
        return [*self.calloff.waiting_governance(), *self.winner_problems(), *([above] if above else [])]

    @property
    def calloff(self) -> CallOff:
        return self.competition.calloff


def check_problems(award: Award) -> list[str]:
    """Return which checks of the winner are missing since bids closed, or exclude it (rulebook C19, C20)."""
    law = exclusions.of_regime(award.calloff.agreement.regime)
    if not law.debarment_list and not law.share_code:
        return []
    name, closed = award.bid.bidder, london_date(award.competition.deadline)
    places = Admission.objects.filter(lot=award.calloff.lot, organisation=award.bid.organisation)
    checks = DebarmentCheck.objects.standing().filter(admission__in=places)
    return rules.award_check_problems(
        name,
        closed_on=closed,
        check=checks.order_by("pk").last() if law.debarment_list else None,
        wants_check=law.debarment_list,
        is_confirmed=PlatformConfirmation.objects.filter(
            admission__in=places, confirmed_on__gte=closed
        ).exists(),
        wants_confirmation=law.share_code,
    )


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> "ContractQuerySet":
        """Return contracts of the person's agreements, and of the person's provider."""
        return self.filter(
            Q(organisation__in=user.organisation_ids("provider_admin", "provider_editor"))
            | Q(
                calloff__agreement__authorities__organisation__in=user.organisation_ids(),
                calloff__agreement__authorities__until=None,
            )
        ).distinct()


class Contract(Referenced, Stateful):
    """The contract for one call-off; its terms are frozen in the letter that was issued."""

    PREFIX = "CON"
    MACHINE = CONTRACT

    calloff = models.ForeignKey(CallOff, models.PROTECT, related_name="contracts")
    award = models.OneToOneField(Award, models.PROTECT, related_name="contract")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts")
    value = models.DecimalField(max_digits=14, decimal_places=2)
    starts_on = models.DateField()
    ends_on = models.DateField()
    option_months = models.PositiveSmallIntegerField(default=0)
    letter = models.OneToOneField(Letter, models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    provider_signed_at = models.DateTimeField(null=True, blank=True)
    provider_signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    authority_signed_at = models.DateTimeField(null=True, blank=True)
    authority_signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]

    def get_absolute_url(self) -> str:
        return reverse("contract", args=[self.reference])

    @property
    def audit_chain(self) -> str:
        return self.calloff.audit_chain

    @property
    def run_by(self) -> set[int]:
        return self.calloff.run_by

    @property
    def sighted_by(self) -> set[int]:
        return self.calloff.sighted_by

    @property
    def owned_by(self) -> set[int]:
        return {self.organisation_id}

    def lock_parents(self) -> tuple[models.Model, ...]:
        """Return what is locked before this row: the award, whose hold and standstill decide."""
        return (self.award,)

"""A mini-competition: the pool's members invited, their questions and their sealed bids."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse

from calloffs import rules
from calloffs.workflow import BID, COMPETITION
from commissioning.people.models import Organisation, User
from commissioning.people.references import Referenced
from commissioning.records.models import Round
from commissioning.records.rules import last_settled_deadline
from commissioning.workflow import Stateful
from evaluation.models import Exercise
from lots.models import Scheme
from providers.models import Admission, Instructed, Instruction, Submission

from .calloffs import CallOff


class CompetitionQuerySet(models.QuerySet["Competition"]):
    def visible_to(self, user: User) -> "CompetitionQuerySet":
        """Return the competitions of the agreements of the person's authorities.

        SECURITY: providers are not among them; they come in by their own invitation, which shows nobody
        else's.
        """
        return self.filter(
            calloff__agreement__authorities__organisation__in=user.organisation_ids(),
            calloff__agreement__authorities__until=None,
        ).distinct()

    def due(self, now: datetime) -> "CompetitionQuerySet":
        return self.filter(next_due_at__lte=now)


class Competition(Stateful):
    """The mini-competition for one call-off; known by the call-off's reference."""

    MACHINE = COMPETITION

    calloff = models.OneToOneField(CallOff, models.PROTECT, related_name="competition")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="competitions")
    round = models.OneToOneField(Round, models.PROTECT, related_name="competition")
    exercise = models.OneToOneField(
        Exercise, models.PROTECT, null=True, blank=True, related_name="competition"
    )
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    questions_close_at = models.DateTimeField()
    deadline = models.DateTimeField()
    expected_award_on = models.DateField(null=True, blank=True)
    support_contact = models.CharField(max_length=200, blank=True)
    support_hours = models.CharField(max_length=120, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = CompetitionQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at"]

    def __str__(self) -> str:
        return f"mini-competition for {self.calloff.reference}"

    def get_absolute_url(self) -> str:
        return reverse("competition", args=[self.calloff.reference])

    @property
    def reference(self) -> str:
        return self.calloff.reference

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
    def support(self) -> str:
        """Return whom bidders ask and when, as it stands beside every deadline; "" where nobody is named."""
        return ", ".join(part for part in (self.support_contact, self.support_hours) if part)

    def lock_parents(self) -> tuple[models.Model, ...]:
        """Return what is locked before this row."""
        return (self.calloff,)

    def has_signed_award(self) -> bool:
        return self.awards.filter(signed_at__isnull=False).exclude(state__in=["returned", "ended"]).exists()

    def refusal_to_submit(self, now: datetime) -> str | None:
        """Return why no bid can be submitted or withdrawn now, or nothing."""
        return rules.refusal_to_submit(self, now)


class CompetitionChange(models.Model):
    """An extension of a competition's deadline: old and new, why, who and when (rulebook G3)."""

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="deadline_changes")
    old = models.DateTimeField()
    new = models.DateTimeField()
    reason = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.competition} to {self.new:%d %B %Y %H:%M}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> "InvitationQuerySet":
        """Return the invitations of the person's own provider."""
        return self.filter(organisation__in=user.organisation_ids("provider_admin", "provider_editor"))


class Invitation(models.Model):
    """One member of the lot's pool as invited when the competition was published (rulebook E1)."""

    class Intention(models.TextChoices):
        UNDECIDED = "undecided", "Not yet decided"
        WILL_BID = "will_bid", "Will bid"
        WILL_NOT = "will_not", "Will not bid"

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations_to_bid")
    admission = models.ForeignKey(Admission, models.PROTECT, related_name="invitations")
    invited_at = models.DateTimeField()
    intention = models.CharField(max_length=10, choices=Intention, default=Intention.UNDECIDED)
    intention_reason = models.TextField(blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["competition", "organisation"], name="invited_once_a_competition")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} to {self.competition}"

    @property
    def audit_chain(self) -> str:
        return self.competition.audit_chain

    @property
    def audit_veil(self) -> str:
        return self.competition.round.reference

    @property
    def owned_by(self) -> set[int]:
        return {self.organisation_id}


class Clarification(models.Model):
    """A question asked privately and answered to all at once, without its author's name (rulebook E4)."""

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="clarifications")
    asked_by = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    question = models.TextField()
    published_question = models.TextField(
        blank=True, help_text="As all will read it, with nothing that names its author."
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["asked_at"]

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def audit_chain(self) -> str:
        return self.competition.audit_chain

    @property
    def audit_veil(self) -> str:
        return self.competition.round.reference


class BidQuerySet(models.QuerySet["Bid"]):
    def visible_to(self, user: User) -> "BidQuerySet":
        """Return the bids of the person's own provider.

        SECURITY: authorities read bids only through evaluation's queries, after the opening.
        """
        return self.filter(organisation__in=user.organisation_ids("provider_admin", "provider_editor"))

    def due_to_settle(self, now: datetime) -> "BidQuerySet":
        """Return drafts whose deadline has passed, late commits waited for (settled 10)."""
        return self.filter(state="draft", competition__deadline__lte=last_settled_deadline(now))


class Bid(Referenced, Stateful, Instructed):
    """A provider's answer to a mini-competition; quality and price are sealed apart (settled 15)."""

    PREFIX = "BID"
    # What `bidder` reads, for lists to bring along.
    NAMED = ("organisation", "submission__organisation", "submission__package")
    MACHINE = BID

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="bids")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="bids")
    submission = models.OneToOneField(Submission, models.PROTECT, related_name="bid")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = BidQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["competition", "organisation"], name="bid_once_a_competition")
        ]

    @property
    def audit_chain(self) -> str:
        return self.competition.audit_chain

    @property
    def audit_veil(self) -> str:
        return self.competition.round.reference

    @property
    def bidder(self) -> str:
        """Return what its provider was called when it submitted, and is called now if that differs."""
        return self.submission.applicant

    @property
    def owned_by(self) -> set[int]:
        return {self.organisation_id}

    @property
    def run_by(self) -> set[int]:
        return self.competition.run_by

    def lock_parents(self) -> tuple[models.Model, ...]:
        """Return what is locked before this row: the competition, under whose lock the deadline is judged."""
        return (self.competition,)


class BidInstruction(Instruction):
    """The provider's word that its bid, if complete, goes in by itself at the close (settled 11)."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="instructions")

    class Meta:
        ordering = ["bid_id", "given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["bid"], condition=Q(cleared_at=None), name="bid_instruction_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"standing instruction of {self.bid}"

"""Tables of the joint project board: seats, papers, answers, interests, votes, conditions."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, User
from commissioning.people.references import Referenced
from commissioning.people.roles import Role
from commissioning.records.models import Letter
from commissioning.workflow import Stateful

from . import rules
from .workflow import PAPER


class Board(models.Model):
    """The body of all commissioning authorities that gatekeeps call-offs (rulebook A42-A43)."""

    name = models.CharField(max_length=120)
    quorum = models.PositiveSmallIntegerField(help_text="How many authorities must have voted.")
    chair_has_casting_vote = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name

    def current_seats(self) -> "list[Seat]":
        return [seat for seat in self.seats.all() if seat.left_at is None]

    def has_seat_for(self, actor: Actor) -> bool:
        """Return whether the actor has a seat now, and still holds a board role where the seat is."""
        roles = {Role.BOARD_MEMBER, Role.BOARD_CHAIR}
        return any(
            seat.user_id == actor.pk and bool(roles & actor.roles_in([seat.organisation_id]))
            for seat in self.current_seats()
        )


class Seat(models.Model):
    """A person's place on a board for one authority; a deputy acts where the member does not."""

    class Kind(models.TextChoices):
        CHAIR = "chair", "Chair"
        MEMBER = "member", "Member"
        DEPUTY = "deputy", "Deputy"

    board = models.ForeignKey(Board, models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=8, choices=Kind)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["board_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["board", "user"], condition=Q(left_at=None), name="seat_once_a_person"
            ),
            models.UniqueConstraint(
                fields=["board"], condition=Q(left_at=None, kind="chair"), name="one_chair_a_board"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_kind_display().lower()} for {self.organisation.short_name}"


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: User) -> "PaperQuerySet":
        """Return papers of the boards the person sits on and of the authorities that have a seat there."""
        return self.filter(
            Q(board__seats__user=user, board__seats__left_at=None)
            | Q(board__seats__organisation__in=user.organisation_ids(), board__seats__left_at=None)
        ).distinct()


class Paper(Referenced, Stateful):
    """What the board decides on: facts frozen with a fingerprint when tabled."""

    PREFIX = "PAP"
    MACHINE = PAPER

    board = models.ForeignKey(Board, models.PROTECT, related_name="papers")
    authority = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", help_text="The authority whose paper it is."
    )
    title = models.CharField(max_length=200)
    about = models.CharField(max_length=20, help_text="The reference of the call-off it is about.")
    audit_chain = models.CharField(max_length=40)
    facts = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    tabled_at = models.DateTimeField()
    tabled_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decide_by = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decision_note = models.TextField(blank=True)
    letter = models.OneToOneField(Letter, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-tabled_at"]

    def get_absolute_url(self) -> str:
        return reverse("paper", args=[self.reference])

    @property
    def run_by(self) -> set[int]:
        return {self.authority_id}

    def has_seat_for(self, actor: Actor) -> bool:
        return self.board.has_seat_for(actor)

    def authority_names(self) -> dict[int, str]:
        """Return the authorities with a seat, by id."""
        return {seat.organisation_id: seat.organisation.short_name for seat in self.board.current_seats()}

    def authority_full_names(self) -> set[str]:
        return {seat.organisation.name for seat in self.board.current_seats()}

    def authorities_to_answer(self) -> dict[int, str]:
        """Return the authorities that must answer: all but those whose every seat declared an interest."""
        barred = {row.user_id for row in self.interests.all() if row.has_interest}
        free = {seat.organisation_id for seat in self.board.current_seats() if seat.user_id not in barred}
        return {key: name for key, name in self.authority_names().items() if key in free}

    def seat_of(self, actor: Actor) -> "Seat | None":
        """Return the person's seat on the paper's board, if any."""
        return next((seat for seat in self.board.current_seats() if seat.user_id == actor.pk), None)

    def stand_in_words(self, interest: "Interest") -> str:
        """Return who answers and votes for the authority of a member who has declared an interest."""
        seat = self.seat_of(interest.user)
        others = [
            one.user.name
            for one in self.board.current_seats()
            if seat
            and one.organisation_id == seat.organisation_id
            and one.user_id != interest.user_id
            and not self.is_interest_of(one.user)
        ]
        if others:
            return f"{' or '.join(others)} answers and votes for your authority on this paper."
        return (
            "Nobody else has a seat for your authority, so it does not vote on this paper unless the "
            "procurement lead seats a deputy."
        )

    def interest_of(self, actor: Actor) -> "Interest | None":
        """Return what this person declared, with or without an interest; None before."""
        return next((row for row in self.interests.all() if row.user_id == actor.pk), None)

    def is_interest_of(self, actor: Actor) -> bool:
        """Return whether this person declared an interest in the paper."""
        declared = self.interest_of(actor)
        return declared is not None and declared.has_interest

    def vote_of(self, organisation: Organisation) -> "Vote | None":
        """Return the authority's vote, once it is cast."""
        return next((vote for vote in self.votes.all() if vote.organisation_id == organisation.pk), None)

    def outcome_words(self) -> str:
        """Return how the paper ended, in words for a sentence."""
        if self.state == "approved":
            count = self.conditions.count()
            return f"approved with {count} condition{'' if count == 1 else 's'}" if count else "approved"
        return {
            "refused": "not approved",
            "returned": "returned to its author",
            "withdrawn": "withdrawn by its author",
        }.get(self.state, "not decided yet")

    def answer_keys(self) -> list[tuple[int, str]]:
        return [(answer.organisation_id, answer.test) for answer in self.answers.all()]

    def tests_not_met(self) -> set[str]:
        return {answer.test for answer in self.answers.all() if answer.answer == Answer.Value.NOT_MET}

    def tests_cured_by_conditions(self) -> set[str]:
        return {condition.cures for condition in self.conditions.all() if condition.cures}

    def vote_result(self) -> str:
        votes = list(self.votes.all())
        chairs = {seat.user_id for seat in self.board.current_seats() if seat.kind == Seat.Kind.CHAIR}
        chair_vote = next((vote.vote for vote in votes if vote.user_id in chairs), None)
        return rules.majority(
            [vote.vote for vote in votes],
            quorum=self.board.quorum,
            chair_vote=chair_vote,
            casting=self.board.chair_has_casting_vote,
        )

    def closing_step(self) -> str:
        """Return the step that closing the vote would take, as the majority now has it."""
        return "refuse" if self.vote_result() == "against" else "approve"


class Answer(models.Model):
    """One authority's answer to one of the four tests, with a sentence."""

    class Value(models.TextChoices):
        MET = "met", "Met"
        NOT_MET = "not_met", "Not met"
        NOT_APPROPRIATE = "not_appropriate", "Not appropriate here"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="answers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    test = models.CharField(max_length=12, choices=rules.TESTS)
    answer = models.CharField(max_length=16, choices=Value)
    reason = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["paper_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "organisation", "test"], name="test_answered_once_an_authority"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_test_display()}: {self.get_answer_display()}"


class Interest(models.Model):
    """A member's declared interest in a paper: who has one does not vote."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="interests")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    has_interest = models.BooleanField()
    nature = models.TextField(blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "user"], name="interest_once_a_paper")]

    def __str__(self) -> str:
        return f"{self.user} on {self.paper.reference}"


class Vote(models.Model):
    """One authority's vote, cast by its member or deputy."""

    class Value(models.TextChoices):
        FOR = "for", "For"
        AGAINST = "against", "Against"
        ABSTAIN = "abstain", "Abstain"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="votes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    vote = models.CharField(max_length=8, choices=Value)
    reason = models.TextField(blank=True)
    voted_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "organisation"], name="vote_once_an_authority")
        ]

    def __str__(self) -> str:
        return f"{self.organisation.short_name}: {self.get_vote_display()}"


class Condition(models.Model):
    """A condition of approval, with who must meet it and by when; it may cure a test not met (settled 25)."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="conditions")
    text = models.TextField()
    cures = models.CharField(max_length=12, choices=rules.TESTS, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    due_on = models.DateField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text

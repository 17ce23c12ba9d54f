"""Tables of judging: exercises, panels, conflicts, scores, agreed scores and releases.

An exercise works over submissions of any kind; a window's lot is linked to its exercise here, a
competition from `calloffs` (settled 2).
"""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from commissioning.people.actors import Actor
from commissioning.people.details import called
from commissioning.people.models import Organisation, User
from commissioning.people.references import Referenced
from commissioning.people.roles import Role
from commissioning.records.models import LetterBatch, Round
from commissioning.workflow import Stateful
from evaluation.workflow import EXERCISE, RELEASE
from lots.models import (
    Agreement,
    AgreementAuthority,
    MinimumStandard,
    Question,
    Scheme,
    Window,
    WindowLot,
)
from providers.models import Submission


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def visible_to(self, user: User) -> "ExerciseQuerySet":
        """Return the exercises that the person runs or whose panel the person sits on.

        SECURITY: a place on a panel counts only beside the role it was given for, in an authority that
        still has its place in the agreement (rulebook R22-f).
        """
        seats = Panellist.objects.in_force_for(user).filter(exercise=models.OuterRef("pk"))
        runs = Q(authority__in=user.organisation_ids(Role.LEAD, Role.AUDITOR))
        return self.filter(runs | models.Exists(seats))


class Exercise(Referenced, Stateful):
    """The judging of the submissions of one round against one scheme."""

    PREFIX = "EX"
    MACHINE = EXERCISE

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="exercises")
    authority = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", help_text="The authority that runs it (settled 5)."
    )
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="exercises")
    round = models.OneToOneField(Round, models.PROTECT, related_name="exercise")
    title = models.CharField(max_length=200)
    minimum_panel = models.PositiveSmallIntegerField(
        default=3, help_text="Evaluators who score; policy (rulebook D21)."
    )
    quorum = models.PositiveSmallIntegerField(
        default=3, help_text="Evaluators present when a score is agreed."
    )
    scores_due_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ExerciseQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "title"]

    def get_absolute_url(self) -> str:
        return reverse("exercise", args=[self.reference])

    @property
    def audit_chain(self) -> str:
        return self.agreement.reference

    @property
    def run_by(self) -> set[int]:
        return {self.authority_id}

    def is_judged_by(self, actor: Actor) -> bool:
        """Return whether the actor sits on the panel now, with the role that the place was given for.

        Interests are asked of elsewhere.
        """
        held = actor.roles_in(self.agreement.sighted_by)
        return any(seat.user_id == actor.pk and seat.part in held for seat in self.current_panel())

    def current_panel(self) -> "list[Panellist]":
        return [seat for seat in self.panel.all() if seat.stood_down_at is None]

    def has_submissions(self) -> bool:
        """Return whether anything stands as submitted; ask only after the opening (settled 18)."""
        return Submission.objects.filter(round=self.round_id, package__isnull=False).exists()

    def scored_questions(self) -> list[Question]:
        """Return the questions that are scored, in their order."""
        return [row for row in self.scheme.questions.all() if row.kind != Question.Kind.INFORMATION]

    def standards(self) -> list[MinimumStandard]:
        """Return the minimum standards decided here: those of the common part first, then the lot's own."""
        schemes = [self.scheme_id]
        link = getattr(self, "window_link", None)
        if link is not None and link.window_lot.window.common_scheme_id:
            schemes.append(link.window_lot.window.common_scheme_id)
        found = MinimumStandard.objects.filter(scheme__in=schemes).select_related("scheme")
        return sorted(found, key=lambda row: (row.scheme_id == self.scheme_id, row.position))

    def judged(self) -> "models.QuerySet[Assessment]":
        """Return what is scored: each submission that failed no minimum standard (rulebook D7)."""
        failed = StandardDecision.objects.filter(assessment__exercise=self, is_met=False)
        return self.assessments.exclude(pk__in=failed.values("assessment"))

    def standards_to_decide(self) -> int:
        """Return how many minimum standards still wait for a decision."""
        decided = StandardDecision.objects.filter(assessment__exercise=self).count()
        return self.assessments.count() * len(self.standards()) - decided

    def scores_to_agree(self) -> int:
        """Return how many agreed scores are missing; a submission that failed a standard needs none."""
        agreed = AgreedScore.objects.filter(assessment__in=self.judged()).count()
        return self.judged().count() * len(self.scored_questions()) - agreed


class WindowExercise(models.Model):
    """Links a window's lot to the exercise that judges its entries."""

    exercise = models.OneToOneField(Exercise, models.PROTECT, related_name="window_link")
    window_lot = models.OneToOneField(WindowLot, models.PROTECT, related_name="exercise_link")

    def __str__(self) -> str:
        return f"{self.window_lot} by {self.exercise}"


class PanellistQuerySet(models.QuerySet["Panellist"]):
    def current(self) -> "PanellistQuerySet":
        """Return the places of those who have not stood down."""
        return self.filter(stood_down_at=None)

    def in_force_for(self, user: User) -> "PanellistQuerySet":
        """Return the person's places that count now: not stood down, and the role still held."""
        held = Q(pk__in=[])
        for part in Panellist.Part.values:
            if organisations := user.organisation_ids(part):
                authorities = AgreementAuthority.objects.filter(organisation__in=organisations, until=None)
                held |= Q(part=part, exercise__agreement__in=authorities.values("agreement"))
        return self.current().filter(held, user=user)

    def overdue(self, today: date) -> "PanellistQuerySet":
        """Return scorers of running exercises whose day has passed, unreminded and not handed in."""
        rows = self.current().filter(handed_in_at=None, reminded_at=None)
        rows = rows.filter(exercise__state="scoring", exercise__scores_due_on__lt=today)
        return rows.exclude(part=Panellist.Part.MODERATOR)


class Panellist(models.Model):
    """A person's place on a panel: who scores alone, or who moderates."""

    class Part(models.TextChoices):
        EVALUATOR = "evaluator", "Evaluator"
        LAY_EVALUATOR = "lay_evaluator", "Lay evaluator"
        MODERATOR = "moderator", "Moderator"

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="panel")
    user = models.ForeignKey(User, models.PROTECT, related_name="panel_places")
    part = models.CharField(max_length=14, choices=Part)
    appointed_at = models.DateTimeField()
    appointed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    stood_down_at = models.DateTimeField(null=True, blank=True)

    objects = PanellistQuerySet.as_manager()

    class Meta:
        ordering = ["exercise_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "user"], condition=Q(stood_down_at=None), name="panel_place_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_part_display()})"

    @property
    def scores(self) -> bool:
        return self.part != self.Part.MODERATOR


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def with_names(self) -> "DeclarationQuerySet":
        """Return the declarations with what each bidder was called when it submitted, for `bidder`."""
        judged = Assessment.objects.filter(
            exercise=models.OuterRef("panellist__exercise"), organisation=models.OuterRef("organisation")
        )
        return self.annotate(
            name_sent=Coalesce(models.Subquery(judged.values("name")[:1]), "organisation__name")
        )


class Declaration(models.Model):
    """One panellist's declaration about one bidder; an open conflict blocks until someone else decides."""

    class Decision(models.TextChoices):
        MAY_JUDGE = "may_judge", "May judge, with the measures recorded"
        STANDS_DOWN = "stands_down", "Stands down from the panel"

    panellist = models.ForeignKey(Panellist, models.PROTECT, related_name="declarations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    has_conflict = models.BooleanField()
    nature = models.TextField(blank=True)
    with_whom = models.JSONField(
        default=list,
        blank=True,
        help_text="Which of the bidder and those it applies with, by name; empty where it applies alone.",
    )
    declared_at = models.DateTimeField()
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    measures = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["panellist_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["panellist", "organisation"], name="declared_once_a_bidder")
        ]

    def __str__(self) -> str:
        return f"{self.panellist} on {self.organisation}"

    @property
    def bidder(self) -> str:
        """Return what the bidder was called when it submitted, and is called now if that differs."""
        known = self if "name_sent" in self.__dict__ else type(self).objects.with_names().get(pk=self.pk)
        return called(known.__dict__["name_sent"], self.organisation.name)

    @property
    def is_open(self) -> bool:
        return self.has_conflict and not self.decision


class Assessment(models.Model):
    """One submission in one exercise; its result is frozen at release, and derived before."""

    class Outcome(models.TextChoices):
        ADMITTED = "admitted", "Reached the threshold"
        BELOW_THRESHOLD = "below_threshold", "Below the threshold"
        BELOW_FLOOR = "below_floor", "Below a published minimum score"
        STANDARD_FAILED = "standard_failed", "A minimum standard was not met"
        EXCLUDED = "excluded", "Excluded: on the debarment list"

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="assessments")
    submission = models.OneToOneField(Submission, models.PROTECT, related_name="assessment")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(
        max_length=200, default="", help_text="What the bidder was called when it submitted."
    )
    total = models.DecimalField(max_digits=12, decimal_places=8, null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)

    class Meta:
        ordering = ["exercise_id", "name"]

    def __str__(self) -> str:
        return f"{self.name_sent} in {self.exercise}"

    @property
    def name_sent(self) -> str:
        """Return what the bidder was called when it submitted."""
        return self.name or self.organisation.name

    @property
    def bidder(self) -> str:
        """Return what the bidder was called when it submitted, and is called now if that differs."""
        return called(self.name_sent, self.organisation.name)


class StandardDecision(models.Model):
    """Whether a minimum standard is met; decided before any scoring counts (rulebook D7)."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="standards")
    standard = models.ForeignKey(MinimumStandard, models.PROTECT, related_name="+")
    is_met = models.BooleanField()
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "standard"], name="standard_decided_once")
        ]

    def __str__(self) -> str:
        return f"{self.standard}: {'met' if self.is_met else 'not met'}"


class ScoreQuerySet(models.QuerySet["Score"]):
    def complete(self) -> "ScoreQuerySet":
        """Return the scores that have both a number and a reason."""
        return self.filter(score__isnull=False).exclude(reason="")


class Score(models.Model):
    """One evaluator's own score and reason; hidden from the others until handed in (rulebook D9)."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="scores")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    panellist = models.ForeignKey(Panellist, models.PROTECT, related_name="given_scores")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    earlier = models.JSONField(
        default=list, help_text="What was saved before: no note of an evaluator is destroyed (rulebook B12)."
    )

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question", "panellist"], name="score_once_a_panellist"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question.code}: {self.score}"


class AgreedScore(models.Model):
    """The score the panel agreed, a whole number with its reasons; never a mean (rulebook D10, D11)."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="agreed")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    reason = models.TextField(
        help_text="Against the descriptor and the text of the answer; it goes into the letter."
    )
    why_not_higher = models.TextField(blank=True)
    why_not_lower = models.TextField(blank=True)
    discussion = models.TextField(blank=True)
    dissent = models.TextField(blank=True)
    present = models.ManyToManyField(Panellist, related_name="+")
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "question"], name="agreed_once_a_question")
        ]

    def __str__(self) -> str:
        return f"{self.question.code}: {self.score}"


class Release(Stateful):
    """A window's outcomes with their letters, released together by a second person (settled 21-24)."""

    MACHINE = RELEASE

    window = models.ForeignKey(Window, models.PROTECT, related_name="releases")
    batch = models.OneToOneField(LetterBatch, models.PROTECT, related_name="release")
    standstill_ends_on = models.DateField(null=True, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    released_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["window"], condition=~Q(state="withdrawn"), name="one_standing_release_a_window"
            )
        ]

    def __str__(self) -> str:
        return f"outcomes of {self.window.reference}"

    @property
    def reference(self) -> str:
        return self.batch.reference

    @property
    def audit_chain(self) -> str:
        return self.window.agreement.reference

    @property
    def run_by(self) -> set[int]:
        return self.window.run_by

    def judges(self) -> set[int]:
        """Return everybody who ever sat on a panel of the window, those who stood down included."""
        seats = Panellist.objects.filter(exercise__window_link__window_lot__window=self.window_id)
        return set(seats.values_list("user_id", flat=True))

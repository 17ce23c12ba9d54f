"""Questions about a window, asked privately; answers, published to all at once without who asked."""

from datetime import datetime
from typing import Any

from django.db import models

from commissioning.people.models import Organisation, User
from commissioning.people.references import Referenced
from commissioning.workflow import Stateful
from lots.workflow import WINDOW_QUESTION

from .windows import Window


class WindowAnswer(models.Model):
    """One published answer, to one question or to several that ask the same; known by its number."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["window_id", "number"]
        constraints = [models.UniqueConstraint(fields=["window", "number"], name="answer_number_once")]

    def __str__(self) -> str:
        return f"answer {self.number} of {self.window.reference}"

    @property
    def reference(self) -> str:
        return f"{self.window.reference}/{self.number}"

    @property
    def audit_chain(self) -> str:
        return self.window.audit_chain

    @property
    def run_by(self) -> set[int]:
        return self.window.run_by

    def lock_parents(self) -> tuple[models.Model, ...]:
        """Return what is locked before this row."""
        return (self.window,)

    @property
    def current(self) -> "WindowAnswerVersion":
        """Return the version that stands."""
        return list(self.versions.all())[-1]


class WindowAnswerVersion(models.Model):
    """A question and its answer as published; a correction is a further version, and both stay visible."""

    answer = models.ForeignKey(WindowAnswer, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    published_question = models.TextField()
    text = models.TextField()
    reason = models.TextField(blank=True, help_text="Why an earlier version was corrected; all read it.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["answer_id", "version"]
        constraints = [models.UniqueConstraint(fields=["answer", "version"], name="answer_version_once")]

    def __str__(self) -> str:
        return f"{self.answer}, version {self.version}"


class WindowQuestionQuerySet(models.QuerySet["WindowQuestion"]):
    def visible_to(self, user: User) -> "WindowQuestionQuerySet":
        """Return the questions that the person's own provider asked.

        SECURITY: those who answer come in by the window, with queries that leave out who asked.
        """
        return self.filter(organisation__in=user.organisation_ids("provider_admin", "provider_editor"))

    def that_arrived(self) -> "WindowQuestionQuerySet":
        """Return what reaches those who answer: not what waits for its asker's confirmation."""
        return self.exclude(state="unconfirmed")

    def waiting(self) -> "WindowQuestionQuerySet":
        return self.filter(state="asked")

    def unconfirmed_since(self, moment: datetime) -> "WindowQuestionQuerySet":
        return self.filter(state="unconfirmed", asked_at__lte=moment)


class WindowQuestion(Referenced, Stateful):
    """A question about a window: by a provider's person, or by somebody who has not registered.

    Of the latter name, e-mail address and organisation are kept as typed. Who asked is sealed from those
    who answer, for good; see `docs/decisions/questions-about-a-window.md`.
    """

    PREFIX = "QUE"
    MACHINE = WINDOW_QUESTION

    window = models.ForeignKey(Window, models.PROTECT, related_name="questions")
    question = models.TextField()
    asked_at = models.DateTimeField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    network = models.CharField(
        max_length=40, blank=True, help_text="A keyed digest of where it came from, to keep floods out."
    )
    answer = models.ForeignKey(WindowAnswer, models.PROTECT, null=True, related_name="questions")
    declined_reason = models.TextField(blank=True)

    objects = WindowQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]

    @property
    def audit_chain(self) -> str:
        return self.window.audit_chain

    @property
    def audit_veil(self) -> str:
        return self.window.veil

    @property
    def owned_by(self) -> set[int]:
        return {self.organisation_id} if self.organisation_id else set()

    @property
    def run_by(self) -> set[int]:
        return self.window.run_by

    def lock_parents(self) -> tuple[Any, ...]:
        """Return what is locked before this row: the window, under whose lock its dates are judged."""
        return (self.window,)

    @property
    def asker(self) -> User | str:
        """Return whom the answer goes to: the person, or the confirmed e-mail address."""
        return self.person or self.email

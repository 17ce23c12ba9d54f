"""An application: one provider in one window; an entry is its part for one lot (settled 1)."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse

from commissioning.people.models import Organisation, User
from commissioning.people.references import Referenced
from commissioning.records.rules import last_settled_deadline
from commissioning.regimes import exclusions
from commissioning.workflow import Stateful
from lots.models import Window, WindowLot
from providers.workflow import ENTRY

from .instructions import Instructed, Instruction
from .submissions import Submission


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> "ApplicationQuerySet":
        """Return the applications of the person's own organisations.

        SECURITY: an authority never finds applications here; after the opening it reads entries through
        evaluation's queries, a lot and a role at a time (rulebook R22-b, R22-d).
        """
        return self.filter(organisation__in=user.organisation_ids("provider_admin", "provider_editor"))


class Application(Referenced, Instructed):
    """One provider in one window; submitting, receipts, outcomes and letters belong to its entries."""

    PREFIX = "APP"

    window = models.ForeignKey(Window, models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    common = models.OneToOneField(
        Submission, models.PROTECT, null=True, blank=True, related_name="application"
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["window", "organisation"], name="application_once_a_window")
        ]

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.reference])

    @property
    def audit_chain(self) -> str:
        return self.window.agreement.reference

    @property
    def owned_by(self) -> set[int]:
        return {self.organisation_id}

    @property
    def asks_share_code(self) -> bool:
        """Return whether the law asks a provider for its share code."""
        return exclusions.of_regime(self.window.agreement.regime).share_code

    @property
    def share_code_asked(self) -> str | None:
        """Return the provider's share code, or an empty text; None where no law asks for one (rulebook C20).

        It is the one of now or, once the window is closed, of the deadline, like the answers: what is given
        or cleared later changes nothing.
        """
        return self.organisation.share_code_at(self.window.deadline) if self.asks_share_code else None

    @property
    def lacks_share_code(self) -> bool:
        """Return whether the law asks for a share code that the provider has not given (rulebook C20)."""
        return self.share_code_asked == ""


class StandingInstruction(Instruction):
    """The provider's word for its application: each lot that is complete goes in by itself (settled 11)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="instructions")

    class Meta:
        ordering = ["application_id", "given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(cleared_at=None), name="instruction_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"standing instruction of {self.application}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> "EntryQuerySet":
        """Return the entries of the person's own organisations (see `ApplicationQuerySet.visible_to`)."""
        return self.filter(
            application__organisation__in=user.organisation_ids("provider_admin", "provider_editor")
        )

    def due_to_settle(self, now: datetime) -> "EntryQuerySet":
        """Return drafts of windows whose deadline has passed, late commits waited for (settled 10)."""
        past = self.filter(state="draft", window_lot__window__deadline__lte=last_settled_deadline(now))
        # Whose window was stopped is told of that, not of a deadline.
        return past.exclude(window_lot__window__state="cancelled")

    def under_instruction(self) -> "EntryQuerySet":
        """Return drafts that their provider wants sent at the close, where they are complete (settled 11)."""
        standing = StandingInstruction.objects.filter(cleared_at=None)
        return self.filter(state="draft", application__in=standing.values("application"))

    def in_round_opened(self) -> "EntryQuerySet":
        return self.filter(Q(window_lot__round__opened_at__isnull=False))


class Entry(Stateful):
    """An application's part for one lot."""

    MACHINE = ENTRY

    application = models.ForeignKey(Application, models.PROTECT, related_name="entries")
    window_lot = models.ForeignKey(WindowLot, models.PROTECT, related_name="entries")
    submission = models.OneToOneField(Submission, models.PROTECT, related_name="entry")
    created_at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["application_id", "window_lot__lot__number"]
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["application", "window_lot"], name="entry_once_a_lot")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"{self.application.reference}/{self.window_lot.lot.number}"

    @property
    def instruction(self) -> Instruction | None:
        """Return the application's instruction to send what is complete at the close, where one stands."""
        return self.application.instruction

    @property
    def audit_chain(self) -> str:
        return self.application.audit_chain

    @property
    def audit_veil(self) -> str:
        return self.submission.audit_veil

    @property
    def owned_by(self) -> set[int]:
        return {self.application.organisation_id}

    @property
    def run_by(self) -> set[int]:
        return self.window_lot.window.run_by

    @property
    def lacks_share_code(self) -> bool:
        """Return whether the law asks for a share code that the provider has not given (rulebook C20)."""
        return self.application.lacks_share_code

    def lock_parents(self) -> tuple[models.Model, ...]:
        """Return what is locked before this row: the window, under whose lock the deadline is judged."""
        return (self.window_lot.window,)

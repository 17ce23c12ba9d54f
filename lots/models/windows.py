"""A window: a dated round in which providers may apply to lots."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from commissioning.people.models import Organisation, User
from commissioning.people.references import Referenced
from commissioning.records.models import Round
from commissioning.records.rules import opening_not_before
from commissioning.workflow import Stateful
from lots import rules
from lots.workflow import WINDOW

from .agreements import Agreement, places_of
from .lots import Lot, LotPoint
from .schemes import Scheme

# SECURITY: that somebody is writing a rolling entry is known to nobody else before it is submitted.
KNOWN = Q(made_for=None) | Q(received_at__isnull=False)


class WindowQuerySet(models.QuerySet["Window"]):
    def visible_to(self, user: User | AnonymousUser) -> "WindowQuerySet":
        """Return the announced windows, and for the agreement's authorities drafts and rolling entries too.

        A rolling entry is seen here from its submission on; its provider finds it as its application.
        """
        public = Q(agreement__state__in=("published", "abandoned"), made_for=None)
        # The rounds were made when it was announced: a draft that was cancelled is nobody else's business.
        told = WindowLot.objects.filter(window=OuterRef("pk"), round__isnull=False)
        announced = public & ~Q(state="draft") & (~Q(state="cancelled") | Exists(told))
        if not isinstance(user, User):
            return self.filter(announced)
        return self.filter(announced | (Q(agreement__in=places_of(user)) & KNOWN))

    def dated(self) -> "WindowQuerySet":
        """Return the windows that are open to all, without rolling entries."""
        return self.filter(made_for=None)

    def due(self, now: datetime) -> "WindowQuerySet":
        return self.filter(next_due_at__lte=now)


class KnownWindows(models.Manager.from_queryset(WindowQuerySet)):  # type: ignore[misc]
    """Every window but the rolling entries that nobody has submitted yet.

    It is the table's usual manager, so that no list, count or sweep shows them unless it says so.
    """

    def get_queryset(self) -> WindowQuerySet:
        return WindowQuerySet(self.model, using=self._db).filter(KNOWN)


class Window(Referenced, Stateful):
    """One deadline for all its lots (settled 4); whether it is open is asked of the dates, not of a label.

    A rolling entry is a window made for one provider and one lot: its deadline is the agreement's end until
    it is submitted, and the time of that from then on.
    """

    PREFIX = "WIN"
    MACHINE = WINDOW

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="windows")
    title = models.CharField(max_length=120)
    opens_at = models.DateTimeField()
    deadline = models.DateTimeField()
    questions_close_at = models.DateTimeField(null=True, blank=True)
    common_scheme = models.ForeignKey(Scheme, models.PROTECT, null=True, blank=True, related_name="common_to")
    expected_decision_on = models.DateField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    cancelled_reason = models.TextField(blank=True)
    unsealed_at = models.DateTimeField(null=True, blank=True)
    unsealed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_for = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose rolling entry this is; empty for a window that is open to all.",
    )
    received_at = models.DateTimeField(
        null=True, blank=True, help_text="When the rolling entry was submitted."
    )
    created_at = models.DateTimeField()

    objects = KnownWindows()
    with_unsent = WindowQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline__gt=F("opens_at")), name="window_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(made_for__isnull=False), name="window_received_if_rolling"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("window", args=[self.reference])

    @property
    def audit_chain(self) -> str:
        return self.agreement.reference

    @property
    def audit_veil(self) -> str:
        """Return the round that hides whose rolling entry this is until it is opened (settled 18)."""
        if not self.is_rolling:
            return ""
        first = self.lots.select_related("round").first()
        return first.round.reference if first and first.round else ""

    @property
    def is_rolling(self) -> bool:
        return self.made_for_id is not None

    @property
    def is_known(self) -> bool:
        """Return whether anybody but its provider may know of it."""
        return not self.is_rolling or self.received_at is not None

    @property
    def owned_by(self) -> set[int]:
        return set() if self.made_for_id is None else {self.made_for_id}

    @property
    def run_by(self) -> set[int]:
        return self.agreement.run_by

    @property
    def sighted_by(self) -> set[int]:
        return self.agreement.sighted_by

    @property
    def entries_open_from(self) -> datetime:
        """Return the first moment at which the entries may be opened."""
        return opening_not_before(self.deadline)

    @property
    def veil(self) -> str:
        """Return the sealed round that hides, until the opening, who has to do with this window; or ""."""
        first = self.lots.select_related("round").first()
        return first.round.reference if first and first.round else ""

    @property
    def was_announced(self) -> bool:
        """Return whether everybody was told of it once, also where it was cancelled since."""
        return any(row.round_id is not None for row in self.lots.all())

    @property
    def what_became(self) -> str:
        """Return what became of what was written and asked for a window that was cancelled."""
        return rules.what_became(self)

    def state_at(self, now: datetime) -> str:
        """Return the state by the dates, for pages: the sweep may not have written it down yet."""
        return rules.state_by_the_clock(self, now)

    def beside(self, until: datetime | None = None) -> "models.QuerySet[WindowLot]":
        """Return its lots as they stand in other announced windows at the same time, the soonest first.

        The time is its own, or up to `until`. Where one closes at the moment the other opens, none overlaps.
        """
        announced = ("scheduled", "open", "closed", "unsealed", "decided")
        others = WindowLot.objects.filter(
            lot__windows__window=self, window__made_for=None, window__state__in=announced
        ).exclude(window=self)
        at_once = others.filter(
            window__opens_at__lt=until or self.deadline, window__deadline__gt=self.opens_at
        )
        return at_once.select_related("lot", "window").order_by("window__opens_at", "lot__number")

    def is_open(self, now: datetime) -> bool:
        """Return whether an entry received now is in time."""
        return rules.is_open_for_submissions(self, now)

    def refusal_to_submit(self, now: datetime) -> str | None:
        """Return why nothing can be submitted or withdrawn now, or nothing."""
        return rules.refusal_to_submit(self, now)


class WindowLot(models.Model):
    """A lot as offered in a window: with which scheme, and sealed to which round's key."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="lots")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="windows")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="window_lots")
    round = models.OneToOneField(Round, models.PROTECT, null=True, blank=True, related_name="window_lot")
    skills_version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="In force when the window was announced."
    )
    outcomes_version = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["window_id", "lot__number"]
        constraints = [models.UniqueConstraint(fields=["window", "lot"], name="lot_once_a_window")]

    def __str__(self) -> str:
        return f"{self.window.reference} {self.lot}"

    @property
    def reference(self) -> str:
        return f"{self.window.reference}/{self.lot.number}"

    @property
    def skills(self) -> list[LotPoint]:
        """Return the skills as they stood when the window was announced; before that, as they stand."""
        return self.lot.points_of("skill", self.skills_version)

    @property
    def outcomes(self) -> list[LotPoint]:
        """Return the outcomes as they stood when the window was announced; before that, as they stand."""
        return self.lot.points_of("outcome", self.outcomes_version)

    @property
    def sealed_round(self) -> Round:
        """Return the round this lot's entries are sealed to; RuntimeError before the window is announced."""
        if self.round is None:
            raise RuntimeError(f"{self.reference} has no sealed round before its window is announced.")
        return self.round

    @property
    def audit_chain(self) -> str:
        return self.window.agreement.reference

    @property
    def run_by(self) -> set[int]:
        return self.window.run_by


class DeadlineChange(models.Model):
    """An extension: the old and the new deadline, why, who and when (rulebook G3)."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="deadline_changes")
    old = models.DateTimeField()
    new = models.DateTimeField()
    reason = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["changed_at"]

    def __str__(self) -> str:
        return f"{self.window.reference} to {self.new:%d %B %Y %H:%M}"

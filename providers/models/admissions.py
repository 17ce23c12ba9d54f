"""An admission: a provider's place in a lot's pool."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse

from commissioning.people.models import Organisation, User
from commissioning.workflow import Stateful
from lots.models import Lot
from providers.workflow import ADMISSION

from .applications import Entry


class AdmissionQuerySet(models.QuerySet["Admission"]):
    def visible_to(self, user: User) -> "AdmissionQuerySet":
        """Return admissions of the agreements of the person's authorities, and of the person's provider."""
        return self.filter(
            Q(organisation__in=user.organisation_ids("provider_admin", "provider_editor"))
            | Q(
                lot__agreement__authorities__organisation__in=user.organisation_ids(),
                lot__agreement__authorities__until=None,
            )
        ).distinct()

    def invitable(self) -> "AdmissionQuerySet":
        """Return the lot's current members, none of them suspended or on hold (rulebook E1, G8, G23)."""
        return self.filter(state="current")

    def standing(self, at: datetime) -> "AdmissionQuerySet":
        """Return the places decided on and not removed at this moment, those not yet in force among them."""
        removed = Q(state="removed") & (Q(removed_at=None) | Q(removed_at__lte=at))
        return self.filter(decided_at__lte=at).exclude(removed)

    def in_force(self, at: datetime) -> "AdmissionQuerySet":
        """Return the members of the pool at this moment, those suspended from new invitations among them."""
        return self.standing(at).filter(effective_at__lte=at).exclude(state="standstill")

    def due(self, now: datetime) -> "AdmissionQuerySet":
        return self.filter(state="standstill", effective_at__lte=now, legal_hold_reason="")


class Admission(Stateful):
    """A provider's place in one lot's pool; it says nothing of any other lot (rulebook A39)."""

    MACHINE = ADMISSION

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="admissions")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="admissions")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, blank=True, related_name="admission")
    decided_at = models.DateTimeField()
    standstill_ends_on = models.DateField(
        null=True, blank=True, help_text="London date; empty where none applies."
    )
    effective_at = models.DateTimeField()
    legal_hold_reason = models.TextField(blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removal_reason = models.TextField(blank=True)

    objects = AdmissionQuerySet.as_manager()

    class Meta:
        ordering = ["lot__number", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "lot"], condition=~Q(state="removed"), name="admission_once_a_lot"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.lot}"

    @property
    def reference(self) -> str:
        return f"{self.lot.reference}/{self.organisation.reference}"

    def get_absolute_url(self) -> str:
        return reverse(
            "admission", args=[self.lot.agreement.reference, self.lot.number, self.organisation.reference]
        )

    @property
    def audit_chain(self) -> str:
        return self.lot.audit_chain

    @property
    def run_by(self) -> set[int]:
        return self.lot.run_by

    @property
    def owned_by(self) -> set[int]:
        return {self.organisation_id}


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def at(self, at: datetime) -> "SuspensionQuerySet":
        """Return the suspensions and holds in force at this moment."""
        return self.filter(suspended_at__lte=at).filter(Q(lifted_at=None) | Q(lifted_at__gt=at))

    def open_holds(self) -> "SuspensionQuerySet":
        """Return the holds of the standing watch that have not ended."""
        return self.filter(is_hold=True, lifted_at=None)


class Suspension(models.Model):
    """No new invitations from a day on, with reason and notice; care goes on (rulebook E15).

    A suspension is the lead's act, looked at again by a day. A hold is the standing watch's: it says what ran
    out or fell, is no reproach, and ends by itself once that is mended (rulebook G23).
    """

    admission = models.ForeignKey(Admission, models.PROTECT, related_name="suspensions")
    is_hold = models.BooleanField(default=False, help_text="By the standing watch, ending by itself.")
    reason = models.TextField()
    suspended_at = models.DateTimeField()
    suspended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    review_on = models.DateField(null=True, blank=True, help_text="None for a hold.")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.TextField(blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        ordering = ["-suspended_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_hold=True) | Q(review_on__isnull=False), name="suspension_has_a_review"
            ),
            models.UniqueConstraint(
                fields=["admission"],
                condition=Q(is_hold=True, lifted_at=None),
                name="one_open_hold_an_admission",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.admission} from {self.suspended_at:%d %B %Y}"


class DebarmentCheck(models.Model):
    """A look at the debarment list for one place in a pool, as the lead recorded it (rulebook C19)."""

    admission = models.ForeignKey(Admission, models.PROTECT, related_name="debarment_checks")
    checked_on = models.DateField()
    is_listed = models.BooleanField()
    note = models.TextField(blank=True, help_text="On which ground it is listed, and what follows.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["admission_id", "-checked_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.admission}, {self.checked_on:%d %B %Y}"

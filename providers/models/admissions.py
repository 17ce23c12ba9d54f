"""An admission: a provider's place in a lot's pool."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse

from commissioning.people.models import Organisation, User
from commissioning.workflow import Stateful
from lots.models import Lot
from providers.workflow import ADMISSION

from .applications import Application, Entry


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


# A check is made of an applicant, before its outcome is told, or of a place in a pool, before an award.
OF_ONE = Q(admission__isnull=True, application__isnull=False) | Q(
    admission__isnull=False, application__isnull=True
)


class DebarmentCheckQuerySet(models.QuerySet["DebarmentCheck"]):
    def standing(self) -> "DebarmentCheckQuerySet":
        """Return of each applicant and place the check that was recorded last."""
        newer = DebarmentCheck.objects.filter(pk__gt=models.OuterRef("pk"))
        of_place = newer.filter(admission=models.OuterRef("admission"))
        of_applicant = newer.filter(application=models.OuterRef("application"))
        return self.exclude(models.Exists(of_place)).exclude(models.Exists(of_applicant))


class DebarmentCheck(models.Model):
    """A look at the debarment list for an applicant or a place, as the lead recorded it (rulebook C19)."""

    class Ground(models.TextChoices):
        MANDATORY = "mandatory", "On the list, on a mandatory ground"
        DISCRETIONARY = "discretionary", "On the list, on a discretionary ground"

    admission = models.ForeignKey(
        Admission, models.PROTECT, null=True, blank=True, related_name="debarment_checks"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="debarment_checks"
    )
    checked_on = models.DateField()
    is_listed = models.BooleanField()
    ground = models.CharField(max_length=14, choices=Ground, blank=True)
    excludes = models.BooleanField(
        default=False, help_text="Always on a mandatory ground; on a discretionary one the lead's decision."
    )
    note = models.TextField(blank=True, help_text="On which ground it is listed, and why it is decided so.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = DebarmentCheckQuerySet.as_manager()

    class Meta:
        ordering = ["admission_id", "-checked_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=OF_ONE, name="debarment_check_of_one"),
            models.CheckConstraint(
                condition=~Q(ground="mandatory") | Q(excludes=True), name="mandatory_debarment_excludes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.admission or self.application}, {self.checked_on:%d %B %Y}"


class PlatformConfirmation(models.Model):
    """That a provider is registered on the central digital platform and has shared its information (C20)."""

    admission = models.ForeignKey(
        Admission, models.PROTECT, null=True, blank=True, related_name="platform_confirmations"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="platform_confirmations"
    )
    confirmed_on = models.DateField()
    share_code = models.CharField(max_length=8, help_text="The code under which the lead saw it.")
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["admission_id", "-confirmed_on", "-pk"]
        constraints = [models.CheckConstraint(condition=OF_ONE, name="platform_confirmation_of_one")]

    def __str__(self) -> str:
        return f"{self.admission or self.application}, {self.confirmed_on:%d %B %Y}"

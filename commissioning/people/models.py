"""Tables of people: organisations, users, memberships and roles, invitations, bank holidays.

Tables only: the verbs on them live in `commissioning.accounts`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from . import (
    calendar_feeds,  # noqa: F401 - read here, so that its table is one of this app's
    details,
    signing_in,
)
from .references import Referenced
from .roles import ADMINISTRATOR, Role


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User") -> "OrganisationQuerySet":
        """Return the organisations the user is a member of today; every other is a stranger's row."""
        # SECURITY: who is registered is not shown to other providers, nor the members of an authority.
        return self.filter(pk__in=Membership.objects.current().filter(user=user).values("organisation_id"))

    def authorities(self) -> "OrganisationQuerySet":
        return self.filter(kind=Organisation.Kind.AUTHORITY)

    def providers(self) -> "OrganisationQuerySet":
        return self.filter(kind=Organisation.Kind.PROVIDER)


class Organisation(Referenced):
    """An authority that commissions, or a provider that applies and bids."""

    PREFIX = "ORG"

    class Kind(models.TextChoices):
        AUTHORITY = "authority", "Commissioning authority"
        PROVIDER = "provider", "Provider"

    class Sector(models.TextChoices):
        COUNCIL = "council", "Council"
        NHS = "nhs", "NHS body"
        CHARITY = "charity", "Charity or community organisation"
        COMPANY = "company", "Company"
        OTHER = "other", "Other"

    class Size(models.TextChoices):
        MICRO = "micro", "Micro: fewer than 10 people"
        SMALL = "small", "Small: 10 to 49 people"
        MEDIUM = "medium", "Medium: 50 to 249 people"
        LARGE = "large", "Large: 250 people or more"

    kind = models.CharField(max_length=12, choices=Kind)
    sector = models.CharField(max_length=12, choices=Sector)
    name = models.CharField(max_length=200)
    matching_name = models.CharField(
        max_length=200,
        editable=False,
        help_text=(
            "The name in the form used to find duplicates: case, spacing and company endings set aside."
        ),
    )
    code = models.CharField(
        max_length=12, blank=True, help_text="An authority's short code, such as PCC; providers have none."
    )
    address = models.TextField(blank=True, help_text="As printed at the head of letters, one line a row.")
    company_number = models.CharField(max_length=8, blank=True)
    charity_number = models.CharField(max_length=14, blank=True)
    cqc_provider_id = models.CharField("CQC provider ID", max_length=20, blank=True)
    ppon = models.CharField(
        "public procurement organisation number",
        max_length=14,
        blank=True,
        help_text="From the central digital platform, such as PBCD-1234-FGHJ.",
    )
    share_code = models.CharField(
        max_length=8, blank=True, help_text="Of what a provider last shared on the central digital platform."
    )
    size = models.CharField(max_length=8, choices=Size, blank=True)
    is_vcse = models.BooleanField(
        "voluntary, community or social enterprise", default=False, help_text="A provider's own statement."
    )
    areas_served = models.TextField(blank=True, help_text="Where a provider works, one area a line.")
    is_demo = models.BooleanField(default=False, help_text="Invented for the demonstration.")
    created_at = models.DateTimeField()

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "matching_name"], name="organisation_once_by_name"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="organisation_code_once"),
            models.UniqueConstraint(
                fields=["company_number"],
                condition=~Q(company_number=""),
                name="organisation_company_number_once",
            ),
            models.UniqueConstraint(
                fields=["charity_number"],
                condition=~Q(charity_number=""),
                name="organisation_charity_number_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "cqc_provider_id"],
                condition=~Q(cqc_provider_id=""),
                name="organisation_cqc_id_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "ppon"], condition=~Q(ppon=""), name="organisation_ppon_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """Return the code of an authority, else the whole name."""
        return self.code or self.name

    def details_at(self, moment: datetime) -> dict[str, Any]:
        """Return what it said of itself at a moment, by column (`details.NAMES`)."""
        return details.at(self, moment)

    def share_code_at(self, moment: datetime) -> str:
        """Return the share code that it had at a moment, or an empty text (rulebook C20)."""
        return str(self.details_at(moment)["share_code"])

    @property
    def is_authority(self) -> bool:
        return self.kind == self.Kind.AUTHORITY

    @property
    def owned_by(self) -> set[int]:
        return {self.pk}

    @property
    def sighted_by(self) -> set[int]:
        return {self.pk}


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are kept in lower case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, name: str, password: str | None = None, **extra: Any) -> "User":
        """Return a saved user; without a password nobody signs in until its owner set one."""
        user = self.model(email=email.strip().lower(), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Referenced, AbstractBaseUser):
    """A person who signs in by e-mail. What they may do follows from their memberships alone."""

    PREFIX = "PER"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(
        "administrator", default=False, help_text="May use the administration pages; reads no sealed content."
    )
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ["name"]
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_name(self) -> str:
        return f"user: {self.pk}"

    # Django admin asks these. An administrator sees every page of it; no page there can
    # write what a service owns, and no other power follows from it.
    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def held_roles(self) -> list[tuple[int, str]]:
        """Return (organisation id, role) for every role in force, read once for the life of this object."""
        if not hasattr(self, "_held_roles"):
            self._held_roles = list(
                RoleGrant.objects.in_force()
                .filter(membership__user=self)
                .values_list("membership__organisation_id", "role")
            )
        return self._held_roles

    @property
    def has_second_factor(self) -> bool:
        """Return whether a second factor is switched on, read once for the life of this object."""
        if not hasattr(self, "_has_second_factor"):
            self._has_second_factor = signing_in.SecondFactor.objects.filter(user=self).exists()
        return self._has_second_factor

    def roles_in(self, organisation_ids: Iterable[int] | None = None) -> frozenset[str]:
        """Return the roles in force in any of these organisations; with None, in any at all."""
        if not self.is_active or not self.is_authenticated:
            return frozenset()
        wanted = None if organisation_ids is None else set(organisation_ids)
        roles = {role for organisation, role in self.held_roles() if wanted is None or organisation in wanted}
        return frozenset(roles | ({ADMINISTRATOR} if self.is_staff and wanted is None else set()))

    def organisation_ids(self, *roles: str) -> frozenset[int]:
        """Return the organisations where the user holds any of these roles; with none named, any role."""
        return frozenset(
            organisation for organisation, role in self.held_roles() if not roles or role in roles
        )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        """Return memberships of people who are still there."""
        return self.filter(left_at=None)


class Membership(models.Model):
    """A person's place in one organisation, from joining to leaving."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(left_at=None), name="membership_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.organisation}"


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self) -> "RoleGrantQuerySet":
        """Return grants that are confirmed where they must be, not withdrawn, of people still there."""
        return self.filter(confirmed_at__isnull=False, withdrawn_at=None, membership__left_at=None)

    def awaiting_confirmation(self) -> "RoleGrantQuerySet":
        return self.filter(confirmed_at=None, withdrawn_at=None, membership__left_at=None)


class RoleGrant(models.Model):
    """A role given to a member; a sensitive one counts once a second person confirmed it (settled 26)."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "role"
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "role"],
                condition=Q(withdrawn_at=None),
                name="role_given_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.membership}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open_at(self, now: datetime) -> "InvitationQuerySet":
        """Return invitations that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)


class Invitation(Referenced):
    """An invitation to join an organisation; its link is made at sending and rests nowhere (settled 26)."""

    PREFIX = "INV"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    roles = models.JSONField(default=list)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["invited_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"


class Registration(Referenced):
    """What a provider typed to register; nothing of it counts before its e-mail address is confirmed."""

    PREFIX = "REG"

    email = models.EmailField()
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    organisation = models.JSONField(help_text="The organisation's details, as checked by the form.")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_at"]


class BankHoliday(models.Model):
    """A bank holiday of one part of the United Kingdom; services count working days by this table."""

    class Division(models.TextChoices):
        ENGLAND_AND_WALES = "england-and-wales", "England and Wales"
        SCOTLAND = "scotland", "Scotland"
        NORTHERN_IRELAND = "northern-ireland", "Northern Ireland"

    division = models.CharField(max_length=20, choices=Division)
    date = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["date", "division"]
        constraints = [models.UniqueConstraint(fields=["division", "date"], name="bank_holiday_once")]

    def __str__(self) -> str:
        return f"{self.date:%d %B %Y}, {self.get_division_display()}"


class Installation(models.Model):
    """The one row that says how this database came to be; a demonstration can never be made of a live one."""

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="installation_only_one")]

    is_demo = models.BooleanField(editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return "demonstration" if self.is_demo else "portal"

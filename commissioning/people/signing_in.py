"""Tables of signing in: open sessions, second factors with their recovery codes, resets asked for, tries."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q


class SessionQuerySet(models.QuerySet["Session"]):
    def in_use(self, real: datetime, *, idle: timedelta) -> "SessionQuerySet":
        """Return the sessions that hold at this moment of real time: neither too old nor idle too long."""
        return self.filter(expire_date__gt=real, used_at__gt=real - idle)


class Session(models.Model):
    """One browser's session; only `accounts.sessions` reads and writes its content. Times are real time."""

    session_key = models.CharField(max_length=40, primary_key=True)
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="browser_sessions"
    )
    browser = models.CharField(max_length=80, blank=True, help_text="Family and device, in words.")
    started_at = models.DateTimeField()
    used_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"session of {self.user}"

    @property
    def public_name(self) -> str:
        """Return what pages call this session: its key, which opens it, is shown to nobody."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]


class SecondFactor(models.Model):
    """A person's authenticator app (TOTP); its secret rests wrapped under the sealing key (settled 31)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="second_factor")
    secret = models.BinaryField(help_text="Wrapped under the portal's sealing key.")
    sealing_key_id = models.CharField(max_length=20)
    enrolled_at = models.DateTimeField()
    last_step = models.BigIntegerField(
        default=0, help_text="The half minute whose code was taken last: none is taken a second time."
    )

    def __str__(self) -> str:
        return f"second factor of {self.user}"

    @property
    def key_owner(self) -> str:
        """Return the name to which the wrapped secret is bound."""
        return f"second factor of {self.user.reference}"


class RecoveryCode(models.Model):
    """A code that stands in once for the app; only its keyed digest is kept (settled 31)."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.factor.user}"


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def waiting(self) -> "FactorResetQuerySet":
        return self.filter(confirmed_at=None, declined_at=None)


class FactorReset(models.Model):
    """An administrator's request to remove a colleague's lost second factor (settled 26)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="factor_resets")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="factor_resets")
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at=None, declined_at=None),
                name="factor_reset_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"reset of the second factor of {self.user}"


class Tries(models.Model):
    """How often something was tried since a moment of real time; whose is a digest, no name or address."""

    what = models.CharField(max_length=20)
    whose = models.CharField(max_length=64)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "whose"], name="tries_counted_once")]

    def __str__(self) -> str:
        return f"{self.count} tries of {self.what}"

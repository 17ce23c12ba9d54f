"""Proving who one is: by password, and by the second factor where one is switched on (settled 27)."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.views.decorators.debug import sensitive_variables

from commissioning import clock
from commissioning.accounts import second_factor
from commissioning.accounts.services import limits
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.people.signing_in import RecoveryCode, SecondFactor
from commissioning.records.sealing import keys
from commissioning.workflow import Refused

NOT_RIGHT = "The password or the code is not right"
CODE_NOT_RIGHT = "The code is not right, or was used before. Wait for the next one and type that"


@sensitive_variables()
def prove(*, user: User, password: str, code: str, now: datetime, field: str = "password") -> None:
    """Return if the password is right and, with a second factor, the code too.

    Raises Refused with one answer to whatever was wrong, and TooMany after five wrong tries in a quarter of
    an hour, then for a right try as well. Everything is looked at each time, so that the time taken is the
    same; call it outside a unit.
    """
    until = limits.take(limits.PROOF, user.reference)
    right = _password_is_right(user, password)
    spend = _spendable(user, code)
    if until is not None:
        raise limits.TooMany(until)
    if not right or spend is None or not _spend(user, spend, now):
        raise Refused(NOT_RIGHT, field=field)
    limits.forgive(limits.PROOF, user.reference)


@sensitive_variables()
def prove_code(*, user: User, code: str, now: datetime, field: str = "code") -> None:
    """Return if the code of the second factor is right, after the password was; counted and refused alike."""
    until = limits.take(limits.PROOF, user.reference)
    spend = _spendable(user, code)
    if until is not None:
        raise limits.TooMany(until)
    if spend is None or not _spend(user, spend, now):
        raise Refused(CODE_NOT_RIGHT, field=field)
    limits.forgive(limits.PROOF, user.reference)


class _Nothing:
    """Stands for what is spent by a person without a second factor."""


def _password_is_right(user: User, password: str) -> bool:
    if not user.has_usable_password():
        make_password(password)
        return False
    return user.check_password(password)


@sensitive_variables()
def _spendable(user: User, code: str) -> int | RecoveryCode | _Nothing | None:
    """Return what a right code would use up: a half minute, or a recovery code; None for a wrong one."""
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        return _Nothing()
    secret = keys.unwrap_private(
        bytes(factor.secret), owner=factor.key_owner, sealing_key_id=factor.sealing_key_id
    )
    step = second_factor.matching_step(secret.decode(), code, after=factor.last_step, at=clock.real_now())
    spare = factor.recovery_codes.filter(
        digest=second_factor.recovery_digest(user, code), used_at=None
    ).first()
    return step if step is not None else spare


def _spend(user: User, spent: int | RecoveryCode | _Nothing, now: datetime) -> bool:
    """Use it up; return False where another request was quicker."""
    if isinstance(spent, _Nothing):
        return True
    with unit():
        if isinstance(spent, RecoveryCode):
            done = RecoveryCode.objects.filter(pk=spent.pk, used_at=None).update(used_at=now)
            if done:
                record("second_factor.use_recovery_code", user, actor=user, at=now)
            return bool(done)
        factors = SecondFactor.objects.filter(user=user, last_step__lt=spent)
        return bool(factors.update(last_step=spent))

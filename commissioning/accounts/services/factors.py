"""The second factor of one's own account: switched on, given fresh recovery codes, switched off."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from commissioning import clock
from commissioning.accounts import letters, second_factor
from commissioning.accounts.services import limits, proofs, sessions
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.people.signing_in import FactorReset, RecoveryCode, SecondFactor
from commissioning.records.sealing import keys
from commissioning.workflow import Refused


@sensitive_variables()
def switch_on(
    *, user: User, offered: str, password: str, code: str, this_session: str, now: datetime
) -> list[str]:
    """Keep the offered secret once a code of it was typed; return the recovery codes, shown this once.

    Every other session of the person ends and they are told by e-mail. Raises Refused, and TooMany.
    """
    until = limits.take(limits.PROOF, user.reference)
    right = user.check_password(password)
    if until is not None:
        raise limits.TooMany(until)
    if not right:
        raise Refused("This is not your password.", field="password")
    secret = second_factor.offered_secret(user, offered)
    if secret is None:
        raise Refused("This page is too old. Open it again and scan the new picture.", field="code")
    step = second_factor.matching_step(secret, code, after=0, at=clock.real_now())
    if step is None:
        raise Refused(
            "This is not the code that the app shows now. Check that its clock is right, and type the next.",
            field="code",
        )
    wrapped, key_id = keys.wrap_private(secret.encode(), owner=SecondFactor(user=user).key_owner)
    with unit():
        try:
            with transaction.atomic():
                factor = SecondFactor.objects.create(
                    user=user, secret=wrapped, sealing_key_id=key_id, enrolled_at=now, last_step=step
                )
        except IntegrityError:
            raise Refused("Your second factor is switched on already.") from None
        codes = _fresh_codes(factor)
        sessions.drop(user, but=this_session)
        record("second_factor.switch_on", user, actor=user, at=now)
        letters.second_factor_on(user, now=now)
    forget_what_was_read(user)
    limits.forgive(limits.PROOF, user.reference)
    return codes


@sensitive_variables()
def renew_codes(*, user: User, password: str, code: str, now: datetime) -> list[str]:
    """Void the recovery codes and return ten fresh ones, shown this once. Raises Refused, and TooMany."""
    proofs.prove(user=user, password=password, code=code, now=now)
    with unit():
        factor = SecondFactor.objects.select_for_update().filter(user=user).first()
        if factor is None:
            raise Refused("Your second factor is switched off.")
        factor.recovery_codes.all().delete()
        codes = _fresh_codes(factor)
        record("second_factor.renew_codes", user, actor=user, at=now)
        letters.recovery_codes_renewed(user, now=now)
    return codes


@sensitive_variables()
def switch_off(*, user: User, password: str, code: str, this_session: str, now: datetime) -> None:
    """Remove one's own second factor; other sessions end. Raises Refused, and TooMany."""
    proofs.prove(user=user, password=password, code=code, now=now)
    with unit():
        remove(user)
        # What was asked for the lost one must not remove the next one.
        FactorReset.objects.waiting().filter(user=user).update(declined_at=now, declined_by=user)
        sessions.drop(user, but=this_session)
        record("second_factor.switch_off", user, actor=user, at=now)
        letters.second_factor_off(user, now=now)


def remove(user: User) -> None:
    """Delete what is kept of a person's second factor, inside a unit. Raises Refused if there is none."""
    if not SecondFactor.objects.filter(user=user).delete()[0]:
        raise Refused("There is no second factor to remove.")
    forget_what_was_read(user)


def forget_what_was_read(user: User) -> None:
    """Let this object ask the database again whether the person has a second factor."""
    user.__dict__.pop("_has_second_factor", None)


def _fresh_codes(factor: SecondFactor) -> list[str]:
    codes = second_factor.fresh_recovery_codes()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=second_factor.recovery_digest(factor.user, code)) for code in codes
    )
    return codes

"""A lost second factor: a colleague who administers asks for its reset, and a second one confirms it.

Never one administrator alone for somebody who releases, signs, opens or moderates (settled 26).
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from commissioning import policies
from commissioning.accounts import letters, queries, rules
from commissioning.accounts.services import factors, sessions
from commissioning.audit.services import record, unit
from commissioning.people.models import Membership, User
from commissioning.people.signing_in import FactorReset, SecondFactor
from commissioning.workflow import Refused


def ask(*, membership: Membership, reason: str, actor: User, now: datetime) -> FactorReset:
    """Ask for a colleague's reset; it is done at once only where no role of theirs is sensitive.

    The owner is told either way. Raises Denied and Refused.
    """
    organisation, user = membership.organisation, membership.user
    policies.require(actor, "organisation.reset_factor", organisation)
    if user.pk == actor.pk:
        raise Refused("You cannot reset your own second factor this way. Use a recovery code.")
    with unit():
        if membership.left_at:
            raise Refused("They have left.")
        if not SecondFactor.objects.select_for_update().filter(user=user).exists():
            raise Refused("They have no second factor to reset.")
        try:
            with transaction.atomic():
                reset = FactorReset.objects.create(
                    user=user, organisation=organisation, reason=reason, asked_at=now, asked_by=actor
                )
        except IntegrityError:
            raise Refused("A reset has been asked for already and waits for a second person.") from None
        record(
            "second_factor.ask_reset", organisation, actor=actor, at=now, person=user.reference, reason=reason
        )
        if rules.needs_second_person_to_reset(queries.roles_given(user)):
            letters.factor_reset_asked(reset, queries.reset_confirmers(reset), now=now)
        else:
            _carry_out(reset, actor=actor, now=now)
    return reset


def confirm(*, reset: FactorReset, actor: User, now: datetime) -> None:
    """Carry the reset out as the second person, neither asker nor owner. Raises Denied and Refused."""
    policies.require(actor, "organisation.confirm_factor_reset", reset.organisation)
    with unit():
        kept = _waiting(reset)
        problem = rules.why_not_confirm_reset(
            is_asker=kept.asked_by_id == actor.pk, is_owner=kept.user_id == actor.pk
        )
        if problem:
            raise Refused(problem)
        _carry_out(kept, actor=actor, now=now)


def decline(*, reset: FactorReset, actor: User, now: datetime) -> None:
    """Decline a reset that waits; whoever asked may take it back so. Raises Denied and Refused."""
    policies.require(actor, "organisation.confirm_factor_reset", reset.organisation)
    with unit():
        kept = _waiting(reset)
        kept.declined_at, kept.declined_by = now, actor
        kept.save(update_fields=["declined_at", "declined_by"])
        record(
            "second_factor.decline_reset", kept.organisation, actor=actor, at=now, person=kept.user.reference
        )
        letters.factor_reset_declined(kept, now=now)


def _carry_out(reset: FactorReset, *, actor: User, now: datetime) -> None:
    reset.confirmed_at, reset.confirmed_by = now, actor
    reset.save(update_fields=["confirmed_at", "confirmed_by"])
    factors.remove(reset.user)
    sessions.drop(reset.user)
    record("second_factor.reset", reset.organisation, actor=actor, at=now, person=reset.user.reference)
    letters.factor_reset(reset, now=now)


def _waiting(reset: FactorReset) -> FactorReset:
    kept = (
        FactorReset.objects.select_for_update(of=("self",))
        .select_related("user", "organisation", "asked_by")
        .get(pk=reset.pk)
    )
    if kept.confirmed_at or kept.declined_at:
        raise Refused("This reset was confirmed or declined before.")
    return kept

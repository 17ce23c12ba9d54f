"""Roles: given, confirmed by a second person where they are sensitive, withdrawn."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from commissioning import policies
from commissioning.accounts import letters, queries, rules
from commissioning.audit.services import record, unit
from commissioning.people.actors import Actor
from commissioning.people.models import Membership, Organisation, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.workflow import Refused


def give(*, membership: Membership, role: str, actor: User, now: datetime) -> RoleGrant:
    """Give a role; a sensitive one waits for a second person (settled 26). Raises Denied and Refused."""
    organisation = membership.organisation
    policies.require(actor, "organisation.give_role", organisation)
    with unit():
        kept = locked(membership)
        if kept.left_at:
            raise Refused("They have left.")
        held = kept.grants.filter(withdrawn_at=None).values_list("role", flat=True)
        problem = rules.why_not_give(
            role,
            is_authority=organisation.is_authority,
            held=set(held),
            to_oneself=kept.user_id == actor.pk,
        )
        if problem:
            raise Refused(problem, field="role")
        return add_grant(kept, role, giver=actor, actor=actor, now=now)


def confirm(*, grant: RoleGrant, actor: User, now: datetime) -> None:
    """Confirm a sensitive role as the second person, neither giver nor receiver. Raises Denied and Refused.

    The two first administrators of an authority confirm each other while it has none.
    """
    organisation = grant.membership.organisation
    if queries.is_fellow_first_admin(actor, organisation):
        policies.require_second_factor(actor)
    else:
        policies.require(actor, "organisation.confirm_role", organisation)
    with unit():
        kept = _waiting(grant)
        problem = rules.why_not_confirm(
            is_giver=kept.given_by_id == actor.pk, is_receiver=kept.membership.user_id == actor.pk
        )
        if problem:
            raise Refused(problem)
        kept.confirmed_at, kept.confirmed_by = now, actor
        kept.save(update_fields=["confirmed_at", "confirmed_by"])
        _note("role.confirm", kept, actor=actor, now=now)
        letters.role_confirmed(kept, now=now)
        if kept.role == Role.AUTHORITY_ADMIN:
            # A new administrator is asked about what waited before there was one to ask.
            for waiting in queries.roles_to_confirm(User.objects.get(pk=kept.membership.user_id)):
                letters.role_to_confirm(waiting, [kept.membership.user], now=now)
    grant.refresh_from_db()


def withdraw(*, grant: RoleGrant, actor: User, now: datetime) -> None:
    """Withdraw a role, or decline one that waits. Raises Denied, and Refused for the last administrator's."""
    organisation = grant.membership.organisation
    policies.require(actor, "organisation.withdraw_role", organisation)
    with unit():
        membership = locked(grant.membership)
        kept = RoleGrant.objects.select_for_update().get(pk=grant.pk)
        if kept.withdrawn_at or membership.left_at:
            raise Refused("This role was withdrawn before.")
        if kept.role == rules.admin_role(is_authority=organisation.is_authority) and kept.confirmed_at:
            refuse_last_admin(membership, actor)
        kept.withdrawn_at, kept.withdrawn_by = now, actor
        kept.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _note("role.withdraw", kept, actor=actor, now=now)
        letters.role_withdrawn(kept, now=now)
    grant.refresh_from_db()


def add_grant(
    membership: Membership, role: str, *, giver: User, actor: Actor, now: datetime, tell: bool = True
) -> RoleGrant:
    """Write a role down, in force at once or waiting for a second person; runs inside a unit.

    `tell` is False where the member knows already, as on accepting an invitation.
    """
    waits = rules.needs_confirmation(role)
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(
                membership=membership,
                role=role,
                given_at=now,
                given_by=giver,
                confirmed_at=None if waits else now,
            )
    except IntegrityError:
        raise Refused("They have been given this role already.", field="role") from None
    _note("role.give", grant, actor=actor, now=now, giver=giver.reference, waits=waits)
    if waits:
        letters.role_to_confirm(grant, queries.confirmers(grant), now=now)
    elif tell:
        letters.role_given(grant, now=now)
    return grant


def refuse_last_admin(membership: Membership, actor: User) -> None:
    """Raise Refused where nobody else could look after the organisation; the row is locked before."""
    problem = queries.why_not_leave(membership, actor)
    if problem:
        raise Refused(problem)


def locked(membership: Membership) -> Membership:
    """Return the membership read again, with its organisation's row locked; runs inside a unit."""
    # The organisation's row is the lock: two administrators leaving at once must not both succeed.
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    return (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "organisation")
        .get(pk=membership.pk)
    )


def _waiting(grant: RoleGrant) -> RoleGrant:
    locked(grant.membership)
    kept = (
        RoleGrant.objects.select_for_update(of=("self",))
        .select_related("membership__user", "membership__organisation", "given_by")
        .get(pk=grant.pk)
    )
    if kept.withdrawn_at or kept.confirmed_at or kept.membership.left_at:
        raise Refused("This role was confirmed or withdrawn before.")
    return kept


def _note(action: str, grant: RoleGrant, *, actor: Actor, now: datetime, **data: Any) -> None:
    record(
        action,
        grant.membership.organisation,
        actor=actor,
        at=now,
        person=grant.membership.user.reference,
        role=grant.role,
        **data,
    )

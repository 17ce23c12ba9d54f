"""Invitations: colleagues into an organisation, and the first administrators into a new one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from commissioning import policies
from commissioning.accounts import letters, queries, rules
from commissioning.accounts.services.registration import new_person
from commissioning.accounts.services.roles import add_grant
from commissioning.audit.services import record, unit
from commissioning.people.actors import Actor
from commissioning.people.models import Invitation, Membership, Organisation, User
from commissioning.workflow import Refused

FIRST_ADMINS_OF_AN_AUTHORITY = 2


def invite(
    *, organisation: Organisation, email: str, name: str, roles: Iterable[str], actor: User, now: datetime
) -> Invitation:
    """Invite a colleague with roles; the link is made when the message is sent. Raises Denied and Refused.

    Sensitive roles wait for a second person once the invitation is accepted (settled 26).
    """
    policies.require(actor, "organisation.invite", organisation)
    roles = sorted(set(roles))
    possible = rules.roles_of(is_authority=organisation.is_authority)
    if not roles:
        raise Refused("Select at least one role.", field="roles")
    if set(roles) - set(possible):
        raise Refused("Select roles of this kind of organisation.", field="roles")
    with unit():
        return _invite(organisation, email, name, roles, actor, now)


def invite_first_admins(
    *, organisation: Organisation, people: Sequence[tuple[str, str]], actor: User, now: datetime
) -> list[Invitation]:
    """Invite whoever is to look after an organisation that nobody looks after: (e-mail, name) each.

    Only while it has no administrator. An authority needs two people, who confirm each other: the portal's
    administrator gives no sensitive role that counts by their word alone (settled 26). Raises Denied and
    Refused.
    """
    policies.require(actor, "organisation.maintain")
    role = rules.admin_role(is_authority=organisation.is_authority)
    emails = {rules.email_address(email) for email, _ in people}
    needed = FIRST_ADMINS_OF_AN_AUTHORITY if organisation.is_authority else 1
    if len(emails) != needed or len(people) != needed:
        raise Refused(
            "Name two different people: they confirm each other." if needed > 1 else "Name one person."
        )
    if actor.email in emails:
        raise Refused("You cannot invite yourself.")
    with unit():
        if queries.admins(organisation).exists():
            raise Refused("This organisation has an administrator, who invites everybody else.")
        return [_invite(organisation, email, name, [role], actor, now) for email, name in people]


def withdraw(*, invitation: Invitation, actor: User, now: datetime) -> None:
    """Withdraw an invitation, so that its link opens nothing. Raises Denied and Refused."""
    organisation = invitation.organisation
    if not policies.may(actor, "organisation.maintain").allowed or invitation.invited_by_id != actor.pk:
        policies.require(actor, "organisation.invite", organisation)
    with unit():
        kept = _locked(invitation)
        if kept.accepted_at or kept.withdrawn_at:
            raise Refused("This invitation was accepted or withdrawn before.")
        end(kept, actor=actor, now=now)
    invitation.refresh_from_db()


def accept(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Join by an invitation to one's own address. Raises Refused with the reason it cannot be."""
    with unit():
        kept = _acceptable(invitation, now)
        if user.email != kept.email:
            raise Refused(f"This invitation is for {kept.email}. Sign out, then open its link again.")
        return _join(kept, user, now)


def accept_as_newcomer(*, invitation: Invitation, name: str, password: str, now: datetime) -> User:
    """Make the invited person's account and join; the link proves the address. Raises Refused."""
    with unit():
        kept = _acceptable(invitation, now)
        user = new_person(
            email=kept.email, name=name, password=password, now=now, organisation=kept.organisation.name
        )
        _join(kept, user, now)
    return user


def end(invitation: Invitation, *, actor: Actor, now: datetime) -> None:
    """Mark an invitation withdrawn; runs inside a unit, on a locked row."""
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    record(
        "invitation.withdraw",
        invitation.organisation,
        actor=actor,
        at=now,
        invitation=invitation.reference,
    )


def _invite(
    organisation: Organisation, email: str, name: str, roles: list[str], actor: User, now: datetime
) -> Invitation:
    email = rules.email_address(email)
    if organisation.memberships.current().filter(user__email=email).exists():
        raise Refused(f"{email} belongs to {organisation.name} already.", field="email")
    for earlier in organisation.invitations.filter(email=email, accepted_at=None, withdrawn_at=None):
        if earlier.expires_at > now:
            raise Refused(f"{email} has been invited already. Withdraw that invitation first.", field="email")
        end(earlier, actor=actor, now=now)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organisation=organisation,
                email=email,
                name=name.strip(),
                roles=[str(role) for role in roles],
                invited_by=actor,
                invited_at=now,
                expires_at=now + rules.INVITATION_LASTS,
            )
    except IntegrityError:
        raise Refused(f"{email} has just been invited by somebody else.", field="email") from None
    letters.invitation(invitation, now=now)
    record(
        "organisation.invite",
        organisation,
        actor=actor,
        at=now,
        invitation=invitation.reference,
        roles=invitation.roles,
    )
    return invitation


def _acceptable(invitation: Invitation, now: datetime) -> Invitation:
    kept = _locked(invitation)
    if kept.accepted_at:
        raise Refused("This invitation has been accepted already.")
    if kept.withdrawn_at:
        raise Refused("This invitation was withdrawn. Ask whoever invited you for another.")
    if kept.expires_at <= now:
        raise Refused("This invitation has run out. Ask whoever invited you for another.")
    return kept


def _join(invitation: Invitation, user: User, now: datetime) -> Membership:
    organisation = invitation.organisation
    if queries.works_for_the_other_side(user, organisation):
        raise Refused(
            "One account cannot belong to both an authority and a provider. "
            "Ask to be invited at another address."
        )
    if organisation.memberships.current().filter(user=user).exists():
        raise Refused(f"You belong to {organisation.name} already.")
    membership = Membership.objects.create(user=user, organisation=organisation, joined_at=now)
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record(
        "organisation.join",
        organisation,
        actor=user,
        at=now,
        person=user.reference,
        invitation=invitation.reference,
    )
    for role in invitation.roles:
        add_grant(membership, role, giver=invitation.invited_by, actor=user, now=now, tell=False)
    letters.joined(invitation, user, now=now)
    user.__dict__.pop("_held_roles", None)
    return membership


def _locked(invitation: Invitation) -> Invitation:
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation", "invited_by")
        .get(pk=invitation.pk)
    )

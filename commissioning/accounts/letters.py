"""The messages about accounts: to whom, with which facts, under which key; sent inside a service's unit."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from commissioning.people.models import Invitation, Membership, Organisation, Registration, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.people.signing_in import FactorReset
from commissioning.records.services import outbox

from . import links


def _send(
    kind: str, to: User | str, key: str, *, now: datetime, about: str = "", link: str = "", **facts: Any
) -> None:
    purpose, _, subject = link.partition("|")
    outbox.queue(
        kind=kind,
        to=to,
        key=key,
        facts=facts,
        now=now,
        about=about,
        link_purpose=purpose,
        link_subject=subject,
    )


def _people_url(organisation: Organisation) -> str:
    return f"{settings.PORTAL_URL}/organisations/{organisation.reference}/people/"


def _hour(now: datetime) -> str:
    return f"{now:%Y%m%d%H}"


def _five_minutes(now: datetime) -> int:
    return int(now.timestamp()) // 300


def role_names(roles: Iterable[str]) -> str:
    """Return roles in words: "Procurement lead and Evaluator"."""
    given = set(roles)
    names = [str(role.label) for role in Role if role in given]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def confirm_email(registration: Registration, *, now: datetime) -> None:
    """Ask the owner of an address to confirm a registration by its link."""
    _send(
        "confirm_email",
        registration.email,
        f"confirm-email:{registration.reference}",
        now=now,
        about=registration.reference,
        link=f"{links.CONFIRM.purpose}|{registration.reference}",
        organisation=registration.organisation["name"],
        until=registration.expires_at,
    )


def account_exists(user: User, organisation_name: str, *, now: datetime) -> None:
    """Tell a person that a registration named their address, at most once an hour."""
    _send(
        "account_exists",
        user,
        f"account-exists:{user.reference}:{_hour(now)}",
        now=now,
        organisation=organisation_name,
        sign_in_url=f"{settings.PORTAL_URL}/account/sign-in/",
        forgotten_url=f"{settings.PORTAL_URL}/account/password/forgotten/",
    )


def organisation_exists(email: str, organisation_name: str, *, now: datetime) -> None:
    """Tell whoever registered that the organisation is registered already, at most once an hour."""
    _send(
        "organisation_exists",
        email,
        f"organisation-exists:{email}:{_hour(now)}",
        now=now,
        organisation=organisation_name,
    )


def registration_attempt(
    admins: Iterable[User], organisation: Organisation, *, name: str, email: str, now: datetime
) -> None:
    """Tell the administrators who tried to register their organisation again."""
    for admin in admins:
        _send(
            "registration_attempt",
            admin,
            f"registration-attempt:{organisation.reference}:{email}:{admin.reference}:{now:%Y%m%d}",
            now=now,
            about=organisation.reference,
            organisation=organisation.name,
            name=name,
            email=email,
            people_url=_people_url(organisation),
        )


def invitation(invited: Invitation, *, now: datetime) -> None:
    """Send an invitation with its link."""
    _send(
        "invitation",
        invited.email,
        f"invitation:{invited.reference}",
        now=now,
        about=invited.reference,
        link=f"{links.INVITATION.purpose}|{invited.reference}",
        organisation=invited.organisation.name,
        inviter=invited.invited_by.name,
        roles=role_names(invited.roles),
        until=invited.expires_at,
    )


def joined(invited: Invitation, user: User, *, now: datetime) -> None:
    """Tell the inviter that the invitation was accepted."""
    _send(
        "joined",
        invited.invited_by,
        f"joined:{invited.reference}",
        now=now,
        about=invited.organisation.reference,
        name=user.name,
        organisation=invited.organisation.name,
        people_url=_people_url(invited.organisation),
    )


def role_given(grant: RoleGrant, *, now: datetime) -> None:
    """Tell a member of a role that counts from now."""
    _about_role("role_given", grant, grant.membership.user, now=now)


def role_to_confirm(grant: RoleGrant, confirmers: Iterable[User], *, now: datetime) -> None:
    """Ask those who may to confirm a role, and tell the member that it waits."""
    _about_role("role_waits", grant, grant.membership.user, now=now)
    for confirmer in confirmers:
        _about_role("role_to_confirm", grant, confirmer, now=now)


def role_confirmed(grant: RoleGrant, *, now: datetime) -> None:
    """Tell the member and the giver that a role counts from now."""
    _about_role("role_given", grant, grant.membership.user, now=now)
    if grant.given_by is not None:
        _about_role("role_confirmed", grant, grant.given_by, now=now)


def role_withdrawn(grant: RoleGrant, *, now: datetime) -> None:
    """Tell a member that a role no longer counts."""
    _about_role("role_withdrawn", grant, grant.membership.user, now=now)


def _about_role(kind: str, grant: RoleGrant, to: User, *, now: datetime) -> None:
    organisation = grant.membership.organisation
    _send(
        kind,
        to,
        f"{kind.replace('_', '-')}:{grant.pk}:{to.reference}",
        now=now,
        about=organisation.reference,
        role=grant.get_role_display(),
        name=grant.membership.user.name,
        giver=grant.given_by.name if grant.given_by else "The portal",
        organisation=organisation.name,
        people_url=_people_url(organisation),
    )


def membership_ended(membership: Membership, *, now: datetime) -> None:
    """Tell a person that they no longer belong to the organisation."""
    organisation = membership.organisation
    _send(
        "membership_ended",
        membership.user,
        f"membership-ended:{membership.pk}",
        now=now,
        about=organisation.reference,
        organisation=organisation.name,
        left_at=now,
    )


def new_password(user: User, *, now: datetime) -> None:
    """Send the link by which the owner of an account sets a new password, at most once in five minutes."""
    _send(
        "new_password",
        user,
        f"new-password:{user.reference}:{_five_minutes(now)}",
        now=now,
        link=f"{links.PASSWORD.purpose}|{user.reference}",
        hours=int(links.PASSWORD.lasts.total_seconds() // 3600),
    )


def no_account(email: str, *, now: datetime) -> None:
    """Tell an address that it has no account, which was asked for a new password; once in five minutes."""
    _send(
        "no_account",
        email,
        f"no-account:{email}:{_five_minutes(now)}",
        now=now,
        register_url=f"{settings.PORTAL_URL}/account/register/",
    )


def password_changed(user: User, *, now: datetime) -> None:
    """Tell a person that their password was changed, so that a thief cannot do it unseen."""
    _send(
        "password_changed",
        user,
        f"password-changed:{user.reference}:{now:%Y%m%d%H%M%S%f}",
        now=now,
        changed_at=now,
        forgotten_url=f"{settings.PORTAL_URL}/account/password/forgotten/",
    )


def second_factor_on(user: User, *, now: datetime) -> None:
    """Tell a person that a second factor was switched on for their account."""
    _about_factor("second_factor_on", user, now=now)


def second_factor_off(user: User, *, now: datetime) -> None:
    """Tell a person that their second factor was switched off, so that a thief cannot do it unseen."""
    _about_factor("second_factor_off", user, now=now)


def recovery_codes_renewed(user: User, *, now: datetime) -> None:
    """Tell a person that their recovery codes were renewed."""
    _about_factor("recovery_codes_renewed", user, now=now)


def _about_factor(kind: str, user: User, *, now: datetime) -> None:
    _send(
        kind,
        user,
        f"{kind.replace('_', '-')}:{user.reference}:{now:%Y%m%d%H%M%S%f}",
        now=now,
        at=now,
        forgotten_url=f"{settings.PORTAL_URL}/account/password/forgotten/",
    )


def factor_reset_asked(reset: FactorReset, confirmers: Iterable[User], *, now: datetime) -> None:
    """Ask those who may to confirm the reset of a lost second factor, and tell its owner."""
    _about_reset("factor_reset_waits", reset, reset.user, now=now)
    for confirmer in confirmers:
        _about_reset("factor_reset_to_confirm", reset, confirmer, now=now)


def factor_reset(reset: FactorReset, *, now: datetime) -> None:
    """Tell the owner that their second factor was removed, and how to switch on another."""
    _about_reset("factor_reset", reset, reset.user, now=now)


def factor_reset_declined(reset: FactorReset, *, now: datetime) -> None:
    """Tell the owner and whoever asked that the second factor stays as it is."""
    _about_reset("factor_reset_declined", reset, reset.user, now=now)
    _about_reset("factor_reset_declined", reset, reset.asked_by, now=now)


def _about_reset(kind: str, reset: FactorReset, to: User, *, now: datetime) -> None:
    organisation = reset.organisation
    _send(
        kind,
        to,
        f"{kind.replace('_', '-')}:{reset.pk}:{to.reference}",
        now=now,
        about=organisation.reference,
        name=reset.user.name,
        asker=reset.asked_by.name,
        reason=reset.reason,
        organisation=organisation.name,
        people_url=_people_url(organisation),
    )

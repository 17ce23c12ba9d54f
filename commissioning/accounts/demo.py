"""The demonstration's accounts, listed on its sign-in page; nothing here counts without PORTAL_DEMO=1."""

from dataclasses import dataclass

from django.conf import settings

from commissioning.people.models import Membership, RoleGrant, User

PASSWORD = "demo-portal-2026"  # noqa: S105 - printed on the sign-in page of every demonstration
ADDRESSES = ".example"


@dataclass(frozen=True)
class Account:
    """One line of the list: an address, whose it is, and what for."""

    email: str
    name: str
    roles: str


@dataclass(frozen=True)
class Group:
    """The accounts of one organisation."""

    title: str
    accounts: list[Account]


def groups() -> list[Group]:
    """Return the accounts to choose from, authorities first; empty outside a demonstration."""
    if not settings.PORTAL_DEMO:
        return []
    found: dict[str, list[Account]] = {}
    memberships = (
        Membership.objects.current()
        .filter(user__is_active=True, user__email__endswith=ADDRESSES)
        .select_related("user", "organisation")
        .order_by("organisation__kind", "organisation__name", "user__pk")
    )
    roles = _roles()
    for membership in memberships:
        account = Account(
            membership.user.email, membership.user.name, ", ".join(roles.get(membership.pk, []))
        )
        found.setdefault(membership.organisation.name, []).append(account)
    administrators = User.objects.filter(is_staff=True, is_active=True, email__endswith=ADDRESSES)
    portal = [Account(user.email, user.name, "Administrator") for user in administrators]
    groups = [Group(title, accounts) for title, accounts in found.items()]
    return groups + ([Group("The portal", portal)] if portal else [])


def _roles() -> dict[int, list[str]]:
    roles: dict[int, list[str]] = {}
    for grant in RoleGrant.objects.in_force().order_by("pk"):
        roles.setdefault(grant.membership_id, []).append(grant.get_role_display())
    return roles

"""What pages and verbs look up about people and organisations."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from commissioning import clock
from commissioning.people.calendar_feeds import CalendarFeed
from commissioning.people.models import Invitation, Membership, Organisation, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.people.signing_in import FactorReset, SecondFactor, Session

from . import rules, tokens


def visible_to(user: User) -> QuerySet[Organisation]:
    """Return the organisations whose people and details this person may see: their own."""
    return Organisation.objects.visible_to(user)


def duplicates_of(
    details: rules.Details, *, kind: str, excluding: Organisation | None = None
) -> QuerySet[Organisation]:
    """Return the organisations of a kind that have the same name in another spelling, or the same number."""
    same = Q(matching_name=rules.matching_name(details.name))
    for number in ("company_number", "charity_number", "cqc_provider_id", "ppon"):
        if value := getattr(details, number):
            same |= Q(**{number: value})
    found = Organisation.objects.filter(same, kind=kind)
    return found.exclude(pk=excluding.pk) if excluding else found


def person(email: str) -> User | None:
    """Return the person with this address, in whatever case it is typed."""
    return User.objects.filter(email=rules.email_address(email)).first()


def members(organisation: Organisation) -> list[Membership]:
    """Return today's members by name, each with `given`: the roles given and not withdrawn."""
    return list(_with_grants(organisation.memberships.current()).order_by("user__name", "pk"))


def former_members(organisation: Organisation) -> list[Membership]:
    """Return the members who left, the latest first."""
    return list(_with_grants(organisation.memberships.exclude(left_at=None)).order_by("-left_at"))


def member(organisation: Organisation, reference: str) -> Membership | None:
    """Return today's membership of the person with this reference, with `given` roles."""
    return _with_grants(organisation.memberships.current()).filter(user__reference=reference).first()


def memberships_of(user: User) -> list[Membership]:
    """Return today's memberships of a person, each with `given` roles."""
    return list(_with_grants(user.memberships.current()).order_by("organisation__name"))


def feeds_of(user: User) -> QuerySet[CalendarFeed]:
    """Return the person's own calendar feed whose address works, if there is one."""
    return CalendarFeed.objects.standing().filter(user=user)


def calendar_reader(token: str) -> User | None:
    """Return the person whose calendar this secret opens: active, and still somewhere a member; else None."""
    member = Membership.objects.current().filter(user=OuterRef("user"))
    found = CalendarFeed.objects.standing().filter(
        Exists(member), token_hash=tokens.at_rest(token), user__is_active=True
    )
    feed = found.select_related("user").first()
    return feed.user if feed else None


def awaiting(organisation: Organisation) -> QuerySet[RoleGrant]:
    """Return the roles that wait for a second person, the longest waiting first."""
    return (
        RoleGrant.objects.awaiting_confirmation()
        .filter(membership__organisation=organisation)
        .select_related("membership__user", "membership__organisation", "given_by")
        .order_by("given_at", "pk")
    )


def open_invitations(organisation: Organisation, *, now: datetime) -> QuerySet[Invitation]:
    """Return the invitations that can still be accepted, the oldest first."""
    return organisation.invitations.open_at(now).select_related("invited_by")


def admins(organisation: Organisation) -> QuerySet[User]:
    """Return the people who look after the organisation's people: their role is in force."""
    role = rules.admin_role(is_authority=organisation.is_authority)
    grants = RoleGrant.objects.in_force().filter(membership__organisation=organisation, role=role)
    return User.objects.filter(is_active=True, pk__in=grants.values("membership__user"))


def why_not_leave(membership: Membership, reader: User) -> str | None:
    """Return why this member must stay administrator, or None: somebody must look after the organisation.

    In words for the reader, who may be that member.
    """
    others = admins(membership.organisation).exclude(pk=membership.user_id)
    return rules.why_not_lose_admin(
        holds=admins(membership.organisation).filter(pk=membership.user_id).exists(),
        other_admins=others.count(),
        is_authority=membership.organisation.is_authority,
        is_own=membership.user_id == reader.pk,
    )


def confirmers(grant: RoleGrant) -> QuerySet[User]:
    """Return who may be the second person to a role: administrators, or the fellow first administrator."""
    organisation = grant.membership.organisation
    found = admins(organisation)
    if not found.exists():
        waiting = awaiting(organisation).filter(role=Role.AUTHORITY_ADMIN)
        found = User.objects.filter(is_active=True, pk__in=waiting.values("membership__user"))
    return found.exclude(pk__in=[grant.given_by_id, grant.membership.user_id])


def confirmers_of(grants: Collection[RoleGrant]) -> dict[int, list[User]]:
    """Return, by role of an authority that waits, who may be its second person, by name (`confirmers`)."""
    places = {grant.membership.organisation_id for grant in grants}
    given = RoleGrant.objects.filter(
        role=Role.AUTHORITY_ADMIN, membership__organisation__in=places, membership__user__is_active=True
    )
    given = given.select_related("membership__user").order_by("membership__user__name", "membership__user")
    found: dict[int, dict[int, User]] = {}
    for rows in (given.in_force(), given.awaiting_confirmation()):
        # A fellow first administrator counts only where nobody looks after the authority yet.
        unserved = places - set(found)
        for row in rows.filter(membership__organisation__in=unserved):
            there = found.setdefault(row.membership.organisation_id, {})
            there[row.membership.user_id] = row.membership.user
    return {
        grant.pk: [
            user
            for pk, user in found.get(grant.membership.organisation_id, {}).items()
            if pk not in (grant.given_by_id, grant.membership.user_id)
        ]
        for grant in grants
    }


def is_fellow_first_admin(user: User, organisation: Organisation) -> bool:
    """Return whether the person waits, with another, to become a new authority's first administrator."""
    if not organisation.is_authority or admins(organisation).exists():
        return False
    waiting = awaiting(organisation).filter(membership__user=user, role=Role.AUTHORITY_ADMIN)
    return waiting.exists()


def roles_to_confirm(user: User) -> list[RoleGrant]:
    """Return the roles that wait for this person's confirmation, in all their organisations.

    Of an authority that nobody looks after yet, that is the role of the other first administrator.
    """
    mine = Q(membership__organisation__in=user.organisation_ids(Role.AUTHORITY_ADMIN))
    begun = RoleGrant.objects.awaiting_confirmation().filter(membership__user=user, role=Role.AUTHORITY_ADMIN)
    looked_after = RoleGrant.objects.in_force().filter(role=Role.AUTHORITY_ADMIN)
    beginning = Q(
        role=Role.AUTHORITY_ADMIN,
        membership__organisation__in=begun.exclude(
            membership__organisation__in=looked_after.values("membership__organisation")
        ).values("membership__organisation"),
    )
    return list(
        RoleGrant.objects.awaiting_confirmation()
        .filter(mine | beginning)
        .exclude(given_by=user)
        .exclude(membership__user=user)
        .select_related("membership__user", "membership__organisation", "given_by")
        .order_by("given_at", "pk")
    )


def roles_waiting(user: User) -> list[RoleGrant]:
    """Return the roles given to this person that do not count until somebody else has confirmed them."""
    return list(
        RoleGrant.objects.awaiting_confirmation()
        .filter(membership__user=user)
        .select_related("membership__user", "membership__organisation")
        .order_by("given_at", "pk")
    )


def roles_given(user: User) -> set[str]:
    """Return the roles given to a person anywhere and not withdrawn, confirmed or not."""
    given = RoleGrant.objects.filter(membership__user=user, membership__left_at=None, withdrawn_at=None)
    return set(given.values_list("role", flat=True))


def reset_confirmers(reset: FactorReset) -> QuerySet[User]:
    """Return who may be the second person to the reset of a second factor."""
    return admins(reset.organisation).exclude(pk__in=[reset.asked_by_id, reset.user_id])


def waiting_resets(organisation: Organisation) -> QuerySet[FactorReset]:
    """Return the resets of second factors that wait for a second person, the longest waiting first."""
    found = organisation.factor_resets.waiting().select_related("user", "organisation", "asked_by")
    return found.order_by("asked_at", "pk")


def resets_to_confirm(user: User) -> list[FactorReset]:
    """Return the resets that wait for this person's confirmation, in all their organisations."""
    found = FactorReset.objects.waiting().filter(organisation__in=user.organisation_ids(Role.AUTHORITY_ADMIN))
    others = found.exclude(asked_by=user).exclude(user=user)
    return list(others.select_related("user", "organisation").order_by("asked_at", "pk"))


def second_factor_of(user: User) -> SecondFactor | None:
    """Return a person's second factor with `codes_left`, the recovery codes not used yet."""
    left = Count("recovery_codes", filter=Q(recovery_codes__used_at=None))
    return SecondFactor.objects.filter(user=user).annotate(codes_left=left).first()


def sessions_of(user: User) -> list[Session]:
    """Return a person's sessions that hold now, by real time, the one used last first."""
    open_now = Session.objects.in_use(clock.real_now(), idle=settings.SESSION_IDLE)
    return list(open_now.filter(user=user).order_by("-used_at", "-started_at", "pk"))


def works_for_the_other_side(user: User, organisation: Organisation) -> bool:
    """Return whether the person belongs to a provider and this is an authority, or the other way round."""
    others = Membership.objects.current().filter(user=user).exclude(organisation__kind=organisation.kind)
    return others.exists()


def organisations_with_counts() -> QuerySet[Organisation]:
    """Return every organisation with `people`, the number of its members today, for the administrator."""
    return Organisation.objects.annotate(
        people=Count("memberships", filter=Q(memberships__left_at=None), distinct=True)
    )


def _with_grants(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    given = RoleGrant.objects.filter(withdrawn_at=None).select_related("given_by").order_by("pk")
    return memberships.select_related("user", "organisation").prefetch_related(
        Prefetch("grants", queryset=given, to_attr="given")
    )

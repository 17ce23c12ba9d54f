"""Who of an organisation works where right now: marks of the last two minutes, in the cache alone.

SECURITY: marks are read only for pages of the organisation's own people, never recorded, and gone by
themselves; they live by real time, like sessions (settled 12).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache

from commissioning.people.models import RoleGrant, User
from commissioning.people.roles import PROVIDER_ROLES

MARK_SECONDS = 120


@dataclass(frozen=True)
class Place:
    """Where somebody is: an item's code, or a shared page's name, in a part."""

    submission_id: int
    code: str


def key(whole: str, user_id: int) -> str:
    """Return the cache's key of a person's mark in an application or bid."""
    return f"at-work:{whole}:{user_id}"


def at_work(whole: str, organisation_id: int, *, but: User) -> Mapping[User, Place]:
    """Return where the organisation's other people are in this application or bid now."""
    grants = RoleGrant.objects.in_force().filter(
        membership__organisation=organisation_id, membership__user__is_active=True, role__in=PROVIDER_ROLES
    )
    rows = grants.exclude(membership__user=but).select_related("membership__user")
    people = {key(whole, row.membership.user_id): row.membership.user for row in rows}
    marks = cache.get_many(people)
    return {people[name]: Place(*mark) for name, mark in sorted(marks.items())}

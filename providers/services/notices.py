"""Telling the people of providers: one message a person, queued with the act it tells of."""

from collections.abc import Iterable
from datetime import datetime

from commissioning.people.models import Organisation, RoleGrant, User
from commissioning.people.roles import PROVIDER_ROLES
from commissioning.records.services import outbox
from lots.letters import Notice
from lots.services.telling import key_of


def people_of(organisations: Iterable[Organisation]) -> dict[int, list[User]]:
    """Return the people who write for each of these providers, by the organisation's id, in one query."""
    rows = (
        RoleGrant.objects.in_force()
        .filter(
            membership__organisation__in=[organisation.pk for organisation in organisations],
            membership__user__is_active=True,
            role__in=PROVIDER_ROLES,
        )
        .select_related("membership__user")
        .order_by("membership__user_id")
    )
    people: dict[int, dict[int, User]] = {}
    for row in rows:
        people.setdefault(row.membership.organisation_id, {})[row.membership.user_id] = row.membership.user
    return {organisation: list(users.values()) for organisation, users in people.items()}


def tell(
    people: Iterable[User],
    notice: Notice,
    *,
    organisation: Organisation,
    key: str,
    about: str,
    chain: str,
    now: datetime,
    veil: str = "",
) -> None:
    """Queue a notice to each of an organisation's people, once a key; `veil` hides to whom until opening."""
    for user in people:
        outbox.queue(
            kind=notice.kind,
            to=user,
            key=f"{key}:{user.pk}",
            facts=notice.facts,
            now=now,
            organisation=organisation,
            about=about,
            chain=chain,
            veil=veil,
        )


def tell_once(
    people: Iterable[User],
    notice: Notice,
    *,
    organisation: Organisation,
    thing: str,
    about: str,
    chain: str,
    now: datetime,
    veil: str = "",
) -> None:
    """Queue a notice to each of an organisation's people, once an address and thing, whatever told as.

    Whoever writes for two providers, or asked or follows as well, gets one message
    (`lots.services.telling`).
    """
    for user in people:
        outbox.queue(
            kind=notice.kind,
            to=user,
            key=key_of(thing, user),
            facts=notice.facts,
            now=now,
            organisation=organisation,
            about=about,
            chain=chain,
            veil=veil,
        )


def tell_organisation(
    organisation: Organisation,
    notice: Notice,
    *,
    key: str,
    about: str,
    chain: str,
    now: datetime,
    veil: str = "",
) -> None:
    """Queue a notice to everybody who writes for one provider; as `tell`."""
    people = people_of([organisation]).get(organisation.pk, [])
    tell(people, notice, organisation=organisation, key=key, about=about, chain=chain, now=now, veil=veil)

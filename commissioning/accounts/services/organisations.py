"""Organisations: set up an authority, make a provider, change the details."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from commissioning import policies
from commissioning.accounts import queries, rules
from commissioning.audit.services import record, unit
from commissioning.people.actors import Actor
from commissioning.people.details import NAMES, FormerDetails
from commissioning.people.models import Membership, Organisation, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.workflow import Reason, Refused

NUMBERS = {
    "company_number": "company number",
    "charity_number": "charity number",
    "cqc_provider_id": "CQC provider ID",
    "ppon": "Public Procurement Organisation Number",
}
# SECURITY: who it is, and who looks after it, is told to nobody who only knows a name or a number.
ASK_TO_BE_INVITED = "If it is yours, ask a colleague there to invite you: each organisation is here once."


def create_authority(
    *, details: rules.Details, code: str, actor: Actor, now: datetime, is_demo: bool = False
) -> Organisation:
    """Set up a commissioning authority. Raises Denied, and Refused for what is taken already."""
    policies.require(actor, "organisation.maintain")
    code = code.strip().upper()
    with unit():
        if not code:
            raise Refused("Enter the authority's short code, such as PCC.", field="code")
        if Organisation.objects.filter(code=code).exists():
            raise Refused(f"The code {code} belongs to another authority.", field="code")
        return _create(
            details, kind=Organisation.Kind.AUTHORITY, actor=actor, now=now, code=code, is_demo=is_demo
        )


def register_provider(
    *, details: rules.Details, admin: User, actor: Actor, now: datetime, is_demo: bool = False
) -> Organisation:
    """Make a provider whose first administrator is this person. Raises Refused for one that exists already.

    The person's e-mail address must be confirmed; whoever works for an authority registers no provider.
    """
    with unit():
        provider = _create(details, kind=Organisation.Kind.PROVIDER, actor=actor, now=now, is_demo=is_demo)
        if queries.works_for_the_other_side(admin, provider):
            raise Refused("This account belongs to an authority. Register a provider with another address.")
        membership = Membership.objects.create(user=admin, organisation=provider, joined_at=now)
        RoleGrant.objects.create(
            membership=membership, role=Role.PROVIDER_ADMIN, given_at=now, confirmed_at=now
        )
        record(
            "role.give",
            provider,
            actor=actor,
            at=now,
            person=admin.reference,
            role=Role.PROVIDER_ADMIN.value,
            because="registered the organisation",
        )
    admin.__dict__.pop("_held_roles", None)
    return provider


def change(
    *, organisation: Organisation, details: rules.Details, actor: Actor, now: datetime
) -> Organisation:
    """Change details, as its own administrator or the portal's. Raises Denied and Refused."""
    if not policies.may(actor, "organisation.maintain").allowed:
        policies.require(actor, "organisation.change", organisation)
    with unit():
        kept = Organisation.objects.select_for_update().get(pk=organisation.pk)
        refuse_duplicates(details, kind=kept.kind, excluding=kept)
        wanted = _columns(details)
        changed = {name: value for name, value in wanted.items() if getattr(kept, name) != value}
        if changed:
            before = {name: getattr(kept, name) for name in changed}
            _save(kept, changed)
            if former := {name: value for name, value in before.items() if name in NAMES}:
                FormerDetails.objects.create(organisation=kept, details=former, until=now)
            record("organisation.change", kept, actor=actor, at=now, before=before, after=changed)
    organisation.refresh_from_db()
    return organisation


def refuse_duplicates(details: rules.Details, *, kind: str, excluding: Organisation | None = None) -> None:
    """Raise Refused if an organisation of this kind has the same name, spelt anyhow, or the same number."""
    name = rules.matching_name(details.name)
    if not name:
        raise Refused("The name must have letters or digits.", field="name")
    reasons = []
    for found in queries.duplicates_of(details, kind=kind, excluding=excluding):
        if found.matching_name == name:
            reasons.append(
                Reason(
                    f"An organisation of this name is registered already. {ASK_TO_BE_INVITED}", field="name"
                )
            )
        reasons += [
            Reason(
                f"An organisation with this {words} is registered already. {ASK_TO_BE_INVITED}", field=column
            )
            for column, words in NUMBERS.items()
            if getattr(details, column) and getattr(found, column) == getattr(details, column)
        ]
    if reasons:
        raise Refused(reasons)


def _create(
    details: rules.Details,
    *,
    kind: Organisation.Kind,
    actor: Actor,
    now: datetime,
    is_demo: bool,
    code: str = "",
) -> Organisation:
    refuse_duplicates(details, kind=kind)
    try:
        with transaction.atomic():
            made = Organisation.objects.create(
                kind=kind, code=code, created_at=now, is_demo=is_demo, **_columns(details)
            )
    except IntegrityError:
        # Somebody else registered it between the look and the write.
        raise Refused("This organisation has just been registered by somebody else.") from None
    record("organisation.create", made, actor=actor, at=now, after={"kind": kind.value, **_columns(details)})
    return made


def _save(organisation: Organisation, changed: dict[str, Any]) -> None:
    for name, value in changed.items():
        setattr(organisation, name, value)
    try:
        with transaction.atomic():
            organisation.save(update_fields=list(changed))
    except IntegrityError:
        # Between the look and the write, or by an organisation of the other kind.
        raise Refused(f"This name or number is registered already. {ASK_TO_BE_INVITED}") from None


def _columns(details: rules.Details) -> dict[str, Any]:
    return {**asdict(details), "matching_name": rules.matching_name(details.name)}

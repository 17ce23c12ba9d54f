"""Declaring once: on the profile, or by saving an application's declarations; confirmed again each time."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.models import Organisation, User
from commissioning.records import sealing
from commissioning.records.models import SealedBlob
from commissioning.workflow import Reason, Refused, lock
from providers.models import Declaration
from providers.queries import declarations as queries
from providers.queries import items
from providers.queries.items import Declared, Item

PRIVATE = SealedBlob.Compartment.PRIVATE


def confirm(
    *,
    organisation: Organisation,
    law: str,
    asked: Sequence[Item],
    values: Mapping[str, Declared],
    actor: User,
    now: datetime,
) -> int:
    """Keep a provider's declarations on its profile, dated now; return how many were confirmed.

    What was left without an answer stays as it was. No submitted entry is touched. Raises Denied, and
    Refused beside the box for a ground without its date or without what was done to put it right.
    """
    policies.require(actor, "profile.change", organisation)
    cleaned = _answered(asked, values)
    problems = [reason for item, value in cleaned for reason in _problems(item, value, now)]
    if not cleaned:
        problems.append(Reason("Answer at least one statement."))
    if problems:
        raise Refused(problems)
    with unit():
        done = _keep(organisation, cleaned, actor, now)
        record("profile.declare", organisation, actor=actor, at=now, law=law, statements=done)
    return done


def keep(
    *,
    organisation: Organisation,
    asked: Sequence[Item],
    values: Mapping[str, Declared],
    actor: User,
    now: datetime,
) -> None:
    """Keep on the profile what an application declared and is complete; runs in the unit that saves it.

    SECURITY: it is no event of the record, as saving a draft is none (settled 19): a dated confirmation that
    others can read would tell that the provider applies.
    """
    complete = [(item, value) for item, value in _answered(asked, values) if item.is_complete(value)]
    _keep(organisation, complete, actor, now)


def refuse_days_to_come(asked: Sequence[Item], values: Mapping[str, Declared], *, now: datetime) -> None:
    """Raise Refused beside the box for an event that is said to have happened after today."""
    declared = _answered(asked, values)
    problems = [reason for item, value in declared for reason in _day_to_come(item, value, now)]
    if problems:
        raise Refused(problems)


def _answered(asked: Sequence[Item], values: Mapping[str, Declared]) -> list[tuple[Item, Declared]]:
    cleaned = [(item, item.cleaned(values[item.code])) for item in asked if item.code in values]
    return [
        (item, value) for item, value in cleaned if isinstance(value, Declared) and value.is_met is not None
    ]


def _problems(item: Item, value: Declared, now: datetime) -> list[Reason]:
    problems = []
    if item.is_ground and value.is_met is False and value.happened_on is None:
        sentence = f"Enter the day of the conviction or event for “{item.title}”"
        problems.append(Reason(sentence, field=f"on_{item.code}"))
    problems += _day_to_come(item, value, now)
    if not problems and not item.is_complete(value):
        problems.append(Reason(_wanted(item, value), field=item.code))
    return problems


def _wanted(item: Item, value: Declared) -> str:
    """Return what is missing beside a yes or a no, as its box calls it."""
    if item.is_ground:
        return f"Say what happened and what you have done to put it right, for “{item.title}”"
    if value.is_met is False:
        return f"Say why, and what you will do, for “{item.title}”"
    return f"Fill in “{item.source.evidence_wanted}” for “{item.title}”"


def _day_to_come(item: Item, value: Declared, now: datetime) -> list[Reason]:
    if value.happened_on is None or value.happened_on <= london_date(now):
        return []
    return [Reason(f"The day for “{item.title}” cannot be after today", field=f"on_{item.code}")]


def _keep(
    organisation: Organisation, declared: Sequence[tuple[Item, Declared]], actor: User, now: datetime
) -> int:
    # Two people who confirm at once must not both take the next number.
    lock(organisation)
    asked = [item for item, _ in declared]
    standing = queries.kept(organisation, asked)
    before = queries.read(standing, asked, actor=actor, now=now)
    for item, value in declared:
        row = standing.get(item.code)
        same = row is not None and before.get(item.code) == value
        Declaration.objects.create(
            organisation=organisation,
            fingerprint=queries.fingerprint(item),
            number=row.number + 1 if row else 1,
            blob=row.blob if row and same else _sealed(organisation, value, now),
            confirmed_at=now,
            confirmed_by_id=actor.pk,
        )
    return len(declared)


def _sealed(organisation: Organisation, value: Declared, now: datetime) -> SealedBlob:
    return sealing.seal(
        content=items.encoded(value), organisation=organisation, rounds=[], compartment=PRIVATE, now=now
    )

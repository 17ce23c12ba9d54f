"""Declaring once: on the profile, or by saving an application's declarations; confirmed again each time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.clock.words import spoken_time
from commissioning.people.models import Organisation, User
from commissioning.records import sealing
from commissioning.records.models import SealedBlob
from commissioning.workflow import Reason, Refused, lock
from providers.models import Declaration
from providers.queries import declarations as queries
from providers.queries import items
from providers.queries.items import Declared, Item

PRIVATE = SealedBlob.Compartment.PRIVATE


class Overtaken(Refused):
    """A colleague declared something else after the page was drawn: nothing was saved over it.

    `numbers` are those of the declarations that stand now, by the item's code.
    """

    def __init__(self, reasons: Iterable[Reason], numbers: Mapping[str, int]) -> None:
        self.numbers = numbers
        super().__init__(reasons)


def confirm(
    *,
    organisation: Organisation,
    law: str,
    asked: Sequence[Item],
    values: Mapping[str, Declared],
    actor: User,
    now: datetime,
    based_on: Mapping[str, int] | None = None,
) -> int:
    """Keep a provider's declarations on its profile, dated now; return how many were confirmed.

    What was left without an answer stays as it was. No submitted entry is touched. `based_on` are the
    numbers of the declarations that the page was drawn with (0: none), by the item's code. Raises Denied;
    Overtaken where a colleague has declared something else since; and Refused beside the box for a ground
    without its date or without what was done to put it right.
    """
    policies.require(actor, "profile.change", organisation)
    cleaned = _answered(asked, values)
    problems = [reason for item, value in cleaned for reason in _problems(item, value, now)]
    if not cleaned:
        problems.append(Reason("Answer at least one statement."))
    if problems:
        raise Refused(problems)
    with unit():
        done = _keep(organisation, cleaned, actor, now, based_on)
        record("profile.declare", organisation, actor=actor, at=now, law=law, statements=done)
    return done


def keep(
    *,
    organisation: Organisation,
    asked: Sequence[Item],
    values: Mapping[str, Declared],
    saved: Mapping[str, datetime],
    actor: User,
    now: datetime,
    begun_with: Mapping[str, int] | None = None,
) -> None:
    """Keep on the profile what an application declared and is complete; runs in the unit that saves it.

    What stands on the profile and says something else is replaced only by an answer that was given over it.
    `begun_with` are the numbers of the declarations that the page's boxes began with (0: none), by the item's
    code: what was declared since stays, and so does what the page showed beside another answer. Where no page
    says so, `saved` decides, when the application's own answers were last changed: one that only stands there
    since before something else was declared does not replace it.
    SECURITY: it is no event of the record, as saving a draft is none (settled 19): a dated confirmation that
    others can read would tell that the provider applies.
    """
    complete = [(item, value) for item, value in _answered(asked, values) if item.is_complete(value)]
    _keep(organisation, complete, actor, now, saved=saved, begun_with=begun_with)


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
    organisation: Organisation,
    declared: Sequence[tuple[Item, Declared]],
    actor: User,
    now: datetime,
    based_on: Mapping[str, int] | None = None,
    saved: Mapping[str, datetime] | None = None,
    begun_with: Mapping[str, int] | None = None,
) -> int:
    # Two people who confirm at once must not both take the next number.
    lock(organisation)
    asked = [item for item, _ in declared]
    standing = queries.kept(organisation, asked)
    before = queries.read(standing, asked, actor=actor, now=now)
    changed = [item for item, value in declared if item.code in standing and before[item.code] != value]
    newer = _newer(organisation, changed, standing, before, begun_with, actor, now)
    if overtaken := _newer(organisation, changed, standing, before, based_on, actor, now):
        _refuse_overtaken([item for item in changed if item.code in overtaken], standing, overtaken, before)
    for item, value in declared:
        row = standing.get(item.code)
        same = row is not None and before.get(item.code) == value
        # What the page began with counts; where no page says so, the age of the answer does.
        aged = saved if begun_with is None else None
        if row and not same and aged and aged.get(item.code, now) < row.confirmed_at:
            continue
        if item.code in newer:
            continue
        Declaration.objects.create(
            organisation=organisation,
            fingerprint=queries.fingerprint(item),
            number=row.number + 1 if row else 1,
            blob=row.blob if row and same else _sealed(organisation, value, now),
            confirmed_at=now,
            confirmed_by_id=actor.pk,
        )
    return len(declared)


def _newer(
    organisation: Organisation,
    changed: Sequence[Item],
    standing: queries.Kept,
    stands: Mapping[str, Declared],
    numbers: Mapping[str, int] | None,
    actor: User,
    now: datetime,
) -> Mapping[str, Declared | None]:
    """Return what would be replaced unseen, with what the page had of it; nothing where no page is judged."""
    if numbers is None:
        return {}
    return queries.declared_since(organisation, changed, standing, stands, numbers, actor=actor, now=now)


def _refuse_overtaken(
    newer: Sequence[Item],
    standing: queries.Kept,
    seen: Mapping[str, Declared | None],
    stands: Mapping[str, Declared],
) -> None:
    """Raise Overtaken where what stands says something else than what the page was drawn with."""
    whole = Reason(
        "Your colleague’s declarations were made after you opened the page. Nothing was saved over them, and "
        "what you chose is still here. Beside each statement that was changed you read what stands now: "
        "confirm again to put yours in its place."
    )
    reasons = [
        _overtaken_reason(item, standing[item.code], seen[item.code], stands[item.code]) for item in newer
    ]
    raise Overtaken([*reasons, whole], {item.code: standing[item.code].number for item in newer})


def _overtaken_reason(item: Item, row: Declaration, seen: Declared | None, stands: Declared) -> Reason:
    who = row.confirmed_by.name if row.confirmed_by else "Somebody"
    then = f"it was “{items.in_words(item, seen)}”" if seen else "it had no answer"
    return Reason(
        f"{who} declared “{items.in_words(item, stands)}” for “{item.title}” on "
        f"{spoken_time(row.confirmed_at)}; when you opened the page {then}.",
        field=f"met_{item.code}",
    )


def _sealed(organisation: Organisation, value: Declared, now: datetime) -> SealedBlob:
    return sealing.seal(
        content=items.encoded(value), organisation=organisation, rounds=[], compartment=PRIVATE, now=now
    )

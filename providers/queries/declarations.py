"""What a provider has declared before, found again by the words of the statement."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from commissioning.audit.hashing import canonical
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation
from commissioning.records import sealing
from commissioning.regimes.exclusions import Exclusions, of_regime
from lots import proposals
from lots.models import MinimumStandard, Scheme
from lots.proposals import Standard
from providers import rules
from providers.models import Application, Declaration

from . import items
from .items import Declared, Item
from .submissions import Own

Kept = Mapping[str, Declaration]


@dataclass(frozen=True)
class LawLine:
    """One law's declarations on a provider's profile: how many stand, of how many, and since when."""

    exclusions: Exclusions
    done: int
    asked: int
    confirmed_at: datetime | None


def fingerprint(item: Item) -> str:
    """Return what tells a statement from every other: its words, and the evidence asked for with it."""
    asked = {"statement": item.source.text, "evidence": item.source.evidence_wanted}
    return hashlib.sha256(canonical(asked).encode()).hexdigest()


def kept(organisation: Organisation, asked: Iterable[Item]) -> dict[str, Declaration]:
    """Return the declarations that stand on these items' very words, by the item's code, in one query."""
    codes = {fingerprint(item): item.code for item in asked if item.kind == "standard"}
    rows = _standing(organisation, codes).select_related("blob__owner", "confirmed_by")
    return {codes[row.fingerprint]: row for row in rows}


def confirmed_since(organisation: Organisation, asked: Iterable[Item]) -> datetime | None:
    """Return what `last_confirmed` does of all that stand on these items' words, without reading them."""
    statements = {fingerprint(item) for item in asked if item.kind == "standard"}
    days = _standing(organisation, statements).values_list("confirmed_at", flat=True)
    return min(days, default=None)


def _standing(organisation: Organisation, statements: Iterable[str]) -> QuerySet[Declaration]:
    newer = Declaration.objects.filter(
        organisation=OuterRef("organisation"),
        fingerprint=OuterRef("fingerprint"),
        number__gt=OuterRef("number"),
    )
    return Declaration.objects.filter(
        ~Exists(newer), organisation=organisation, fingerprint__in=list(statements)
    )


def kept_as(
    organisation: Organisation, asked: Iterable[Item], numbers: Mapping[str, int]
) -> dict[str, Declaration]:
    """Return the declarations that stood under these numbers, by the item's code, in one query."""
    wanted = {(fingerprint(item), numbers.get(item.code, 0)): item.code for item in asked}
    rows = Declaration.objects.filter(
        organisation=organisation, fingerprint__in={statement for statement, _ in wanted}
    ).select_related("blob__owner")
    return {wanted[key]: row for row in rows if (key := (row.fingerprint, row.number)) in wanted}


def declared_since(
    organisation: Organisation,
    asked: Iterable[Item],
    standing: Kept,
    stands: Mapping[str, Declared],
    numbers: Mapping[str, int],
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Declared | None]:
    """Return the statements of which something else stands than under these numbers, with what was said then.

    The same words, confirmed again, are nothing new. `stands` is what `standing` holds. None where there was
    nothing under the number.
    """
    moved = [item for item in asked if standing[item.code].number != numbers.get(item.code, 0)]
    if not moved:
        return {}
    then = read(kept_as(organisation, moved, numbers), moved, actor=actor, now=now)
    return {
        item.code: then.get(item.code)
        for item in moved
        if not item.says_the_same(then.get(item.code), stands[item.code])
    }


def read(found: Kept, asked: Iterable[Item], *, actor: Actor, now: datetime) -> dict[str, Declared]:
    """Return what was declared, by the item's code, for the provider's own people alone."""
    blobs = [row.blob for row in found.values()]
    opened = sealing.read_all_as_provider(blobs=blobs, actor=actor, now=now) if blobs else {}
    values = {
        item.code: items.decoded(item, opened[found[item.code].blob_id])
        for item in asked
        if item.code in found
    }
    return {code: value for code, value in values.items() if isinstance(value, Declared)}


def proposed(own: Sequence[Own], found: Kept, *, actor: Actor, now: datetime) -> list[Own]:
    """Return the items of a page, each that nothing was saved for with what was declared on it before."""
    empty = {one.item.code: one.item for one in own if one.version is None}
    wanted = {code: row for code, row in found.items() if code in empty}
    values = read(wanted, empty.values(), actor=actor, now=now)
    return [replace(one, value=values[one.item.code]) if one.item.code in values else one for one in own]


def last_confirmed(found: Kept) -> datetime | None:
    """Return since when all of them stand: the earliest of their confirmations."""
    return min((row.confirmed_at for row in found.values()), default=None)


def of_law(exclusions: Exclusions) -> list[Item]:
    """Return what a provider may declare beforehand under a law: its grounds, and the usual standards.

    That an application is true can be said of one application alone.
    """
    standards = [*proposals.declarations(exclusions), *proposals.ADMISSION_STANDARDS]
    return [Item(row.code, "standard", row.title, row) for row in standards if row.code != proposals.TRUE]


def statements_of(application: Application, scheme: Scheme) -> list[MinimumStandard | Standard]:
    """Return the statements on grounds for exclusion by which those named in an entry are judged.

    They are the frozen ones that the provider itself declares; where its window asks none, those of the law.
    """
    schemes = [scheme.pk, application.window.common_scheme_id]
    frozen = MinimumStandard.objects.filter(scheme__in=schemes).exclude(ground="")
    law = of_regime(application.window.agreement.regime)
    return list(frozen) or [row for row in proposals.declarations(law) if row.ground]


def law_lines(organisation: Organisation, laws: Iterable[Exclusions]) -> list[LawLine]:
    """Return how a provider's declarations stand under each law, a query each."""
    lines = []
    for exclusions in laws:
        asked = of_law(exclusions)
        found = kept(organisation, asked)
        lines.append(LawLine(exclusions, len(found), len(asked), last_confirmed(found)))
    return lines


def no_longer_counting(asked: Iterable[Item], values: Mapping[str, Declared], on: date) -> list[str]:
    """Return of each event declared that is older than its look-back that it no longer counts, in words."""
    found = []
    for item in asked:
        value = values.get(item.code)
        if not item.is_ground or value is None or value.is_met is not False or value.happened_on is None:
            continue
        until = rules.counts_until(value.happened_on, item.source.look_back_years)
        if until is not None and until < on:
            words = rules.look_back_in_words(value.happened_on, item.source.look_back_years, on)
            found.append(f"“{item.title}”: {words} Check the day, and whether the statement is true.")
    return found

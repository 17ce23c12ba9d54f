"""Where an application's declarations say something else than what stands on its provider's profile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commissioning.clock.words import spoken_time
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, User
from commissioning.regimes.exclusions import LAWS
from providers.models import Declaration, Submission

from . import declarations, items, submissions
from .declarations import Kept
from .items import Declared, Item
from .submissions import Own


@dataclass(frozen=True)
class Apart:
    """A statement on which the application says one thing and the profile another."""

    item: Item
    here: Declared
    stands: Declared
    row: Declaration

    def told_to(self, reader: User) -> str:
        """Return who declared what on the profile, and when, and what the application says."""
        by = self.row.confirmed_by
        who = "You" if by == reader else by.name if by else "Somebody"
        stands, here = (items.in_words(self.item, value).rstrip(".") for value in (self.stands, self.here))
        return (
            f"{who} declared “{stands}” for your organisation on {spoken_time(self.row.confirmed_at)}; this "
            f"application says “{here}”."
        )

    @property
    def law(self) -> str:
        """Return the law under which the profile asks the statement; nothing where it has no page there."""
        own = declarations.fingerprint(self.item)
        asked = {
            declarations.fingerprint(item): law.key
            for law in LAWS.values()
            for item in declarations.of_law(law)
        }
        return asked.get(own, "")


@dataclass(frozen=True)
class Beside:
    """What the profile says beside the boxes of an application's page.

    `begun` are the numbers of the profile's declarations that the boxes begin with, by the item's code; where
    the page shows two that differ, the boxes begin with the application's and the statement is in `apart`.
    """

    begun: Mapping[str, int]
    apart: Mapping[str, Apart]


def beside(own: Sequence[Own], found: Kept, *, actor: Actor, now: datetime) -> Beside:
    """Return what the profile says beside the items of a page as they were saved."""
    apart = differing(own, found, actor=actor, now=now)
    follows = {one.item.code for one in own if one.version is None or _answered(one)} - apart.keys()
    return Beside({code: row.number for code, row in found.items() if code in follows}, apart)


def differing(own: Iterable[Own], found: Kept, *, actor: Actor, now: datetime) -> dict[str, Apart]:
    """Return, by code, the saved answers of which the profile says something else."""
    here = {
        one.item.code: (one.item, value)
        for one in own
        if one.version and one.item.code in found and (value := _answered(one))
    }
    asked = [item for item, _ in here.values()]
    stands = declarations.read({code: found[code] for code in here}, asked, actor=actor, now=now)
    return {
        code: Apart(item, value, stands[code], found[code])
        for code, (item, value) in here.items()
        if not item.says_the_same(stands[code], value)
    }


def since(
    submission: Submission,
    asked: Iterable[Item],
    *,
    begun: Mapping[str, int],
    told: Mapping[str, int],
    actor: Actor,
    now: datetime,
) -> list[Apart]:
    """Return what was declared on the profile since a page was drawn, and is not what is saved here now.

    `begun` is what the page's boxes began with, `told` what it said of the profile beside them. One query
    where nothing was declared since.
    """
    organisation: Organisation = submission.organisation
    found = declarations.kept(organisation, asked)
    shown = {code: begun.get(code) or told.get(code, 0) for code in found}
    moved = {code: row for code, row in found.items() if row.number != shown[code]}
    if not moved:
        return []
    own = submissions.read_own(submission=submission, actor=actor, now=now, only=moved)
    apart = differing(own, moved, actor=actor, now=now)
    newer = declarations.declared_since(
        organisation,
        [one.item for one in apart.values()],
        moved,
        {code: one.stands for code, one in apart.items()},
        shown,
        actor=actor,
        now=now,
    )
    return [apart[code] for code in newer]


def _answered(one: Own) -> Declared | None:
    return one.value if isinstance(one.value, Declared) and one.value.is_met is not None else None

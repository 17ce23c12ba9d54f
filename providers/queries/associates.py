"""Who applies with whom, once entries were opened; nothing at all before (settled 18)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from commissioning.accounts.rules import matching_name
from providers import consortium
from providers.models import Entry


@dataclass(frozen=True)
class Twice:
    """An organisation that stands in more than one entry for a lot, and where; the lead looks into it."""

    name: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class _Standing:
    organisation: Any
    name: str
    place: str
    entry: int

    def known_by(self) -> Iterator[tuple[str, str]]:
        found = self.organisation
        yield "name", matching_name(found.name)
        yield "company", found.company_number
        yield "charity", found.charity_number


def twice(entries: Iterable[Entry]) -> list[Twice]:
    """Return each organisation that stands in two or more of these entries for one lot.

    As the provider, as a consortium member or as a subcontractor. It is pointed out and never refused: the
    authority asks. No query, where the entries bring their organisations and those named in them.
    """
    groups: list[list[_Standing]] = []
    index: dict[tuple[str, str], list[list[_Standing]]] = {}
    for row in (one for entry in entries for one in _standing(entry)):
        keys = [key for key in row.known_by() if key[1]]
        near = (group for key in keys for group in index.get(key, []))
        group = next((one for one in near if consortium.is_same(one[0].organisation, row.organisation)), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(row)
        for key in keys:
            if not any(group is one for one in index.setdefault(key, [])):
                index[key].append(group)
    return [
        Twice(group[0].name, tuple(row.place for row in group))
        for group in groups
        if len({row.entry for row in group}) > 1
    ]


def _standing(entry: Entry) -> Iterator[_Standing]:
    provider, name = entry.application.organisation, entry.submission.applicant
    yield _Standing(provider, name, "an entry of its own", entry.pk)
    for one in entry.submission.associates.all():
        yield _Standing(one, one.name, f"{one.get_role_display().lower()} of {name}", entry.pk)

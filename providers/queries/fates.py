"""What became of something that was submitted: it stands, it was withdrawn, or a later one took its place."""

from dataclasses import dataclass

from commissioning.audit import queries as audit
from commissioning.workflow import Stateful
from providers.models import Package


@dataclass(frozen=True)
class Fate:
    """A package among all that was ever submitted of its submission.

    `after` is the one that was submitted next, if any was, and `standing` the one that stands now.
    """

    package: Package
    of: int
    after: Package | None
    standing: Package | None
    withdrawn_by: str

    @property
    def stands(self) -> bool:
        return self.standing is not None and self.standing.pk == self.package.pk


def of(package: Package, stateful: Stateful) -> Fate:
    """Return what became of a package of the entry or bid `stateful`, for its own people."""
    rows = list(package.submission.packages.order_by("number"))
    return Fate(
        package=package,
        of=len(rows),
        after=next((row for row in rows if row.number > package.number), None),
        standing=next((row for row in rows if row.pk == package.submission.package_id), None),
        withdrawn_by=_withdrawn_by(package, stateful),
    )


def _withdrawn_by(package: Package, stateful: Stateful) -> str:
    """Return who withdrew it, from the record; nothing is decided by it."""
    if package.withdrawn_at is None:
        return ""
    done = audit.about(stateful).filter(action=f"{stateful.MACHINE.noun}.withdraw", at=package.withdrawn_at)
    event = done.last()
    return event.actor.name if event and event.actor else ""

"""What became of something that was submitted: it stands, it was withdrawn, or a later one took its place."""

from dataclasses import dataclass

from commissioning.audit import queries as audit
from providers.models import Package

WITHDRAWALS = ("entry.withdraw", "bid.withdraw")


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


def of(package: Package, reference: str) -> Fate:
    """Return what became of a package of the entry or bid of this reference, for its own people."""
    rows = list(package.submission.packages.order_by("number"))
    return Fate(
        package=package,
        of=len(rows),
        after=next((row for row in rows if row.number > package.number), None),
        standing=next((row for row in rows if row.pk == package.submission.package_id), None),
        withdrawn_by=withdrawn_by(package, reference),
    )


def withdrawn_by(package: Package, reference: str) -> str:
    """Return who withdrew the package of this entry or bid, from the record; nothing is decided by it."""
    if package.withdrawn_at is None:
        return ""
    done = audit.about(reference).filter(action__in=WITHDRAWALS, at=package.withdrawn_at)
    event = done.last()
    return event.actor.name if event and event.actor else ""

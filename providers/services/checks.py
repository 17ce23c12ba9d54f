"""What a lead's checks of a supplier have in common: whose they are, by which law, on which day, by whom.

They are kept of an applicant before admission, and of a place in a pool before an award (rulebook C19, C20).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from commissioning import policies
from commissioning.audit.services import unit
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.regimes import exclusions
from commissioning.workflow import Reason, lock
from providers.models import Admission, Application


@dataclass(frozen=True)
class Checked:
    """Who is checked, an applicant or a place, under the law of which `regime`."""

    regime: str
    application: Application | None = None
    admission: Admission | None = None

    @property
    def law(self) -> exclusions.Exclusions:
        """Return what its law asks about exclusion."""
        return exclusions.of_regime(self.regime)

    def kept_by(self, actor: User, now: datetime) -> dict[str, Any]:
        """Return the fields that every check is kept with."""
        return {
            "application": self.application,
            "admission": self.admission,
            "recorded_at": now,
            "recorded_by_id": actor.pk,
        }


@contextmanager
def checking(admission: Admission, action: str, actor: User) -> Iterator[Checked]:
    """Ask who may do this to a place in a pool, and run in a unit of its own with the place locked."""
    policies.require(actor, action, admission)
    with unit():
        lock(admission)
        yield Checked(admission=admission, regime=admission.lot.agreement.regime)


def day_problems(day: date, now: datetime, *, field: str, called: str) -> list[Reason]:
    """Return what is wrong with the day of a check: it is not to come."""
    return [Reason(f"{called} cannot be after today.", field=field)] if day > london_date(now) else []

"""Beginning a rolling entry: one lot, at any time outside its windows, in a round of its own (settled 4)."""

from datetime import datetime

from commissioning import policies
from commissioning.audit.services import unit
from commissioning.people.models import Organisation, User
from commissioning.workflow import Refused, lock
from lots.models import Lot
from lots.services import rolling
from providers.models import Application
from providers.queries import rolling as queries

from . import applications


def start(*, lot: Lot, organisation: Organisation, actor: User, now: datetime) -> Application:
    """Start the organisation's rolling entry to a lot, and return its application.

    Raises Denied for anyone but the organisation's people, Refused where the lot takes none now, and where
    the organisation is in its pool, is writing one, or waits for a decision on it.
    """
    policies.require(actor, "application.start")
    policies.require(actor, "application.write", organisation)
    with unit():
        # The lot's lock keeps two colleagues who start at once from starting twice.
        lock(lot.agreement)
        lock(lot)
        if why_not := queries.why_not(lot, organisation):
            raise Refused(why_not)
        window = rolling.begin(lot=lot, organisation=organisation, actor=actor, now=now)
        return applications.start(
            window=window, lots=list(window.lots.all()), organisation=organisation, actor=actor, now=now
        )

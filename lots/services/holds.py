"""A lot's own rule: what must be in date for its members to be invited."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import Refused, lock
from lots.models import Lot
from lots.queries import standing
from lots.watch import DOCUMENT_KINDS, RATINGS

from .checks import insist_it_goes_on, refuse_overtaken


def set_rule(
    *,
    lot: Lot,
    documents: Collection[str],
    lowest_rating: str,
    actor: User,
    now: datetime,
    seen: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Set which documents hold new invitations once they have run out, and the lowest CQC rating, if any.

    Once the agreement is published only with a reason, which is recorded. The members' places follow by
    the standing watch (rulebook G23). `seen` is what stood when the page was drawn
    (`queries.standing.hold_rule`). Raises Denied, Refused, and Overtaken where something else stands by now.
    """
    with unit():
        lock(lot)
        policies.require(actor, "agreement.change", lot.agreement)
        insist_it_goes_on(lot.agreement, now)
        wanted = [code for code in DOCUMENT_KINDS if code in documents]
        before = standing.hold_rule(lot)
        after = {"documents": wanted, "lowest_rating": lowest_rating}
        changed = standing.last_change(lot, "lot.set_hold_rule")
        refuse_overtaken(seen=seen, stands=before, given=after, changed=changed)
        if not set(documents) <= set(DOCUMENT_KINDS):
            raise Refused("Choose from the kinds of documents listed.", field="documents")
        if lowest_rating and lowest_rating not in RATINGS:
            raise Refused("Choose a rating from the list.", field="lowest_rating")
        if before == after:
            return
        if lot.agreement.state != "draft" and not reason.strip():
            raise Refused("The agreement is published: give the reason for this change.", field="reason")
        lot.holding_documents, lot.lowest_rating = wanted, lowest_rating
        lot.save(update_fields=["holding_documents", "lowest_rating"])
        record(
            "lot.set_hold_rule",
            lot,
            actor=actor,
            at=now,
            before=before,
            after=after,
            reason=reason.strip() or None,
        )

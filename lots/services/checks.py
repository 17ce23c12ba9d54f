"""What several services of this app ask before they write."""

from collections.abc import Iterable
from datetime import timedelta

from commissioning import policies
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused, lock
from lots.models import Agreement

# The same words from the same person again within it are one page that was sent twice.
SENT_TWICE = timedelta(minutes=10)


def draft(agreement: Agreement, actor: User) -> None:
    """Lock the agreement, ask who may, and insist that it is still a draft."""
    lock(agreement)
    policies.require(actor, "agreement.change", agreement)
    if agreement.state != "draft":
        raise Refused(
            "This agreement is published, so what providers rely on is fixed. Its references and contact can "
            "be corrected; other changes are recorded decisions."
        )


def decision_refusals(reference: str, reason: str) -> list[Reason]:
    """Return what a recorded decision lacks: its reference and its reason."""
    problems = []
    if not reference.strip():
        problems.append(Reason("Give the reference of the decision.", field="decision_reference"))
    if not reason.strip():
        problems.append(Reason("Give the reason.", field="reason"))
    return problems


def refuse_any(reasons: Iterable[Reason]) -> None:
    """Raise Refused with these reasons, if there are any."""
    reasons = list(reasons)
    if reasons:
        raise Refused(reasons)

"""What several services of this app ask before they write."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from commissioning import policies
from commissioning.audit.models import Event
from commissioning.clock.words import spoken_time
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused, lock
from lots.models import Agreement
from lots.queries import standing
from lots.rules import ended

# The same words from the same person again within it are one page that was sent twice.
SENT_TWICE = timedelta(minutes=10)

LOST = (
    "What this page showed when you opened it was lost on the way, so it cannot be told what you changed and "
    "what somebody else did. Nothing was saved, and every box holds what you sent. Beside each box that "
    "differs from what stands now you read what stands. Look through the page, and save again."
)


class Overtaken(Refused):
    """Somebody saved the same after the page was drawn: nothing was saved over it.

    `stands` is what stands now, and `newer` what was seen and what stands of each box that was changed, as
    texts by the name of the box (`queries.standing`); the page puts them into words. Where the page lost what
    it was drawn with (`is_lost`), `newer` has every box, and nothing of what was seen.
    """

    def __init__(
        self,
        whole: str,
        stands: Mapping[str, str],
        newer: Mapping[str, tuple[str, str]],
        *,
        is_lost: bool = False,
    ) -> None:
        self.stands = stands
        self.newer = newer
        self.is_lost = is_lost
        super().__init__(whole)


def insist_it_goes_on(agreement: Agreement, now: datetime) -> None:
    """Raise Refused for an agreement that was abandoned or, as a draft, discarded: what it was stays so."""
    refuse_if(ended.refusal_to_change(agreement, now))


def draft(agreement: Agreement, actor: User, now: datetime) -> None:
    """Lock the agreement, ask who may, and insist that it is still a draft."""
    lock(agreement)
    policies.require(actor, "agreement.change", agreement)
    refuse_if(ended.refusal_to_set_up(agreement, now))


def decision_refusals(reference: str, reason: str) -> list[Reason]:
    """Return what a recorded decision lacks: its reference and its reason."""
    problems = []
    if not reference.strip():
        problems.append(Reason("Give the reference of the decision.", field="decision_reference"))
    if not reason.strip():
        problems.append(Reason("Give the reason.", field="reason"))
    return problems


def refuse_if(refusal: str | Reason | None) -> None:
    """Raise Refused with this reason, if there is one."""
    if refusal:
        raise Refused(refusal)


def refuse_any(reasons: Iterable[Reason]) -> None:
    """Raise Refused with these reasons, if there are any."""
    reasons = list(reasons)
    if reasons:
        raise Refused(reasons)


def ask_about(doubts: Iterable[str], meant: Collection[str] | None) -> None:
    """Refuse what is unusual, a sentence each, until whoever writes it has read them all and means it.

    `meant` are the sentences that were ticked. Callers without a page give none, and are asked nothing.
    """
    doubts = list(doubts)
    if meant is not None and not set(doubts) <= set(meant):
        raise Refused([Reason(text, field="meant") for text in doubts])


def refuse_overtaken(
    *,
    seen: Mapping[str, Any] | None,
    stands: Mapping[str, Any],
    given: Mapping[str, Any],
    changed: Event | None,
) -> None:
    """Raise Overtaken where something stands that the page was not drawn with, and other is `given`.

    A service asks it before it judges what was given: a box that was left alone is no fault of its writer.
    All three are by the name of the box; a page that lost what it was drawn with has seen nothing. `changed`
    is the event of the last change. Callers without a page give no `seen`.
    """
    if seen is None or standing.is_same(stands, {**stands, **given}):
        return
    drawn, now = standing.as_text(seen), standing.as_text(stands)
    newer = {name: (drawn.get(name, ""), text) for name, text in now.items() if text != drawn.get(name, "")}
    if not newer:
        return
    if not drawn:
        raise Overtaken(LOST, now, {name: ("", text) for name, text in now.items()}, is_lost=True)
    saved = "This was saved"
    if changed is not None and changed.actor is not None:
        saved = f"{changed.actor.name} saved this on {spoken_time(changed.at)}"
    raise Overtaken(
        f"{saved}, after you opened the page. Nothing was saved over it, and what you changed is still here. "
        "Beside each box that was changed meanwhile you read what stands now, and whether the box holds that "
        "or what you wrote. Look through the page, and save again.",
        now,
        newer,
    )

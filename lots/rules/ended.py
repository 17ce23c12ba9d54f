"""What an agreement, a lot or a window no longer takes, whatever is sent: asked by the page and the service.

Each answers with the reason and what can be done instead, or with nothing.
"""

from datetime import datetime
from typing import Any

from commissioning.clock import london_date
from commissioning.web.text import day, london
from commissioning.workflow import Reason

INSTEAD = "What is still needed is bought under a new agreement."


def end_in_words(agreement: Any, now: datetime) -> str:
    """Return that the agreement is over and since when, without a full stop; "" where it is not.

    It is over once it was abandoned or, as a draft, discarded, and once a published one's term has ended.
    """
    if agreement.state == "abandoned":
        return abandoned_in_words(agreement)
    if agreement.state == "discarded":
        return f"This draft was discarded on {day(agreement.state_since)}"
    is_over = agreement.state == "published" and london_date(now) > agreement.ends_on
    return _over(agreement) if is_over else ""


def abandoned_in_words(agreement: Any) -> str:
    """Return that the agreement was abandoned, by the day of the decision, without a full stop."""
    on = agreement.abandonment_decided_on
    return f"This agreement was abandoned on {day(on)}" if on else "This agreement was abandoned"


def can_be_mended(agreement: Any) -> bool:
    """Return whether what an agreement is past can still be mended: the term of a draft can be changed."""
    return bool(agreement.state == "draft")


def refusal_to_change(agreement: Any, now: datetime) -> str | None:
    """Return that the agreement was abandoned or, as a draft, discarded: what it was stays so."""
    if agreement.goes_on:
        return None
    return f"This agreement was {agreement.state}: nothing in it can be changed any more. {INSTEAD}"


def refusal_to_set_up(agreement: Any, now: datetime) -> str | None:
    """Return why what is fixed on publication can no longer be changed."""
    if agreement.state == "draft":
        return None
    if refusal := _refusal_of_discarded(agreement):
        return refusal
    if refusal := refusal_to_change(agreement, now):
        return refusal
    return (
        "This agreement is published, so what providers rely on is fixed. Its references and contact can "
        "be corrected; other changes are recorded decisions."
    )


def refusal_to_reopen(agreement: Any, now: datetime) -> str | None:
    """Return why it cannot be said any more when the agreement opens again."""
    if not agreement.goes_on:
        return f"This agreement was {agreement.state}: it does not open again. {INSTEAD}"
    if london_date(now) > agreement.ends_on:
        return f"{_over(agreement)}, so it does not open again. {_instead(agreement)}"
    return None


def refusal_to_schedule(agreement: Any, now: datetime) -> str | None:
    """Return why no window can be scheduled or announced in the agreement any more."""
    if not agreement.goes_on:
        return f"This agreement was {agreement.state}, so no window can open in it. {INSTEAD}"
    if london_date(now) > agreement.ends_on:
        return f"{_over(agreement)}, so no window can open in it. {_instead(agreement)}"
    return None


def refusal_to_begin_scheme(agreement: Any, now: datetime) -> str | None:
    """Return why no scheme is begun in the agreement any more: it could never be used."""
    if agreement.state == "abandoned":
        return (
            "This agreement was abandoned: nothing in it can be changed any more. No window opens in it and "
            f"nobody is invited to bid under it, so a new scheme could never be used. {INSTEAD}"
        )
    return refusal_to_change(agreement, now)


def refusal_to_succeed(agreement: Any, now: datetime) -> str | None:
    """Return that a draft was discarded; in an abandoned agreement contracts run on, so a place passes on."""
    return _refusal_of_discarded(agreement)


def refusal_of_succeeded(organisation: Any, successor: Any) -> str | None:
    """Return that an authority was succeeded, so that it takes no new place in any agreement."""
    if successor is None:
        return None
    return f"{organisation} was succeeded by {successor}, and takes no new place."


def refusal_to_lead(organisation: Any, successor: Any) -> str | None:
    """Return that an authority was succeeded, so that it sets up no agreement; and who does."""
    refusal = refusal_of_succeeded(organisation, successor)
    return refusal and f"{refusal} A procurement lead of {successor} can set up an agreement."


def refusal_to_take_out(place: Any) -> str | None:
    """Return that the lead authority is not taken out of its own agreement."""
    return "The lead authority cannot be taken out of its own agreement." if place.is_lead else None


def refusal_to_take_lot_out(lot: Any) -> str | None:
    """Return that a window names the lot, so that it stays in its draft agreement."""
    if not lot.windows.exists():
        return None
    return "A window names this lot; take it out of the window first."


def refusal_to_set_rates(lot: Any, announced: Any) -> str | Reason | None:
    """Return why a lot's rates stand as they are; `announced` is a window that offers it now, or None."""
    if lot.state == "removed":
        return Reason("This lot has been removed.", for_good=True)
    if announced is None:
        return None
    return (
        f"“{announced.title}” was announced with this lot's zones and rate bands, which stay so until it "
        f"closes on {london(announced.deadline)}."
    )


def refusal_to_change_window(window: Any, now: datetime) -> str | None:
    """Return why a window is no longer changed as a draft is."""
    if window.state == "draft":
        return refusal_to_schedule(window.agreement, now)
    if refusal := refusal_of_cancelled(window):
        return f"{refusal} It stays as it was. {_another(window, now)}"
    if now > window.deadline:
        return (
            f"This window closed on {london(window.deadline)}: what providers applied to stays as it was. "
            f"{_another(window, now)}"
        )
    instead = "Its deadline can be extended, nothing else changed"
    if now < window.opens_at:
        instead += "; until it opens it can be cancelled"
    return f"This window is announced, and providers rely on what it says. {instead}."


def may_still_be_announced(window: Any, now: datetime) -> bool:
    """Return whether a window is a draft that can come to be announced."""
    agreement = window.agreement
    is_live = can_be_mended(agreement) or refusal_to_schedule(agreement, now) is None
    return window.state == "draft" and is_live


def refusal_to_move_deadline(window: Any, now: datetime) -> str | None:
    """Return why no deadline of this window can be moved: only an announced one, before it (rulebook G3)."""
    if window.state == "draft":
        return "This window is not announced yet: change the window itself."
    if window.is_rolling:
        return "An entry outside the windows has no deadline to move."
    if refusal := refusal_of_cancelled(window):
        return f"{refusal} Its deadline cannot be moved. {_another(window, now)}"
    if now > window.deadline:
        return (
            f"The deadline was {london(window.deadline)}. One that has passed is not moved. "
            f"{_another(window, now)}"
        )
    if window.state not in {"scheduled", "open"}:
        return f"This window is “{window.state_label}”, so its deadline cannot be moved."
    return None


def was_closed_by_deadline(window: Any, now: datetime) -> bool:
    """Return whether its deadline closed a window: not its being cancelled, nor its one entry coming in."""
    return window.state != "cancelled" and not is_in_for_good(window) and now > window.deadline


def is_in_for_good(window: Any) -> bool:
    """Return whether this is an entry outside the windows that is in: it goes in once."""
    return window.received_at is not None and window.state != "cancelled"


def never_reached_deadline(window: Any) -> bool:
    """Return whether a window was cancelled before its deadline, which so never came."""
    return window.state == "cancelled" and window.state_since <= window.deadline


def refusal_of_cancelled(window: Any) -> str | None:
    """Return that the window was cancelled, and when."""
    if window.state != "cancelled":
        return None
    return f"This window was cancelled on {london(window.state_since)}."


def what_became(window: Any) -> str:
    """Return what became of what was written and asked for a window that was cancelled."""
    if not window.was_announced:
        return "It had not been announced: nobody had applied or asked."
    questions = "" if window.is_rolling else " Its questions are answered no more."
    if window.state_since < window.opens_at:
        return f"It had not opened: nobody had applied, and nobody can.{questions}"
    return (
        "Nothing can be submitted in it any more. What was written for it stays sealed: nobody but its "
        f"writers can read it.{questions}"
    )


def _refusal_of_discarded(agreement: Any) -> str | None:
    if agreement.state != "discarded":
        return None
    return "This draft was discarded: nothing in it can be changed any more. Set up a new agreement."


def _another(window: Any, now: datetime) -> str:
    return INSTEAD if refusal_to_schedule(window.agreement, now) else "Schedule another window."


def _over(agreement: Any) -> str:
    if agreement.state == "draft":
        return f"The term of this draft ended on {day(agreement.ends_on)}"
    return f"The agreement ended on {day(agreement.ends_on)}"


def _instead(agreement: Any) -> str:
    return "Change its term first." if agreement.state == "draft" else INSTEAD

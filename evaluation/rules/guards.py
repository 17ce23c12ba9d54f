"""What must hold for the steps of judging: guards, no tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from commissioning.workflow import Reason


def panel_is_complete(exercise: Any, actor: Any, now: datetime) -> str | None:
    """Return what the panel still lacks, or nothing (rulebook D21)."""
    panel = exercise.current_panel()
    scorers = [seat for seat in panel if seat.scores]
    if len(scorers) < exercise.minimum_panel:
        least = exercise.minimum_panel
        return f"Appoint at least {least} evaluator{'s' * (least != 1)}; there {_are(len(scorers))}."
    if not any(not seat.scores for seat in panel):
        return "Appoint a moderator."
    return None


def round_is_open(exercise: Any, actor: Any, now: datetime) -> str | None:
    """Return why content cannot be read yet, or nothing (rulebook R22-e)."""
    return None if exercise.round.is_open else "The submissions have not been opened yet."


def something_was_submitted(exercise: Any, actor: Any, now: datetime) -> str | None:
    """Return that there is nothing to judge, or nothing; before the opening it must not tell (settled 18)."""
    if exercise.round.is_open and not exercise.has_submissions():
        return "Nothing was submitted here, so there is nothing to score."
    return None


def scores_are_handed_in(exercise: Any, actor: Any, now: datetime) -> str | None:
    """Return who still has to hand in scores, or nothing (rulebook D9)."""
    waiting = [seat.user.name for seat in exercise.current_panel() if seat.scores and not seat.handed_in_at]
    return f"Scores are still to be handed in by: {', '.join(waiting)}." if waiting else None


def standards_are_decided(exercise: Any, actor: Any, now: datetime) -> str | None:
    """Return how many minimum standards are undecided, or nothing: gates come before scores (D7)."""
    waiting = exercise.standards_to_decide()
    if waiting:
        noun = "minimum standard waits" if waiting == 1 else "minimum standards wait"
        return f"{waiting} {noun} for a decision by the procurement lead."
    return None


def actor_moderates(exercise: Any, actor: Any, now: datetime) -> str | None:
    """Return that another person moderates this panel, or nothing; the role alone is not the place."""
    if any(seat.user_id == actor.pk and not seat.scores for seat in exercise.current_panel()):
        return None
    return "This is for the moderator of this panel."


def moderation_is_complete(exercise: Any, actor: Any, now: datetime) -> str | None:
    """Return what blocks the close of the moderation, or nothing (rulebook G7)."""
    missing = exercise.scores_to_agree()
    if missing:
        return f"{missing} agreed score{'s are' if missing != 1 else ' is'} still missing."
    return None


def releaser_is_a_second_person(release: Any, actor: Any, now: datetime) -> str | None:
    """Return why this person may not release, or nothing (product 27)."""
    if actor.pk == release.drafted_by_id:
        return "You drafted these letters, so somebody else must release them."
    return None


def releaser_did_not_judge(release: Any, actor: Any, now: datetime) -> str | None:
    """Return why this person may not release, or nothing: nobody scores and releases one outcome."""
    if actor.pk in release.judges():
        return "You sat on a panel of this window, so somebody else must release its outcomes."
    return None


def waits_for_second_person(grant: Any, confirmers: Sequence[Any]) -> str:
    """Return that a role is given and does not count yet, and who can confirm it (settled 26)."""
    person, place = grant.membership.user.name, grant.membership.organisation.short_name
    role = grant.get_role_display().lower()
    given = f"{person} has been given the role of {role} at {place}, but it does not count until"
    if not confirmers:
        return f"{given} a second administrator of {place} confirms it, and there is none yet."
    names = " or ".join(one.name for one in confirmers)
    return f"{given} a second person confirms it: {names} can."


def _are(number: int) -> str:
    return f"is {number}" if number == 1 else f"are {number}"


def refusal_to_set_up(window: Any) -> Reason | None:
    """Return why no panel can be set up for a window, or nothing."""
    instead = {
        "draft": "Announce it first.",
        "cancelled": "Nothing that was sent in it is judged.",
        "decided": "Its outcomes are released.",
    }.get(window.state)
    if instead is None:
        return None
    text = f"The window is “{window.state_label}”, so no panel can be set up for it. {instead}"
    return Reason(text, for_good=window.state != "draft")

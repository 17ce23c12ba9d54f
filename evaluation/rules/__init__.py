"""The rules of judging: exact arithmetic, order, interests, and the guards of its steps. No tables."""

from .conflicts import Interest, interest, refusal_to_decide, refusal_to_read
from .evidence import refusal_to_fail, refusal_to_note, refusal_to_supply, refusals_to_ask
from .exact import Exact, as_decimal, exact, rounded
from .guards import (
    actor_moderates,
    moderation_is_complete,
    panel_is_complete,
    releaser_did_not_judge,
    releaser_is_a_second_person,
    round_is_open,
    scores_are_handed_in,
    something_was_submitted,
    standards_are_decided,
)
from .prices import FORMULAS, depends_on_others, price_points
from .ranking import Contender, Place, quality_points, rank, tie_break_words
from .scores import (
    Judgement,
    WhatIf,
    below_floors,
    exact_total,
    has_wide_gap,
    judge,
    kept_total,
    meets_threshold,
    must_be_discussed,
    score_problem,
    weighted_total,
    what_if,
)
from .standards import AS_DECLARED, reason_wanted

__all__ = [
    "AS_DECLARED",
    "FORMULAS",
    "Contender",
    "Exact",
    "Interest",
    "Judgement",
    "Place",
    "WhatIf",
    "actor_moderates",
    "as_decimal",
    "below_floors",
    "depends_on_others",
    "exact",
    "exact_total",
    "has_wide_gap",
    "interest",
    "judge",
    "kept_total",
    "meets_threshold",
    "moderation_is_complete",
    "must_be_discussed",
    "panel_is_complete",
    "price_points",
    "quality_points",
    "rank",
    "reason_wanted",
    "refusal_to_decide",
    "refusal_to_fail",
    "refusal_to_note",
    "refusal_to_read",
    "refusal_to_supply",
    "refusals_to_ask",
    "releaser_did_not_judge",
    "releaser_is_a_second_person",
    "round_is_open",
    "rounded",
    "score_problem",
    "scores_are_handed_in",
    "something_was_submitted",
    "standards_are_decided",
    "tie_break_words",
    "weighted_total",
    "what_if",
]

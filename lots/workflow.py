"""The steps of agreements, lots, schemes, windows and their questions: from, verb, to."""

from commissioning.workflow import Machine, Step

from . import rules
from .rules import questions, terms

AGREEMENT = Machine(
    "agreement",
    states=(
        ("draft", "Being set up"),
        ("published", "Published"),
        ("abandoned", "Abandoned"),
        ("discarded", "Discarded"),
    ),
    steps=(
        Step(
            "publish",
            ("draft",),
            "published",
            "Publish the agreement",
            (
                rules.lead_is_named,
                rules.has_lots,
                rules.authorities_are_seated,
                rules.board_can_decide,
                terms.long_term_is_justified,
            ),
        ),
        Step(
            "abandon",
            ("published",),
            "abandoned",
            "Abandon the agreement",
            (rules.nothing_is_being_judged,),
        ),
        Step("discard", ("draft",), "discarded", "Discard the draft", (terms.no_window_is_planned,)),
    ),
)

# In these nothing more is set up, opened or called off.
ENDED = ("abandoned", "discarded")

LOT = Machine(
    "lot",
    states=(
        ("active", "Active"),
        ("established", "Established, not activated"),
        ("removed", "Removed"),
    ),
    steps=(
        Step("activate", ("established",), "active", "Activate the lot"),
        Step(
            "remove", ("established", "active"), "removed", "Remove the lot", (rules.no_window_runs_with_it,)
        ),
    ),
)

SCHEME = Machine(
    "scheme",
    states=(("draft", "Draft"), ("published", "Published")),
    steps=(
        Step(
            "publish",
            ("draft",),
            "published",
            "Publish the scheme",
            (rules.questions_are_complete, rules.scale_is_complete, rules.price_is_complete),
        ),
    ),
)

WINDOW = Machine(
    "window",
    states=(
        ("draft", "Being set up"),
        ("scheduled", "Scheduled"),
        ("open", "Open for applications"),
        ("closed", "Closed, sealed"),
        ("unsealed", "Being evaluated"),
        ("decided", "Decided"),
        ("cancelled", "Cancelled"),
    ),
    steps=(
        Step(
            "announce",
            ("draft",),
            "scheduled",
            "Announce the window",
            (
                rules.agreement_takes_windows,
                rules.window_is_complete,
                rules.dates_still_stand,
                rules.lots_are_free,
                rules.all_lots_are_in_it,
                rules.support_is_named,
            ),
        ),
        Step("open", ("scheduled",), "open", "Open the window", (rules.opening_time_has_come,)),
        Step("close", ("open",), "closed", "Close the window", (rules.deadline_has_passed,)),
        Step("receive", ("open",), "closed", "Receive the rolling entry", (rules.is_a_rolling_entry,)),
        Step("unseal", ("closed",), "unsealed", "Open the entries", (rules.entries_may_be_opened,)),
        Step("decide", ("unsealed",), "decided", "Mark as decided"),
        Step("cancel", ("draft", "scheduled"), "cancelled", "Cancel the window", (rules.is_not_open_yet,)),
        Step(
            "stop",
            ("draft", "scheduled", "open", "closed"),
            "cancelled",
            "Stop the window unopened",
            (rules.may_be_stopped,),
        ),
    ),
)

WINDOW_QUESTION = Machine(
    "window_question",
    states=(
        ("unconfirmed", "Waiting for you to confirm it"),
        ("asked", "Waiting for an answer"),
        ("answered", "Answered"),
        ("declined", "Not answered, with a reason"),
        ("withdrawn", "Withdrawn"),
    ),
    steps=(
        Step("confirm", ("unconfirmed",), "asked", "Send the question", (questions.asked_in_time,)),
        Step("withdraw", ("asked",), "withdrawn", "Withdraw the question"),
        Step("withdraw_by_link", ("asked",), "withdrawn", "Withdraw the question"),
        Step("answer", ("asked",), "answered", "Answer the question", (questions.window_takes_answers,)),
        Step("decline", ("asked",), "declined", "Decline the question", (questions.asker_is_not_told,)),
    ),
    called="question",
)

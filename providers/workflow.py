"""The steps of an application's entries and of admissions: from, verb, to."""

from commissioning.workflow import Machine, Step

from . import rules

ENTRY = Machine(
    "entry",
    states=(
        ("draft", "Draft"),
        ("submitted", "Submitted (received, sealed)"),
        ("withdrawn", "Withdrawn"),
        ("opened", "Being evaluated"),
        ("admitted", "Admitted"),
        ("not_admitted", "Not admitted this time"),
        ("lapsed", "Not submitted"),
    ),
    steps=(
        Step(
            "submit",
            ("draft", "submitted", "withdrawn"),
            "submitted",
            "Submit",
            (rules.window_takes_entries, rules.share_code_is_there),
        ),
        Step(
            "send_at_close",
            ("draft",),
            "submitted",
            "Send at the close",
            (rules.window_has_closed, rules.is_to_be_sent, rules.share_code_is_there),
        ),
        Step("withdraw", ("submitted",), "withdrawn", "Withdraw", (rules.window_takes_entries,)),
        Step("open", ("submitted",), "opened", "Open"),
        Step("lapse", ("draft",), "lapsed", "Mark as not submitted", (rules.window_has_closed,)),
        Step("admit", ("opened",), "admitted", "Admit"),
        Step("turn_down", ("opened",), "not_admitted", "Do not admit"),
    ),
)

ADMISSION = Machine(
    "admission",
    states=(
        ("standstill", "Admitted, subject to standstill"),
        ("current", "In the pool"),
        ("held", "On hold"),
        ("suspended", "Suspended"),
        ("removed", "Removed"),
    ),
    steps=(
        Step("take_effect", ("standstill",), "current", "Take effect", (rules.standstill_is_over,)),
        Step("put_on_hold", ("current",), "held", "Put on hold"),
        Step("take_off_hold", ("held",), "current", "Take off hold"),
        Step("suspend", ("current", "held"), "suspended", "Suspend"),
        Step("lift", ("suspended",), "current", "Lift the suspension"),
        Step("remove", ("current", "held", "suspended"), "removed", "Remove from the pool"),
    ),
)

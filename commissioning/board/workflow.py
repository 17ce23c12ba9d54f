"""The steps of a board paper: from, verb, to."""

from commissioning.workflow import Machine, Step

from . import rules

PAPER = Machine(
    "paper",
    states=(
        ("tabled", "With the board"),
        ("approved", "Approved"),
        ("returned", "Returned to its author"),
        ("refused", "Not approved"),
        ("withdrawn", "Withdrawn"),
    ),
    steps=(
        Step(
            "approve",
            ("tabled",),
            "approved",
            "Close the vote: approved",
            (rules.closer_has_no_interest, rules.may_be_approved),
        ),
        Step("return", ("tabled",), "returned", "Return to the author", (rules.closer_has_no_interest,)),
        Step(
            "refuse",
            ("tabled",),
            "refused",
            "Close the vote: not approved",
            (rules.closer_has_no_interest, rules.may_be_refused),
        ),
        Step("withdraw", ("tabled",), "withdrawn", "Withdraw the paper"),
    ),
)

"""The steps of an opening that takes two people: from, verb, to (settled 14, R22-e)."""

from commissioning.workflow import Machine, Step

from . import rules

OPENING = Machine(
    "opening",
    called="proposed opening",
    states=(
        ("proposed", "Waiting for a second person"),
        ("confirmed", "Confirmed and opened"),
        ("withdrawn", "Withdrawn"),
        ("lapsed", "Ran out"),
    ),
    steps=(
        Step(
            "confirm",
            ("proposed",),
            "confirmed",
            "Confirm and open",
            (rules.is_second_person, rules.is_within_a_day),
        ),
        Step("withdraw", ("proposed",), "withdrawn", "Withdraw the proposal", (rules.is_within_a_day,)),
        Step("lapse", ("proposed",), "lapsed", "Mark as run out", (rules.has_run_out,)),
    ),
)

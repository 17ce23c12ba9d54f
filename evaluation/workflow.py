"""The steps of an exercise and of the release of its outcomes: from, verb, to."""

from commissioning.workflow import Machine, Step

from . import rules

# While it is in these, a panel works on it and may change.
JUDGING = ("appointing", "scoring", "moderating")

EXERCISE = Machine(
    "exercise",
    states=(
        ("appointing", "Panel being appointed"),
        ("scoring", "Being scored"),
        ("moderating", "Being moderated"),
        ("closed", "Moderation closed"),
        ("released", "Outcomes released"),
        ("ended", "Ended without outcome"),
    ),
    steps=(
        Step(
            "start",
            ("appointing",),
            "scoring",
            "Start the scoring",
            (rules.round_is_open, rules.something_was_submitted, rules.panel_is_complete),
        ),
        Step(
            "begin_moderation",
            ("scoring",),
            "moderating",
            "Start the moderation",
            (
                rules.actor_moderates,
                rules.panel_is_complete,
                rules.standards_are_decided,
                rules.scores_are_handed_in,
            ),
        ),
        Step(
            "close_moderation",
            ("moderating",),
            "closed",
            "Close the moderation",
            (rules.actor_moderates, rules.standards_are_decided, rules.moderation_is_complete),
        ),
        Step("release", ("closed",), "released", "Release the outcomes"),
        Step("end", ("appointing", "scoring", "moderating", "closed"), "ended", "End without outcome"),
    ),
)

RELEASE = Machine(
    "release",
    states=(
        ("drafted", "Letters drafted"),
        ("released", "Released"),
        ("withdrawn", "Taken back"),
    ),
    steps=(
        Step(
            "release",
            ("drafted",),
            "released",
            "Tell everyone now",
            (rules.releaser_is_a_second_person, rules.releaser_did_not_judge),
        ),
        Step("withdraw", ("drafted",), "withdrawn", "Take the letters back"),
    ),
)

"""When a decision on a minimum standard may rest on the declaration alone: a pure rule."""

AS_DECLARED = "As declared; nothing to the contrary was found."


def reason_wanted(
    title: str, *, is_met: bool | None, declared: bool | None, is_ground: bool, was_missing: bool = False
) -> str | None:
    """Return why a decision without words cannot stand, or nothing (rulebook B20, C19, D7).

    `declared` is whether the bidder says it meets the standard (for a ground: that it does not apply), None
    where it said nothing. “As declared” can be said only of what was declared, and not where a document was
    missing. `is_met` is None where one is to be asked for, which must be named.
    """
    if is_met is None:
        return f"Say which document is missing from “{title}”: the bidder is asked for it."
    if not is_met:
        return f"Say why “{title}” is not met: the bidder is told."
    if was_missing:
        return f"A document was asked for on “{title}”: say what shows that it is met."
    if declared:
        return None
    if declared is None:
        return f"The bidder did not declare anything on “{title}”: say what shows that it is met."
    if is_ground:
        return (
            f"The bidder declares that “{title}” applies to it: say what you made of what it did to put that "
            "right, or of the time that has passed."
        )
    return f"The bidder declares that it does not meet “{title}”: say what shows that it does."

"""What must hold before a draft agreement is published, or discarded, beside its parts."""

from datetime import datetime
from typing import Any

from commissioning.regimes import is_over_the_cap
from commissioning.workflow import Reason


def long_term_is_justified(agreement: Any, actor: Any, now: datetime) -> Reason | None:
    """Return that the justification of a long term is missing, or nothing.

    A term longer than its law usually allows stands only with its justification (rulebook C3, C26). It
    counts with every option to extend; the regime's own data say how long is long.
    """
    profile = agreement.regime_profile
    if agreement.term_justification.strip():
        return None
    if not is_over_the_cap(profile, agreement.starts_on, agreement.latest_end):
        return None
    return Reason(
        f"With every option to extend the term is longer than {profile.term_cap_years} years. Under "
        f"{profile.law} write why that is justified; everybody can read it.",
        field="agreement",
    )


def no_window_is_planned(agreement: Any, actor: Any, now: datetime) -> Reason | None:
    """Return which window still rests on the draft, or nothing; what is called off needs a published one."""
    planned = [window.title for window in agreement.windows.all() if window.state != "cancelled"]
    if not planned:
        return None
    return Reason(f"“{planned[0]}” is planned in it. Cancel that window first.", field="windows")

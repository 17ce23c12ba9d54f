"""Where an exercise comes from: what it judges, and where its outcome is decided.

The parts of the portal that know what is judged stand above this one, so they enter their finders here:
`calloffs` does so for its mini-competitions when the apps start.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from evaluation.models import Exercise


@dataclass(frozen=True)
class Origin:
    """What an exercise judges: its name and page, and the page on which the outcome is decided.

    `is_ranked` tells that bids are put in an order, where a window's bidders are admitted or not.
    """

    title: str
    url: str
    label: str
    outcome_url: str
    outcome_label: str
    is_ranked: bool = False


Finder = Callable[[Exercise], Origin | None]

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Enter the function that returns the origin of an exercise, or nothing where it is none of its own."""
    if finder not in _finders:
        _finders.append(finder)


def origin_of(exercise: Exercise) -> Origin | None:
    """Return what an exercise judges, or nothing where nobody knows."""
    link = getattr(exercise, "window_link", None)
    if link is not None:
        window = link.window_lot.window
        return Origin(
            title=window.title,
            url=reverse("window", args=[window.reference]),
            label=f"The window “{window.title}”",
            outcome_url=reverse("window-outcomes", args=[window.reference]),
            outcome_label=f"All lots of “{window.title}”, letters and release",
        )
    return next((found for finder in _finders if (found := finder(exercise))), None)

"""The secret links for people without an account: to a question, to following, to a place at an event.

Made when a message is sent and kept nowhere (settled 26). Opening one shows a page and changes nothing:
programs that look at links before a person does would otherwise confirm, or unsubscribe, in their place.
"""

from datetime import timedelta

from commissioning.accounts.links import Kind
from lots.models import EventSignUp, Follower, WindowQuestion
from lots.rules.questions import CONFIRM_WITHIN


def _asked(reference: str) -> WindowQuestion | None:
    found = WindowQuestion.objects.filter(reference=reference).exclude(email="")
    return found.select_related("window__agreement", "answer").first()


def _follower(reference: str) -> Follower | None:
    return Follower.objects.filter(reference=reference).select_related("agreement").first()


def _sign_up(reference: str) -> EventSignUp | None:
    return EventSignUp.objects.filter(reference=reference).select_related("notice__agreement").first()


# One link serves an asker throughout: to send the question, to withdraw it, to see what became of it.
QUESTION = Kind(
    "question about a window",
    "window-question",
    timedelta(days=90),
    _asked,
    lambda question: f"{question.email} {question.asked_at.isoformat()}",
)
FOLLOW = Kind(
    "follow an agreement",
    "follow-confirm",
    CONFIRM_WITHIN,
    _follower,
    # Not on when it was asked: asking again the same day sends nothing, so the first link must go on working.
    lambda follower: str(follower.email),
)
# In every message to a follower, so it must work as long as the message may be found again.
UNFOLLOW = Kind(
    "stop following an agreement",
    "follow-end",
    timedelta(days=3650),
    _follower,
    lambda follower: str(follower.email),
)
# One link serves throughout: to confirm, to see when and where, to cancel; the row's end is its end.
SIGN_UP = Kind(
    "signing up for an event",
    "event-place",
    timedelta(days=730),
    _sign_up,
    lambda sign_up: str(sign_up.email),
)
KINDS = (QUESTION, FOLLOW, UNFOLLOW, SIGN_UP)

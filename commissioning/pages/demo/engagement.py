"""Questions about today's window with their answers, a notice with an event, and somebody who follows."""

from datetime import datetime, timedelta

from lots.models import Window, WindowQuestion
from lots.services import following, questions
from providers.services import engagement

from .stage import MARK, agreement, bid_writer, days_from, person, provider

FOLLOWER = "prospect@newcomer.example"
NETWORK = "192.0.2.7"
MANY_PLACES = f"{MARK}May one provider answer for several places?"


def tell(window: Window, now: datetime) -> None:
    """Publish a notice; let questions be asked, answered together, corrected, declined and left waiting."""
    follow(now)
    notice(now)
    first = ask(window, "Care Network Cambridgeshire", MANY_PLACES, days_from(now, -14))
    second = ask_by_email(
        window, f"{MARK}We work in three towns. Is that one application?", days_from(now, -13)
    )
    answer(window, [first, second], days_from(now, -12))
    declined = ask_by_email(window, f"{MARK}Who else will apply?", days_from(now, -11))
    questions.decline(
        question=declined,
        reason=f"{MARK}Who applies stays sealed until the window is opened, also from us.",
        actor=person("commissioner@pcc"),
        now=days_from(now, -10),
    )
    waits = f"{MARK}Does the insurance have to be in place when we apply?"
    ask(window, "Care Network Cambridgeshire", waits, days_from(now, -3))


def follow(now: datetime) -> None:
    """Let somebody follow the agreement who has no account."""
    at = days_from(now, -20)
    following.follow(agreement=agreement(), email=FOLLOWER, address=NETWORK, now=at)
    following.confirm(follower=agreement().followers.get(email=FOLLOWER), now=at)


def notice(now: datetime) -> None:
    """Invite everybody whom the agreement knows to a meeting before it opens again."""
    engagement.notify(
        agreement=agreement(),
        title="Meet the commissioners before the next window",
        text=(
            f"{MARK}We will say what we expect to buy next year, and how an application is judged. "
            "Small charities and people who have never applied are welcome."
        ),
        event_at=days_from(now, 45, "10:00"),
        place="Town Hall, Peterborough (demo)",
        link="https://meet.example/early-intervention",
        sign_up_by=days_from(now, 38, "17:00"),
        actor=person("lead@pcc"),
        now=days_from(now, -16),
    )


def ask(window: Window, name: str, question: str, at: datetime) -> WindowQuestion:
    """Let a provider's bid writer ask."""
    organisation = provider(name)
    return questions.ask(
        window=window, question=question, organisation=organisation, actor=bid_writer(organisation), now=at
    )


def ask_by_email(window: Window, question: str, at: datetime) -> WindowQuestion:
    """Let somebody without an account ask, and confirm the address."""
    questions.ask_unregistered(
        window=window,
        question=question,
        name="Robin Newcomer",
        email=FOLLOWER,
        organisation_name="Newcomer Community Company",
        address=NETWORK,
        now=at,
    )
    asked = WindowQuestion.objects.get(window=window, state="unconfirmed")
    questions.confirm(question=asked, now=at)
    return asked


def answer(window: Window, asked: list[WindowQuestion], at: datetime) -> None:
    """Answer two questions together, and correct the answer the day after."""
    made = engagement.answer(
        window=window,
        together=asked,
        published_question=MANY_PLACES,
        text=f"{MARK}Yes. Name each place in method statement 1.",
        actor=person("lead@pcc"),
        now=at,
    )
    engagement.correct(
        answer=made.answer,
        published_question=MANY_PLACES,
        text=f"{MARK}Yes. Name each place in your answer about your organisation.",
        reason=f"{MARK}The places belong into the common part, not into method statement 1.",
        actor=person("lead@pcc"),
        now=at + timedelta(days=1),
    )

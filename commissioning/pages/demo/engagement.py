"""Questions about today's window with their answers, notices with events, and somebody who follows."""

from datetime import datetime, timedelta

from lots.models import AgreementNotice, Window, WindowQuestion
from lots.services import events, following, questions, sign_ups
from providers.services import engagement

from .stage import MARK, agreement, bid_writer, days_from, person, provider

FOLLOWER = "prospect@newcomer.example"
NETWORK = "192.0.2.7"
MANY_PLACES = f"{MARK}May one provider answer for several places?"


def tell(window: Window, now: datetime) -> None:
    """Publish two notices, call an event off; let questions be asked, answered, declined and left waiting."""
    follow(now)
    sign_up(notice(now), now)
    call_off_a_workshop(now)
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


def notice(now: datetime) -> AgreementNotice:
    """Invite everybody whom the agreement knows to a meeting before it opens again."""
    return engagement.notify(
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
        places=40,
        actor=person("lead@pcc"),
        now=days_from(now, -16),
    )


def call_off_a_workshop(now: datetime) -> None:
    """Invite to a second event, let the same two sign up, and call it off with its reason."""
    workshop = engagement.notify(
        agreement=agreement(),
        title="Workshop on how support at home is measured",
        text=f"{MARK}Bring one example of a result that you measure, and one that you cannot.",
        event_at=days_from(now, 12, "13:30"),
        place="The Guildhall, Peterborough (demo)",
        places=20,
        actor=person("lead@pcc"),
        now=days_from(now, -15),
    )
    sign_up(workshop, now)
    events.call_off(
        notice=workshop,
        reason=f"{MARK}The speaker is ill. What we wanted to ask goes into the meeting that we hold later.",
        actor=person("lead@pcc"),
        now=days_from(now, -4, "09:40"),
    )


def sign_up(event: AgreementNotice, now: datetime) -> None:
    """Let two people sign up for an event: one with an account, one without."""
    member = bid_writer(provider("Care Network Cambridgeshire"))
    sign_ups.sign_up(
        notice=event,
        name=member.name,
        organisation_name="Care Network Cambridgeshire",
        access_needs="",
        actor=member,
        now=days_from(now, -9),
    )
    sign_ups.ask(
        notice=event,
        name="Robin Newcomer",
        email=FOLLOWER,
        organisation_name="Newcomer Community Company",
        access_needs=f"{MARK}A place near the door, and the slides in large print.",
        address=NETWORK,
        now=days_from(now, -8),
    )
    sign_ups.confirm(sign_up=event.sign_ups.get(email=FOLLOWER), now=days_from(now, -8))


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

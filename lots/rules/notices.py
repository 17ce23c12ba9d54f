"""What a notice on an agreement, and an event it speaks of, must hold. Pure functions."""

from datetime import datetime, timedelta
from typing import Any

from commissioning.clock import london_date
from commissioning.web.text import day, london
from commissioning.workflow import Reason

from .ended import abandoned_in_words

# After the event the list of those who signed up serves nobody any more.
SIGN_UPS_KEPT = timedelta(days=30)


def notice_refusals(
    *,
    agreement: Any,
    title: str,
    text: str,
    event_at: datetime | None,
    place: str,
    link: str,
    sign_up_by: datetime | None,
    now: datetime,
    places: int | None = None,
) -> list[Reason]:
    """Return what is impossible in a notice: it says something, and an event is to come and can be found."""
    problems = []
    if agreement.state != "published":
        problems.append(Reason("Notices are published on an agreement that is published itself."))
    if not title.strip():
        problems.append(Reason("Give the notice a title.", field="title"))
    if not text.strip():
        problems.append(Reason("Write the notice.", field="text"))
    if event_at is None:
        given = {"place": place, "link": link, "sign_up_by": sign_up_by, "places": places}
        return problems + [
            Reason("Give the event's date and time, or leave this empty.", field=field)
            for field, value in given.items()
            if value
        ]
    return problems + event_refusals(
        event_at=event_at, place=place, link=link, sign_up_by=sign_up_by, now=now
    )


def event_refusals(
    *,
    event_at: datetime,
    place: str,
    link: str,
    sign_up_by: datetime | None,
    now: datetime,
    stands: datetime | None = None,
) -> list[Reason]:
    """Return what is impossible in an event: it is to come, can be found, and sign-up closes before it.

    `stands` is when sign-up closes by what was published: left as it is, it may have passed.
    """
    problems = []
    if event_at <= now:
        problems.append(Reason("The event must be in the future.", field="event_at"))
    if not (place.strip() or link.strip()):
        problems.append(Reason("Say where the event is: a place, or a link to join by.", field="place"))
    if sign_up_by and sign_up_by > event_at:
        problems.append(
            Reason(f"Sign-up must close before the event, {london(event_at)}.", field="sign_up_by")
        )
    elif sign_up_by and sign_up_by <= now and sign_up_by != stands:
        problems.append(Reason("Sign-up must close in the future.", field="sign_up_by"))
    return problems


def refusal_to_come(notice: Any, now: datetime) -> str | None:
    """Return why whoever holds a place can change nothing of it any more, or nothing."""
    if notice.called_off_at is not None:
        return "This event was called off."
    return None if now < notice.event_at else f"The event took place on {london(notice.event_at)}."


def refusal_to_sign_up(notice: Any, taken: int, now: datetime) -> str | None:
    """Return why nobody can sign up for an event now, or nothing; at the cut-off one is in time.

    `taken` is how many hold a place.
    """
    if notice.event_at is None:
        return "This notice speaks of no event."
    if notice.called_off_at is not None:
        return "This event was called off."
    if not notice.agreement.goes_on:
        return "The agreement was abandoned, so nobody can sign up any more. Ask its lead authority."
    closes = notice.sign_up_closes_at
    if now > closes:
        return f"Sign-up closed on {london(closes)}."
    if notice.places is not None and taken >= notice.places:
        return "All places are taken. A place is free again when somebody cancels; look again later."
    return None


def refusal_to_follow(agreement: Any) -> str | None:
    """Return why nobody can begin to follow an agreement, or nothing: nothing more is told of it."""
    if agreement.state == "published":
        return None
    if agreement.state == "abandoned":
        return f"{abandoned_in_words(agreement)}: nothing more opens or is announced in it."
    if agreement.state == "discarded":
        return "This draft was discarded, so there is nothing to follow."
    return "This agreement is not published yet, so there is nothing to follow."


def what_a_follower_misses(agreement: Any, now: datetime) -> str:
    """Return what whoever follows an agreement whose term is over is told no more, or ""."""
    if agreement.state != "published" or london_date(now) <= agreement.ends_on:
        return ""
    return (
        f"The agreement ended on {day(agreement.ends_on)}, so no window opens in it any more. You are told "
        "only of notices on it, such as on what follows it."
    )


def sign_ups_are_kept(notice: Any, now: datetime) -> bool:
    """Return whether what people gave to sign up for an event is not deleted yet."""
    return notice.event_at is not None and now < notice.event_at + SIGN_UPS_KEPT


def refusal_to_send_link(notice: Any, now: datetime) -> str | None:
    """Return why nobody is sent the link to their place once more, or nothing.

    A full event's place can still be given up; of one that was called off, what was given can be deleted.
    """
    if notice.called_off_at is None:
        return refusal_to_come(notice, now)
    if sign_ups_are_kept(notice, now):
        return None
    return "What was given to sign up for this event has been deleted, so there is no link to send."


def refusal_to_change_event(notice: Any, now: datetime) -> str | None:
    """Return why an event can be neither moved nor called off now, or nothing."""
    if notice.event_at is None:
        return "This notice speaks of no event."
    if notice.called_off_at is not None:
        return "This event was called off already."
    return None if now < notice.event_at else f"The event took place on {london(notice.event_at)}."

"""What a notice on an agreement, and an event it speaks of, must hold. Pure functions."""

from datetime import datetime
from typing import Any

from commissioning.web.text import london
from commissioning.workflow import Reason


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
        given = {"place": place, "link": link, "sign_up_by": sign_up_by}
        problems += [
            Reason("Give the event's date and time, or leave this empty.", field=field)
            for field, value in given.items()
            if value
        ]
        return problems
    if event_at <= now:
        problems.append(Reason("The event must be in the future.", field="event_at"))
    if not (place.strip() or link.strip()):
        problems.append(Reason("Say where the event is: a place, or a link to join by.", field="place"))
    if sign_up_by and sign_up_by > event_at:
        problems.append(
            Reason(f"Sign-up must close before the event, {london(event_at)}.", field="sign_up_by")
        )
    elif sign_up_by and sign_up_by <= now:
        problems.append(Reason("Sign-up must close in the future.", field="sign_up_by"))
    return problems

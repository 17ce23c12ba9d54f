"""A person's own calendar feed: its secret address made, made anew, and ended."""

from datetime import datetime

from commissioning.accounts import queries, tokens
from commissioning.audit.services import record, unit
from commissioning.people.calendar_feeds import CalendarFeed
from commissioning.people.models import User
from commissioning.workflow import Refused


def make(*, user: User, now: datetime) -> str:
    """Make the secret token of one's own feed and return it; an earlier one is void from now.

    Only its hash is kept, so nobody can show it a second time. Raises Refused for somebody who belongs to
    no organisation.
    """
    if not user.memberships.current().exists():
        raise Refused("You belong to no organisation, so your calendar would be empty. Join one first.")
    token = tokens.fresh()
    with unit():
        ended = _end(user, now)
        CalendarFeed.objects.create(user=user, token_hash=tokens.at_rest(token), made_at=now)
        record("calendar.renew" if ended else "calendar.make", user, actor=user, at=now)
    return token


def end(*, user: User, now: datetime) -> None:
    """End one's own feed: who asks for it from now on finds nothing. Raises Refused where there is none."""
    with unit():
        if not _end(user, now):
            raise Refused("You have no calendar address.")
        record("calendar.end", user, actor=user, at=now)


def _end(user: User, now: datetime) -> int:
    # One person after another, so that of two addresses made at once one is void.
    User.objects.select_for_update().get(pk=user.pk)
    return CalendarFeed.objects.standing().filter(pk__in=queries.feeds_of(user)).update(ended_at=now)

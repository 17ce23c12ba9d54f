"""The calendar feed: every date that concerns a person, joined from the apps at each request."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import View

from calloffs.queries import dates as calloffs
from commissioning.accounts import queries as accounts
from commissioning.board import queries as board
from commissioning.people.models import User
from commissioning.web.calendars import Occasion, answer
from commissioning.web.context import SERVICE_NAME
from commissioning.web.views import received_at
from evaluation.queries import dates as judging
from lots.queries import dates as lots
from providers.queries import dates as providers

DATES: tuple[Callable[[User, datetime], Iterable[Occasion]], ...] = (
    lots.dates,
    providers.dates,
    judging.dates,
    board.dates,
    calloffs.dates,
)


def occasions(user: User, now: datetime) -> list[Occasion]:
    """Return every date that concerns this person and that they may see now.

    The number of queries does not grow with what is found.
    """
    return [occasion for dates in DATES for occasion in dates(user, now)]


class Feed(View):
    """A person's feed by its secret address: no session, no cookie, and a 404 for any other address.

    SECURITY: roles are asked at each request, so that what is in it ends with them (rulebook R22-f).
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        user = accounts.calendar_reader(token)
        if user is None:
            raise Http404
        found = occasions(user, received_at(request))
        return answer(found, name=f"{SERVICE_NAME}: {user.name}", file="calendar.ics")

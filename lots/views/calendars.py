"""The dates of one announced window, for anybody's own calendar."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import View

from commissioning.web.calendars import answer
from lots.queries import dates


class WindowCalendar(View):
    """The dates of a window as a file, the same for everybody; once it is cancelled, they say so.

    A calendar that subscribed to the file would otherwise keep dates that no longer stand.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        window = dates.published_window(reference)
        if window is None:
            raise Http404
        return answer(dates.occasions_of([window]), name=str(window.title), file=f"{reference}.ics")

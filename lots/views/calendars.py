"""The two dates of one announced window, for anybody's own calendar."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import View

from commissioning.web.calendars import answer
from lots import queries


class WindowCalendar(View):
    """When an announced window opens and closes, as a file; the same for everybody, whoever asks.

    Of one that was cancelled since, the file calls its dates off, for whoever took them home.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        # SECURITY: what a visitor may see, so that the file tells nothing of who asked for it.
        window = queries.window_for_calendar(reference)
        if window is None:
            raise Http404
        return answer(queries.occasions_of([window]), name=str(window.title), file=f"{reference}.ics")

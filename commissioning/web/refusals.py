"""Turns the two refusals of the lower apps into pages, wherever a view lets one through."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from commissioning.policies import Denied
from commissioning.workflow import Refused

from . import errors


class Refusals:
    """Answers `Denied` with the 403 page and `Refused` with the 409 page, reasons included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Denied):
            return errors.denied(request, exception)
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        return None

"""Pages for what went wrong: each says what happened, in whose hands it is, and the way on."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from commissioning import clock
from commissioning.policies import Denied
from commissioning.records import unsaved
from commissioning.workflow import Refused

from .fields import UPLOAD_KINDS, upload_limit
from .sign_in_again import kept_pairs, typed

# What a page's script sends with what it saves by itself.
AUTOSAVE = "X-Portal-Autosave"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 400 page, or the 413 page when more was sent than is taken."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return render(request, "400.html", status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    """Return the 413 page, which names both limits."""
    return render(request, "413.html", {"megabytes": upload_limit(), "kinds": UPLOAD_KINDS}, status=413)


def denied(request: HttpRequest, exception: Denied) -> HttpResponse:
    """Return the 403 page with the reason of `policies.Denied`, and what was typed."""
    return render(request, "403.html", {"reason": exception.reason, "typed": _typed(request)}, status=403)


def refused(request: HttpRequest, exception: Refused) -> HttpResponse:
    """Return the 409 page for a refusal that met no form, such as a download that is not to be had yet.

    Where the refusal has a technical sentence, administrators read that as well.
    """
    is_administrator = getattr(getattr(request, "user", None), "is_staff", False)
    context = {
        "reasons": exception.reasons,
        "technical": getattr(exception, "technical", "") if is_administrator else "",
        "typed": _typed(request),
    }
    return render(request, "409.html", context, status=409)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 403 page for Django's own PermissionDenied."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 404 page; it does not tell whether the thing exists for someone else.

    Whoever signed in as somebody else meanwhile still has what was typed.
    """
    return render(request, "404.html", {"typed": _typed(request) if _is_ours(request) else []}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the 500 page, drawn without database, session or context processors: they may be what failed.

    A save that failed for want of a database or a disk is noted for the outage log (rulebook D17).
    """
    if request.method == "POST" and unsaved.is_outage(sys.exc_info()[1]):
        unsaved.note(clock.real_now())
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its token: nothing is done, and what was typed can be sent again.

    Signing in anew, in another tab too, makes the token of every page drawn before too old. The page's own
    script is given the new token, and goes on by itself.

    SECURITY: only what the portal's own page sent is shown or answered: another site's form must not put
    words on ours. A browser does not let a page choose its `Origin`.
    """
    if not _is_ours(request):
        return render(request, "403_csrf.html", status=403)
    if AUTOSAVE in request.headers:
        return JsonResponse({"token": get_token(request)}, status=403)
    context = {
        "heading": "Send it once more",
        "kept": kept_pairs(request.POST),
        "typed": typed(request.POST),
        "had_files": bool(request.FILES),
    }
    return render(request, "base/send_again.html", context, status=403)


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any) -> HttpResponse:
    """Return the 429 page after too many wrong passwords (named in `AXES_LOCKOUT_CALLABLE`)."""
    return render(request, "429.html", status=429)


def _is_ours(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _typed(request: HttpRequest) -> list[str]:
    """Return what was posted to be read, so that a refusal loses nobody's work; passwords are left out."""
    return typed(request.POST) if request.method == "POST" else []

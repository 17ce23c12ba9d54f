"""What happens to every request, outermost first: its time, its line in the log, its answer's headers."""

import ipaddress
import logging
import re
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from commissioning import clock
from commissioning.audit.services import request_address
from commissioning.settings.logs import route_of

Handler = Callable[[HttpRequest], HttpResponse]

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REQUEST_START",
)
# A proxy's clock may run this far ahead of ours before its word counts for nothing.
CLOCK_DRIFT = timedelta(seconds=2)
log = logging.getLogger("portal.request")


def received_at(get_response: Handler) -> Handler:
    """Set `request.received_at` (UTC, microseconds, training clock included) and `request.client_address`.

    What a proxy says of time and address counts only if PORTAL_PROXIES names it (settled 10); from anyone
    else the headers that claim it are dropped.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        real = clock.real_now()
        peer = request.META.get("REMOTE_ADDR", "")
        if _is_proxy(peer):
            real = _forwarded_time(request.META.get("HTTP_X_REQUEST_START", ""), real) or real
            peer = _forwarded_address(request.META.get("HTTP_X_FORWARDED_FOR", ""), peer)
        else:
            for name in FORWARDED:
                request.META.pop(name, None)
        request.received_at = clock.shown(real)  # type: ignore[attr-defined]
        request.client_address = peer or None  # type: ignore[attr-defined]
        token = request_address.set(_valid(peer))
        try:
            return get_response(request)
        finally:
            request_address.reset(token)

    return middleware


def request_log(get_response: Handler) -> Handler:
    """Log one line a request: method, route, status, milliseconds; neither path, query, person nor address.

    Who asked for which page would tell who is bidding, and how many there are (settled 18); the access log in
    the database knows. `route_of` says what a route is where that alone would tell.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.request_id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        if not request.path.startswith(("/health/", settings.STATIC_URL)):
            log.info(
                "request",
                extra={
                    "method": request.method,
                    "route": route_of(request),
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000),
                    "request_id": request.request_id,  # type: ignore[attr-defined]
                },
            )
        return response

    return middleware


def headers(get_response: Handler) -> Handler:
    """Add the headers no library sets, and keep what a signed-in person saw out of caches (settled 30)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        if settings.STRICT_TRANSPORT_SECURITY:
            response["Strict-Transport-Security"] = settings.STRICT_TRANSPORT_SECURITY
        # Only a request that brought a session, or was given one, can be a signed-in person's.
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            or settings.SESSION_COOKIE_NAME in response.cookies
        ):
            user = getattr(request, "user", None)
            if user is not None and user.is_authenticated:
                response["Cache-Control"] = "no-store"
        return response

    return middleware


def _valid(address: str) -> str | None:
    """Return the address if it is one: over a socket file there is none."""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


def _is_proxy(address: str) -> bool:
    if not settings.PORTAL_PROXIES:
        return False
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in settings.PORTAL_PROXIES)


def _forwarded_address(header: str, peer: str) -> str:
    """Return the nearest address that no proxy of ours has: whatever stands before it may be invented."""
    for text in reversed([part.strip() for part in header.split(",") if part.strip()]):
        try:
            ipaddress.ip_address(text)
        except ValueError:
            return peer
        if not _is_proxy(text):
            return text
        peer = text
    return peer


def _forwarded_time(header: str, real: datetime) -> datetime | None:
    """Return the time of nginx's `t=1611144000.123456`, if it is within the time a request may take."""
    match = re.fullmatch(r"(?:t=)?([0-9]{1,11})(?:\.([0-9]{1,6}))?", header.strip())
    if match is None:
        return None
    found = datetime.fromtimestamp(int(match[1]), UTC) + timedelta(
        microseconds=int((match[2] or "").ljust(6, "0"))
    )
    return found if real - settings.REQUEST_TIMEOUT <= found <= real + CLOCK_DRIFT else None

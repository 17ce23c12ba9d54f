"""What django-axes counts failed sign-ins by: the e-mail address typed, and where it was typed."""

from typing import Any

from django.http import HttpRequest


def username(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the address typed at sign-in as accounts are kept: without spaces round it, in lower case."""
    given = credentials or request.POST
    return str(given.get("email") or given.get("username") or "").strip().lower()


def address(request: HttpRequest) -> str:
    """Return the address the request came from; a proxy's word for it counts only if the proxy is named."""
    return getattr(request, "client_address", None) or request.META.get("REMOTE_ADDR", "")

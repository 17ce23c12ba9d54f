"""What every page's frame needs: the service's name, the person's places, the doors, the time."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from commissioning.people.models import Organisation

SERVICE_NAME = "Commissioning portal"


def address(name: str, *args: object) -> str:
    """Return the address of a page by its URL name, or "" while the portal has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _places(request: HttpRequest) -> list[str]:
    """Return the short names of the organisations the person belongs to."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    mine = Organisation.objects.filter(memberships__user=user, memberships__left_at=None)
    return [organisation.short_name for organisation in mine.order_by("name")]


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context; the person's places cost one query, and only when they are shown."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "service_name": SERVICE_NAME,
        "signed_in": signed_in,
        "start_url": (address("home") if signed_in else "") or address("start") or "/",
        "sign_in_url": address("sign-in"),
        "sign_out_url": address("sign-out"),
        "account_url": address("account") if signed_in else "",
        "register_url": address("register"),
        "administration_url": address("admin:index") if signed_in and user and user.is_staff else "",
        "accessibility_url": address("accessibility"),
        "privacy_url": address("privacy"),
        "help_url": address("help"),
        "places": SimpleLazyObject(lambda: _places(request)),
        "now": getattr(request, "received_at", None),
        "is_demo": settings.PORTAL_DEMO,
    }

"""Due work of accounts. It may run twice, late or by hand."""

from datetime import datetime

from .services import registration


def sweep(now: datetime) -> int:
    """Forget the registrations that nobody confirmed in time; return how many."""
    return registration.forget_expired(now=now)

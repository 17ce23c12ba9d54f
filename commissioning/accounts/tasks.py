"""Due work of accounts. It may run twice, late or by hand."""

from datetime import datetime

from .services import limits, registration, sessions


def sweep(now: datetime) -> int:
    """Forget registrations that nobody confirmed in time, and sessions and tries that are over."""
    return registration.forget_expired(now=now) + sessions.forget_old() + limits.forget_old()

"""Marking where somebody works, for their colleagues; no event, no row, gone after two minutes."""

from django.core.cache import cache

from commissioning.people.models import User
from providers.queries.presence import MARK_SECONDS, Place, key


def mark(*, whole: str, place: Place, actor: User) -> None:
    """Note that the person is at this place of an application or bid now."""
    cache.set(key(whole, actor.pk), (place.submission_id, place.code), MARK_SECONDS)

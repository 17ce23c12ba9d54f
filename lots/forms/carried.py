"""What a hidden box brought back; a browser may send anything in it."""

import json
from typing import Any

from django.conf import settings


def brought_back(carried: Any) -> Any:
    """Return what a hidden box carried, or None where it was lost or spoilt on the way."""
    # SECURITY: nothing here is trusted: too long, too deep or no words at all, it is taken as lost.
    # What a page can hold can be sent at all, so that its mark is never too long for its own text.
    if not isinstance(carried, str) or not 0 < len(carried) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return None
    try:
        return json.loads(carried)
    except (ValueError, RecursionError):
        return None


def is_sound(text: Any) -> bool:
    """Return whether this is a text that a page can show and a database can keep."""
    if not isinstance(text, str) or "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeError:
        return False
    return True

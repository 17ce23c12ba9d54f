"""What a hidden box brought back; a browser may send anything in it."""

import json
from typing import Any

# Well above all that the longest page holds, and little enough to be read at once.
MOST = 1_000_000


def brought_back(carried: Any) -> Any:
    """Return what a hidden box carried, or None where it was lost or spoilt on the way."""
    # SECURITY: nothing here is trusted: too long, too deep or no words at all, it is taken as lost.
    if not isinstance(carried, str) or not 0 < len(carried) <= MOST:
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

"""What must hold for the lines of a list, such as a lot's skills or a provider's areas."""

from collections.abc import Iterable


def given_twice(lines: Iterable[str]) -> str | None:
    """Return the first line that stands there already, however it is capitalised and spaced, or nothing."""
    seen: set[str] = set()
    for line in lines:
        plain = " ".join(line.split()).casefold().rstrip(".")
        if plain in seen:
            return line
        seen.add(plain)
    return None

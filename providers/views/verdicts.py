"""Whether a part would go in, went in or had gone in, in words with their colour."""

from collections import Counter
from collections.abc import Collection, Iterable

from commissioning.web.text import london
from providers.models import Package
from providers.queries.items import Item
from providers.queries.parts import Part


def _missing(lacking: Iterable[Item], lacks_share_code: bool) -> str:
    """Return what is missing by its kinds, since those of some kinds share a row of the task list."""
    counted = Counter(item.kind for item in lacking)
    found = [
        f"{number} {word}{'' if number == 1 else 's'}"
        for kind, word in (("question", "answer"), ("standard", "declaration"), ("price", "price"))
        if (number := counted[kind])
    ]
    found += ["who applies together"] if counted["consortium"] else []
    found += ["the share code"] if lacks_share_code else []
    return f"{' and '.join(filter(None, [', '.join(found[:-1]), *found[-1:]]))} missing" if found else ""


def verdict(
    part: Part,
    lacking: Collection[Item],
    *,
    writable: bool,
    by_itself: bool = False,
    withdrawn: bool = False,
    lacks_share_code: bool = False,
) -> dict[str, str]:
    """Return whether a part would go in, or went in: in words, with its colour and details.

    `lacking` are the items that are missing, and `lacks_share_code` that the law asks for one as well.
    `by_itself` says that a standing instruction sends what is complete (settled 11), and `withdrawn` that a
    person took it back, which a part of an application says itself.
    """
    missing = _missing(lacking, lacks_share_code)
    was_withdrawn = withdrawn or bool(part.entry and part.entry.state == "withdrawn")
    if part.package and part.package.fixed_at:
        saved, fixed = (london(at, "seconds") for at in (part.package.received_at, part.package.fixed_at))
        detail = f"Last saved {saved}; fixed by the portal {fixed}."
        return {"verdict": "went in by itself at the close", "tone": "green", "detail": detail}
    if part.package:
        return _submitted(part, part.package, writable=writable)
    if not writable:
        if by_itself and not missing and not was_withdrawn:
            detail = "The portal fixes what was saved last at the deadline, in a few minutes."
            return {"verdict": "goes in by itself", "tone": "green", "detail": detail}
        detail = "It was not submitted in time."
        if was_withdrawn:
            detail = "It was withdrawn, and not submitted again."
        elif by_itself and missing:
            detail = f"It was not complete at the close, so it was not sent by itself: {missing}."
        return {"verdict": "did not go in", "tone": "grey", "detail": detail}
    if by_itself and was_withdrawn:
        detail = "What a person withdrew is not sent by itself: submit it again."
        return {"verdict": "would not go in: it was withdrawn", "tone": "red", "detail": detail}
    if by_itself and not missing:
        detail = "What your organisation last saved by the deadline is what is sent."
        return {"verdict": "would go in by itself at the close", "tone": "green", "detail": detail}
    if missing:
        return {"verdict": f"would not go in: {missing}", "tone": "red", "detail": ""}
    return {"verdict": "would not go in: complete, but not submitted", "tone": "red", "detail": ""}


def stood(package: Package | None, *, was_withdrawn: bool) -> dict[str, str]:
    """Return how a part stood when a window or competition ended otherwise than by its deadline."""
    if package is None:
        return {
            "verdict": "had been withdrawn" if was_withdrawn else "had not been submitted",
            "tone": "grey",
            "detail": "",
        }
    words = "had gone in by itself at the close" if package.fixed_at else "had been submitted"
    return {
        "verdict": words,
        "tone": "grey",
        "detail": f"Received {london(package.received_at, 'seconds')}.",
    }


def _submitted(part: Part, package: Package, *, writable: bool) -> dict[str, str]:
    """Return the verdict on what a person submitted, which stands also where it was changed since."""
    words = "would go in" if writable else "went in"
    detail = f"Received {london(package.received_at, 'seconds')}."
    if not part.is_changed:
        return {"verdict": words, "tone": "green", "detail": detail}
    return {
        "verdict": f"{words} as you submitted it, without your changes since then",
        "tone": "yellow" if writable else "green",
        "detail": f"{detail} Submit again to send the changes." if writable else detail,
    }

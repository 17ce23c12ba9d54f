"""What a page of an act says once it is too late for it: what is in, what is not, and what comes next."""

from typing import Any

from commissioning.web.forms import upper_first
from providers.queries import fates
from providers.queries.parts import Part

from .submission import OfSubmission


class Closed(OfSubmission):
    """A page that reads as what happened once nothing can be submitted any more."""

    def what_went_in(self, part: Part) -> dict[str, Any]:
        """Return whether a part went in, in words, with where what did is read."""
        package = part.package
        return {
            "part": part,
            "line": self.line(part, writable=False),
            "package": package,
            "sent_url": self.url_of(part, "sent", package.number) if package else "",
            "receipt_url": self.url_of(part, "receipt", package.number) if package else "",
        }

    def never_sent(self) -> list[dict[str, str]]:
        """Return what the drafts hold otherwise than what stands as submitted, each with where it is read."""
        found = []
        for _, part in self.together():
            codes = self.part.unsent if part is self.part else self.part.unsent_common
            found += [
                {"title": line.item.title, "url": self.item_url(part, line.item)}
                for line in part.lines
                if line.item.code in codes
            ]
        details = ", ".join(self.part.other_details)
        if details:
            found.insert(0, {"title": f"Your organisation’s details: {details}", "url": self.details_url()})
        return found

    def next_steps(self) -> dict[str, Any]:
        """Return what the list of what happens next goes by."""
        sealed = self.part.submission.round
        return {
            "part": self.part,
            "expected_on": self.expected_on(),
            "writable": not self.is_closed(),
            "opened": sealed is not None and sealed.is_open,
        }

    def closed_context(self) -> dict[str, Any]:
        """Return what `parts/closed.html` is drawn from."""
        last = self.part.submission.packages.last()
        return self.next_steps() | {
            "is_closed": True,
            "went_in": self.what_went_in(self.part),
            "fate": fates.of(last, self.own_reference()) if last else None,
            "last_url": self.part_url("sent", last.number) if last else "",
            "never_sent": self.never_sent(),
            "whole": upper_first(self.whole_name()),
            "after_words": self.after_words(),
        }

    def after_words(self) -> str:
        """Return what else whoever is not in is to know; or ""."""
        return ""

"""What the pages within an application share: the application among the viewer's own, and its parts."""

from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse

from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access
from commissioning.people.models import Organisation
from commissioning.web.text import day, london
from commissioning.web.views import Crumb
from lots.rules import ended
from providers.models import Application, Entry, Package
from providers.queries import applications as queries
from providers.queries.applications import Board
from providers.queries.parts import Part

from .submission import OTHERS_WORK, ROLLING_WORK, OfSubmission, Words
from .verdicts import stood, verdict


class InApplication(OfSubmission):
    """A page about a part of an application: a stranger's application or lot is a 404.

    The URL carries `reference`, and `number` for a lot; without one it is the common part.
    """

    visible = staticmethod(queries.applications)
    words = Words(whole="lot", act="apply", home="the application")

    def get_object(self) -> Application:
        """Return the application, or 404; an attempt at one that is not the person's own is noted."""
        try:
            found: Application = super().get_object()  # type: ignore[misc]
        except Http404:
            self.note_stranger(self.kwargs["reference"])
            raise
        return found

    def note_stranger(self, reference: str) -> None:
        """Write to the access log who tried (rulebook R22-g), behind the veil of what was tried."""
        # SECURITY: noted whether or not there is such an application, so that neither time nor list tells.
        place = queries.place_of(reference)
        note_access(
            AccessEntry.Outcome.REFUSED,
            reference,
            actor=self.actor,
            at=self.now,
            what=f"{self.request.method} {type(self).__name__}",
            reason="Does not write for the organisation whose application it is.",
            chain=place.chain,
            veil=place.veil,
        )

    @property
    def application(self) -> Application:
        found: Application = self.object
        return found

    @cached_property
    def board(self) -> Board:
        return queries.board(self.application)

    @cached_property
    def part(self) -> Part:
        number = self.kwargs.get("number")
        try:
            part = self.board.common if number is None else self.board.entry(number)
        except LookupError:
            raise Http404 from None
        if part is None:
            raise Http404
        return part

    @property
    def entry(self) -> Entry:
        if self.part.entry is None:
            raise Http404
        return self.part.entry

    def together(self) -> list[tuple[str, Part]]:
        common = [("Your organisation", self.board.common)] if self.board.common else []
        return [*common, (self.part_name(), self.part)]

    def deadline(self) -> datetime:
        return self.application.window.deadline

    def others_work(self) -> str:
        return ROLLING_WORK if self.application.window.is_rolling else OTHERS_WORK

    def expected_on(self) -> date | None:
        return self.application.window.expected_decision_on

    def refusal_to_submit(self) -> str | None:
        return self.application.window.refusal_to_submit(self.now)

    def provider(self) -> Organisation:
        return self.application.organisation

    def next_window(self) -> str:
        """Return when another window of the agreement opens or how long one is open, or nothing."""
        coming = queries.next_window(self.application.window, self.now)
        if coming is None:
            return ""
        if coming.is_open(self.now):
            closes = london(coming.deadline)
            return f"Another window of this agreement, “{coming.title}”, is open now, until {closes}."
        return f"The next window of this agreement opens on {london(coming.opens_at)}."

    def is_over(self) -> bool:
        return ended.was_closed_by_deadline(self.application.window, self.now)

    def is_received_for_good(self) -> bool:
        return ended.is_in_for_good(self.application.window)

    def has_no_deadline(self) -> bool:
        return bool(self.application.window.is_rolling)

    def stateful(self) -> Entry:
        return self.entry

    def ended_early(self) -> bool:
        return ended.never_reached_deadline(self.application.window)

    def own_reference(self) -> str:
        return self.entry.reference

    def stands_words(self) -> str:
        if self.is_received_for_good():
            return "It went in once, and can no longer be changed or withdrawn."
        return super().stands_words()

    def blockers_title(self) -> str:
        # A page of what is in says so: "cannot be done yet" would promise that it can be some day.
        return "This is in" if self.is_received_for_good() else super().blockers_title()

    def line(self, part: Part, *, writable: bool) -> dict[str, str]:
        if self.stopped():
            was_withdrawn = part.entry is not None and part.entry.state == "withdrawn"
            return stood(part.package, was_withdrawn=was_withdrawn)
        return verdict(
            part,
            [item for _, item in self.board.missing_for(part)],
            writable=writable,
            by_itself=self.application.instruction is not None,
            lacks_share_code=self.application.lacks_share_code,
        )

    def closed_words(self) -> str:
        if self.application.window.is_rolling:
            ended = day(self.application.window.deadline)
            return f"This could be submitted until {ended}. What you wrote stays here for you to read."
        return f"The window closed on {london(self.deadline())}. What you wrote stays here for you to read."

    def received(self) -> Package | None:
        """Return what was submitted last: of the lot or, for the common part, of any of them."""
        if self.part.entry is not None:
            return super().received()
        sent = [part.package for part in self.board.entries if part.package]
        return max(sent, key=lambda package: package.received_at, default=None)

    def part_name(self) -> str:
        return str(self.part.entry.window_lot.lot) if self.part.entry else "For every lot"

    def whole_name(self) -> str:
        return self.part.lot_label

    def about(self) -> str:
        return f"{self.part_name()}, {self.application.window.title}"

    def whole_reference(self) -> str:
        return self.application.reference

    def all_parts(self) -> list[Part]:
        return [*([self.board.common] if self.board.common else []), *self.board.entries]

    def file_stem(self) -> str:
        return f"{self.application.reference}-lot-{self.part.lot_number}"

    def home_url(self) -> str:
        return self.application.get_absolute_url()

    def details_url(self) -> str:
        return reverse("application-organisation", args=[self.application.reference])

    def url_of(self, part: Part, name: str, *more: Any) -> str:
        """Return the address of a page of a part: `entry-…` of a lot, `common-…` of the common part."""
        if part.lot_number is None:
            return reverse(f"common-{name}", args=[self.application.reference, *more])
        return reverse(f"entry-{name}", args=[self.application.reference, part.lot_number, *more])

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb("Applications", reverse("applications")),
            Crumb(self.application.reference, self.application.get_absolute_url()),
        ]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "application": self.application,
            "window": self.application.window,
            "support": self.application.window.agreement,
        }

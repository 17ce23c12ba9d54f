"""A window's deadline moved, and its entries opened: pages of the lead."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from commissioning.web.openings import OfOpening, OpensSealed, ProposesOpening
from commissioning.web.views import ActionView, Crumb
from commissioning.workflow import Reason
from lots.rules.ended import may_still_be_announced, refusal_to_move_deadline
from lots.services import windows as window_services
from lots.views.base import reasons
from providers import forms
from providers.queries import applications as queries
from providers.services import openings

# SECURITY: groups, never names or numbers: who applies, asks or follows is sealed (settled 18).
TOLD_OF_EXTENSION = (
    "Everybody who has started an application, by e-mail, with both deadlines and your reason.",
    "Whoever asked a question about the window, with an account or without: the same, by e-mail.",
    "Whoever follows the agreement: the same, by e-mail.",
    "Each person once. Who they are, and how many, stays sealed, also from you.",
    "The last moment for questions moves by as much as the deadline.",
    "“Decisions expected by” moves only where it would no longer come after the deadline.",
)


TOLD_OF_DAMAGE = "If a piece is damaged: the procurement leads and the administrators, by e-mail, once."


class OfWindow(ActionView):
    """An act of the lead on a window."""

    visible = staticmethod(queries.windows)

    def get_caption(self) -> str:
        return f"{self.object.agreement.title}, {self.object.title}"

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb(self.object.agreement.reference, f"/agreements/{self.object.agreement.reference}/"),
            Crumb(self.object.title, self.window_url()),
        ]

    def window_url(self) -> str:
        return f"/windows/{self.object.reference}/"

    def get_success_url(self, result: Any) -> str:
        return self.window_url()

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"window": self.object}


class Extend(OfWindow):
    """Moves the deadline, and tells applicants, askers and followers (rulebook G3)."""

    template_name = "providers/extend.html"
    action = "window.extend"
    form_class = forms.Extension
    heading = "Move the deadline"
    submit_label = "Move the deadline and tell everyone"
    success_message = (
        "The deadline has been moved. Applicants, those who asked and those who follow are told by e-mail."
    )

    def blockers(self) -> list[Reason]:
        is_over = not may_still_be_announced(self.object, self.now)
        return reasons(refusal_to_move_deadline(self.object, self.now), for_good=is_over)

    def perform(self, form: Any) -> Any:
        return openings.extend(window=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return [
            *TOLD_OF_EXTENSION,
            "Anyone who looks at the window's page: both deadlines and the reason stay on it.",
        ]


class OfEntries(OfWindow, OfOpening):
    """The opening of a window's entries, proposed or done."""

    def by_two(self) -> bool:
        return bool(self.object.agreement.opened_by_two)

    def open_url(self) -> str:
        return reverse("window-unseal", args=[self.object.reference])

    def propose_url(self) -> str:
        return reverse("window-propose-opening", args=[self.object.reference])

    def why_not_yet(self) -> list[Reason]:
        window = self.object
        if window.state in ("scheduled", "open"):
            # Time may have closed it while no sweep has run: the act itself takes that step first.
            return self._too_early()
        return window.MACHINE.refusals(window, "unseal", actor=self.actor, now=self.now)

    def _too_early(self) -> list[Reason]:
        guards = self.object.MACHINE.step("unseal").guards
        answers = [guard(self.object, self.actor, self.now) for guard in guards]
        return [Reason(answer) if isinstance(answer, str) else answer for answer in answers if answer]


class ProposeOpening(OfEntries, ProposesOpening):
    """Proposes the opening of the entries to a second person."""

    heading = "Propose to open the entries"

    def perform(self, form: Any) -> Any:
        return window_services.propose_opening(window=self.object, actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return self.window_url()


class Open(OfEntries, OpensSealed):
    """Opens the entries of every lot by one recorded act; afterwards shows what the opening found."""

    template_name = "providers/open.html"
    action = "window.unseal"
    form_class = forms.Opening
    heading = "Open the entries"
    submit_label = "Open the entries now"
    success_message = "The entries are open. The opening is in the record with your name and the time."
    warning = True

    def perform(self, form: Any) -> Any:
        return openings.open_entries(window=self.object, actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return self.request.path

    def get_success_message(self, result: list[openings.OpenedLot]) -> str:
        damaged = sum(lot.damaged for lot in result)
        if not damaged:
            return self.success_message
        return (
            f"{self.success_message} {damaged} sealed piece{'' if damaged == 1 else 's'} did not match what "
            "was received: each is named below, and the administrators were told by e-mail."
        )

    def page(self, **more: Any) -> HttpResponse:
        if self.object.unsealed_at and not more["form"].is_bound:
            self.template_name = "providers/opened.html"
            self.heading = "Entries opened"
        return super().page(**more)

    def told(self) -> Sequence[str]:
        if self.object.unsealed_at:
            return []
        first = "The colleague who proposed it, by e-mail." if self.by_two() else "Nobody is written to."
        return [
            f"{first} The record keeps who opened, and when.",
            TOLD_OF_DAMAGE,
            "From then on each provider sees that its entry is being evaluated.",
        ]

    def get_context(self) -> dict[str, Any]:
        window = self.object
        return super().get_context() | {
            "opened": queries.opened(window),
            "proposed": self.confirmed() if window.unsealed_at else None,
            "stated": window if window.unsealed_at else None,
        }

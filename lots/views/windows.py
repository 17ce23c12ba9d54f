"""Pages for scheduling, changing, announcing and cancelling a window."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from commissioning.workflow import Reason
from lots import queries
from lots.forms import windows as forms
from lots.models import Agreement, Scheme, Window
from lots.queries import standing
from lots.rules import ended
from lots.services import windows
from lots.workflow import WINDOW

from .base import AgreementAction, WindowAction, WritesBesideOthers, past, reasons

# What is mended on the agreement's page of references.
SUPPORT = {"support_contact", "support_hours"}


def choices(agreement: Agreement) -> dict[str, Any]:
    """Return what a window's form offers: the lots that are not removed, and the schemes."""
    return {
        "lots": [lot for lot in agreement.lots.all() if lot.state != "removed"],
        "schemes": queries.schemes_for_windows(agreement, Scheme.Kind.ADMISSION),
        "common": queries.schemes_for_windows(agreement, Scheme.Kind.COMMON),
    }


class NewWindow(AgreementAction):
    """Schedules a window, as a draft."""

    action = "window.schedule"
    rule = staticmethod(ended.refusal_to_schedule)
    form_class = forms.WindowForm
    heading = "Schedule a window"
    submit_label = "Save as a draft"
    success_message = "The window is saved as a draft. Announce it when all is ready."

    def form_arguments(self) -> dict[str, Any]:
        proposed = queries.proposed_window(self.agreement, self.now)
        return {"initial": proposed, **choices(self.agreement)}

    def told(self) -> Sequence[str]:
        return ["Nobody is written to, and nobody outside the agreement's authorities sees a draft."]

    def perform(self, form: Any) -> Window:
        return windows.create(agreement=self.agreement, actor=self.actor, now=self.now, **form.facts())

    def get_success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())


class ChangeWindow(WritesBesideOthers, WindowAction):
    """Changes a window that is not yet announced."""

    action = "window.schedule"
    form_class = forms.WindowForm
    heading = "Change the window"
    submit_label = "Save"

    def blockers(self) -> list[Reason]:
        refusal = ended.refusal_to_change_window(self.object, self.now)
        if self.object.state == "draft":
            return past(self.object.agreement, refusal)
        return reasons(refusal, for_good=True)

    def standing(self) -> dict[str, Any]:
        return standing.window(self.object)

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | choices(self.object.agreement)

    def given(self, form: Any) -> dict[str, Any]:
        facts: dict[str, Any] = form.facts()
        return facts

    def save(self, **given: Any) -> None:
        windows.change(window=self.object, **given)


class Announce(WindowAction):
    """Announces a window."""

    action = "window.announce"
    template_name = "lots/window_announce.html"
    heading = "Announce the window"
    submit_label = "Announce the window"
    success_message = (
        "The window is announced, and whoever follows the agreement is told. It opens and closes by itself "
        "at the times shown."
    )

    def blockers(self) -> list[Reason]:
        found = WINDOW.refusals(self.object, "announce", actor=self.actor, now=self.now)
        if self.object.state != "draft":
            return found
        if ended_already := ended.refusal_to_schedule(self.object.agreement, self.now):
            # What else it lacks is of no use before that.
            return past(self.object.agreement, ended_already)
        change = reverse("window-change", args=[self.object.reference])
        contact = reverse("agreement-references", args=[self.object.agreement.reference])
        return [
            Reason(one.text, link=one.link or (contact if one.field in SUPPORT else change)) for one in found
        ]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"opens_at_once": self.object.opens_at <= self.now}

    def told(self) -> Sequence[str]:
        return [
            "Whoever follows the agreement, by e-mail, with the dates.",
            "Who follows, and how many, is shown to nobody.",
            "Anyone who looks at the public pages: the window stands there from now on.",
        ]

    def perform(self, form: Any) -> None:
        windows.announce(window=self.object, actor=self.actor, now=self.now)


class Cancel(WindowAction):
    """Cancels a window that has not opened."""

    action = "window.cancel"
    form_class = forms.CancelForm
    heading = "Cancel the window"
    submit_label = "Cancel the window"
    back_label = "Go back and keep the window"
    warning = True

    def blockers(self) -> list[Reason]:
        return WINDOW.refusals(self.object, "cancel", actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        if self.object.state == "draft":
            return ["Nobody is written to: nobody knows of a draft."]
        return [
            "Whoever asked about the window, with an account or without, by e-mail, with your reason.",
            "Whoever follows the agreement: the same, by e-mail.",
            "Each person once. Who they are, and how many, stays sealed, also from you.",
            "Nobody has started an application: that begins when a window opens.",
            "Anyone who looks at the window's public page: it gives the reason.",
        ]

    def perform(self, form: Any) -> Window:
        windows.cancel(window=self.object, actor=self.actor, now=self.now, **form.cleaned_data)
        return self.object

    def get_success_message(self, result: Window) -> str:
        if result.was_announced:
            return "The window is cancelled. Whoever asked about it or follows the agreement is told why."
        return "The window is cancelled. Nobody is told: it had not been announced."

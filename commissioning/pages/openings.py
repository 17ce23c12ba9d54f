"""Taking back an opening that waits for its second person."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from commissioning.records import queries
from commissioning.records.models import OpeningProposal
from commissioning.records.services import openings
from commissioning.records.workflow import OPENING
from commissioning.web.views import ActionView, Crumb
from commissioning.workflow import Reason
from lots.models import Window


def thing_url(proposal: OpeningProposal) -> str:
    """Return the address of the window or mini-competition that is to be opened."""
    name = "window" if proposal.about.startswith(f"{Window.PREFIX}-") else "competition"
    return reverse(name, args=[proposal.about])


def opening_url(proposal: OpeningProposal) -> str:
    """Return the address of the page on which the opening is confirmed."""
    if proposal.about.startswith(f"{Window.PREFIX}-"):
        return reverse("window-unseal", args=[proposal.about])
    name = "competition-prices" if proposal.compartment == "price" else "competition-unseal"
    return reverse(name, args=[proposal.about])


class Withdraw(ActionView):
    """Takes a proposed opening back before anybody confirms it."""

    template_name = "pages/opening_withdraw.html"
    visible = staticmethod(queries.proposals_visible_to)
    action = "opening.withdraw"
    heading = "Withdraw the proposed opening"
    submit_label = "Withdraw the proposal"
    success_message = "The proposal is withdrawn. Nothing was opened."
    object: OpeningProposal

    def get_caption(self) -> str:
        return self.object.about

    def blockers(self) -> list[Reason]:
        return OPENING.refusals(self.object, "withdraw", actor=self.actor, now=self.now)

    def perform(self, form: Any) -> None:
        openings.withdraw(proposal=self.object, actor=self.actor, now=self.now)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(self.object.about, thing_url(self.object))]

    def get_success_url(self, result: Any) -> str:
        return thing_url(self.object)

    def told(self) -> Sequence[str]:
        return ["Every other procurement lead of your authority, by e-mail."]

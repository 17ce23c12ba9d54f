"""Pages of the lead that end something and tell providers: an agreement abandoned, a lot removed."""

from collections.abc import Sequence
from typing import Any

from commissioning.workflow import Reason
from lots.forms.decisions import Decision
from lots.queries.notices import events_to_come
from lots.views.base import AgreementAction, LotAction
from lots.workflow import AGREEMENT, LOT
from providers.services import endings


class Abandon(AgreementAction):
    """Records the decision that abandons an agreement."""

    action = "agreement.abandon"
    template_name = "providers/abandon.html"
    form_class = Decision
    heading = "Abandon the agreement"
    submit_label = "Record the decision and abandon the agreement"
    success_message = (
        "The agreement is abandoned. Whoever has a place in a pool, started an application that is not "
        "opened, asked about a window that ends, signed up for an event to come, or follows the agreement is "
        "told by e-mail."
    )
    warning = True

    def blockers(self) -> list[Reason]:
        return AGREEMENT.refusals(self.agreement, "abandon", actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        # SECURITY: neither names nor numbers of those who applied are shown: nothing is opened (settled 18).
        return [
            "Everybody who writes for a provider in one of the pools, by e-mail, with the reason.",
            "Everybody who has started an application that is not opened yet, by e-mail, with the reason.",
            "Whoever asked about a window that ends by this, and whoever follows the agreement, by e-mail.",
            "Each person once; the message also names the windows that end by it.",
            *self._told_of_events(),
            "Who they are beyond the pools, and how many, stays sealed, also from you.",
            "Anyone who looks at the agreement's page: the decision and the reason stay on it.",
        ]

    def _told_of_events(self) -> list[str]:
        coming = events_to_come(self.agreement, self.now)
        if not coming:
            return []
        titles = ", ".join(f"“{notice.title}”" for notice in coming)
        return [f"Whoever is signed up for {titles}, by e-mail for each event: it is called off by this."]

    def perform(self, form: Any) -> None:
        endings.abandon(agreement=self.agreement, actor=self.actor, now=self.now, **form.cleaned_data)


class RemoveLot(LotAction):
    """Records the decision that removes a lot."""

    action = "lot.remove"
    form_class = Decision
    heading = "Remove the lot"
    submit_label = "Record the decision and remove the lot"
    success_message = "The lot is removed. Contracts made under it run on."
    warning = True

    def blockers(self) -> list[Reason]:
        refusals = LOT.refusals(self.object, "remove", actor=self.actor, now=self.now)
        return super().blockers() or refusals

    def told(self) -> Sequence[str]:
        # SECURITY: that somebody writes a rolling entry is not shown, nor that nobody does (settled 18).
        return [
            "Nobody in the pool is written to. The lot's public page gives the decision and the reason.",
            "Nothing more can be applied for or called off under this lot.",
            "Whoever is writing an entry to it outside its windows, by e-mail. Who that is stays sealed.",
        ]

    def perform(self, form: Any) -> None:
        endings.remove_lot(lot=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

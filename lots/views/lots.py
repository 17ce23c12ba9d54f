"""Pages for setting up the lots of an agreement, and for activating or removing one."""

from collections.abc import Sequence
from typing import Any

from commissioning.workflow import Reason
from lots.forms import agreements as forms
from lots.forms.decisions import Decision
from lots.forms.rates import Rates
from lots.queries import standing
from lots.rules import ended
from lots.services import lots, rates
from lots.workflow import LOT

from .base import AgreementAction, LotAction, WritesBesideOthers, reasons


class AddLot(AgreementAction):
    """Adds a lot to a draft agreement."""

    action = "agreement.change"
    rule = staticmethod(ended.refusal_to_set_up)
    form_class = forms.LotForm
    heading = "Add a lot"
    submit_label = "Add the lot"
    success_message = "The lot is added. State its skills and outcomes next."
    part = "lots"

    def form_arguments(self) -> dict[str, Any]:
        numbers = [lot.number for lot in self.agreement.lots.all()]
        return {"initial": {"number": max(numbers, default=0) + 1}}

    def perform(self, form: Any) -> None:
        lots.add(agreement=self.agreement, actor=self.actor, now=self.now, **form.cleaned_data)


class ChangeLot(WritesBesideOthers, LotAction):
    """Changes a lot of a draft agreement."""

    action = "agreement.change"
    rule = staticmethod(ended.refusal_to_set_up)
    form_class = forms.LotForm
    heading = "Change the lot"
    submit_label = "Save"

    def standing(self) -> dict[str, Any]:
        return standing.lot_facts(self.object)

    def save(self, **given: Any) -> None:
        lots.change(lot=self.object, **given)


class TakeOutLot(LotAction):
    """Takes a lot out of a draft agreement."""

    action = "agreement.change"
    rule = staticmethod(ended.refusal_to_set_up)
    heading = "Take the lot out of the agreement"
    submit_label = "Take it out"
    warning = True

    def blockers(self) -> list[Reason]:
        return super().blockers() or reasons(ended.refusal_to_take_lot_out(self.object))

    def perform(self, form: Any) -> None:
        lots.take_out(lot=self.object, actor=self.actor, now=self.now)


class SetPoints(WritesBesideOthers, LotAction):
    """States a lot's skills and outcomes, as a new version."""

    action = "agreement.change"
    form_class = forms.Points
    heading = "Skills and outcomes"
    submit_label = "Save as the new version"
    success_message = "The skills and outcomes are saved. Earlier versions are kept."

    def told(self) -> Sequence[str]:
        if self.agreement.state == "draft":
            return ["Nobody is written to."]
        return [
            "Nobody is written to. The lot's public page shows the new version with its day and reason.",
            "Windows that are announced, and entries in them, go on by the version they were announced with.",
        ]

    def standing(self) -> dict[str, Any]:
        return standing.points(self.object)

    def save(self, **given: Any) -> None:
        lots.state(lot=self.object, **given)


class SetRates(WritesBesideOthers, LotAction):
    """States a lot's zones, and its rate bands with their ceilings."""

    action = "agreement.change"
    form_class = Rates
    heading = "Zones and rate bands"
    submit_label = "Save"
    success_message = "The zones and rate bands are saved."

    def blockers(self) -> list[Reason]:
        refusal = ended.refusal_to_set_rates(self.object, rates.announced(self.object, self.now))
        return super().blockers() or reasons(refusal)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The lot's page shows them, with each ceiling."]

    def standing(self) -> dict[str, Any]:
        return standing.rates(self.object)

    def save(self, **given: Any) -> None:
        rates.set_rates(lot=self.object, **given)


class ActivateLot(LotAction):
    """Records the decision that activates an established lot."""

    action = "lot.activate"
    form_class = Decision
    heading = "Activate the lot"
    submit_label = "Record the decision and activate the lot"
    success_message = "The lot is active: needs may be called off under it."

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The lot's public page says that it is active."]

    def blockers(self) -> list[Reason]:
        refusals = LOT.refusals(self.object, "activate", actor=self.actor, now=self.now)
        return super().blockers() or refusals

    def perform(self, form: Any) -> None:
        lots.activate(lot=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

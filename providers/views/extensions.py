"""The page on which a lead extends the term of an agreement and the pool is told."""

from collections.abc import Sequence
from typing import Any

from commissioning.workflow import Reason
from lots.forms.decisions import TermExtensionForm
from lots.rules import refusal_to_extend
from lots.views.base import AgreementAction, reasons
from providers.queries import pool
from providers.services import extensions


class Extend(AgreementAction):
    """Records the decision to use the option to extend, or a part of it, and sends the notices."""

    action = "agreement.extend"
    form_class = TermExtensionForm
    heading = "Extend the term"
    success_message = (
        "The extension is recorded. Each provider in a pool, if there is one, is sent the notice."
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"new_end": self.agreement.latest_end}}

    def blockers(self) -> list[Reason]:
        return reasons(refusal_to_extend(self.agreement, self.now))

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        told = bool(pool.members(self.agreement))
        return "Record the extension and send the notices" if told else "Record the extension"

    def told(self) -> Sequence[str]:
        names = [organisation.name for organisation, _ in pool.members(self.agreement)]
        everyone = f"Each provider in a pool, by a letter and an e-mail: {', '.join(names)}."
        return [
            everyone if names else "No provider: nobody is in a pool yet.",
            "The new end of the term stands on the agreement's public page.",
        ]

    def perform(self, form: Any) -> None:
        extensions.extend(agreement=self.agreement, actor=self.actor, now=self.now, **form.cleaned_data)

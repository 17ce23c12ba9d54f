"""The page on which a lot's own rule on holds is set."""

from collections.abc import Sequence
from typing import Any

from lots.forms.holds import HoldRule
from lots.queries import standing
from lots.services import holds

from .base import LotAction, WritesBesideOthers


class SetHoldRule(WritesBesideOthers, LotAction):
    """Sets what must be in date for the lot's members to be invited (rulebook G23)."""

    action = "agreement.change"
    form_class = HoldRule
    heading = "What members must keep in date"
    submit_label = "Save the rule"
    success_message = "The rule is saved. Members whom it holds are put on hold and told within minutes."

    def standing(self) -> dict[str, Any]:
        return standing.hold_rule(self.object)

    def save(self, **given: Any) -> None:
        holds.set_rule(lot=self.object, **given)

    def told(self) -> Sequence[str]:
        return [
            "Each member that the rule puts on hold, or takes off hold, by e-mail within minutes.",
            "What a member has never recorded does not hold it: it finds a task on its home page.",
            "Contracts and care go on.",
        ]

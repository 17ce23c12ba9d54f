"""What the lead decides about minimum standards, beside what the bidder declared."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.template.loader import render_to_string

from commissioning.web.forms import Section
from evaluation.models import StandardDecision
from evaluation.rules import AS_DECLARED
from lots.models import MinimumStandard
from providers.queries.evaluation import Opened

from .growing import Growing

MET_AS_DECLARED = "Needed where it is not met: the bidder is told."
GROUND_APPLIES = (
    "Needed: the bidder declares that this ground applies. Say what you made of its evidence. It is told why "
    "if it is excluded."
)
NOT_DECLARED = "Needed: the bidder does not declare that it meets this."


class StandardSection(Section):
    """One minimum standard: its text, what the bidder declared, and the decision."""

    def __init__(self, standard: MinimumStandard, declared: Opened | None, today: date, *fields: str) -> None:
        super().__init__(standard.title, *fields)
        self.standard, self.declared, self.today = standard, declared, today

    def render(self, form: forms.Form, context: Any, template_pack: str = "govuk", **kwargs: Any) -> str:
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        facts = {
            "standard": self.standard,
            "read": self.declared,
            "look_back": self.declared.look_back(self.today) if self.declared else "",
            "fields": fields,
        }
        return render_to_string("evaluation/_standard.html", facts)


class Standards(Growing):
    """One decision a minimum standard, beside what the bidder declared."""

    def __init__(
        self,
        *args: Any,
        standards: Sequence[MinimumStandard],
        declared: Mapping[int, Opened],
        decided: Iterable[StandardDecision],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.standards = standards
        kept = {row.standard_id: row for row in decided}
        self.layout, self.inline = [], []
        for standard in standards:
            is_met, reason = f"met_{standard.pk}", f"reason_{standard.pk}"
            row, read = kept.get(standard.pk), declared.get(standard.pk)
            met = forms.ChoiceField(
                label="Is this standard met?",
                choices=(("yes", "Met"), ("no", "Not met")),
                widget=forms.RadioSelect,
                initial=None if row is None else "yes" if row.is_met else "no",
            )
            why = forms.CharField(
                label="What the decision rests on",
                max_length=1000,
                required=False,
                initial=row.reason if row and row.reason != AS_DECLARED else "",
                help_text=_help(standard, read),
            )
            self.grow(is_met, met, f"whether “{standard.title}” is met")
            self.grow(reason, why, f"what the decision on “{standard.title}” rests on")
            self.inline.append(is_met)
            self.layout.append(StandardSection(standard, read, today, is_met, reason))

    def decisions(self) -> list[tuple[MinimumStandard, bool, str]]:
        """Return each standard with its decision and what that rests on."""
        data = self.cleaned_data
        return [(row, data[f"met_{row.pk}"] == "yes", data[f"reason_{row.pk}"]) for row in self.standards]


def _help(standard: MinimumStandard, read: Opened | None) -> str:
    if read is not None and read.is_met:
        return MET_AS_DECLARED
    return GROUND_APPLIES if read is not None and read.applies else NOT_DECLARED

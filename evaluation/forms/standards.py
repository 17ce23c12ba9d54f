"""What the lead decides about minimum standards, beside what the bidder declared."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.template.loader import render_to_string

from commissioning.web.fields import DateTimeField, FileField, TextField
from commissioning.web.forms import PortalForm, Section
from evaluation.models import MissingEvidence, StandardDecision
from evaluation.rules import AS_DECLARED, reason_wanted
from lots.models import MinimumStandard
from providers.queries.evaluation import Opened

from .growing import Growing

MET_AS_DECLARED = "Needed where it is not met: the bidder is told."
GROUND_APPLIES = (
    "Needed: the bidder declares that this ground applies. Say what you made of its evidence. It is told why "
    "if it is excluded."
)
NOT_DECLARED = "Needed: the bidder does not declare that it meets this."
WAS_MISSING = "Needed: a document was asked for."
WHICH = "Where a document is missing: which one, as the bidder will read it."
MISSING = "missing"


class StandardSection(Section):
    """One minimum standard: its text, what the bidder declared, and the decision."""

    def __init__(
        self,
        standard: MinimumStandard,
        declared: Opened | None,
        missing: MissingEvidence | None,
        today: date,
        *fields: str,
    ) -> None:
        super().__init__(standard.title, *fields)
        self.standard, self.declared, self.missing, self.today = standard, declared, missing, today

    def render(self, form: forms.Form, context: Any, template_pack: str = "govuk", **kwargs: Any) -> str:
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        facts = {
            "standard": self.standard,
            "read": self.declared,
            "look_back": self.declared.look_back(self.today) if self.declared else "",
            "missing": self.missing,
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
        missing: Iterable[MissingEvidence],
        may_note_missing: bool,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.standards = standards
        kept = {row.standard_id: row for row in decided}
        lacking = {row.standard_id: row for row in missing}
        choices = [("yes", "Met"), ("no", "Not met")]
        if may_note_missing:
            choices.append((MISSING, "A document is missing: to be asked for"))
        self.layout, self.inline = [], []
        for standard in standards:
            is_met, reason = f"met_{standard.pk}", f"reason_{standard.pk}"
            row, read = kept.get(standard.pk), declared.get(standard.pk)
            lacks = lacking.get(standard.pk)
            met = forms.ChoiceField(
                label="Is this standard met?",
                choices=choices,
                widget=forms.RadioSelect,
                initial=_chosen(row, lacks),
            )
            needed = _sentence_if_needed(standard, read, lacks)
            why = forms.CharField(
                label="What the decision rests on",
                max_length=1000,
                required=bool(needed),
                initial=_words(row, lacks),
                help_text=_help(read, lacks, may_note_missing=may_note_missing),
            )
            self.grow(is_met, met, f"whether “{standard.title}” is met")
            self.grow(reason, why, f"what the decision on “{standard.title}” rests on")
            if needed:
                why.error_messages["required"] = needed
            self.inline.append(is_met)
            self.layout.append(StandardSection(standard, read, lacks, today, is_met, reason))

    def decisions(self) -> list[tuple[MinimumStandard, bool | None, str]]:
        """Return each standard with its decision, None where a document is missing, and the words on it."""
        data, means = self.cleaned_data, {"yes": True, "no": False, MISSING: None}
        return [(row, means[data[f"met_{row.pk}"]], data[f"reason_{row.pk}"]) for row in self.standards]


class AskForEvidence(PortalForm):
    due_at = DateTimeField(label="Deadline, the same for all", help_text="London time.")
    nouns = {"due_at": "the deadline"}


class Evidence(PortalForm):
    """What a provider sends for a missing document."""

    # One of the two is wanted; a mark "(optional)" beside each would mislead.
    all_optional = True
    file = FileField(label="The document", required=False)
    words = TextField(
        label="Where else the document can be seen, or why there is none",
        required=False,
        rows=3,
        help_text="For example, a number in a public register. It is not for adding to your answers.",
    )
    nouns = {"file": "the document", "words": "where the document can be seen"}


def _chosen(row: StandardDecision | None, lacks: MissingEvidence | None) -> str | None:
    if row is not None:
        return "yes" if row.is_met else "no"
    return MISSING if lacks is not None and lacks.request_id is None else None


def _words(row: StandardDecision | None, lacks: MissingEvidence | None) -> str:
    if row is not None:
        return "" if row.reason == AS_DECLARED else row.reason
    return lacks.what if lacks is not None and lacks.request_id is None else ""


def _sentence_if_needed(
    standard: MinimumStandard, read: Opened | None, lacks: MissingEvidence | None
) -> str | None:
    """Return what is said where no words are given, if they are needed whatever the decision."""
    return reason_wanted(
        standard.title,
        is_met=True,
        declared=read.is_met if read else None,
        is_ground=bool(standard.ground),
        was_missing=lacks is not None and lacks.request_id is not None,
    )


def _help(read: Opened | None, lacks: MissingEvidence | None, *, may_note_missing: bool) -> str:
    if lacks is not None and lacks.request_id is not None:
        return WAS_MISSING
    which = f" {WHICH}" if may_note_missing else ""
    if read is not None and read.is_met:
        return MET_AS_DECLARED + which
    return (GROUND_APPLIES if read is not None and read.applies else NOT_DECLARED) + which

"""What a lead types to run a mini-competition: its dates, more time, the openings."""

from collections.abc import Sequence
from typing import Any

from django import forms

from commissioning.web.fields import DateField, DateTimeField, TextField
from commissioning.web.forms import PortalForm
from commissioning.web.text import percent
from evaluation.rules import depends_on_others
from lots.models import Scheme

RELATIVE = (
    "With this formula each bid's points depend on the other bids' prices: if a bid is taken out, the order "
    "of the others can change."
)


class Support(PortalForm):
    """Whom bidders may ask for help, and when."""

    support_contact = forms.CharField(
        label="Whom may bidders ask for help?",
        max_length=200,
        help_text="A telephone number, an e-mail address or both. It stands on each invitation.",
    )
    support_hours = forms.CharField(label="When they are there", max_length=120, required=False)
    nouns = {"support_contact": "whom bidders may ask for help", "support_hours": "when they are there"}


class Publication(Support):
    """What is asked of the bidders, and by when."""

    scheme = forms.ChoiceField(label="What bidders answer and how it is scored", widget=forms.RadioSelect)
    questions_close_at = DateTimeField(
        label="Last moment for questions", help_text="London time, for example 17:00."
    )
    deadline = DateTimeField(
        label="Deadline for bids",
        help_text="London time, for example 12:00. What arrives a moment later is not taken.",
    )
    expected_award_on = DateField(
        label="Award expected by", required=False, help_text="Bidders read it. For example, 27 3 2027."
    )
    field_order = (
        *("scheme", "questions_close_at", "deadline", "expected_award_on"),
        *("support_contact", "support_hours"),
    )
    nouns = {
        **Support.nouns,
        "scheme": "the scheme",
        "questions_close_at": "the last moment for questions",
        "deadline": "the deadline for bids",
        "expected_award_on": "the day by which the award is expected",
    }

    def __init__(self, *args: Any, schemes: Sequence[Scheme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schemes = {scheme.reference: scheme for scheme in schemes}
        self.offer("scheme", [(key, f"{scheme} ({key})") for key, scheme in self.schemes.items()])
        self.option_hints = {"scheme": {key: _how(scheme) for key, scheme in self.schemes.items()}}

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {**self.cleaned_data, "scheme": self.schemes[self.cleaned_data["scheme"]]}


class Extension(PortalForm):
    """A later deadline, with the reason that every invited provider reads."""

    deadline = DateTimeField(label="New deadline", help_text="London time, for example 12:00.")
    reason = TextField(
        label="Reason", max_words=200, rows=4, help_text="Every invited provider reads this. Name nobody."
    )
    nouns = {"deadline": "the new deadline", "reason": "why the deadline is moved"}


def _how(scheme: Scheme) -> str:
    if not scheme.price_weight:
        return "Quality alone."
    text = f"Quality {percent(scheme.quality_weight)}, price {percent(scheme.price_weight)}."
    text += f" {scheme.price_formula_words()}."
    return f"{text} {RELATIVE}" if depends_on_others(scheme.price_formula) else text

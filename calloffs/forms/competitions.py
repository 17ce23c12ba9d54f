"""What a lead types to run a mini-competition: its dates, more time, answers, the openings."""

from collections.abc import Sequence
from typing import Any

from django import forms

from calloffs.models import Clarification
from commissioning.web.fields import DateField, DateTimeField, TextField
from commissioning.web.forms import PortalForm
from commissioning.web.text import percent
from evaluation.rules import depends_on_others
from lots.models import Scheme

RELATIVE = (
    "With this formula each bid's points depend on the other bids' prices: if a bid is taken out, the order "
    "of the others can change."
)


class Publication(PortalForm):
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
    nouns = {
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


class Answer(PortalForm):
    """A question as everybody will read it, and the answer."""

    published_question = TextField(
        label="The question as everybody will read it",
        rows=4,
        help_text="Take out whatever could tell who asked: a name, a place, a way of working.",
    )
    answer = TextField(
        label="Your answer", rows=6, help_text="It goes to every invited provider at the same moment."
    )
    nouns = {"published_question": "the question as everybody will read it", "answer": "your answer"}

    def __init__(self, *args: Any, asked: Clarification, **kwargs: Any) -> None:
        super().__init__(*args, initial={"published_question": asked.question}, **kwargs)

    def facts(self) -> dict[str, str]:
        """Return what the service takes."""
        return {
            "published_question": self.cleaned_data["published_question"],
            "text": self.cleaned_data["answer"],
        }


def _how(scheme: Scheme) -> str:
    if not scheme.price_weight:
        return "Quality alone."
    text = f"Quality {percent(scheme.quality_weight)}, price {percent(scheme.price_weight)}."
    text += f" {scheme.price_formula_words()}."
    return f"{text} {RELATIVE}" if depends_on_others(scheme.price_formula) else text

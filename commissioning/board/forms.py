"""Shape and wording of what the board's members type; services say whether it may stand."""

from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django import forms

from commissioning.people.models import Organisation
from commissioning.web.fields import DateField, TextField
from commissioning.web.forms import FilterForm, PortalForm, Section

from . import rules
from .models import Answer, Paper, Vote
from .workflow import PAPER

YES_NO = (("no", "No"), ("yes", "Yes"))


class PaperFilter(django_filters.FilterSet):
    """Papers by where they stand."""

    state = django_filters.ChoiceFilter(label="State", choices=PAPER.states)

    class Meta:
        model = Paper
        fields = ["state"]
        form = FilterForm


class DeclaredInterest(PortalForm):
    """Whether the member has an interest, and what it is."""

    has_interest = forms.ChoiceField(
        label="Do you have an interest in this paper?", choices=YES_NO, widget=forms.RadioSelect
    )
    nature = TextField(
        label="What is your interest?",
        required=False,
        rows=3,
        help_text="For example, that you or somebody close to you works for a likely bidder.",
    )
    nouns = {"has_interest": "whether you have an interest in this paper", "nature": "your interest"}
    reveals = {"has_interest": {"yes": ["nature"]}}
    layout = ("has_interest",)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("has_interest") == "no" and self.cleaned_data.get("nature"):
            self.add_error("has_interest", "You named an interest. Select “Yes”, or clear what you wrote")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {
            "has_interest": self.cleaned_data["has_interest"] == "yes",
            "nature": self.cleaned_data["nature"],
        }


class Answers(PortalForm):
    """The four tests on one page, each with the author's case, an answer and a sentence."""

    def __init__(
        self, *args: Any, cases: Mapping[str, str], given: Iterable[Answer] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kept = {answer.test: answer for answer in given}
        self.layout: list[Any] = []
        for number, (code, title) in enumerate(rules.TESTS, 1):
            self._ask(code, title, kept.get(code))
            case = cases.get(code) or "The author has made no case."
            self.layout.append(
                Section(f"{number}. {title}", code, f"{code}_reason", hint=f"The author’s case: {case}")
            )

    def _ask(self, code: str, title: str, kept: Answer | None) -> None:
        allowed = [
            choice
            for choice in Answer.Value.choices
            if choice[0] != Answer.Value.NOT_APPROPRIATE or code in rules.MAY_BE_INAPPROPRIATE
        ]
        self.fields[code] = forms.ChoiceField(
            label="Your authority’s answer",
            choices=allowed,
            widget=forms.RadioSelect,
            initial=kept.answer if kept else None,
            error_messages={
                "required": f"Answer the test “{title}”",
                "invalid_choice": rules.NOT_INAPPROPRIATE,
            },
        )
        self.fields[f"{code}_reason"] = TextField(
            label="Why, in a sentence",
            rows=2,
            initial=kept.reason if kept else "",
            error_messages={"required": f"Say in a sentence why you answer “{title}” so"},
        )

    def answers(self) -> dict[str, tuple[str, str]]:
        """Return the answer and the sentence of each test."""
        data = self.cleaned_data
        return {code: (data[code], data[f"{code}_reason"]) for code, _ in rules.TESTS}


class Ballot(PortalForm):
    value = forms.ChoiceField(
        label="Your authority’s vote", choices=Vote.Value.choices, widget=forms.RadioSelect
    )
    reason = TextField(
        label="Reason", required=False, rows=3, help_text="Needed where you do not vote for the paper."
    )
    nouns = {"value": "your authority’s vote", "reason": "the reason"}


class NewCondition(PortalForm):
    text = TextField(
        label="The condition", rows=3, help_text="What must be done, so that all can tell when it is."
    )
    cures = forms.ChoiceField(
        label="Does it cure a test that is not met?",
        required=False,
        choices=[("", "No, it stands by itself"), *rules.TESTS],
        help_text="A paper with a test not met can be approved only with a condition that cures it.",
    )
    owner: Any = forms.ModelChoiceField(queryset=None, label="Who must meet it")
    due_on = DateField(label="By when", help_text="For example, 27 3 2027.")
    nouns = {
        "text": "the condition",
        "cures": "the test that the condition cures",
        "owner": "who must meet the condition",
        "due_on": "the day by which the condition is to be met",
    }

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = owners
        owner.label_from_instance = _name


class Evidence(PortalForm):
    evidence = TextField(
        label="What shows that it is met?", rows=4, help_text="It goes into the record with your name."
    )
    nouns = {"evidence": "what shows that the condition is met"}


def _name(organisation: Organisation) -> str:
    return organisation.name

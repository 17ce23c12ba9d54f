"""Interests: what a panellist declares against each bidder and those it applies with, and the decision."""

from collections.abc import Sequence
from typing import Any

from django import forms

from commissioning.people.models import Organisation
from commissioning.web.fields import TextField
from commissioning.web.forms import PortalForm
from evaluation.models import Declaration, Exercise
from evaluation.queries import with_associates
from providers.consortium import in_one_line
from providers.models import KnownAssociate

from .growing import Growing


class Interests(Growing):
    """Whether there is a conflict with any of the bidders named on the page, and what it is."""

    conflict = forms.ChoiceField(
        label="Do you have a conflict of interest with any of these bidders?",
        choices=(("no", "No, with none of them"), ("yes", "Yes, with one or more of them")),
        widget=forms.RadioSelect,
    )
    bidders = forms.MultipleChoiceField(
        label="Which of them?", widget=forms.CheckboxSelectMultiple, required=False
    )
    undertaking = forms.BooleanField(
        label="I will keep what I read confidential and use it only for this panel",
    )
    nouns = {"conflict": "whether you have a conflict with any of these bidders"}

    def __init__(self, *args: Any, exercise: Exercise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = with_associates(exercise)
        self.named = {row.organisation.reference: row.organisation for row in rows}
        self.associates = {row.organisation.reference: list(row.submission.associates.all()) for row in rows}
        self.called = {row.organisation.reference: row.bidder for row in rows}
        sent = {row.organisation.reference: row.name_sent for row in rows}
        self.fields["bidders"].choices = list(self.called.items())  # type: ignore[attr-defined]
        asked: dict[str, list[str]] = {}
        for key, bidder in self.called.items():
            asked[key] = [f"nature_{key}"]
            if others := self.associates[key]:
                asked[key].insert(0, f"with_{key}")
                self.grow(f"with_{key}", _with_whom(sent[key], others))
            nature = TextField(label=f"What is your conflict with {bidder}?", required=False, rows=3)
            self.grow(f"nature_{key}", nature)
        self.reveals = {"conflict": {"yes": ["bidders"]}, "bidders": asked}
        self.option_hints = {
            "bidders": {key: f"With {in_one_line(found)}" for key, found in self.associates.items() if found}
        }
        self.layout = ["conflict", "undertaking"]

    def clean(self) -> dict[str, Any]:
        ticked = self.cleaned_data.get("bidders") or []
        if self.cleaned_data.get("conflict") != "yes":
            typed = [f"{kind}_{key}" for kind in ("nature", "with") for key in self.named]
            if ticked or any(self.cleaned_data.get(name) for name in typed):
                self.add_error(
                    "conflict", "You named a conflict. Select “Yes”, or clear what you ticked and wrote"
                )
            return self.cleaned_data
        if not ticked:
            self.add_error("bidders", "Tick each bidder with which you have a conflict")
        for key, bidder in self.called.items():
            if key not in ticked and any(
                self.cleaned_data.get(f"{kind}_{key}") for kind in ("nature", "with")
            ):
                self.add_error(
                    "bidders",
                    f"You named a conflict with {bidder}. Tick it, or clear what you gave of it",
                )
        for key in ticked:
            if self.associates[key] and not self.cleaned_data.get(f"with_{key}"):
                self.add_error(f"with_{key}", f"Tick with whom of {self.called[key]} and its others")
            if not self.cleaned_data.get(f"nature_{key}"):
                self.add_error(f"nature_{key}", f"Say what your conflict with {self.called[key]} is")
        return self.cleaned_data

    def interests(self) -> dict[int, tuple[bool, str]]:
        """Return what was declared, by the bidder's organisation."""
        data = self.cleaned_data
        ticked = set(data["bidders"]) if data["conflict"] == "yes" else set()
        return {row.pk: (key in ticked, data[f"nature_{key}"]) for key, row in self.named.items()}

    def bidders_named(self) -> list[tuple[str, list[KnownAssociate]]]:
        """Return each bidder with those it applies with, as the page names them."""
        return [(name, self.associates[key]) for key, name in self.called.items()]

    def with_whom(self) -> dict[int, list[str]]:
        """Return with whom the conflicts are, by the bidder's organisation, where it applies with others."""
        return {
            self.named[key].pk: self.cleaned_data.get(f"with_{key}", [])
            for key, found in self.associates.items()
            if found
        }


class LaterConflict(PortalForm):
    bidder = forms.ChoiceField(label="With which bidder?")
    nature = TextField(label="What is the conflict?", rows=4)
    nouns = {"bidder": "the bidder", "nature": "what the conflict is"}

    def __init__(self, *args: Any, exercise: Exercise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named: dict[str, tuple[Organisation, list[str]]] = {}
        choices = []
        for row in with_associates(exercise):
            key, bidder = row.organisation.reference, row.organisation
            others = list(row.submission.associates.all())
            self.named[key] = (bidder, [row.name_sent] if others else [])
            choices.append((key, row.bidder))
            for one in others:
                self.named[f"{key}/{one.number}"] = (bidder, [one.name])
                choices.append((f"{key}/{one.number}", f"{one.name}, which applies with {row.bidder}"))
        self.fields["bidder"].choices = [("", "Choose a bidder"), *choices]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        organisation, with_whom = self.named[self.cleaned_data["bidder"]]
        return {
            "organisation": organisation,
            "nature": self.cleaned_data["nature"],
            "with_whom": with_whom,
        }


class ConflictDecision(PortalForm):
    decision = forms.ChoiceField(
        label="What happens", choices=Declaration.Decision.choices, widget=forms.RadioSelect
    )
    measures = TextField(
        label="The measures, or why the person stands down",
        rows=4,
        help_text="For example, that another evaluator's scores of this bidder are looked at first.",
    )
    nouns = {"decision": "what happens", "measures": "the measures or the reason"}


def _with_whom(bidder: str, others: Sequence[KnownAssociate]) -> forms.MultipleChoiceField:
    names = dict.fromkeys([bidder, *(one.name for one in others)])
    return forms.MultipleChoiceField(
        label=f"With whom of {bidder} and those it applies with?",
        choices=[(name, name) for name in names],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

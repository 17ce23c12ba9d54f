"""The form that says when an agreement opens again, and which of its lots take entries at any time."""

from collections.abc import Iterable
from typing import Any

from django import forms

from commissioning.web.fields import TextField
from commissioning.web.forms import PortalForm, Section
from lots import rules
from lots.models import Lot, Scheme
from lots.queries.standing import REOPENING as RULE


class ReopeningForm(PortalForm):
    """A rule of months, a weekday and a time; for each lot the scheme of its rolling entries, if any."""

    reopen_every_months = forms.IntegerField(
        label="Every so many months",
        required=False,
        help_text="Leave empty to open at your discretion alone. A window can open at any other time too.",
    )
    reopen_week = forms.TypedChoiceField(
        label="Which one of the month",
        help_text="As in “the first Monday of the month”.",
        coerce=int,
        choices=rules.WEEKS,
    )
    reopen_weekday = forms.TypedChoiceField(label="Day of the week", coerce=int, choices=rules.WEEKDAYS)
    reopen_at = forms.TimeField(
        label="Time",
        help_text="London time, such as 09:00, whether the clocks are on summer time or not.",
        widget=forms.TimeInput(format="%H:%M"),
    )
    reopen_weeks = forms.IntegerField(label="Stays open for")
    rolling_common_scheme = forms.ChoiceField(
        label="Common part", required=False, help_text="What a provider answers once about itself."
    )
    decision_reference = forms.CharField(
        label="Reference of the decision", max_length=60, help_text="Such as the minute or the key decision."
    )
    reason = TextField(label="Reason", rows=4)
    nouns = {
        "reopen_every_months": "the number of months",
        "reopen_week": "which one of the month",
        "reopen_weekday": "the day of the week",
        "reopen_at": "the time, such as 09:00",
        "reopen_weeks": "how many weeks it stays open",
        "rolling_common_scheme": "the common part",
    }
    widths = {"reopen_every_months": 2, "reopen_at": 5, "reopen_weeks": 2}
    suffixes = {"reopen_every_months": "months", "reopen_weeks": "weeks"}

    def __init__(
        self,
        *args: Any,
        lots: Iterable[Lot],
        schemes: Iterable[Scheme],
        common: Iterable[Scheme],
        is_decision: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.schemes = {one.reference: one for one in (*schemes, *common)}
        self.lots = {f"rolling_{lot.number}": lot for lot in lots}
        self.offer("rolling_common_scheme", [("", "None"), *((one.reference, one.title) for one in common)])
        for name, lot in self.lots.items():
            offered = [("", "Only in windows"), *((one.reference, one.title) for one in schemes)]
            self.fields[name] = forms.ChoiceField(label=str(lot), required=False, choices=offered)
            self._word_errors(name, self.fields[name])
        if not is_decision:
            del self.fields["decision_reference"], self.fields["reason"]
        self.layout = (
            Section("Planned windows", *RULE),
            Section(
                "Entries at any time",
                *self.lots,
                "rolling_common_scheme",
                hint=(
                    "A lot may take entries outside its windows too: each is sealed until it is submitted, "
                    "can be opened at once, and is decided within 10 working days. Choose the published "
                    "scheme by which they are judged."
                ),
            ),
            *([Section("The decision", "decision_reference", "reason")] if is_decision else []),
        )

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        given = self.cleaned_data
        facts = {name: given[name] for name in (*RULE, "decision_reference", "reason") if name in given}
        chosen = {lot: given[name] for name, lot in self.lots.items()}
        return facts | {
            "rolling": {lot: self.schemes[scheme] for lot, scheme in chosen.items() if scheme},
            "rolling_common_scheme": self.schemes.get(given["rolling_common_scheme"]),
        }

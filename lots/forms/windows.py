"""Forms of a window, and the filters of the lists of agreements and windows."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from commissioning import regimes
from commissioning.web.fields import DateField, DateTimeField, TextField
from commissioning.web.forms import FilterForm, PortalForm, Section
from lots import queries
from lots.models import Agreement, Lot, Scheme, Window
from lots.queries.standing import DATES
from lots.workflow import AGREEMENT, WINDOW

from .meant import Meant


class WindowForm(Meant):
    """A window's dates, and with which scheme each lot is in it."""

    title = forms.CharField(label="Title", max_length=120, help_text="Such as “Spring window 2027”.")
    opens_at = DateTimeField(label="Opens", help_text="London time. For example, 4 1 2027 at 09:00.")
    deadline = DateTimeField(
        label="Deadline", help_text="London time. Noon on a working day leaves people time to ask."
    )
    questions_close_at = DateTimeField(
        label="Last moment for questions",
        required=False,
        help_text="London time. Left empty: five working days before the deadline.",
    )
    expected_decision_on = DateField(label="Decisions expected by", required=False)
    common_scheme = forms.ChoiceField(
        label="Common part", required=False, help_text="What every applicant answers once for all lots."
    )
    doubted = ("opens_at", "deadline")
    nouns = {
        "opens_at": "the opening",
        "questions_close_at": "the last moment for questions",
        "expected_decision_on": "the day by which decisions are expected",
        "common_scheme": "the common part",
    }

    def __init__(
        self,
        *args: Any,
        lots: Iterable[Lot],
        schemes: Iterable[Scheme],
        common: Iterable[Scheme],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.schemes = {one.reference: one for one in (*schemes, *common)}
        self.lots = {f"scheme_{lot.number}": lot for lot in lots}
        self.nouns = {**self.nouns, **{name: f"the scheme of {lot}" for name, lot in self.lots.items()}}
        self.offer("common_scheme", [("", "None"), *(_choice(one) for one in common)])
        for name, lot in self.lots.items():
            self.fields[name] = forms.ChoiceField(
                label=str(lot),
                required=False,
                choices=[("", "Not in this window")] + [_choice(one) for one in schemes],
            )
            self._word_errors(name, self.fields[name])
        self.order_fields([*DATES, *self.lots, "common_scheme"])
        self.layout = (
            Section("Dates", *DATES),
            Section("Lots", *self.lots, hint="Choose the scheme by which each lot is judged."),
            Section("For all lots", "common_scheme"),
        )

    def facts(self) -> dict[str, Any]:
        """Return what the services take."""
        given = self.cleaned_data
        return {
            "title": given["title"],
            "opens_at": given["opens_at"],
            "deadline": given["deadline"],
            "questions_close_at": given["questions_close_at"],
            "expected_decision_on": given["expected_decision_on"],
            "common_scheme": self.schemes.get(given["common_scheme"]),
            "lots": [(lot, self.schemes[given[name]]) for name, lot in self.lots.items() if given[name]],
            "meant": given["meant"],
        }


def _choice(scheme: Scheme) -> tuple[str, str]:
    return scheme.reference, f"{scheme.title} ({scheme.state_label.lower()})"


class CancelForm(PortalForm):
    """Why a window is cancelled."""

    reason = TextField(label="Reason", rows=4, help_text="It is shown on the window's public page.")


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(reference__icontains=word))
    return rows


def _agreements(request: Any) -> QuerySet[Agreement]:
    return queries.agreements(request.user)


class AgreementFilter(django_filters.FilterSet):
    """Filters of the list of agreements."""

    text = django_filters.CharFilter(
        label="Title or reference", method=lambda rows, _, value: _search(rows, value)
    )
    regime = django_filters.ChoiceFilter(
        label="Law", choices=[(key, one.title) for key, one in regimes.PROFILES.items()], empty_label="Any"
    )
    state = django_filters.ChoiceFilter(label="State", choices=AGREEMENT.states, empty_label="Any")

    class Meta:
        model = Agreement
        fields: list[str] = []
        form = FilterForm


class WindowFilter(django_filters.FilterSet):
    """Filters of the list of windows."""

    text = django_filters.CharFilter(
        label="Title or reference", method=lambda rows, _, value: _search(rows, value)
    )
    agreement = django_filters.ModelChoiceFilter(
        label="Agreement", queryset=_agreements, to_field_name="reference", empty_label="Any"
    )
    state = django_filters.ChoiceFilter(label="State", choices=WINDOW.states, empty_label="Any")

    class Meta:
        model = Window
        fields: list[str] = []
        form = FilterForm

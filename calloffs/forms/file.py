"""Shape and wording of what is typed into a call-off's file; services say whether it may stand."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import django_filters
from django import forms

from calloffs.models import CallOff
from calloffs.queries import calloffs as queries
from calloffs.workflow import CALLOFF
from commissioning.people.models import Organisation
from commissioning.web.fields import DateField, FileField, MoneyField, TextField
from commissioning.web.forms import FilterForm, PortalForm, Section
from commissioning.workflow import Reason
from lots.models import Lot

DATE_HELP = "For example, 27 3 2027."


def lot_label(lot: Lot) -> str:
    """Return a lot with its agreement's reference."""
    return f"{lot.agreement.reference}, {lot}"


def _agreements(request: Any) -> Any:
    return queries.agreements(request.user)


def _lots(request: Any) -> Any:
    return queries.lots_listed(request.user)


def _authorities(request: Any) -> Any:
    return queries.authorities_listed(request.user)


class CallOffFilter(django_filters.FilterSet):
    """Call-offs by agreement, lot, state and lead authority."""

    agreement = django_filters.ModelChoiceFilter(
        label="Agreement", queryset=_agreements, to_field_name="reference", empty_label="All"
    )
    lot = django_filters.ModelChoiceFilter(label="Lot", queryset=_lots, empty_label="All")
    state = django_filters.ChoiceFilter(label="State", choices=CALLOFF.states, empty_label="All")
    authority = django_filters.ModelChoiceFilter(
        label="Lead authority", queryset=_authorities, to_field_name="reference", empty_label="All"
    )

    class Meta:
        model = CallOff
        fields = ["agreement", "lot", "state", "authority"]
        form = FilterForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["lot"].label_from_instance = lot_label


class Facts(PortalForm):
    """The need, the value, the term and the form of contract."""

    title = forms.CharField(label="Title", max_length=160)
    also_known_as = forms.CharField(
        label="Also known as",
        max_length=160,
        required=False,
        help_text="A name by which the board or a partner knows it.",
    )
    need = TextField(
        label="What is needed",
        rows=5,
        help_text="In three sentences: who needs what, for how long, and what is wrong today.",
    )
    value = MoneyField(
        label="Value over the whole life",
        help_text="What all authorities pay together, options to extend included.",
    )
    starts_on = DateField(label="First day of the services", help_text=DATE_HELP)
    ends_on = DateField(label="Last day before any option is used", help_text=DATE_HELP)
    option_months = forms.IntegerField(
        label="Option to extend", initial=0, help_text="In months. Enter 0 if there is none."
    )
    funding = forms.ChoiceField(
        label="Where the money comes from", choices=CallOff.Funding.choices, widget=forms.RadioSelect
    )
    contract_form = forms.ChoiceField(
        label="Form of contract", choices=CallOff.Form.choices, widget=forms.RadioSelect
    )
    nouns = {
        "also_known_as": "the other name",
        "need": "what is needed",
        "value": "the value over the whole life",
        "starts_on": "the first day of the services",
        "ends_on": "the last day before any option is used",
        "option_months": "the option to extend, or 0",
        "funding": "where the money comes from",
    }
    prefixes = {"value": "£"}
    suffixes = {"option_months": "months"}
    widths = {"value": 20, "option_months": 3}
    layout: tuple[Any, ...] = (
        Section("The need", "title", "also_known_as", "need"),
        Section("Value and term", "value", "starts_on", "ends_on", "option_months"),
        Section("Money and contract", "funding", "contract_form"),
    )


class NewCallOff(Facts):
    """A lot and a lead authority, and the first facts."""

    lot: Any = forms.ModelChoiceField(queryset=None, label="Lot", widget=forms.RadioSelect, empty_label=None)
    authority: Any = forms.ModelChoiceField(
        queryset=None, label="Lead authority", widget=forms.RadioSelect, empty_label=None
    )
    nouns = {**Facts.nouns, "lot": "the lot", "authority": "the lead authority"}
    layout = (Section("Where it belongs", "lot", "authority"), *Facts.layout)

    def __init__(
        self,
        *args: Any,
        lots: Any,
        closed: Mapping[int, str],
        authorities: Any,
        usual: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        lot: Any = self.fields["lot"]
        lot.queryset = lots
        # Said before anything is typed; whoever chooses it all the same is refused by the service.
        self.option_hints = {
            "lot": {str(key): reason for key, reason in closed.items()},
            "funding": {route: f"Usual at {names}." for route, names in usual.items()},
        }
        if len(usual) == 1:
            self.fields["funding"].initial = next(iter(usual))
        authority: Any = self.fields["authority"]
        authority.queryset = authorities
        authority.help_text = "Its procurement lead runs the mini-competition. Partners are added afterwards."
        if len(authorities) == 1:
            authority.initial = authorities[0].pk


class Preparation(PortalForm):
    """What was done before the paper: each is needed before the board looks at it."""

    # A draft may lack each of them; what the board still needs stands on the call-off's page.
    all_optional = True
    coproduction = TextField(
        label="Co-production and consultation",
        required=False,
        rows=5,
        help_text="Who that will use the service was asked, when, and what changed because of it.",
    )
    impact_assessments = TextField(
        label="Impact assessments",
        required=False,
        rows=5,
        help_text="Equality and data protection: the dates, the result, and where they are kept.",
    )
    tupe = TextField(
        label="TUPE",
        required=False,
        rows=5,
        help_text="Whether people may transfer to the new provider, how many, and what bidders are told.",
    )


class Case(PortalForm):
    """The author's case for each of the board's four tests."""

    all_optional = True
    case_integrated = TextField(label="The case for an integrated approach", required=False, rows=4)
    case_duplication = TextField(label="The case on duplication", required=False, rows=4)
    case_fit = TextField(label="The case for the fit to the lot", required=False, rows=4)
    case_pool = TextField(label="The case for the pool", required=False, rows=4)

    def __init__(self, *args: Any, tests: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, title in tests:
            self.fields[f"case_{code}"].help_text = f"The test: {title[:1].lower()}{title[1:]}."


class Shares(PortalForm):
    """An amount for each authority that may take part; one left empty bears none."""

    all_optional = True

    def __init__(
        self,
        *args: Any,
        authorities: Iterable[Organisation],
        borne: Mapping[int, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.authorities = {f"share_{one.reference}": one for one in authorities}
        self.nouns = {name: f"the share of {one.name}" for name, one in self.authorities.items()}
        for name, authority in self.authorities.items():
            self.fields[name] = MoneyField(
                label=authority.name, required=False, initial=borne.get(authority.pk)
            )
            self._word_errors(name, self.fields[name])
        self.prefixes = dict.fromkeys(self.authorities, "£")
        self.widths = dict.fromkeys(self.authorities, 20)

    def amounts(self) -> dict[Organisation, Decimal]:
        """Return the amount of each authority for which one was typed."""
        data = self.cleaned_data
        return {one: data[name] for name, one in self.authorities.items() if data[name] is not None}

    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Take up what was refused of the shares as a whole beside the first of them."""
        first = next(iter(self.authorities), None)
        super().refuse(Reason(one.text, first, one.link) if one.field == "shares" else one for one in reasons)


class Specification(PortalForm):
    """A version of the specification."""

    title = forms.CharField(label="Title", max_length=200, initial="Specification")
    file = FileField(label="The specification")
    nouns = {"title": "the title", "file": "the specification"}


class OwnDecision(PortalForm):
    """An authority's own decision that it may award."""

    authority: Any = forms.ModelChoiceField(
        queryset=None, label="Whose decision it is", widget=forms.RadioSelect, empty_label=None
    )
    body = forms.CharField(
        label="Who decided", max_length=160, help_text="Such as a cabinet member, a committee or a director."
    )
    decision_reference = forms.CharField(
        label="Reference of the decision",
        max_length=60,
        help_text="As it stands in your authority’s records.",
    )
    decided_on = DateField(label="Decided on", help_text=DATE_HELP)
    is_key_decision = forms.TypedChoiceField(
        label="Is it a key decision?",
        choices=(("no", "No"), ("yes", "Yes")),
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
        help_text="A key decision needs 28 clear days’ notice, and counts once its call-in period is over.",
    )
    notice_published_on = DateField(label="Notice published on", required=False, help_text=DATE_HELP)
    call_in_ended_on = DateField(label="Last day of the call-in period", required=False, help_text=DATE_HELP)
    reason = TextField(
        label="Reason for recording it again",
        required=False,
        rows=3,
        help_text="Where a decision of the authority is on record already and this one takes its place. Both "
        "stay in the record, with the reason.",
    )
    nouns = {
        "authority": "whose decision it is",
        "body": "who decided",
        "decided_on": "the day of the decision",
        "is_key_decision": "whether it is a key decision",
        "notice_published_on": "the day the notice was published",
    }
    reveals = {"is_key_decision": {"yes": ["notice_published_on", "call_in_ended_on"]}}
    layout: Sequence[str] = ("authority", "body", "decision_reference", "decided_on", "is_key_decision")

    def __init__(self, *args: Any, authorities: Any, is_recorded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_recorded:
            self.layout = (*self.layout, "reason")
        else:
            del self.fields["reason"]
        choice: Any = self.fields["authority"]
        choice.queryset = authorities
        if len(authorities) == 1:
            choice.initial = authorities[0].pk


class DecideBy(PortalForm):
    decide_by = DateField(label="The board is to decide by", help_text=DATE_HELP)
    nouns = {"decide_by": "the day by which the board is to decide"}


class Why(PortalForm):
    reason = TextField(label="Reason", rows=4)
    nouns = {"reason": "the reason"}


class VoteNote(PortalForm):
    note = TextField(
        label="Note of the decision",
        required=False,
        rows=4,
        help_text="It goes into the record of the decision and to everybody who is told.",
    )
    nouns = {"note": "the note"}


class WhatToChange(PortalForm):
    note = TextField(
        label="What has to change before it comes back",
        rows=4,
        help_text="The author and everybody on the board read it.",
    )
    nouns = {"note": "what has to change"}

"""The signatures under a contract, and the filters of the register."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from calloffs.models import Contract
from commissioning.web.forms import FilterForm, PortalForm


class ForProvider(PortalForm):
    declared = forms.BooleanField(
        label="I have read the contract, I may sign it for this organisation, and I sign it"
    )


class ForAuthority(PortalForm):
    declared = forms.BooleanField(
        label="I have read the contract, I may sign it for this authority, and I sign it"
    )


class ContractFilter(django_filters.FilterSet):
    """Contracts by words in their title, reference or provider, by state and by when they run."""

    words = django_filters.CharFilter(label="Title, reference, provider or authority", method="by_words")
    state = django_filters.ChoiceFilter(label="State", choices=Contract.MACHINE.states)

    class Meta:
        model = Contract
        fields: list[str] = []
        form = FilterForm

    def by_words(self, rows: QuerySet[Contract], name: str, value: Any) -> QuerySet[Contract]:
        """Return the contracts that hold these words."""
        return rows.filter(
            Q(calloff__title__icontains=value)
            | Q(reference__iexact=value)
            | Q(calloff__reference__iexact=value)
            | Q(organisation__name__icontains=value)
            | Q(calloff__authority__name__icontains=value)
        )

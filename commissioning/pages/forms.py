"""Filters of the correspondence lists, and the form that checks a letter held on paper."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from commissioning.audit.models import AccessEntry
from commissioning.records.models import Letter, Message
from commissioning.web.forms import FilterForm, PortalForm
from commissioning.web.views import received_at


class LetterFilter(django_filters.FilterSet):
    """Letters by words in their subject, reference or organisation."""

    words = django_filters.CharFilter(label="Subject, reference or organisation", method="by_words")

    class Meta:
        model = Letter
        fields: list[str] = []
        form = FilterForm

    def by_words(self, rows: QuerySet[Letter], name: str, value: Any) -> QuerySet[Letter]:
        """Return the letters that hold these words."""
        return rows.filter(
            Q(subject_line__icontains=value)
            | Q(reference__iexact=value)
            | Q(about__iexact=value)
            | Q(organisation__name__icontains=value)
        )


class MessageFilter(django_filters.FilterSet):
    """Messages by words in their subject, address or organisation, and by state."""

    words = django_filters.CharFilter(label="Subject, address or organisation", method="by_words")
    state = django_filters.ChoiceFilter(label="State", choices=Message.State.choices)

    class Meta:
        model = Message
        fields: list[str] = []
        form = FilterForm

    def by_words(self, rows: QuerySet[Message], name: str, value: Any) -> QuerySet[Message]:
        """Return the messages that hold these words."""
        return rows.filter(
            Q(subject__icontains=value)
            | Q(address__icontains=value)
            | Q(about__iexact=value)
            | Q(organisation__name__icontains=value)
        )


class AttemptFilter(django_filters.FilterSet):
    """Refused attempts by the person or network address, and by how long ago they were made."""

    words = django_filters.CharFilter(label="Name, e-mail or network address", method="by_words")
    days = django_filters.ChoiceFilter(
        label="When",
        method="by_days",
        choices=[("1", "In the last 24 hours"), ("7", "In the last 7 days"), ("30", "In the last 30 days")],
    )

    class Meta:
        model = AccessEntry
        fields: list[str] = []
        form = FilterForm

    def by_words(self, rows: QuerySet[AccessEntry], name: str, value: Any) -> QuerySet[AccessEntry]:
        """Return the attempts of people so named, or from this address."""
        return rows.filter(
            Q(user__name__icontains=value) | Q(user__email__icontains=value) | Q(address__startswith=value)
        )

    def by_days(self, rows: QuerySet[AccessEntry], name: str, value: Any) -> QuerySet[AccessEntry]:
        """Return the attempts of so many days until now."""
        return rows.filter(at__gte=received_at(self.request) - timedelta(days=int(value)))


class LetterCheck(PortalForm):
    """Reference and fingerprint as they stand at the foot of a letter."""

    reference = forms.CharField(
        label="Reference", help_text="It begins with LET, for example LET-7K3M9.", max_length=20
    )
    fingerprint = forms.CharField(
        label="Fingerprint of its facts",
        help_text="64 letters and digits at the foot of each page. Spaces do not matter.",
        max_length=120,
    )
    nouns = {"reference": "the letter's reference", "fingerprint": "the fingerprint"}

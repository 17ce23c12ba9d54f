"""The form of a lot's own rule on holds."""

from django import forms

from commissioning.web.fields import TextField
from commissioning.web.forms import PortalForm
from lots.watch import DOCUMENT_CHOICES, RATINGS


class HoldRule(PortalForm):
    """Which documents must be in date, and how good the CQC rating must be, for a member to be invited."""

    all_optional = True
    documents = forms.MultipleChoiceField(
        label="Documents that must be in date",
        choices=DOCUMENT_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A member whose document has run out is put on hold until a valid one is recorded.",
    )
    lowest_rating = forms.ChoiceField(
        label="Lowest CQC rating",
        choices=[("", "No rating is asked for"), *RATINGS.items()],
        required=False,
        widget=forms.RadioSelect,
        help_text="A member rated below it is put on hold. One that is not rated yet is not.",
    )
    reason = TextField(
        label="Reason for the change",
        required=False,
        rows=3,
        help_text="Needed once the agreement is published, and kept in its record.",
    )
    nouns = {"documents": "the documents", "lowest_rating": "the lowest rating"}

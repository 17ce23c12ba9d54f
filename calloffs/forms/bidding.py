"""What an invited provider types: whether it will bid."""

from django import forms

from calloffs.models import Invitation
from commissioning.web.fields import TextField
from commissioning.web.forms import PortalForm


class Intention(PortalForm):
    """Whether the provider will bid, and if not why."""

    intention = forms.ChoiceField(
        label="Will you bid?", choices=Invitation.Intention.choices, widget=forms.RadioSelect
    )
    reason = TextField(
        label="Why will you not bid?",
        required=False,
        rows=4,
        max_words=200,
        help_text="Such as no staff in the area, or a price that cannot be met.",
    )
    nouns = {"intention": "whether you will bid", "reason": "why you will not bid"}
    reveals = {"intention": {Invitation.Intention.WILL_NOT: ["reason"]}}

"""Forms of recorded decisions: which, of which day, and why."""

from django import forms

from commissioning.web.fields import DateField, TextField
from commissioning.web.forms import PortalForm


class Decision(PortalForm):
    """A recorded decision: which, of which day, and why."""

    decision_reference = forms.CharField(
        label="Reference of the decision", max_length=60, help_text="Such as the minute or the key decision."
    )
    decided_on = DateField(label="Day of the decision")
    reason = TextField(label="Reason", rows=4)
    nouns = {"decided_on": "the day of the decision"}


class TermExtensionForm(Decision):
    """The decision to use the option to extend."""

    new_end = DateField(
        label="New last day",
        help_text="The option to extend may be used in steps, each by a decision of its own.",
    )
    layout = ("new_end", "decision_reference", "decided_on", "reason")


class DiscardForm(PortalForm):
    """Why a draft is discarded."""

    reason = TextField(label="Reason", rows=3)

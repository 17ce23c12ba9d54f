"""Forms of an agreement's documents."""

from django import forms

from commissioning.web.fields import DateField, FileField, TextField
from commissioning.web.forms import PortalForm
from lots.models import AgreementDocument


class NewIssue(PortalForm):
    """A file and the day on which it was issued."""

    issued_on = DateField(label="Day of issue", help_text="As it stands on the document, like 27 3 2027.")
    file = FileField(label="The document")
    nouns = {"issued_on": "the day of issue", "file": "the document"}


class NewDocument(NewIssue):
    """A document: what it is called, who may have it, and its first issue."""

    title = forms.CharField(label="Title", max_length=200)
    audience = forms.ChoiceField(
        label="Who may have it?", choices=AgreementDocument.Audience, widget=forms.RadioSelect
    )
    option_hints = {
        "audience": {
            "public": "Linked on the agreement's page from its publication on.",
            "members": "Providers in a pool, and people of the authorities, once they have signed in.",
        }
    }
    nouns = {**NewIssue.nouns, "audience": "who may have it"}
    layout = ("title", "audience", "issued_on", "file")


class TakeOut(PortalForm):
    """Why a document is taken out."""

    reason = TextField(label="Reason", rows=3)
    nouns = {"reason": "the reason"}

"""What a lead types of its checks of a provider: debarment list and central digital platform."""

from django import forms

from commissioning.web.fields import DateField, TextField
from commissioning.web.forms import PortalForm
from providers.services.debarment import Finding
from providers.services.platform import Sighting

GROUNDS = (("mandatory", "Yes, on a mandatory ground"), ("discretionary", "Yes, on a discretionary ground"))


class DebarmentCheck(PortalForm):
    """What a look at the debarment list found, and what is decided."""

    checked_on = DateField(label="Day of the check", help_text="Like 27 3 2027.")
    ground = forms.ChoiceField(
        label="Is the provider, or anyone connected with it, on the list?",
        choices=(("none", "No"), *GROUNDS),
        widget=forms.RadioSelect,
    )
    excludes = forms.TypedChoiceField(
        label="What follows?",
        choices=(("yes", "It is excluded"), ("no", "It may take part")),
        coerce=lambda given: given == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text="A discretionary ground leaves it to you; a mandatory one excludes.",
    )
    note = TextField(
        label="The ground, and why you decide so",
        required=False,
        rows=4,
        max_words=300,
        help_text="Needed where it is listed. A provider that is excluded reads it in its letter.",
    )
    # What is needed depends on what was found; a mark "(optional)" would mislead.
    all_optional = True
    reveals = {"ground": {"discretionary": ["excludes"]}}
    nouns = {"checked_on": "the day of the check", "ground": "whether it is on the list"}

    def finding(self) -> Finding:
        """Return what was found, as the services take it."""
        data = self.cleaned_data
        ground = "" if data["ground"] == "none" else data["ground"]
        return Finding(data["checked_on"], ground, data["excludes"], data["note"])


class PlatformConfirmation(PortalForm):
    """That the provider's information was seen on the central digital platform."""

    confirmed_on = DateField(label="Day on which you looked", help_text="Like 27 3 2027.")
    share_code = forms.CharField(label="Share code under which you saw it", max_length=20)
    seen = forms.BooleanField(
        label="The provider is registered there, its core information is up to date, and it has shared it"
    )
    note = TextField(label="Note", required=False, rows=3)
    widths = {"share_code": 10}
    nouns = {
        "confirmed_on": "the day on which you looked",
        "share_code": "the share code",
        "seen": "whether the provider has registered and shared its information",
    }

    def sighting(self) -> Sighting:
        """Return what was seen, as the services take it."""
        data = self.cleaned_data
        return Sighting(data["confirmed_on"], data["share_code"], data["note"])

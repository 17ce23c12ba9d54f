"""A hidden box that carries what a page was drawn with, so that nobody is overwritten unseen."""

import json
from collections.abc import Mapping

from django import forms

from commissioning.web.forms import PortalForm


def carried(stands: Mapping[str, str]) -> str:
    """Return what stands as the hidden box carries it."""
    return json.dumps(dict(stands))


class Seen(PortalForm):
    """A form on what others may be saving too; `seen` says what stood when its page was drawn."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> dict[str, str]:
        # A box that was lost or spoilt on the way has seen nothing: the service then tells what stands.
        try:
            given = json.loads(self.cleaned_data["seen"] or "{}")
        except ValueError:
            given = None
        return {name: str(text) for name, text in given.items()} if isinstance(given, dict) else {}

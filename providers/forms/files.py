"""Forms of a file put to an answer: another version of it, and what is confidential about it."""

from typing import Any

from django import forms

from commissioning.web.fields import DateField, FileField, TextField
from commissioning.web.forms import PortalForm
from providers.queries.files import Confidential

from . import YES_NO


class NewVersion(PortalForm):
    """Another file in a file's place."""

    file = FileField(label="The new file")
    nouns = {"file": "the new version"}

    def __init__(self, *args: Any, file_hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = file_hint


class FileLabel(PortalForm):
    """Whether a file holds something confidential; if so why, and until when."""

    # What "yes" reveals is wanted then; a mark "(optional)" beside it would mislead.
    all_optional = True
    is_confidential = forms.ChoiceField(
        label="Does this file hold something that is confidential?",
        help_text="Such as prices, personal details or a way of working that rivals would copy.",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label="What is confidential, and what harm would come of publishing it?",
        max_words=100,
        rows=4,
        required=False,
    )
    until = DateField(label="Until when?", help_text="The last day, for example 31 3 2028.", required=False)
    reveals = {"is_confidential": {"yes": ["reason", "until"]}}
    nouns = {
        "is_confidential": "whether it holds something confidential",
        "reason": "what is confidential, and what harm would come of publishing it",
        "until": "the last day on which it is confidential",
    }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("is_confidential") == "yes":
            for name in ("reason", "until"):
                if name not in self.errors and not given.get(name):
                    self.add_error(name, f"Enter {self.noun(name)}")
        return given

    def confidential(self) -> Confidential | None:
        """Return what is confidential, or None where nothing is."""
        given = self.cleaned_data
        return Confidential(given["reason"], given["until"]) if given["is_confidential"] == "yes" else None

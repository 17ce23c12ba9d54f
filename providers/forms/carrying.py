"""What of an earlier window's answer is taken over."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat

from providers.forms import OnVersion
from providers.queries.submissions import OwnFile

ANSWER = "answer"


class TakeOver(OnVersion):
    """The answer and each file of last time; what stands here already is not offered again.

    Without a file to take over there is nothing to choose: it is the answer.
    """

    nouns = {"what": "what you want to take over"}

    def __init__(
        self,
        *args: Any,
        sent: Sequence[OwnFile],
        taken: Collection[int],
        answer_stands: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {f"file-{file.number}": file for file in sent if file.row.pk not in taken}
        if not self.offered:
            return
        choices = [] if answer_stands else [(ANSWER, "The answer")]
        choices += [(key, f"{file.name} ({filesizeformat(file.size)})") for key, file in self.offered.items()]
        what = forms.MultipleChoiceField(
            label="What do you want to take over?",
            choices=choices,
            initial=[key for key, _ in choices],
            widget=forms.CheckboxSelectMultiple,
        )
        self._add("what", what)

    @property
    def takes_answer(self) -> bool:
        return not self.offered or ANSWER in self.cleaned_data["what"]

    def chosen_files(self) -> list[OwnFile]:
        """Return the files that were ticked."""
        return [file for key, file in self.offered.items() if key in self.cleaned_data["what"]]

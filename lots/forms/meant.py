"""A tick by which somebody says that they mean what is unusual, once they have been asked."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from commissioning.web.forms import PortalForm
from commissioning.workflow import Reason

from .carried import brought_back, is_sound

TICK = "meant"


class AskedField(forms.CharField):
    """The sentences that were asked when the page was drawn."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> list[str]:
        # A box that was lost or spoilt on the way asked nothing: the service then asks again.
        given = brought_back(value)
        return given if isinstance(given, list) and all(is_sound(text) for text in given) else []


class Meant(PortalForm):
    """A form whose service may ask whether something unusual is meant, by refusals of the field `meant`.

    Asked, it comes back with the sentences and a tick. `cleaned_data["meant"]` holds the sentences that the
    person ticked, so that a tick for one deadline is none for another. `doubted` names the boxes that it is
    asked about.
    """

    doubted: Collection[str] = ()
    asked = AskedField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.fields["asked"].clean(self.data.get(self.add_prefix("asked"))):
            self._offer_tick()

    def _offer_tick(self) -> None:
        field = forms.BooleanField(
            label="I mean this deadline",
            required=False,
            help_text="Tick this to keep it, or give another deadline.",
        )
        self.fields[TICK] = field
        self._word_errors(TICK, field)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        asked = data.pop("asked", [])
        data[TICK] = asked if data.get(TICK) else []
        return data

    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Take up what a service refused or asked; a tick that was for something else is taken off."""
        reasons = list(reasons)
        if asked := [one.text for one in reasons if one.field == TICK]:
            typed: Any = self.data.copy()  # type: ignore[attr-defined]
            typed[self.add_prefix("asked")] = json.dumps(asked)
            typed.pop(self.add_prefix(TICK), None)
            self.data = typed
            self._offer_tick()
        super().refuse(reasons)

    def take_over(self, names: Collection[str]) -> None:
        """Take off the tick where a box that it was for took a colleague's words: nobody meant those yet."""
        if set(names).isdisjoint(self.doubted):
            return
        typed: Any = self.data.copy()  # type: ignore[attr-defined]
        typed[self.add_prefix("asked")] = ""
        typed.pop(self.add_prefix(TICK), None)
        self.data = typed
        self.fields.pop(TICK, None)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        if self.layout is not None and TICK in self.fields:
            helper.layout.append(TICK)
        return helper

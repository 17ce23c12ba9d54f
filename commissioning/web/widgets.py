"""Widgets of dates and times in several boxes; each keeps what was typed, right or wrong."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms

from commissioning.clock import london_time


class PartsWidget(forms.MultiWidget):
    """Boxes side by side under one legend, such as day, month and year.

    The value is the list of what was typed; `parts` gives name, label and width in characters of each box.
    """

    use_fieldset = True
    parts: tuple[tuple[str, str, int], ...] = ()

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({name: forms.TextInput() for name, _, _ in self.parts}, attrs)

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, dict(attrs or {}))
        for box, (part, label, width) in zip(context["widget"]["subwidgets"], self.parts, strict=True):
            box.update(label=label, width=width, part=part)
        return context

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_


class DateInput(PartsWidget):
    """Day, month and year in three boxes."""

    parts = (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4))

    def decompress(self, value: date | None) -> list[str]:
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]


class MonthInput(PartsWidget):
    """Month and year in two boxes."""

    parts = (("month", "Month", 2), ("year", "Year", 4))

    def decompress(self, value: date | None) -> list[str]:
        return [str(value.month), str(value.year)] if value else ["", ""]


class DateTimeInput(PartsWidget):
    """Day, month, year and a time of day in London, in four boxes; a datetime is shown in London time."""

    parts = (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4), ("time", "Time", 5))

    def decompress(self, value: datetime | None) -> list[str]:
        if not value:
            return ["", "", "", ""]
        local = london_time(value)
        return [str(local.day), str(local.month), str(local.year), f"{local:%H:%M}"]

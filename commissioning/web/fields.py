"""Form fields that read dates, times, money and texts the way people write them.

Each refuses with a sentence of its own; `{noun}` in it is filled by the form with the field's name in words.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File

from commissioning import clock

from .widgets import DateInput, DateTimeInput, MonthInput
from .words import count

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Terms and periods are counted on from a date typed, so none may stand at the calendar's very end.
FIRST_YEAR, LAST_YEAR = 1900, 2199
MEGABYTE = 2**20
UPLOAD_KINDS = "PDF, DOCX, ODT, XLSX, PNG or JPEG"


def upload_limit() -> int:
    """Return how many megabytes a file may have."""
    return int(settings.MAXIMUM_UPLOAD // MEGABYTE)


class PartsField(forms.Field):
    """A value typed in several boxes; an error carries the number of the box to mend in `params["box"]`."""

    box_names: tuple[str, ...] = ()
    default_error_messages = {
        "required": "Enter {noun}",
        "missing": "{Noun} must include a %(part)s",
        "unreal": "{Noun} must be a real date, like 27 3 2027",
        "year": f"The year of {{noun}} must be from {FIRST_YEAR} to {LAST_YEAR}",
    }

    def to_python(self, value: Sequence[str] | None) -> Any:
        boxes = [(box or "").strip() for box in (value or [])]
        if not any(boxes):
            return None
        for number, (box, name) in enumerate(zip(boxes, self.box_names, strict=True)):
            if not box:
                raise self.error("missing", number, part=name)
        return self.from_boxes(boxes)

    def error(self, code: str, box: int = 0, **params: object) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"box": box, **params})

    def from_boxes(self, boxes: list[str]) -> Any:
        """Return the value the boxes make; raise `self.error(...)` where they make none."""
        raise NotImplementedError

    def day_from(self, day: str, month: str, year: str, *, first_box: int) -> date:
        numbered = MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in MONTHS else month
        if not (str(numbered).isdecimal() and 1 <= int(numbered) <= 12):
            raise self.error("unreal", first_box)
        if not re.fullmatch(r"\d{4}", year):
            raise self.error("unreal", first_box + 1)
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise self.error("year", first_box + 1)
        if not re.fullmatch(r"\d{1,2}", day):
            raise self.error("unreal")
        try:
            return date(int(year), int(numbered), int(day))
        except ValueError:
            raise self.error("unreal") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class DateField(PartsField):
    """A day of the calendar; accepts 27 3 2027 and 27 March 2027."""

    widget = DateInput
    box_names = ("day", "month", "year")

    def from_boxes(self, boxes: list[str]) -> date:
        day, month, year = boxes
        return self.day_from(day, month, year, first_box=1)


class MonthField(PartsField):
    """A month, as the date of its first day."""

    widget = MonthInput
    box_names = ("month", "year")
    default_error_messages = {"unreal": "{Noun} must be a real month, like 3 2027"}

    def from_boxes(self, boxes: list[str]) -> date:
        month, year = boxes
        return self.day_from("1", month, year, first_box=0)


class DateTimeField(PartsField):
    """A moment typed as London time and given in UTC; a time the clock change skips or repeats is refused."""

    widget = DateTimeInput
    box_names = ("day", "month", "year", "time")
    default_error_messages = {
        "time": "The time of {noun} must be a time of day in London, like 12:00 or 5:30pm",
        "midnight": "The time of {noun} must be 00:00 (start of the day) or 23:59 (its end), not midnight",
        "doubt": "{Noun} must be a time that London's clocks show once. %(why)s",
    }

    def from_boxes(self, boxes: list[str]) -> datetime:
        day, month, year, typed = boxes
        on = self.day_from(day, month, year, first_box=1)
        at = self.time_from(typed)
        if why := clock.wall_clock_doubt(on, at):
            raise self.error("doubt", 3, why=why)
        return clock.at_london(on, at)

    def time_from(self, typed: str) -> time:
        text = re.sub(r"(\d)\.(\d)", r"\1:\2", typed.lower())
        text = re.sub(r"[\s.]", "", text)
        if text in {"noon", "12noon", "12:00noon"}:
            return time(12)
        if "midnight" in text:
            raise self.error("midnight", 3)
        found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?(am|pm)?", text)
        if not found or not (found[2] or found[3]):
            raise self.error("time", 3)
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3] and not 1 <= hour <= 12:
            raise self.error("time", 3)
        if found[3]:
            hour = hour % 12 + (12 if found[3] == "pm" else 0)
        if hour > 23 or minute > 59:
            raise self.error("time", 3)
        return time(hour, minute)


class MoneyField(forms.Field):
    """An amount in pounds as a Decimal of two places; accepts 1,234.50 and £1234.5, no parts of a penny."""

    widget = forms.TextInput
    default_error_messages = {
        "required": "Enter {noun}",
        "invalid": "{Noun} must be an amount in pounds, like 1,250 or 1250.50",
        "places": "{Noun} must have no more than two places after the point",
        "min_value": "{Noun} must be £%(limit)s or more",
        "max_value": "{Noun} must be £%(limit)s or less",
    }

    def __init__(
        self,
        *,
        minimum: Decimal | None = Decimal("0.00"),
        maximum: Decimal | None = Decimal("9999999999.99"),
        **kwargs: Any,
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def to_python(self, value: Any) -> Decimal | None:
        text = re.sub(r"[£,\s]", "", str(value)) if value is not None else ""
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,15}(\.\d*)?", text, re.ASCII):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        rounded = amount.quantize(Decimal("0.01"))
        if rounded != amount:
            raise ValidationError(self.error_messages["places"], code="places")
        return rounded

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.minimum is not None and value < self.minimum:
            raise ValidationError(
                self.error_messages["min_value"], code="min_value", params={"limit": f"{self.minimum:,}"}
            )
        if self.maximum is not None and value > self.maximum:
            raise ValidationError(
                self.error_messages["max_value"], code="max_value", params={"limit": f"{self.maximum:,}"}
            )

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}" if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class NumberField(forms.CharField):
    """A registered number, brought into the form in which it is printed by one of the rules."""

    def __init__(self, normal: Callable[[str], str], **given: Any) -> None:
        self.normal = normal
        super().__init__(**{"required": False, "max_length": 30, **given})

    def clean(self, value: Any) -> str:
        try:
            return self.normal(super().clean(value))
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


class TextField(forms.CharField):
    """A long text with a word limit, counted live in the page and again on the server (settled 7).

    With `strict=False` a text past the limit is taken and only marked: evaluators see it up to the limit.
    """

    widget = forms.Textarea
    default_error_messages = {
        "max_words": "{Noun} must be %(limit)s words or fewer; it has %(count)s",
    }

    def __init__(
        self, *, max_words: int | None = None, rows: int = 6, strict: bool = True, **kwargs: Any
    ) -> None:
        self.max_words = max_words
        self.strict = strict
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = rows

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.strict and self.max_words is not None and (words := count(value)) > self.max_words:
            raise ValidationError(
                self.error_messages["max_words"],
                code="max_words",
                params={"limit": self.max_words, "count": words},
            )


class FileField(forms.FileField):
    """One uploaded file within the size limit; its type is judged by content where it is stored."""

    widget = forms.FileInput
    default_error_messages = {
        "required": "Choose a file for {noun}",
        "too_large": (
            "The file for {noun} has %(size)s MB. "
            f"Choose a file of %(limit)d MB or less, of one of these kinds: {UPLOAD_KINDS}"
        ),
        "empty": f"The file for {{noun}} is empty. Choose a file that has content: {UPLOAD_KINDS}",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", f"{UPLOAD_KINDS}, up to {upload_limit()} MB.")
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("accept", ".pdf,.docx,.odt,.xlsx,.png,.jpg,.jpeg")

    def to_python(self, data: "File[Any] | None") -> Any:
        # What is over the limit was not kept on the way in; only its size is true.
        if data is not None and (data.size or 0) > settings.MAXIMUM_UPLOAD:
            # Rounded up, so that a file just over the limit is not said to have the limit.
            tenths = -(-data.size * 10 // MEGABYTE)
            params = {"size": Decimal(tenths) / 10, "limit": upload_limit()}
            raise ValidationError(self.error_messages["too_large"], code="too_large", params=params)
        return super().to_python(data)

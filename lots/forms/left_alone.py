"""Which boxes of a page its reader left alone, so that they can take what stands by now."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from commissioning.web.fields import DateField, DateTimeField, MoneyField
from commissioning.web.forms import PortalForm
from commissioning.web.text import london
from lots.queries.standing import as_text

from .carried import is_sound
from .meant import Meant

MOST_PLACES = 20


def _amount(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > MOST_PLACES:
        raise ValueError(text)
    return value


def _moment(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    # A time at the very ends of the calendar is none in London.
    london(value)
    return value


def _clock(text: str) -> time:
    value = time.fromisoformat(text)
    if value.tzinfo is not None:
        raise ValueError(text)
    return value


# How each kind of box that holds more than words is read, by its field.
READERS: tuple[tuple[type[forms.Field], Callable[[str], Any]], ...] = (
    (MoneyField, _amount),
    (DateTimeField, _moment),
    (DateField, date.fromisoformat),
    (forms.TimeField, _clock),
)


def left_alone(form: PortalForm, drawn: Mapping[str, str]) -> set[str]:
    """Return which boxes hold what the page was drawn with; `drawn` are texts by the name of the box."""
    return {name for name, text in drawn.items() if name in form.fields and holds(form, name, text)}


def holds(form: PortalForm, name: str, text: str) -> bool:
    """Return whether a box of a form that was sent holds this, however it was typed."""
    drawn = QueryDict(mutable=True)
    for key, values in _sent(form, name, text).items():
        drawn.setlist(key, values)
    typed = _cleaned(form, name, form.data)
    return typed is not None and typed == _cleaned(form, name, drawn)


def take_over(form: PortalForm, stands: Mapping[str, str], names: Iterable[str]) -> None:
    """Put what stands into these boxes of a form that was sent, as a browser would send it.

    A tick that was given for what such a box held is taken off (`Meant.take_over`).
    """
    names = set(names)
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    for name in names:
        data.pop(form.add_prefix(name), None)
        for key, values in _sent(form, name, stands[name]).items():
            data.setlist(key, values)
    form.data = data
    if isinstance(form, Meant):
        form.take_over(names)


def value_of(field: forms.Field, text: str) -> Any:
    """Return what a text says as the field has it: an amount, a day or a time; else the text itself."""
    # SECURITY: the browser sends what was seen, so it may be anything; it is then taken as it came.
    read = next((read for kind, read in READERS if isinstance(field, kind)), str)
    try:
        value = read(text)
        # Only what is written as the portal itself writes it: no NaN, no time without its zone.
        return value if as_text({"": value})[""] == text else text
    except (ArithmeticError, ValueError):
        return text


def says_something(field: forms.Field, text: Any) -> bool:
    """Return whether this is what the portal could have drawn the field with."""
    if not is_sound(text):
        return False
    kinds = tuple(kind for kind, _ in READERS)
    return not text or not isinstance(field, kinds) or not isinstance(value_of(field, text), str)


def _sent(form: PortalForm, name: str, text: str) -> dict[str, list[str]]:
    field, key = form.fields[name], form.add_prefix(name)
    widget = field.widget
    if isinstance(field, forms.BooleanField):
        return {key: ["on"]} if text else {}
    if isinstance(field, forms.MultipleChoiceField):
        return {key: text.splitlines()}
    value = value_of(field, text)
    if isinstance(widget, forms.MultiWidget):
        boxes: Any = widget.decompress(None if isinstance(value, str) else value)
        ends: Any = widget.widgets_names  # type: ignore[attr-defined]
        return {f"{key}{end}": [str(box)] for end, box in zip(ends, boxes, strict=True)}
    if isinstance(value, time):
        return {key: [f"{value:%H:%M}"]}
    return {key: [str(field.prepare_value(value))]}


def _cleaned(form: PortalForm, name: str, data: Any) -> str | None:
    field = form.fields[name]
    try:
        value = field.clean(field.widget.value_from_datadict(data, {}, form.add_prefix(name)))
    except forms.ValidationError:
        return None
    return as_text({name: sorted(value) if isinstance(field, forms.MultipleChoiceField) else value})[name]

"""Which boxes of a page its reader left alone, so that they can take what stands by now."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from commissioning.web.fields import DateField, DateTimeField, MoneyField
from commissioning.web.forms import PortalForm
from lots.queries.standing import as_text


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
    """Put what stands into these boxes of a form that was sent, as a browser would send it."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    for name in names:
        data.pop(form.add_prefix(name), None)
        for key, values in _sent(form, name, stands[name]).items():
            data.setlist(key, values)
    form.data = data


def value_of(field: forms.Field, text: str) -> Any:
    """Return what a text says as the field has it: an amount, a day or a time; else the text itself."""
    # SECURITY: the browser sends what was seen, so it may be anything; it is then taken as it came.
    try:
        if isinstance(field, MoneyField):
            return Decimal(text)
        if isinstance(field, DateTimeField):
            return datetime.fromisoformat(text)
        if isinstance(field, DateField):
            return date.fromisoformat(text)
        if isinstance(field, forms.TimeField):
            return time.fromisoformat(text)
    except (ArithmeticError, ValueError):
        pass
    return text


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

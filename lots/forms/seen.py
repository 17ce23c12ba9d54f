"""A hidden box that carries what a page was drawn with, so that nobody is overwritten unseen."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms

from commissioning.web.fields import DateField, DateTimeField, MoneyField
from commissioning.web.forms import PortalForm
from commissioning.web.text import day, london, money
from commissioning.workflow import Reason
from lots.queries.standing import as_text

BOX = "seen"
# What is longer is told as it stands now alone: the whole of both would bury what is to be done.
LONG = 200


class SeenField(forms.CharField):
    """What stood when the page was drawn, by the name of the box."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dict[str, str]:
        # A box that was lost or spoilt on the way has seen nothing: the service then tells what stands.
        try:
            given = json.loads(super().clean(value) or "{}")
        except ValueError:
            given = None
        return {name: str(text) for name, text in given.items()} if isinstance(given, dict) else {}


def carry(form: PortalForm, stands: Mapping[str, Any]) -> None:
    """Give a form the box that carries what its page is drawn with."""
    form.fields[BOX] = SeenField(required=False)
    form.initial[BOX] = carried(stands)


def carried(stands: Mapping[str, Any]) -> str:
    """Return what stands as the hidden box carries it."""
    return json.dumps(as_text(stands))


def told(form: PortalForm, newer: Mapping[str, tuple[str, str]]) -> list[Reason]:
    """Return beside each box what was seen in it and what stands in it now, in words."""
    return [
        Reason(_newer(form, name, *pair), field=name) for name, pair in newer.items() if name in form.fields
    ]


def in_words(form: PortalForm, name: str, text: str) -> str:
    """Return what a box holds as its field has it: a choice by its label, money and days in words."""
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return "ticked" if text else "not ticked"
    if isinstance(field, forms.MultipleChoiceField):
        words = ", ".join(_label(field, one) for one in text.splitlines())
    elif isinstance(field, forms.ChoiceField):
        words = _label(field, text)
    else:
        words = _typed(field, text) + _unit(form, name) if text else ""
    return _quoted(words) if words else "empty"


def _newer(form: PortalForm, name: str, seen: str, stands: str) -> str:
    now = in_words(form, name, stands)
    if len(seen) + len(stands) > LONG:
        return f"This was changed after you opened the page. It is {now} now."
    return f"This is {now} now; when you opened the page it was {in_words(form, name, seen)}."


def _typed(field: forms.Field, text: str) -> str:
    # SECURITY: the browser sends what was seen, so it may be anything; it is then shown as it came.
    try:
        if isinstance(field, MoneyField):
            return money(Decimal(text))
        if isinstance(field, DateTimeField):
            return london(datetime.fromisoformat(text))
        if isinstance(field, DateField):
            return day(date.fromisoformat(text))
        if isinstance(field, forms.TimeField):
            return f"{time.fromisoformat(text):%H:%M}"
    except (ArithmeticError, ValueError):
        pass
    return text


def _label(field: forms.ChoiceField, text: str) -> str:
    offered: Any = field.choices
    return next((str(label) for value, label in offered if str(value) == text), text)


def _unit(form: PortalForm, name: str) -> str:
    unit = form.suffixes.get(name, "")
    return f" {unit}" if unit[:1].isalpha() else unit


def _quoted(text: str) -> str:
    return f"“{' / '.join(text.splitlines())}”"

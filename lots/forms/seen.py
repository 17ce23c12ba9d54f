"""A hidden box that carries what a page was drawn with, so that nobody is overwritten unseen."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.crypto import salted_hmac

from commissioning.web.forms import PortalForm
from commissioning.web.text import day, london, money
from commissioning.workflow import Reason
from lots.queries.standing import as_text
from lots.services.checks import Overtaken

from .carried import brought_back, is_sound
from .left_alone import holds, left_alone, says_something, take_over, value_of

BOX = "seen"
# Which row the page was drawn with; its number or code, by which the address names it, may change.
ROW = "seen_row"
MARK_LENGTH = 32
# What is longer is told as it stands now alone: the whole of both would bury what is to be done.
LONG = 200
TAKEN = " You had left it as it was, so this box holds what stands now."
KEPT = " What you wrote is in the box: saving again puts it in its place."


class SeenField(forms.CharField):
    """What stood when the page was drawn, by the name of the box."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dict[str, str]:
        # A box that was lost or spoilt on the way has seen nothing: the service then tells what stands.
        given = brought_back(value)
        return given if isinstance(given, dict) and all(is_sound(text) for text in given.values()) else {}


def carry(form: PortalForm, stands: Mapping[str, Any], row: Model) -> None:
    """Give a form the boxes that carry what its page is drawn with, and of which row."""
    form.fields[BOX] = SeenField(required=False)
    form.initial[BOX] = carried(stands)
    form.fields[ROW] = forms.Field(required=False, widget=forms.HiddenInput)
    form.initial[ROW] = mark_of(row)


def mark_of(row: Model) -> str:
    """Return what tells a row from every other for as long as it lasts.

    SECURITY: not its number, which would tell how many there are in all (settled 3).
    """
    return salted_hmac(ROW, f"{row._meta.label}:{row.pk}", algorithm="sha256").hexdigest()[:MARK_LENGTH]


def drawn(form: PortalForm) -> dict[str, str]:
    """Take out of a form that was sent what its page was drawn with; nothing where any of it is spoilt."""
    given: dict[str, str] = form.cleaned_data.pop(BOX)
    del form.cleaned_data[ROW]
    sound = all(says_something(field, given.get(name, "")) for name, field in form.fields.items())
    return given if sound else {}


def carried(stands: Mapping[str, Any]) -> str:
    """Return what stands as the hidden box carries it."""
    return json.dumps(as_text(stands), ensure_ascii=False)


def overtaken(form: PortalForm, refusal: Overtaken) -> None:
    """Bring a form that was sent up to what stands: a box that its writer left alone takes it.

    Beside each box that was changed meanwhile it says so. Where the page lost what it was drawn with, nobody
    can tell which was left alone: every box keeps what it holds. Sent again, the form replaces what stands:
    by then its writer has read it.
    """
    stands, newer = refusal.stands, refusal.newer
    same = {name for name, (_, now) in newer.items() if name in form.fields and holds(form, name, now)}
    words: dict[str, str] = {}
    if refusal.is_lost:
        newer = {name: pair for name, pair in newer.items() if name not in same}
    else:
        alone = left_alone(form, {name: seen for name, (seen, _) in newer.items()})
        take_over(form, stands, alone)
        words = dict.fromkeys(alone, TAKEN) | dict.fromkeys(same - alone, "")
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data[BOX] = carried(stands)
    form.data = data
    form.refuse(
        Reason(_newer(form, name, pair, is_lost=refusal.is_lost) + words.get(name, KEPT), field=name)
        for name, pair in newer.items()
        if name in form.fields
    )


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


def _newer(form: PortalForm, name: str, pair: tuple[str, str], *, is_lost: bool) -> str:
    seen, stands = pair
    now = in_words(form, name, stands)
    if is_lost:
        return f"This is {now} now; what it was when you opened the page is lost."
    if len(seen) + len(stands) > LONG:
        return f"This was changed after you opened the page. It is {now} now."
    return f"This is {now} now; when you opened the page it was {in_words(form, name, seen)}."


def _typed(field: forms.Field, text: str) -> str:
    value = value_of(field, text)
    if isinstance(value, Decimal):
        return money(value)
    if isinstance(value, datetime):
        return london(value)
    if isinstance(value, date):
        return day(value)
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _label(field: forms.ChoiceField, text: str) -> str:
    offered: Any = field.choices
    return next((str(label) for value, label in offered if str(value) == text), text)


def _unit(form: PortalForm, name: str) -> str:
    unit = form.suffixes.get(name, "")
    return f" {unit}" if unit[:1].isalpha() else unit


def _quoted(text: str) -> str:
    return f"“{' / '.join(text.splitlines())}”"

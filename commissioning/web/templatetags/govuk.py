"""What the govuk template pack asks of a field: which template, which class, which options."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from commissioning.web.fields import MoneyField, TextField
from commissioning.web.forms import SIZES, error_box
from commissioning.web.widgets import PartsWidget
from commissioning.web.words import count

register = template.Library()

# The first that fits decides, so subclasses stand before their bases.
KINDS: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (PartsWidget, "boxes", ""),
    (forms.CheckboxSelectMultiple, "checkboxes", ""),
    (forms.RadioSelect, "radios", ""),
    (forms.CheckboxInput, "checkbox", "govuk-checkboxes__input"),
    (forms.Select, "select", "govuk-select"),
    (forms.Textarea, "textarea", "govuk-textarea"),
    (forms.FileInput, "file", "govuk-file-upload"),
    (
        forms.PasswordInput,
        "password",
        "govuk-input govuk-password-input__input govuk-js-password-input-input",
    ),
    (forms.Widget, "input", "govuk-input"),
)
ERROR_CLASSES = {
    "select": "govuk-select--error",
    "textarea": "govuk-textarea--error",
    "file": "govuk-file-upload--error",
    "password": "govuk-input--error",
    "input": "govuk-input--error",
}


def _kind(bound: BoundField) -> tuple[str, str]:
    widget = bound.field.widget
    return next((kind, css) for base, kind, css in KINDS if isinstance(widget, base))


def _of_form(bound: BoundField, name: str) -> Any:
    return getattr(bound.form, name, {}).get(bound.name, "")


@register.filter
def field_template(bound: BoundField) -> str:
    """Return the template that draws this field's kind."""
    return f"govuk/fields/{_kind(bound)[0]}.html"


@register.filter
def control(bound: BoundField) -> SafeString:
    """Return the drawn box with its classes, its width and the ids of its hint, error and word count."""
    kind, css = _kind(bound)
    classes = [css, bound.field.widget.attrs.get("class", "")]
    if width := _of_form(bound, "widths") or (isinstance(bound.field, MoneyField) and 10):
        classes.append(f"govuk-input--width-{width}")
    if bound.errors and kind in ERROR_CLASSES:
        classes.append(ERROR_CLASSES[kind])
    attrs: dict[str, Any] = {"class": " ".join(filter(None, classes))}
    if isinstance(bound.field, TextField) and bound.field.max_words is not None:
        attrs["aria-describedby"] = f"{bound.aria_describedby or ''} {bound.auto_id}_count".strip()
    return bound.as_widget(attrs=attrs)


@register.filter
def size_class(bound: BoundField, base: str) -> str:
    """Return ` base--m` and the like, where the form gives this field's label a size."""
    size = _of_form(bound, "label_sizes")
    if getattr(bound.form, "page_heading", "") == bound.name:
        size = size or "l"
    return f" {base}--{size}" if size in SIZES else ""


@register.filter
def is_page_heading(bound: BoundField) -> bool:
    """Tell whether this field's label is the page's h1."""
    return getattr(bound.form, "page_heading", "") == bound.name


@register.filter
def is_optional(bound: BoundField) -> bool:
    """Tell whether the label is to say "(optional)"; filters, where all is optional, do not say it."""
    return not bound.field.required and not getattr(bound.form, "all_optional", False)


@register.filter
def is_inline(bound: BoundField) -> bool:
    """Tell whether its radios stand side by side."""
    return bound.name in getattr(bound.form, "inline", ())


@register.filter
def prefix(bound: BoundField) -> str:
    """Return the unit before the box, such as £."""
    return _of_form(bound, "prefixes") or ("£" if isinstance(bound.field, MoneyField) else "")


@register.filter
def suffix(bound: BoundField) -> str:
    """Return the unit after the box."""
    return str(_of_form(bound, "suffixes"))


@dataclass(frozen=True)
class Option:
    """One radio or checkbox, with the fields it reveals."""

    id: str
    name: str
    value: str
    label: str
    checked: bool
    disabled: bool
    hint: str = ""
    reveals: list[BoundField] = field(default_factory=list)


@register.filter
def options(bound: BoundField) -> Iterable[Option]:
    """Return the options of radios or checkboxes in order."""
    hints = _of_form(bound, "option_hints") or {}
    reveals = _of_form(bound, "reveals") or {}
    for box in bound.subwidgets:
        value = "" if box.data["value"] is None else str(box.data["value"])
        yield Option(
            id=str(box.id_for_label),
            name=box.data["name"],
            value=value,
            label=box.data["label"],
            checked=bool(box.data["selected"]),
            disabled=bool(box.data["attrs"].get("disabled")),
            hint=hints.get(value, ""),
            reveals=[bound.form[name] for name in reveals.get(value, ())],
        )


@register.filter
def boxes(bound: BoundField) -> list[dict[str, Any]]:
    """Return the boxes of a date: id, name, label, width, what was typed, and which one is wrong."""
    widget = bound.field.widget
    context = widget.get_context(bound.html_name, bound.value(), {"id": bound.auto_id})
    wrong = error_box(bound) if bound.errors else None
    codes = {error.code for error in bound.errors.as_data()} if bound.errors else set()
    return [
        {
            "id": box["attrs"]["id"],
            "name": box["name"],
            "label": box["label"],
            "width": box["width"],
            "value": "" if box["value"] is None else box["value"],
            "numeric": box["part"] != "time",
            # Without a value at all, or with a day that is not in the calendar, every box is wrong.
            "wrong": bool(bound.errors) and (number == wrong or codes == {"required"}),
            "disabled": bound.field.disabled,
        }
        for number, box in enumerate(context["widget"]["subwidgets"])
    ]


@dataclass(frozen=True)
class Words:
    """How much of a word limit is used."""

    limit: int
    used: int

    @property
    def over(self) -> bool:
        return self.used > self.limit

    @property
    def sentence(self) -> str:
        if self.over:
            beyond = self.used - self.limit
            return (
                f"{self.used:,} of {self.limit:,} words: {beyond:,} word{'s' * (beyond != 1)} over the limit"
            )
        return f"{self.used:,} of {self.limit:,} words"


@register.filter
def word_count(bound: BoundField) -> Words | None:
    """Return the words used and allowed, where the field has a limit; counted as the service counts."""
    limit = getattr(bound.field, "max_words", None)
    return None if limit is None else Words(limit, count(str(bound.value() or "")))

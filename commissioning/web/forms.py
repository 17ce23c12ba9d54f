"""The base of every form: wording of errors, the error summary, the drawing of fields by the govuk pack."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import MaxValueValidator
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string

from commissioning.workflow import Reason

CHOICE_FIELDS = (forms.ChoiceField, forms.ModelChoiceField)
DJANGO_DASHES = "---------"
SIZES = frozenset({"s", "m", "l", "xl"})
# Labels that begin with one of these already read well after "Enter" or "Select".
DETERMINERS = frozenset(
    {"a", "all", "an", "any", "each", "every", "how", "its", "our", "that", "the", "their", "what", "when"}
    | {"where", "whether", "which", "who", "whose", "why", "your"}
)

# The greatest number that every database takes where numbers, limits and terms are kept.
MOST = 32_767


@dataclass(frozen=True)
class SummaryItem:
    """One line of the error summary; `href` puts the focus on the control, or leads to the page to mend."""

    text: str
    href: str = ""


def lower_first(text: str) -> str:
    """Return the text with a small first letter, unless it begins with an abbreviation such as CQC."""
    return text if text[1:2].isupper() or text[:2] in {"I ", "I'"} else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def default_messages(field: forms.Field) -> dict[str, str]:
    """Return the wording for what Django's own fields refuse; `{noun}` stands for the field in words."""
    choose = isinstance(field, CHOICE_FIELDS)
    messages = {
        "required": "Select {noun}" if choose else "Enter {noun}",
        "invalid": "Enter {noun} in the form described",
        "invalid_choice": "Select {noun} from the list",
        "invalid_list": "Select {noun} from the list",
        "max_length": "{Noun} must be %(limit_value)d characters or fewer; it has %(show_value)d",
        "min_length": "{Noun} must be %(limit_value)d characters or more; it has %(show_value)d",
        "min_value": "{Noun} must be %(limit_value)s or more",
        "max_value": "{Noun} must be %(limit_value)s or less",
        "max_decimal_places": "{Noun} must have no more than %(max)s places after the point",
        "max_digits": "{Noun} must have no more than %(max)s digits",
        "max_whole_digits": "{Noun} must have no more than %(max)s digits before the point",
        "null_characters_not_allowed": "{Noun} holds a character that cannot be kept: type it again",
        "surrogate_characters_not_allowed": "{Noun} holds a character that cannot be kept: type it again",
    }
    if isinstance(field, forms.EmailField):
        messages["invalid"] = "{Noun} must be like name@example.com"
    elif isinstance(field, forms.URLField):
        messages["invalid"] = "{Noun} must be a web address like https://example.com"
    elif isinstance(field, forms.IntegerField) and not isinstance(field, forms.DecimalField):
        messages["invalid"] = "{Noun} must be a whole number, like 12"
    elif isinstance(field, forms.DecimalField):
        messages["invalid"] = "{Noun} must be a number, like 12.5"
    elif isinstance(field, forms.BooleanField):
        messages["required"] = f"Tick “{field.label}” to go on"
    return messages


def inherited_messages(field: forms.Field) -> dict[str, Any]:
    """Return the messages that Django's classes give this field, to tell them from those its writer gave."""
    messages: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            messages.update(getattr(kind, "default_error_messages", {}))
    return messages


def focus_id(field: BoundField) -> str:
    """Return the id of the control that takes the focus from the error summary.

    Of radios and checkboxes it is the first, of a date the box in error or else the day.
    """
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    if isinstance(widget, forms.MultiWidget):
        return f"{field.auto_id}_{error_box(field)}"
    return str(field.auto_id)


def error_box(field: BoundField) -> int:
    """Return the number of the box of a date that is to be mended, counted from 0."""
    for error in field.errors.as_data():
        if error.params and "box" in error.params:
            return int(error.params["box"])
    return 0


class PortalForm(forms.Form):
    """A form in the portal's look whose errors name the field and the mend.

    `nouns` names fields in words for messages ("the lot's title"); a field without one is named by its label.
    `layout` lists fields and crispy layout objects in order; without it all fields are drawn in theirs.
    `label_sizes` makes labels or legends larger ("s", "m", "l"); `page_heading` names the one field
    whose label is the page's h1. `prefixes` and `suffixes` put a unit before or after the box.
    `widths` sets the width of a box in characters (2, 3, 4, 5, 10, 20, 30); `inline` names fields whose
    radios stand side by side. `option_hints` and `reveals` give, by field and value, a hint under a
    radio or checkbox and the fields that it reveals (which then are left out of `layout`).
    """

    layout: Sequence[str | LayoutObject] | None = None
    page_heading = ""
    all_optional = False
    nouns: Mapping[str, str] = {}
    label_sizes: Mapping[str, str] = {}
    prefixes: Mapping[str, str] = {}
    suffixes: Mapping[str, str] = {}
    widths: Mapping[str, int] = {}
    inline: Collection[str] = ()
    option_hints: Mapping[str, Mapping[str, str]] = {}
    reveals: Mapping[str, Mapping[str, Sequence[str]]] = {}
    # Marks what is optional in the label instead of leaving it to the browser's own message.
    use_required_attribute = False
    template_name = "govuk/uni_form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[SummaryItem] = []
        for name, field in self.fields.items():
            if isinstance(field, forms.IntegerField) and field.max_value is None:
                field.max_value = MOST
                field.validators.append(MaxValueValidator(MOST))
            self._word_errors(name, field)
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == DJANGO_DASHES:
                field.empty_label = "Choose one"

    def noun(self, name: str) -> str:
        """Return the field's name for use inside a sentence."""
        if name in self.nouns:
            return self.nouns[name]
        label = str(self.fields[name].label or name.replace("_", " "))
        if label.endswith("?"):
            return f"an answer to “{label}”"
        return (
            lower_first(label)
            if label.split(" ", 1)[0].lower() in DETERMINERS
            else f"the {lower_first(label)}"
        )

    def _word_errors(self, name: str, field: forms.Field) -> None:
        noun = self.noun(name)
        given: dict[str, Any] = field.error_messages
        own = inherited_messages(field)
        for code, text in default_messages(field).items():
            if code not in given or given[code] is own.get(code) or given[code] == own.get(code):
                given[code] = text
        for code, text in given.items():
            if isinstance(text, str):
                given[code] = text.replace("{noun}", noun).replace("{Noun}", upper_first(noun))

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Set what a choice field offers, where that is known only when the page is drawn."""
        field: Any = self.fields[name]
        field.choices = list(choices)

    @property
    def helper(self) -> FormHelper:
        """Return what crispy-forms draws by; the page draws the form tag, the token and the buttons."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.include_media = False
        helper.render_hidden_fields = True
        revealed = {
            name for by_value in self.reveals.values() for names in by_value.values() for name in names
        }
        plain = [
            name for name, field in self.fields.items() if not field.widget.is_hidden and name not in revealed
        ]
        helper.layout = Layout(*(self.layout if self.layout is not None else plain))
        return helper

    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Take up what a service refused: beside the named field, else in the summary with its link."""
        for reason in reasons:
            if reason.field and reason.field in self.fields:
                self.add_error(reason.field, reason.text)
            else:
                self.refusals.append(SummaryItem(reason.text, reason.link or ""))

    def error_summary(self) -> list[SummaryItem]:
        """Return the lines of the error summary in the order of the fields, refusals of the whole last."""
        if not self.is_bound and not self.refusals:
            return []
        errors = self.errors if self.is_bound else {}
        items = [
            SummaryItem(str(text), f"#{focus_id(self[name])}")
            for name in self.fields
            for text in errors.get(name, [])
        ]
        items += [SummaryItem(str(text)) for text in errors.get(NON_FIELD_ERRORS, [])]
        return items + self.refusals


@dataclass(frozen=True)
class Note:
    """What is told beside fields, in plain text, with a link to where more can be done, if there is one."""

    text: str
    label: str = ""
    url: str = ""


class Section(LayoutObject):
    """Fields under a legend, for use in `layout`; the legend is plain text, never a template."""

    def __init__(
        self, legend: str, *fields: str | LayoutObject, hint: str = "", note: Note | None = None
    ) -> None:
        self.legend = legend
        self.fields = list(fields)
        self.hint = hint
        self.note = note

    def render(self, form: forms.Form, context: Any, template_pack: str = "govuk", **kwargs: Any) -> str:
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(
            "govuk/layout/fieldset.html",
            {"legend": self.legend, "hint": self.hint, "note": self.note, "fields": fields},
        )


class FilterForm(PortalForm):
    """The form of a list's filters: sent by GET, with nothing required."""

    all_optional = True

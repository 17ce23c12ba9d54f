"""Shape and wording of what providers and leads type: choices of lots, answers, declarations, reasons."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.template.defaultfilters import floatformat

from commissioning.people.models import Organisation
from commissioning.web.fields import DateField, DateTimeField, FileField, MoneyField, TextField
from commissioning.web.forms import PortalForm
from commissioning.web.text import money
from lots.forms.meant import Meant
from lots.models import Lot, PriceLine, WindowLot
from lots.watch import DOCUMENT_CHOICES, RATINGS
from providers.queries.items import Item
from providers.queries.submissions import Own

YES_NO = (("yes", "Yes"), ("no", "No"))
ANSWER_ROWS = 14


class GrowingForm(PortalForm):
    """A form whose fields follow from what is asked; each is worded like those written down."""

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self._word_errors(name, field)


class ChooseLots(GrowingForm):
    """Which lots to apply for, and for which organisation where the person writes for several."""

    nouns = {"lots": "at least one lot", "organisation": "the organisation that applies"}

    def __init__(
        self,
        *args: Any,
        offered: Iterable[tuple[WindowLot, str]],
        organisations: Sequence[Organisation] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(row.lot.number): row for row, why_not in offered if not why_not}
        if len(organisations) > 1:
            organisation = forms.ChoiceField(
                label="Which organisation applies?",
                choices=[(row.reference, row.name) for row in organisations],
                widget=forms.RadioSelect,
            )
            self._add("organisation", organisation)
        lots = forms.MultipleChoiceField(
            label="Lots",
            help_text="Each lot has its own answers and is decided on its own. You can add a lot later.",
            choices=[(number, str(row.lot)) for number, row in self.offered.items()],
            widget=forms.CheckboxSelectMultiple,
        )
        self._add("lots", lots)
        self.option_hints = {"lots": {n: row.lot.description for n, row in self.offered.items()}}

    def chosen(self) -> list[WindowLot]:
        """Return the lots that were chosen."""
        return [self.offered[number] for number in self.cleaned_data["lots"]]


class ChooseOrganisation(GrowingForm):
    """For which organisation, where the person writes for several; else there is nothing to choose."""

    nouns = {"organisation": "the organisation that applies"}

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {row.reference: row for row in organisations}
        if len(organisations) > 1:
            organisation = forms.ChoiceField(
                label="Which organisation applies?",
                choices=[(reference, row.name) for reference, row in self.organisations.items()],
                widget=forms.RadioSelect,
            )
            self._add("organisation", organisation)

    def chosen(self) -> Organisation:
        """Return the organisation that applies."""
        if "organisation" not in self.fields:
            return next(iter(self.organisations.values()))
        return self.organisations[self.cleaned_data["organisation"]]


class Answer(GrowingForm):
    """One question: the text, and a file where files are taken; carries the version it was drawn with."""

    all_optional = True
    nouns = {"text": "your answer", "file": "the answer"}

    def __init__(
        self, *args: Any, item: Item, room_for_files: int = 0, file_hint: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        text = TextField(
            label="Your answer",
            required=False,
            strict=False,
            strip=False,
            rows=ANSWER_ROWS,
            max_words=item.word_limit,
            help_text=f"Up to {item.word_limit:,} words. {WORD_RULE}",
        )
        self._add("text", text)
        self._add("version", version_box())
        # A page that was drawn while there was room may send one: it is refused by name, not dropped.
        if room_for_files or self.files.get("file"):
            file = FileField(label="Add a file", required=False)
            file.help_text = f"{file_hint or file.help_text} {_more(room_for_files)}"
            self._add("file", file)

    @property
    def based_on(self) -> int:
        return self.cleaned_data.get("version") or 0


class AtClose(PortalForm):
    """Carries whether an instruction stood when the page was drawn."""

    now = forms.ChoiceField(choices=YES_NO, widget=forms.HiddenInput)


class OnVersion(GrowingForm):
    """Carries the version that a page without boxes was drawn with."""

    all_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add("version", version_box())

    @property
    def based_on(self) -> int:
        return self.cleaned_data.get("version") or 0


WORD_RULE = (
    "A word is anything between spaces that has a letter or a digit. What goes past the limit is kept, but "
    "evaluators do not see it."
)


class SharedForm(GrowingForm):
    """Several items on one page; carries the version that each was drawn with."""

    all_optional = True
    own: list[Own]

    @property
    def values(self) -> Mapping[str, Any]:
        """Return what was typed, by the item's code."""
        raise NotImplementedError

    @property
    def based_on(self) -> dict[str, int]:
        return {one.item.code: self.cleaned_data[f"version_{one.item.code}"] or 0 for one in self.own}


class Extension(Meant):
    """A later deadline, with the reason everybody is told."""

    new_deadline = DateTimeField(label="New deadline", help_text="London time, for example 12:00.")
    reason = TextField(label="Reason", max_words=200, rows=4, help_text="Everybody who is told reads this.")
    nouns = {"new_deadline": "the new deadline", "reason": "why the deadline is moved"}


class DeadlineStays(PortalForm):
    """Why an outage moves no deadline."""

    reason = TextField(
        label="Reason", max_words=200, rows=4, help_text="It is shown on the window's public page."
    )
    nouns = {"reason": "why the deadline stays"}


class Opening(PortalForm):
    """Confirms that the entries are opened for good."""

    sure = forms.BooleanField(label="I understand that this cannot be undone")


class Reasoned(PortalForm):
    """A reason that the provider is told."""

    reason = TextField(
        label="Reason", rows=5, max_words=300, help_text="The provider is told it word for word."
    )
    nouns = {"reason": "the reason"}


class Suspension(Reasoned):
    """The reason of a suspension and the day on which it is looked at again."""

    review_on = DateField(label="Review date", help_text="The day by which you look at it again.")
    nouns = {"reason": "why the provider is suspended", "review_on": "the review date"}


class AsAt(GrowingForm):
    """The day on which a register is shown, and of which lot."""

    all_optional = True
    on = DateField(label="As at", required=False)
    nouns = {"on": "the day", "lot": "the lot"}

    def __init__(self, *args: Any, lots: Iterable[Lot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "All lots"), *((str(lot.number), str(lot)) for lot in lots)]
        self._add("lot", forms.ChoiceField(label="Lot", required=False, choices=choices))


class Prices(SharedForm):
    """A price schedule: one amount a line, its unit, quantity and ceiling shown before typing."""

    def __init__(self, *args: Any, own: Sequence[Own], **kwargs: Any) -> None:
        kwargs["initial"] = {
            **{one.item.code: one.value for one in own},
            **{f"version_{one.item.code}": one.number for one in own},
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.own = list(own)
        self.nouns = {one.item.code: f"the price of “{one.item.title}”" for one in self.own}
        for one in self.own:
            line = one.item.source
            price = MoneyField(label=line.title, required=False, help_text=_asked(line))
            self._add(one.item.code, price)
            self._add(f"version_{one.item.code}", version_box())

    def rows(self) -> list[tuple[Own, BoundField, BoundField]]:
        """Return each line with the box for its price and the number of its version, for the table."""
        return [(one, self[one.item.code], self[f"version_{one.item.code}"]) for one in self.own]

    @property
    def values(self) -> dict[str, Decimal | None]:
        """Return the prices by the item's code; None where the box was left empty."""
        return {one.item.code: self.cleaned_data[one.item.code] for one in self.own}


def _asked(line: PriceLine) -> str:
    ceiling = f", no more than {money(line.ceiling, 'pence')}" if line.ceiling is not None else ""
    return f"for each {line.unit}{ceiling}; quantity {floatformat(line.quantity, '-2g')}"


def version_box() -> forms.IntegerField:
    """Return the hidden box of a number that a page was drawn with."""
    return forms.IntegerField(required=False, widget=forms.HiddenInput)


def _more(room: int) -> str:
    if not room:
        return "Remove a file first."
    return f"You can add {room} more." if room > 1 else "You can add one more."


class NewDocument(PortalForm):
    """A document for the profile: its kind, its dates and the file."""

    kind = forms.ChoiceField(label="What is it?", choices=DOCUMENT_CHOICES, widget=forms.RadioSelect)
    issued_on = DateField(label="Day of issue", help_text="As it stands on the document, like 27 3 2027.")
    expires_on = DateField(
        label="Last day on which it is good",
        required=False,
        help_text="Of a policy, the day by which you review it. Leave empty for a CQC report.",
    )
    file = FileField(label="The document")
    nouns = {
        "kind": "what it is",
        "issued_on": "the day of issue",
        "expires_on": "the last day",
        "file": "the document",
    }


class NewRating(PortalForm):
    """What the Care Quality Commission published, and when."""

    rating = forms.ChoiceField(
        label="Overall rating", choices=list(RATINGS.items()), widget=forms.RadioSelect
    )
    published_on = DateField(
        label="Day on which the CQC published it", help_text="As it stands on its report, like 27 3 2027."
    )
    nouns = {"rating": "the rating", "published_on": "the day of publication"}

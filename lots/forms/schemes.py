"""Forms of a scheme and its parts."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from commissioning.web.fields import MoneyField, TextField
from commissioning.web.forms import PortalForm, Section
from lots import rules
from lots.models import Question, Scheme
from lots.models.schemes import GROUND_CHOICES
from lots.queries.standing import TIE_BREAK_PLACES


def percent_field(label: str, **kwargs: Any) -> forms.DecimalField:
    """Return a field for a percentage of two places."""
    return forms.DecimalField(label=label, decimal_places=2, **kwargs)


class SchemeSettings(PortalForm):
    """A scheme's title, threshold, limits on files and, in a mini-competition, how price counts."""

    title = forms.CharField(label="Title", max_length=200)
    threshold = percent_field(
        "Threshold for admission",
        required=False,
        help_text="The total a provider must reach, usually 65. Exactly this total is enough.",
    )
    panel_sees_last_score = forms.BooleanField(
        label="The panel sees a re-applicant’s last score and its reason",
        required=False,
        help_text="As an earlier panel agreed them. Applicants read here that it does, or that it does not.",
    )
    asks_consortium = forms.BooleanField(
        label="Ask who applies together",
        required=False,
        help_text="Each entry then names its consortium members and subcontractors, or says it has none.",
    )
    price_weight = percent_field(
        "Weight of price", required=False, help_text="Quality has what price leaves of 100."
    )
    price_formula = forms.ChoiceField(label="How a price earns points", required=False)
    price_benchmark = MoneyField(
        label="Benchmark price", required=False, help_text="Only where a published benchmark is used."
    )
    tie_break_1 = forms.ChoiceField(label="Where totals are equal, first comes", required=False)
    tie_break_2 = forms.ChoiceField(label="Then", required=False)
    tie_break_3 = forms.ChoiceField(label="Then, at last", required=False)
    file_megabytes = forms.IntegerField(label="Largest file", help_text="Up to 25 MB.")
    files_megabytes = forms.IntegerField(label="All files of these answers together")
    file_name_length = forms.IntegerField(label="Longest name of a file", help_text="20 to 150 characters.")
    plain_file_names = forms.BooleanField(
        label="Names of letters, digits, spaces and - _ . , ( ) & ' alone",
        required=False,
        help_text="For systems that stumble over other signs. Letters of every language are letters.",
    )
    suffixes = {
        "threshold": "%",
        "price_weight": "%",
        "file_megabytes": "MB",
        "files_megabytes": "MB",
        "file_name_length": "characters",
    }
    widths = {
        "threshold": 5,
        "price_weight": 5,
        "file_megabytes": 3,
        "files_megabytes": 3,
        "file_name_length": 3,
    }
    nouns = {
        "price_weight": "the weight of price",
        "tie_break": "the order of tie-breaks",
        "file_megabytes": "how many MB a file may have",
        "files_megabytes": "how many MB all files may have together",
        "file_name_length": "how many characters a file’s name may have",
    }
    about_files = Section(
        "Files",
        "file_megabytes",
        "files_megabytes",
        "file_name_length",
        "plain_file_names",
        hint="How many files each question takes is set with the question.",
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        competition = kind == Scheme.Kind.COMPETITION
        self.offer("price_formula", [("", "Choose"), *rules.PRICE_FORMULAS])
        for name in TIE_BREAK_PLACES:
            self.offer(name, [("", "Nothing"), *rules.TIE_BREAKS])
        unused = {"threshold"} if kind == Scheme.Kind.COMMON else set()
        if kind != Scheme.Kind.ADMISSION:
            unused |= {"panel_sees_last_score", "asks_consortium"}
        if not competition:
            unused |= {"price_weight", "price_formula", "price_benchmark", *TIE_BREAK_PLACES}
        for name in unused:
            del self.fields[name]
        if not competition:
            own = ("title", "threshold", "panel_sees_last_score", "asks_consortium")
            shown = (name for name in own if name in self.fields)
            self.layout = (Section("The scheme", *shown), self.about_files)
        else:
            self.fields["threshold"].label = "Lowest quality total that can win"
            self.fields["threshold"].help_text = "Leave empty where there is none."
            self.layout = (
                "title",
                Section("Quality", "threshold"),
                Section("Price", "price_weight", "price_formula", "price_benchmark"),
                Section("Equal totals", *TIE_BREAK_PLACES),
                self.about_files,
            )

    def settings(self) -> dict[str, Any]:
        """Return what the services take."""
        given = dict(self.cleaned_data)
        if "price_weight" in given:
            given["price_weight"] = (given["price_weight"] or Decimal(0)).quantize(Decimal("0.01"))
            given["tie_break"] = [one for name in TIE_BREAK_PLACES if (one := given.pop(name))]
        return given


class NewScheme(PortalForm):
    """What a scheme is for, and whether the usual wording begins it."""

    kind = forms.ChoiceField(label="What is it for?", widget=forms.RadioSelect)
    title = forms.CharField(
        label="Title", max_length=200, help_text="Such as “Admission 2027”. Applicants read it."
    )
    proposed = forms.BooleanField(
        label="Begin with the usual questions, standards and declarations",
        required=False,
        initial=True,
        help_text="You can change all of them before you publish.",
    )
    option_hints = {
        "kind": {
            "admission": "What providers answer to join a lot, scored against a threshold.",
            "common": "What every applicant answers once for all lots: organisation and declarations.",
            "competition": "What bidders answer for one call-off, with a price.",
        }
    }
    nouns = {"kind": "what the scheme is for"}

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", [one for one in Scheme.Kind.choices if one[0] in kinds])


class PartForm(PortalForm):
    """What questions, standards and price lines share."""

    code = forms.SlugField(
        label="Code",
        max_length=12,
        help_text="Short and lasting, like MS1. It stands on letters.",
        error_messages={"invalid": "{Noun} must be letters, digits and hyphens without spaces, like MS1"},
    )
    title = forms.CharField(label="Title", max_length=120)
    position = forms.IntegerField(
        label="Place in the order", min_value=1, required=False, help_text="Leave empty to put it last."
    )
    widths = {"code": 10, "position": 2}


class QuestionForm(PartForm):
    """A question as applicants and evaluators read it."""

    kind = forms.ChoiceField(label="Kind", widget=forms.RadioSelect, choices=Question.Kind.choices)
    text = TextField(label="Question", rows=5)
    guidance = TextField(
        label="What evaluators look for",
        required=False,
        rows=4,
        help_text="Applicants read this beside the question.",
    )
    word_limit = forms.IntegerField(
        label="Word limit", help_text="Words past it are not shown to evaluators."
    )
    weight = percent_field(
        "Weight", required=False, help_text="The weights of all scored questions total exactly 100."
    )
    floor = forms.IntegerField(
        label="Lowest score that passes",
        required=False,
        help_text="Leave empty where there is none. Below it a lot is failed, whatever the total.",
    )
    files_allowed = forms.IntegerField(label="Files allowed", initial=0, min_value=0)
    widths = {**PartForm.widths, "word_limit": 5, "weight": 5, "floor": 2, "files_allowed": 2}
    suffixes = {"word_limit": "words", "weight": "%", "files_allowed": "files"}
    nouns = {"floor": "the lowest score that passes", "files_allowed": "how many files are allowed, or 0"}
    layout: tuple[Any, ...] = (
        Section("What is asked", "kind", "code", "title", "text", "guidance"),
        Section("How it is answered", "word_limit", "files_allowed"),
        Section("How it counts", "weight", "floor", "position"),
    )

    def __init__(self, *args: Any, scored: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not scored:
            # A common part is only answered.
            for name in ("weight", "floor", "kind"):
                del self.fields[name]
            self.layout = (
                Section("What is asked", "code", "title", "text", "guidance"),
                Section("How it is answered", "word_limit", "files_allowed", "position"),
            )


class StandardForm(PartForm):
    """A minimum standard that is declared, and decided pass or fail."""

    text = TextField(
        label="What the provider declares",
        rows=4,
        help_text="A statement that is true or not, beginning with “We” or “The organisation”.",
    )
    evidence_wanted = forms.CharField(
        label="Evidence", max_length=300, required=False, help_text="What you may ask to see."
    )
    ground = forms.ChoiceField(
        label="Is it a ground for exclusion?",
        required=False,
        choices=[("", "No"), *GROUND_CHOICES],
        help_text=(
            "The statement then says that it does not apply. A bidder to whom it does apply gives the date, "
            "and what was done to put it right."
        ),
    )
    look_back_years = forms.IntegerField(
        label="How many years after the event it counts",
        required=False,
        min_value=1,
        help_text="Leave empty where it counts for as long as it lasts.",
    )
    suffixes = {"look_back_years": "years"}
    widths = {**PartForm.widths, "look_back_years": 2}
    nouns = {"ground": "whether it is a ground", "look_back_years": "the number of years"}
    layout = ("code", "title", "text", "evidence_wanted", "ground", "look_back_years", "position")


class PriceLineForm(PartForm):
    """A line of the price schedule."""

    unit = forms.CharField(label="Unit", max_length=60, help_text="Such as “hour” or “month”.")
    quantity = forms.DecimalField(label="Quantity", max_digits=12, decimal_places=2)
    ceiling = MoneyField(
        label="Ceiling for one unit",
        required=False,
        help_text="A price above it is refused on entry. Leave empty where there is none.",
    )
    widths = {**PartForm.widths, "unit": 20, "quantity": 10}
    layout = ("code", "title", "unit", "quantity", "ceiling", "position")


class ScaleForm(PortalForm):
    """The wording of each score, and a plainer one for lay evaluators."""

    def __init__(self, *args: Any, maximum: int, **kwargs: Any) -> None:
        self.maximum = maximum
        super().__init__(*args, **kwargs)
        sections = []
        for score in range(maximum + 1):
            names = [f"{part}_{score}" for part in ("label", "descriptor", "plain")]
            self.fields[names[0]] = forms.CharField(label="Name", max_length=60)
            self.fields[names[1]] = TextField(label="What earns it", rows=3)
            self.fields[names[2]] = TextField(
                label="In plain words, for lay evaluators", rows=2, required=False
            )
            words = (
                f"the name of score {score}",
                f"what earns score {score}",
                f"score {score} in plain words",
            )
            self.nouns = {**self.nouns, **dict(zip(names, words, strict=True))}
            for name in names:
                self._word_errors(name, self.fields[name])
            sections.append(Section(f"Score {score}", *names))
        self.layout = sections

    def levels(self) -> list[tuple[str, str, str]]:
        """Return label, descriptor and plain wording of each score from 0."""
        given = self.cleaned_data
        return [
            (given[f"label_{score}"], given[f"descriptor_{score}"], given[f"plain_{score}"])
            for score in range(self.maximum + 1)
        ]


class CopyForm(PortalForm):
    """The title of a copy."""

    title = forms.CharField(label="Title of the copy", max_length=200)

"""Shape and wording of what judging asks people to type; services say whether it may stand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from commissioning.people.models import User
from commissioning.web.fields import DateField, TextField
from commissioning.web.forms import PortalForm
from evaluation.models import AgreedScore, Exercise, Panellist
from lots.models import ScaleLevel, WindowLot

from .growing import Growing

PANEL_HELP = "Policy of the authority; three is usual."
QUORUM_HELP = "No more than the smallest panel."
DUE_HELP = "Whoever has not handed in by the end of this day is reminded. For example, 27 3 2027."


class Terms(PortalForm):
    """How large the panel is at least, how many agree a score, and by when scores are due."""

    minimum_panel = forms.IntegerField(
        label="Fewest evaluators who must score", min_value=1, max_value=12, initial=3, help_text=PANEL_HELP
    )
    quorum = forms.IntegerField(
        label="Fewest evaluators present when a score is agreed",
        min_value=1,
        max_value=12,
        initial=3,
        help_text=QUORUM_HELP,
    )
    scores_due_on = DateField(label="Scores are to be handed in by", required=False, help_text=DUE_HELP)
    widths = {"minimum_panel": 2, "quorum": 2}
    nouns = {
        "minimum_panel": "the fewest evaluators who must score",
        "quorum": "the fewest evaluators present",
        "scores_due_on": "the day by which scores are due",
    }

    def terms(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {name: self.cleaned_data[name] for name in ("minimum_panel", "quorum", "scores_due_on")}


class ChangeOfTerms(Terms):
    reason = TextField(label="Reason", rows=3)
    nouns = {**Terms.nouns, "reason": "the reason"}


class SetUp(Terms):
    """The panels of several lots at once, on the same terms."""

    lots = forms.MultipleChoiceField(label="Lots", widget=forms.CheckboxSelectMultiple)
    nouns = {**Terms.nouns, "lots": "the lots whose panels you set up"}

    def __init__(self, *args: Any, offered: Sequence[WindowLot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(row.lot.number): row for row in offered}
        field = self.fields["lots"]
        field.choices = [(number, str(row.lot)) for number, row in self.offered.items()]  # type: ignore[attr-defined]
        field.initial = list(self.offered)
        self.layout = ["lots", "minimum_panel", "quorum", "scores_due_on"]

    def chosen(self) -> list[WindowLot]:
        """Return the lots that were ticked."""
        return [self.offered[number] for number in self.cleaned_data["lots"]]


class Appointments(Growing):
    """A place for each person who could have one; the same places may be given on other lots' panels."""

    all_optional = True

    def __init__(
        self,
        *args: Any,
        people: Iterable[User],
        roles: Mapping[int, list[tuple[str, str]]],
        siblings: Sequence[Exercise] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"part_{person.reference}": person for person in people}
        self.siblings = {exercise.reference: exercise for exercise in siblings}
        names = dict(Panellist.Part.choices)
        for name, person in self.people.items():
            held = roles.get(person.pk, [])
            places = ", ".join(dict.fromkeys(place for _, place in held))
            choices = list(dict.fromkeys((role, names[role]) for role, _ in held))
            part = forms.ChoiceField(
                label=f"{person.name} ({places})",
                choices=[("", "Not on this panel"), *choices],
                required=False,
            )
            self.grow(name, part, f"the part of {person.name}")
        if self.siblings:
            also = forms.MultipleChoiceField(
                label="Appoint the same people to the panels of",
                choices=[(reference, row.title) for reference, row in self.siblings.items()],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
            self.grow("also", also, "the other panels")

    def clean(self) -> dict[str, Any]:
        if not self.errors and not any(self.cleaned_data.get(name) for name in self.people):
            raise forms.ValidationError("Choose a part for at least one person")
        return self.cleaned_data

    def places(self) -> list[tuple[User, str]]:
        """Return each person to appoint with the part to play."""
        chosen = ((person, self.cleaned_data[name]) for name, person in self.people.items())
        return [(person, part) for person, part in chosen if part]

    def others(self) -> list[Exercise]:
        """Return the other panels to which the same people are appointed."""
        return [self.siblings[reference] for reference in self.cleaned_data.get("also", [])]


class Reason(PortalForm):
    reason = TextField(label="Reason", rows=4)
    nouns = {"reason": "the reason"}


class OwnScore(PortalForm):
    # A draft may lack either; to mark both as optional would mislead.
    all_optional = True
    score = forms.TypedChoiceField(
        label="Your score", coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    reason = TextField(
        label="Your reason",
        required=False,
        rows=6,
        help_text="What in the answer made you give this score. A draft may wait for it; handing in may not.",
    )
    nouns = {"score": "your score", "reason": "your reason"}

    def __init__(self, *args: Any, scale: Sequence[ScaleLevel], is_lay: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices, hints = _levels(scale, plain=is_lay)
        self.fields["score"].choices = choices  # type: ignore[attr-defined]
        self.option_hints = {"score": hints}
        if is_lay:
            self.label_sizes = {"score": "m", "reason": "m"}
            self.fields["reason"].help_text = "In your own words: what did you like, what was missing?"


class Consensus(PortalForm):
    """What the panel agreed on one answer; nothing of it is reckoned from what its members gave (G7)."""

    all_optional = True

    present = forms.MultipleChoiceField(label="Who is present", widget=forms.CheckboxSelectMultiple)
    discussion = TextField(
        label="Discussion, point by point",
        required=False,
        rows=5,
        help_text="Needed where the scores lie more than one point apart, or the agreed score outside them.",
    )
    score = forms.TypedChoiceField(label="Agreed score", coerce=int, widget=forms.RadioSelect)
    reason = TextField(
        label="The panel's reason",
        rows=5,
        help_text="Against the wording of the score and the text of the answer. It goes into the letter.",
    )
    why_not_higher = TextField(label="Why not one higher", required=False, rows=2)
    why_not_lower = TextField(label="Why not one lower", required=False, rows=2)
    dissent = TextField(label="Dissent, if any", required=False, rows=2)
    nouns = {"present": "who is present", "score": "the agreed score", "reason": "the panel's reason"}

    def __init__(
        self,
        *args: Any,
        exercise: Exercise,
        present: Iterable[Panellist] = (),
        kept: AgreedScore | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {seat.user.reference: seat for seat in exercise.current_panel() if seat.scores}
        self.fields["present"].choices = [  # type: ignore[attr-defined]
            (key, f"{seat.user.name}, {seat.get_part_display().lower()}") for key, seat in self.seats.items()
        ]
        choices, hints = _levels(exercise.scheme.scale.all())
        self.fields["score"].choices = choices  # type: ignore[attr-defined]
        self.option_hints = {"score": hints}
        here = {seat.pk for seat in (kept.present.all() if kept else present)}
        initial: dict[str, Any] = {
            "present": [key for key, seat in self.seats.items() if seat.pk in here],
        }
        if kept is not None:
            names = ("discussion", "score", "reason", "why_not_higher", "why_not_lower", "dissent")
            initial |= {name: getattr(kept, name) for name in names}
        self.initial = initial

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        present = [self.seats[key] for key in self.cleaned_data["present"]]
        return {**self.cleaned_data, "present": present}


class DraftRelease(Growing):
    planned_on = DateField(
        label="The day on which the letters will be sent",
        help_text="Standstill is counted from it, so the letters cannot be released on another day.",
    )
    nouns = {"planned_on": "the day of sending"}

    def __init__(self, *args: Any, exercises: Sequence[Exercise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exercises = exercises
        for exercise in exercises:
            better = TextField(
                label=f"{exercise.title}: what the admitted answers did better",
                required=False,
                rows=4,
                help_text="Each bidder of this lot that is not admitted reads this in its letter. "
                "Name no bidder.",
            )
            self.grow(f"advantages_{exercise.reference}", better)

    def advantages(self) -> dict[int, str]:
        """Return the lead's words for each exercise."""
        return {row.pk: self.cleaned_data[f"advantages_{row.reference}"] for row in self.exercises}


def _levels(
    scale: Iterable[ScaleLevel], *, plain: bool = False
) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Return the scale as choices with a hint each; in plain wording where the scheme has one."""
    rows = list(scale)
    choices = [(str(row.score), f"{row.score} {row.label}") for row in rows]
    hints = {str(row.score): (row.plain if plain and row.plain else row.descriptor) for row in rows}
    return choices, hints

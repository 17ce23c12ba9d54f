"""Shape and wording of declarations: of an application, of a bid, and of an organisation beforehand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from commissioning.web.fields import DateField, TextField
from commissioning.web.forms import Note, Section
from providers.forms import YES_NO, SharedForm, version_box
from providers.queries.apart import Beside
from providers.queries.items import Declared, Item
from providers.queries.submissions import Own


class Declarations(SharedForm):
    """Each minimum standard or declaration of a part: yes or no, and the words that go with it.

    In an application it carries what the profile said `beside` each when the page was drawn, which a box of
    `notes` tells.
    """

    def __init__(
        self,
        *args: Any,
        own: Sequence[Own],
        beside: Beside | None = None,
        notes: Mapping[str, Note] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {**_declared_initial(own), **_beside_initial(beside), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.own = list(own)
        self.notes = notes or {}
        self.nouns = {one.item.code: f"the words on {one.item.title}" for one in self.own}
        layout: list[Any] = []
        for one in self.own:
            code, standard = one.item.code, one.item.source
            if one.item.is_ground:
                layout.append(self._ground(one.item))
                continue
            met = forms.ChoiceField(
                label="Do you meet this?", choices=YES_NO, widget=forms.RadioSelect, required=False
            )
            self._add(f"met_{code}", met)
            wanted = standard.evidence_wanted
            words = TextField(
                label=wanted or "If no, say why and what you will do",
                required=False,
                rows=3,
                strict=False,
                help_text="If no, say why and what you will do." if wanted else "",
            )
            self._add(code, words)
            self._add(f"version_{code}", version_box())
            note = self.notes.get(code)
            layout.append(Section(standard.title, f"met_{code}", code, hint=standard.text, note=note))
        for one in self.own if beside else ():
            self._add(f"profile_{one.item.code}", version_box())
            self._add(f"told_{one.item.code}", version_box())
        self.layout = layout
        self.inline = [f"met_{one.item.code}" for one in self.own if not one.item.is_ground]

    def _ground(self, item: Item) -> Section:
        """Add a ground for exclusion: where it applies, the day and what was done to put it right."""
        code = item.code
        self.nouns = {
            **self.nouns,
            f"met_{code}": f"an answer for “{item.title}”",
            f"on_{code}": f"the day for “{item.title}”",
            code: f"the words on {item.title}",
        }
        true = forms.ChoiceField(
            label="Is this true?", choices=YES_NO, widget=forms.RadioSelect, required=False
        )
        on = DateField(
            label="If no: the day of the conviction or event",
            required=False,
            help_text=f"If there were several, the latest.{_look_back(item)}",
        )
        words = TextField(
            label="If no: what happened, and what you have done to put it right",
            required=False,
            rows=4,
            strict=False,
            help_text=(
                "Harm made good, help given to the authorities, people and ways of working changed. It is "
                "considered before anybody decides."
            ),
        )
        for name, field in ((f"met_{code}", true), (f"on_{code}", on), (code, words)):
            self._add(name, field)
        self._add(f"version_{code}", version_box())
        self.reveals = {**self.reveals, f"met_{code}": {"no": [f"on_{code}", code]}}
        return Section(item.title, f"met_{code}", hint=item.source.text, note=self.notes.get(code))

    @property
    def begun_with(self) -> dict[str, int]:
        """Return the numbers of the profile's declarations that the boxes began with; 0 for none."""
        return self._numbers("profile")

    @property
    def told(self) -> dict[str, int]:
        """Return the numbers of those that the page told beside another answer; 0 for none."""
        return self._numbers("told")

    def _numbers(self, name: str) -> dict[str, int]:
        return {one.item.code: self.cleaned_data.get(f"{name}_{one.item.code}") or 0 for one in self.own}

    @property
    def values(self) -> dict[str, Declared]:
        """Return what was declared, by the item's code."""
        met, given = {"yes": True, "no": False}, self.cleaned_data
        return {
            code: Declared(met.get(given[f"met_{code}"]), given[code], given.get(f"on_{code}"))
            for code in (one.item.code for one in self.own)
        }


def _declared_initial(own: Sequence[Own]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for one in own:
        value = one.value if isinstance(one.value, Declared) else Declared(None)
        initial |= {f"met_{one.item.code}": value.answer, one.item.code: value.text}
        initial |= {f"version_{one.item.code}": one.number, f"on_{one.item.code}": value.happened_on}
    return initial


def _beside_initial(beside: Beside | None) -> dict[str, int]:
    if beside is None:
        return {}
    begun = {f"profile_{code}": number for code, number in beside.begun.items()}
    return begun | {f"told_{code}": one.row.number for code, one in beside.apart.items()}


def _look_back(item: Item) -> str:
    years = item.source.look_back_years
    return f" It counts for {years} years from that day." if years else ""

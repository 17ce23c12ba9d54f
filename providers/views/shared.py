"""Writing on pages that hold several items: minimum standards, and prices."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.http import Http404

from commissioning.workflow import Refused
from providers import forms, rules
from providers.forms.declarations import Declarations
from providers.queries import items
from providers.queries import submissions as queries
from providers.queries.items import Item, Value
from providers.queries.parts import ItemLine
from providers.queries.submissions import Own

from .writing import WritingPage


class SharedPage(WritingPage):
    """Every item of one kind on one page; where two met, one chooses for all of them that did."""

    form_class: type[forms.SharedForm]
    just_typed: Mapping[str, Any] = {}

    def lines(self) -> list[ItemLine]:
        """Return the items of the page; without any there is no such page."""
        raise NotImplementedError

    def prepare(self) -> None:
        super().prepare()
        if not self.lines():
            raise Http404

    @cached_property
    def own(self) -> list[Own]:
        return queries.read_own(
            submission=self.part.submission,
            actor=self.actor,
            now=self.now,
            only={line.item.code for line in self.lines()},
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"own": self.own}

    def on_page(self) -> list[Item]:
        return [line.item for line in self.lines()]

    def drafts(self, form: forms.SharedForm) -> tuple[Mapping[str, Any], dict[str, int]]:
        return form.values, form.based_on

    @cached_property
    def typed_first(self) -> dict[str, Value]:
        """What one had typed where a colleague had saved, as the page that shows both carries it along.

        Whatever else the box holds is no answer: it is left out.
        """
        codes = {item.code for item in self.on_page()}
        try:
            carried = json.loads(self.request.POST.get("mine", "{}"))
            return {
                code: items.decoded(self.items[code], text.encode())
                for code, text in carried.items()
                if code in codes
            }
        except (ValueError, ArithmeticError, AttributeError, KeyError, TypeError):
            return {}

    def theirs(self, form: forms.SharedForm) -> dict[str, Value]:
        """Return what was shown beside one's own, of each item where two met."""
        found = {
            code: queries.version_of(self.part.submission, code, form.based_on[code])
            for code in self.typed_first
        }
        if not all(found.values()):
            raise Http404
        return {
            code: queries.read_version(version, self.items[code], actor=self.actor, now=self.now)
            for code, version in found.items()
            if version
        }

    def touched(self, form: forms.SharedForm) -> dict[str, Any]:
        """Return what was typed, without what only stands as it was drawn while a colleague changed it."""
        left = {
            one.item.code
            for one in self.own
            if one.number > form.based_on[one.item.code] and self._is_as_drawn(one.item, form)
        }
        return {code: value for code, value in form.values.items() if code not in left}

    def _is_as_drawn(self, item: Item, form: forms.SharedForm) -> bool:
        number = form.based_on[item.code]
        version = queries.version_of(self.part.submission, item.code, number) if number else None
        if number and version is None:
            return False
        drawn = queries.read_version(version, item, actor=self.actor, now=self.now) if version else None
        try:
            typed_now = item.cleaned(form.values[item.code])
        except Refused:
            return False
        return items.encoded(typed_now) == items.encoded(item.cleaned(drawn))

    def saved(self, form: forms.SharedForm) -> None:
        values, mine, then = self.touched(form), self.typed_first, self.request.POST.get("then")
        self.just_typed = values
        if not mine:
            self.save_answers(values, form.based_on)
        elif then == "mine":
            self.save_answers({**values, **mine}, form.based_on)
        elif then == "theirs":
            self.save_answers({**values, **self.theirs(form)}, form.based_on, earlier=mine)
        else:
            self.save_answers(values, form.based_on, earlier=mine)

    def mine(self) -> dict[str, Value]:
        """Return what one typed where others saved meanwhile, for the page that shows both."""
        if self.overtaken is None:
            return {}
        first = self.typed_first
        met = [version.item for version in self.overtaken.versions if version.item not in first]
        return {code: self.items[code].cleaned(self.just_typed[code]) for code in met} | first

    def newer(self) -> list[dict[str, Any]]:
        mine = self.mine()
        return [
            row | {"difference": rules.differences(row["text"], items.in_words(row["item"], mine[code]))}
            for row in super().newer()
            for code in (row["item"].code,)
        ]

    def get_context(self) -> dict[str, Any]:
        mine = {code: items.encoded(value).decode() for code, value in self.mine().items()}
        return super().get_context() | {
            "mine": json.dumps(mine) if mine else None,
            "histories": [
                {"item": line.item, "url": self.versions_url(self.part, line.item)}
                for line in self.lines()
                if line.version
            ],
        }


class StandardsPage(SharedPage):
    """Every minimum standard, or declaration, of a part on one page."""

    template_name = "providers/standards.html"
    form_class = Declarations
    heading = "Minimum standards"

    def page_code(self) -> str:
        return "standards"

    def lines(self) -> list[ItemLine]:
        return self.part.standards

    def next_url(self) -> str:
        return self.part_url("consortium") if self.part.consortium else self.url_after(0)


class PricesPage(SharedPage):
    """The price schedule: each line with its unit, its quantity and its ceiling, shown before typing."""

    template_name = "providers/prices.html"
    form_class = forms.Prices
    heading = "Prices"

    def page_code(self) -> str:
        return "prices"

    def lines(self) -> list[ItemLine]:
        return self.part.prices

    def next_url(self) -> str:
        return self.last_url()

"""The items of a submission: what a scheme asks for, in its order, and how an answer to it is kept.

One item is a question, a minimum standard to declare, a line of a price schedule, or who applies together.
Its content is kept as canonical bytes, since a receipt names their digest (settled 17): a text as NFC with
one line feed a line, a declaration and a consortium as canonical JSON, a price as digits with two decimals.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from commissioning.audit.hashing import canonical
from commissioning.records.models import SealedBlob
from commissioning.web.text import day, money
from commissioning.workflow import Reason, Refused
from lots.models import Scheme
from providers import consortium, rules
from providers.consortium import Associate, Consortium

QUALITY = SealedBlob.Compartment.QUALITY
PRICE = SealedBlob.Compartment.PRICE
PENNY = Decimal("0.01")
TOP_PRICE = Decimal("999999999999.99")
# A limit a browser's own box would not reach by typing; it keeps a pasted book out of the database.
LONGEST_TEXT = 200_000


@dataclass(frozen=True)
class Declared:
    """A declaration on a minimum standard: whether it is met, and the words that go with it.

    A ground for exclusion is met where it does not apply; where it does, `happened_on` is the day of the
    conviction or event, and the words say what was done to put it right (rulebook B20).
    """

    is_met: bool | None
    text: str = ""
    happened_on: date | None = None

    @property
    def answer(self) -> str:
        return {True: "yes", False: "no", None: ""}[self.is_met]


Value = str | Declared | Decimal | Consortium | None


@dataclass(frozen=True)
class Item:
    """One thing a scheme asks for; `source` is its question, minimum standard or price line.

    Of the item "consortium" it is the scheme itself, which says of whom grounds are declared.
    """

    code: str
    kind: str
    title: str
    source: Any

    @property
    def compartment(self) -> str:
        return PRICE if self.kind == "price" else QUALITY

    @property
    def is_ground(self) -> bool:
        """Return whether it is declared that a ground for exclusion does not apply."""
        return self.kind == "standard" and bool(self.source.ground)

    def says_the_same(self, one: Declared | None, other: Declared | None) -> bool:
        """Return whether two declarations on it say the same.

        Of a ground that does not apply, the words beside the answer say nothing.
        """
        if one and other and self.is_ground and one.is_met and other.is_met:
            return True
        return one == other

    @property
    def label(self) -> str:
        """Return what a receipt calls it."""
        return self.title if self.kind == "consortium" else f"{self.code} {self.title}"

    @property
    def word_limit(self) -> int | None:
        return self.source.word_limit if self.kind == "question" else None

    @property
    def files_allowed(self) -> int:
        return self.source.files_allowed if self.kind == "question" else 0

    def cleaned(self, value: Any) -> Value:
        """Return the value in the form in which it is kept. Raises Refused where it cannot be taken."""
        if self.kind == "standard":
            return self._declared(value)
        if self.kind == "consortium":
            return self._consortium(value)
        return self._price(value) if self.kind == "price" else self._text(value)

    def is_complete(self, value: Value) -> bool:
        """Return whether nothing is missing; a text over its limit is complete, and cut for evaluators."""
        if isinstance(value, Declared):
            wants_text = value.is_met is False or bool(self.source.evidence_wanted)
            if self.is_ground and value.is_met is False and value.happened_on is None:
                return False
            return value.is_met is not None and (not wants_text or bool(rules.count_words(value.text)))
        if isinstance(value, Consortium):
            return value.is_complete(self.source.asks_grounds_of)
        return bool(rules.count_words(value)) if isinstance(value, str) else value is not None

    def words(self, value: Value) -> int:
        text = value.text if isinstance(value, Declared) else value
        return rules.count_words(text) if isinstance(text, str) else 0

    def _text(self, value: Any) -> str:
        text = rules.normalised(str(value or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
        if len(text) > LONGEST_TEXT:
            raise Refused(
                f"The answer has {len(text):,} characters; the portal keeps up to {LONGEST_TEXT:,}. "
                "Shorten it: the word limit is far below that.",
                field=self.code,
            )
        return text

    def _declared(self, value: Any) -> Declared:
        declared = value if isinstance(value, Declared) else Declared(None, str(value or ""))
        applies = self.is_ground and declared.is_met is False
        on = declared.happened_on if applies else None
        return Declared(declared.is_met, self._text(declared.text), on)

    def _consortium(self, value: Any) -> Consortium:
        kept = value if isinstance(value, Consortium) else Consortium()
        return replace(kept, associates=tuple(self._associate(one) for one in kept.associates))

    def _associate(self, one: Associate) -> Associate:
        return replace(
            one,
            name=self._text(one.name),
            does=self._text(one.does),
            relied_for=self._text(one.relied_for),
            account=self._text(one.account),
        )

    def _price(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        price = Decimal(value)
        reason = self._price_problem(price)
        if reason:
            raise Refused(f"“{self.title}” {reason}", field=self.code)
        return price.quantize(PENNY)

    def _price_problem(self, price: Decimal) -> str | None:
        ceiling = self.source.ceiling
        if not price.is_finite() or price > TOP_PRICE:
            return "must be an amount of money."
        if price != price.quantize(PENNY, rounding=ROUND_DOWN):
            return "must be in pounds and whole pence."
        if price <= 0:
            return "must be more than £0."
        if ceiling is not None and price > ceiling:
            return (
                f"must be {money(ceiling, 'pence')} or less for each {self.source.unit}: that is the "
                f"published ceiling, and {money(price, 'pence')} is above it."
            )
        return None


def encoded(value: Value) -> bytes:
    """Return the canonical bytes of a cleaned value, over which a receipt's digest is taken."""
    if isinstance(value, Declared):
        kept = {"answer": value.answer, "text": value.text}
        if value.happened_on is not None:
            kept["happened_on"] = value.happened_on.isoformat()
        return canonical(kept).encode()
    if isinstance(value, Consortium):
        return canonical(consortium.as_data(value)).encode()
    return b"" if value is None else str(value).encode()


def decoded(item: Item, content: bytes) -> Value:
    """Return the value that these bytes hold."""
    text = content.decode()
    if item.kind == "standard":
        found = json.loads(text)
        on = found.get("happened_on")
        return Declared(
            {"yes": True, "no": False}.get(found["answer"]),
            found["text"],
            date.fromisoformat(on) if on else None,
        )
    if item.kind == "consortium":
        return consortium.from_data(json.loads(text))
    if item.kind == "price":
        return Decimal(text) if text else None
    return text


def in_words(item: Item, value: Value) -> str:
    """Return a value as its own people read it."""
    if isinstance(value, Declared):
        return ". ".join(filter(None, (value.answer.capitalize(), account(item, value))))
    if isinstance(value, Consortium):
        return value.in_words(item.source.asks_grounds_of)
    if isinstance(value, Decimal):
        return f"{money(value, 'pence')} for each {item.source.unit}"
    return value or ""


def account(item: Item, value: Declared) -> str:
    """Return the words of a declaration, after the day of the event and until when it counts, where given."""
    if value.happened_on is None:
        return value.text
    until = rules.counts_until(value.happened_on, item.source.look_back_years)
    counts = f" (counts until {day(until, weekday=False)})" if until else ""
    return f"Happened on {day(value.happened_on, weekday=False)}{counts}. {value.text}".strip()


def of_scheme(scheme: Scheme) -> list[Item]:
    """Return the items of a scheme in the order in which they are asked.

    Standards, who applies together, questions, prices. Three queries, or none where the scheme's rows were
    prefetched.
    """
    together = Item(consortium.CODE, "consortium", consortium.TITLE, scheme)
    return [
        *(Item(row.code, "standard", row.title, row) for row in scheme.standards.all()),
        *([together] if scheme.asks_consortium else []),
        *(Item(row.code, "question", row.title, row) for row in scheme.questions.all()),
        *(Item(row.code, "price", row.title, row) for row in scheme.price_lines.all()),
    ]


def find(scheme: Scheme, code: str) -> Item:
    """Return the scheme's item of this code. Raises LookupError for a code it does not ask for."""
    return find_all(scheme, [code])[code]


def find_all(scheme: Scheme, codes: Iterable[str]) -> dict[str, Item]:
    """Return the scheme's items of these codes, by code. Raises LookupError for one it does not ask for."""
    asked = {item.code: item for item in of_scheme(scheme)}
    try:
        return {code: asked[code] for code in codes}
    except KeyError as unknown:
        raise LookupError(f"{scheme} asks for nothing called {unknown.args[0]}.") from None


def refusals(problems: Iterable[Refused]) -> list[Reason]:
    """Return the reasons of several refusals as one list."""
    return [reason for problem in problems for reason in problem.reasons]

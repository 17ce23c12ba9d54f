"""Who applies with a provider: the members of its consortium and its subcontractors, named in the entry.

One provider leads and answers for the entry (settled 28); the others need no account. What is kept is one
value an entry, so that it is sealed, submitted, receipted and compared as any other answer.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from commissioning.accounts import rules as names
from commissioning.workflow import Reason
from providers.rules import normalised

MEMBER, SUBCONTRACTOR, RELIED_ON = "member", "subcontractor", "relied_on"
ROLES = {MEMBER: "Consortium member", SUBCONTRACTOR: "Subcontractor"}
# Longer than any code that a scheme can have, so that it is no question's.
CODE = "consortium-members"
TITLE = "Consortium and subcontractors"
MOST = 30
# What the register of those who are known from the opening on can hold.
LONGEST_NAME = 200
WHOLE = 100


def grounds_are_asked(role: str, asked_of: Collection[str], *, is_relied_on: bool) -> bool:
    """Return whether grounds for exclusion are declared for one in this role, by whom the law asks."""
    return role in asked_of or (is_relied_on and RELIED_ON in asked_of)


@dataclass(frozen=True)
class Associate:
    """One organisation that applies with the provider, or would work for it.

    `number` is its own among those named in the entry. `share` is about how much of the work is
    its, per cent. `is_clear` says that no ground for exclusion applies to it; where one does, `account` says
    which, when, and what was done to put it right (rulebook B20, C19).
    """

    number: int
    name: str
    role: str
    company_number: str = ""
    charity_number: str = ""
    does: str = ""
    share: int | None = None
    relied_for: str = ""
    is_clear: bool | None = None
    account: str = ""

    @property
    def is_relied_on(self) -> bool:
        """Return whether the provider rests on it to meet a standard or another condition."""
        return bool(self.relied_for)

    @property
    def role_label(self) -> str:
        return ROLES[self.role]

    def declares(self, asked_of: Collection[str]) -> bool:
        """Return whether the grounds for exclusion are declared for it, by whom the law asks."""
        return grounds_are_asked(self.role, asked_of, is_relied_on=self.is_relied_on)

    def is_complete(self, asked_of: Collection[str]) -> bool:
        """Return whether nothing about it is missing."""
        if not self.does:
            return False
        if not self.declares(asked_of):
            return True
        return self.is_clear is True or (self.is_clear is False and bool(self.account))


@dataclass(frozen=True)
class Consortium:
    """How a provider applies: alone, or with those named; `alone` is None while it has not said."""

    alone: bool | None = None
    associates: tuple[Associate, ...] = field(default=())

    def is_complete(self, asked_of: Collection[str]) -> bool:
        """Return whether it was said, and nothing about those named is missing."""
        if self.alone is not False:
            return bool(self.alone)
        return bool(self.associates) and all(one.is_complete(asked_of) for one in self.associates)

    @property
    def has_ground(self) -> bool:
        """Return whether a ground for exclusion applies to one of those named, by the provider's own word."""
        return any(one.is_clear is False for one in self.associates)

    def find(self, number: int) -> Associate | None:
        """Return the associate of this number, or nothing."""
        return next((one for one in self.associates if one.number == number), None)

    def put(self, associate: Associate) -> "Consortium":
        """Return it with this associate in the place of the one of its number, or last."""
        others = [associate if one.number == associate.number else one for one in self.associates]
        if self.find(associate.number) is None:
            others.append(associate)
        return Consortium(alone=False, associates=tuple(others))

    def without(self, number: int) -> "Consortium":
        """Return it without the associate of this number."""
        return replace(self, associates=tuple(one for one in self.associates if one.number != number))

    def in_words(self, asked_of: Collection[str]) -> str:
        """Return it as people read it, a paragraph an organisation."""
        if self.alone is not False:
            return "We apply alone: no consortium and no subcontractors." if self.alone else ""
        if not self.associates:
            return "We apply with others. Nobody has been named yet."
        return "\n\n".join(_paragraph(one, asked_of) for one in self.associates)


def as_data(consortium: Consortium) -> dict[str, Any]:
    """Return it as plain data, of which canonical JSON is made."""
    return {
        "alone": {True: "yes", False: "no", None: ""}[consortium.alone],
        "associates": [
            {**asdict(one), "is_clear": {True: "yes", False: "no", None: ""}[one.is_clear]}
            for one in consortium.associates
        ],
    }


def from_data(data: Mapping[str, Any]) -> Consortium:
    """Return what `as_data` was made of."""
    answers = {"yes": True, "no": False}
    return Consortium(
        alone=answers.get(data["alone"]),
        associates=tuple(
            Associate(**{**one, "is_clear": answers.get(one["is_clear"])}) for one in data["associates"]
        ),
    )


def refusals(associate: Associate, consortium: Consortium, provider: str) -> list[Reason]:
    """Return what cannot be in an associate beside the others named, by the field to mend."""
    others = [one for one in consortium.associates if one.number != associate.number]
    problems = []
    matching = names.matching_name(associate.name)
    if not matching:
        problems.append(Reason("Enter the organisation's name.", field="name"))
    elif len(normalised(associate.name)) > LONGEST_NAME:
        # A letter may become several in the form in which it is kept.
        words = f"The name must have at most {LONGEST_NAME} characters; some letters count as several."
        problems.append(Reason(words, field="name"))
    elif matching == names.matching_name(provider):
        problems.append(Reason(f"{provider} is the lead provider: name the others only.", field="name"))
    elif same := next((one for one in others if is_same(associate, one)), None):
        words = f"{same.name} is named already, with this name or number: change it there."
        problems.append(Reason(words, field="name"))
    if associate.role not in ROLES:
        problems.append(Reason("Say whether it is a consortium member or a subcontractor.", field="role"))
    if len(others) >= MOST:
        problems.append(Reason(f"At most {MOST} organisations can be named.", field="name"))
    total = sum(one.share or 0 for one in (*others, associate))
    if associate.share is not None and not 1 <= associate.share <= WHOLE:
        problems.append(Reason("The share must be from 1 to 100 per cent.", field="share"))
    elif associate.share and total > WHOLE:
        problems.append(
            Reason(
                f"The shares of those named would come to {total} per cent. Together they must not be more "
                "than 100, and what is left is yours.",
                field="share",
            )
        )
    return problems


def is_same(one: Any, other: Any) -> bool:
    """Return whether two organisations are one: by company or charity number, or by name.

    Anything with a name and the two numbers will do. Numbers of one kind that differ tell two of one name
    apart.
    """
    pairs = [
        (one.company_number, other.company_number),
        (one.charity_number, other.charity_number),
    ]
    if any(mine and mine == theirs for mine, theirs in pairs):
        return True
    if any(mine and theirs for mine, theirs in pairs):
        return False
    return names.matching_name(one.name) == names.matching_name(other.name)


def next_number(consortium: Consortium) -> int:
    """Return a number that no associate has."""
    return max((one.number for one in consortium.associates), default=0) + 1


def in_one_line(associates: Sequence[Any]) -> str:
    """Return those named in a line, each with its role; anything with a name and a role will do."""
    return ", ".join(f"{one.name} ({ROLES[one.role].lower()})" for one in associates)


def _paragraph(one: Associate, asked_of: Collection[str]) -> str:
    numbers = [
        f"company number {one.company_number}" if one.company_number else "",
        f"charity number {one.charity_number}" if one.charity_number else "",
    ]
    facts = ", ".join(filter(None, [one.role_label.lower(), *numbers]))
    lines = [f"{one.name} ({facts})"]
    if one.does:
        lines.append(f"What it would do: {one.does}")
    if one.share:
        lines.append(f"About {one.share} per cent of the work")
    if one.relied_for:
        lines.append(f"Relied on for: {one.relied_for}")
    if one.declares(asked_of):
        said = {
            True: "No ground for exclusion applies to it",
            False: f"A ground for exclusion applies to it: {one.account}",
            None: "Not yet declared whether a ground for exclusion applies to it",
        }
        lines.append(said[one.is_clear])
    return "\n".join(lines)

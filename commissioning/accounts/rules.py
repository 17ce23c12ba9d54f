"""Rules on people and organisations: names that are one, numbers' formats, who gives which role."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from commissioning.people.roles import AUTHORITY_ROLES, PROVIDER_ROLES, SENSITIVE_ROLES, Role


@dataclass(frozen=True)
class Details:
    """What an organisation says of itself; numbers in the form `company_number` and the others give."""

    name: str
    sector: str
    address: str = ""
    company_number: str = ""
    charity_number: str = ""
    cqc_provider_id: str = ""
    size: str = ""
    is_vcse: bool = False
    areas_served: str = ""
    ppon: str = ""
    share_code: str = ""


INVITATION_LASTS = timedelta(days=14)
REGISTRATION_LASTS = timedelta(days=2)
REGISTRATIONS_A_DAY = 3

# A name may end in several: "Hunts Help Community Interest Company Limited".
_ENDINGS = (
    ("charitable", "incorporated", "organisation"),
    ("community", "interest", "company"),
    ("company", "limited", "by", "guarantee"),
    ("public", "limited", "company"),
    ("limited", "liability", "partnership"),
    ("limited",),
    ("ltd",),
    ("plc",),
    ("llp",),
    ("cic",),
    ("cio",),
    ("inc",),
    ("cyfyngedig",),
    ("cyf",),
)


def matching_name(name: str) -> str:
    """Return the name in the form by which duplicates are found.

    Case, accents, spacing, punctuation, a leading "the" and company endings are set aside, so that
    "Cera Care Operations Ltd", "CERA CARE OPERATIONS LIMITED" and "Cera Care Operations" are one.
    A name of endings alone is kept whole; one without any letter or digit gives an empty text.
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"[.'’`]", "", text).replace("&", " and ")
    words = re.findall(r"[^\W_]+", text)
    kept = _without_ending(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)
    return "".join(kept)[:200]


def _without_ending(words: list[str]) -> list[str]:
    for ending in _ENDINGS:
        if tuple(words[-len(ending) :]) == ending and len(words) > len(ending):
            return _without_ending(words[: -len(ending)])
    return words


def email_address(text: str) -> str:
    """Return an e-mail address as accounts keep it: without spaces round it, in lower case."""
    return text.strip().lower()


def areas(text: str) -> str:
    """Return the areas a provider serves, one a line and each once, however it is capitalised."""
    kept: dict[str, str] = {}
    for line in text.splitlines():
        if area := " ".join(line.split()):
            kept.setdefault(area.casefold(), area)
    return "\n".join(kept.values())


# What Companies House puts before a number: Scotland and Northern Ireland, partnerships, charitable
# incorporated organisations, registered societies, and companies of other kinds or from abroad.
_REGISTERS = (
    "AC|CE|CS|FC|FE|GE|GN|GS|IC|IP|LP|NA|NC|NF|NI|NL|NO|NP|NR|NV|NZ|OC|OE|PC|RC|RS|SA|SC|SE|SF|SG|SI|SL|SO"
    "|SP|SR|SZ|ZC"
)
_COMPANY_NUMBER = re.compile(rf"[0-9]{{8}}|(?:{_REGISTERS})[0-9]{{6}}|(?:IP|NP|SP)[0-9]{{5}}R|R[0-9]{{7}}")
_CHARITY_NUMBER = re.compile(r"[1-9][0-9]{5,6}(?:-[1-9][0-9]{0,3})?|(?:SC|NIC)[0-9]{6}")


def company_number(text: str) -> str:
    """Return a Companies House number as it is printed: eight characters, such as 01234567 or SC123456.

    Digits alone get their leading zeros back. Letters must be a register's own (SC, NI, OC, CE, R and the
    like). Raises ValueError with a sentence that says the right shape; empty stays empty.
    """
    number = _squeezed(text)
    if number.isdecimal() and len(number) in (6, 7):
        number = number.zfill(8)
    if not number or _COMPANY_NUMBER.fullmatch(number):
        return number
    raise ValueError(
        "The company number must be 8 digits, or the register's letters and 6 digits, such as 01234567, "
        "SC123456, NI012345 or OC301234 (R and 7 digits for an old number of Northern Ireland)"
    )


def charity_number(text: str) -> str:
    """Return a charity's registered number: 6 or 7 digits, or SC or NIC and 6 digits.

    A charity linked to another in England and Wales adds a hyphen and its own number: 1123456-1. Raises
    ValueError with a sentence that says the right shape; empty stays empty.
    """
    number = _squeezed(text)
    if not number or _CHARITY_NUMBER.fullmatch(number):
        return number
    raise ValueError(
        "The charity number must be 6 or 7 digits (with -1 and the like for a linked charity), or SC or NIC "
        "and 6 digits, such as 1123456, 1123456-1, SC012345 or NIC101234"
    )


def cqc_provider_id(text: str) -> str:
    """Return a CQC provider ID: `1-` and 8 to 12 digits, or an NHS trust's code of 3 to 5 characters.

    Raises ValueError with a sentence for anything else; empty stays empty.
    """
    number = _squeezed(text)
    if not number or re.fullmatch(r"1-[0-9]{8,12}|R[A-Z0-9]{2,4}", number):
        return number
    raise ValueError(
        "The CQC provider ID must be 1- and 8 to 12 digits, such as 1-101639123, or the code of an NHS "
        "trust, such as RGN"
    )


def ppon(text: str) -> str:
    """Return a Public Procurement Organisation Number: P and 3 letters, 4 digits, 4 letters (rulebook C20).

    Raises ValueError with a sentence for anything else; empty stays empty.
    """
    number = _squeezed(text).removeprefix("GB-PPON-")
    if not number or re.fullmatch(r"P[A-Z]{3}-[0-9]{4}-[A-Z]{4}", number):
        return number
    raise ValueError(
        "The Public Procurement Organisation Number must be P and 3 letters, 4 digits and 4 letters, such as "
        "PBCD-1234-FGHJ"
    )


def share_code(text: str) -> str:
    """Return a share code of the central digital platform: 8 letters and digits, capitals as they are (C20).

    Raises ValueError with a sentence for anything else; empty stays empty.
    """
    code = re.sub(r"\s", "", text)
    if not code or re.fullmatch(r"[A-Za-z0-9]{8}", code):
        return code
    raise ValueError("The share code must be 8 letters and digits, such as tB7gKp9d, with its capitals")


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text).replace("–", "-").upper()


def roles_of(*, is_authority: bool) -> list[Role]:
    """Return the roles a person may hold in such an organisation, in the order of `Role`."""
    kind = AUTHORITY_ROLES if is_authority else PROVIDER_ROLES
    return [role for role in Role if role in kind]


def admin_role(*, is_authority: bool) -> Role:
    """Return the role that looks after the organisation's people."""
    return Role.AUTHORITY_ADMIN if is_authority else Role.PROVIDER_ADMIN


def needs_confirmation(role: str) -> bool:
    """Return whether a second person must confirm this role before it counts (settled 26)."""
    return role in SENSITIVE_ROLES


def why_not_give(role: str, *, is_authority: bool, held: Collection[str], to_oneself: bool) -> str | None:
    """Return why a role cannot be given to a member, or None; `held` are those given and not withdrawn."""
    if role not in roles_of(is_authority=is_authority):
        return "This role does not exist in this kind of organisation."
    if to_oneself:
        return "You cannot give a role to yourself: ask another administrator of the organisation."
    if role in held:
        return "They have been given this role already."
    return None


def why_not_confirm(*, is_giver: bool, is_receiver: bool) -> str | None:
    """Return why this person may not be the second one to a role, or None (settled 26)."""
    if is_receiver:
        return "You cannot confirm a role of your own: a second person does."
    if is_giver:
        return "You gave this role, so another administrator must confirm it."
    return None


def needs_second_person_to_reset(roles: Collection[str]) -> bool:
    """Return whether a second person confirms the reset of a lost second factor (settled 26)."""
    return any(needs_confirmation(role) for role in roles)


def why_not_confirm_reset(*, is_asker: bool, is_owner: bool) -> str | None:
    """Return why this person may not confirm the reset of a second factor, or None (settled 26)."""
    if is_owner:
        return "You cannot confirm the reset of your own second factor: a second person does."
    if is_asker:
        return "You asked for this reset, so another administrator must confirm it."
    return None


def why_not_lose_admin(
    *, holds: bool, other_admins: int, is_authority: bool, is_own: bool = False
) -> str | None:
    """Return why a person must stay administrator, or None: an organisation is never left without one.

    `is_own` where the reader is that person.
    """
    if not holds or other_admins:
        return None
    kind = "authority" if is_authority else "provider"
    return (
        f"{'You' if is_own else 'They'} are the last administrator of this {kind}. "
        "Make another member an administrator first, so that somebody can look after it."
    )

"""The check list for passwords of 12 characters and more (settled 31).

Published lists of common passwords hold few so long: people reach the length by putting two or three of the
commonest words, runs and years together. So the list here is of the parts, and every password that is made of
up to three of them is on it.
"""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .rules import matching_name

MOST_PARTS = 3
WORDS = frozenset(
    """
    password passwort passwords passphrase passcode secret secure security login logon signin welcome
    hello letmein changeme change please default access admin administrator root user username guest
    test testing tester temp temporary demo sample example computer internet network server system
    windows office laptop keyboard monitor portal council county city authority commissioner
    commissioning procurement provider tender contract framework bidder evaluator director manager
    service services support care homecare social health charity community peterborough cambridge
    cambridgeshire northampton northamptonshire london england britain scotland wales ireland january
    february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday spring summer autumn winter christmas easter holiday love
    iloveyou loveyou lover forever always sweetheart darling honey baby angel princess prince queen king
    mother father mum dad sister brother family friend friends happy smile lucky dragon monkey tiger
    lion eagle falcon panther horse kitten puppy doggie cat dog bird fish bear wolf football cricket
    rugby tennis hockey golf baseball basketball soccer chelsea arsenal liverpool everton manchester
    united rangers celtic spurs tottenham villa newcastle leeds master superman batman spiderman
    starwars pokemon matrix ninja shadow phoenix thunder lightning freedom sunshine moonlight rainbow
    flower roses orange purple yellow silver golden diamond chocolate cookie banana apple cheese coffee
    pepper ginger sugar whatever nothing trustno trustnoone michael jennifer jessica ashley thomas
    charlie daniel george hannah jordan joshua matthew nicole robert samantha william andrew anthony
    oliver harry jack james john david mary emma sophie the my our your is and this new one two three
    four five six seven eight nine ten first last number word abc xyz qwe asd zxc
    """.split()  # noqa: SIM905 - one word a line would be longer than the rest of the file
)
ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "012345678901234567890",
    "qazwsxedcrfvtgbyhnujmik",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
)
LOOKALIKES = str.maketrans("@4310$5!7", "aaeiossit")
RUNS = tuple(row for forward in ROWS for row in (forward, forward[::-1]))
SHORTEST_RUN = 3
LONGEST_NUMBER = 4


class CommonPartsValidator:
    """Refuses what anyone would try first; there is no rule on which kinds of character to use."""

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise ValidationError with a sentence when the password is on the list."""
        if is_common(password):
            raise ValidationError(_(SENTENCE), code="password_common_parts")

    def get_help_text(self) -> str:
        return _("Your password cannot be made of common words, names, dates and keyboard runs alone.")


SENTENCE = (
    "This password is made of words, names, dates or keyboard runs that many people use. "
    "Try three or four words that have nothing to do with each other."
)


REPEATS_NAME = (
    "This password is little more than the name of your organisation, which anybody would try. "
    "Try three or four words that have nothing to do with each other."
)


def repeats_a_name(password: str, names: Iterable[str]) -> bool:
    """Return whether the password is made of one of these names, or its words, with common parts alone."""
    return any(is_common(password, own=_pieces(name)) for name in names)


def _pieces(name: str) -> frozenset[str]:
    words = ["".join(one for one in word if one.isalnum()) for word in name.casefold().split()]
    kept = [word for word in words if len(word) >= SHORTEST_RUN]
    # Whole, since a long name has more words than a common password has parts.
    return frozenset([*kept, "".join(words), matching_name(name)]) - {""}


def is_common(password: str, own: frozenset[str] = frozenset()) -> bool:
    """Return whether the password is one short piece repeated, or up to three common parts put together.

    `own` are further parts that are common for the person alone.
    """
    plain = password.casefold()
    readings = {
        "".join(character for character in text if character.isalnum())
        for text in (plain, plain.translate(LOOKALIKES), plain.rstrip("0123456789!?.").translate(LOOKALIKES))
    }
    return any(_is_repeated(reading) or _parts(reading, own) <= MOST_PARTS for reading in readings)


def _is_repeated(text: str) -> bool:
    return re.fullmatch(r"(.{1,6}?)\1+.{0,5}", text) is not None


def _parts(text: str, own: frozenset[str]) -> int:
    """Return the fewest common parts the text can be cut into; more than the most allowed if it cannot."""
    hopeless = MOST_PARTS + 1
    fewest = [0] + [hopeless] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(end):
            part = text[start:end]
            if fewest[start] < fewest[end] - 1 and (part in own or _is_common_part(part)):
                fewest[end] = fewest[start] + 1
    return fewest[-1]


def _is_common_part(part: str) -> bool:
    if part in WORDS or (part.isdecimal() and len(part) <= LONGEST_NUMBER):
        return True
    if len(part) < SHORTEST_RUN:
        return False
    return len(set(part)) == 1 or any(part in run for run in RUNS)

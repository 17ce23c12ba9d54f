"""Who applies with whom in the demonstration; everybody else applies alone."""

from providers.consortium import MEMBER, SUBCONTRACTOR, Associate, Consortium

from . import people
from .stage import MARK

# By the provider and the number of the lot. The last of the first stands for the same lot by itself.
_NAMED = {
    ("P3 Charity", 1): (
        Associate(
            number=1,
            name="Fen Edge Neighbours CIC (demo)",
            role=MEMBER,
            does=f"{MARK}Visits people at home in the first two weeks after hospital.",
            share=25,
            relied_for="Visits within a day in the villages",
            is_clear=True,
        ),
        Associate(
            number=2,
            name=people.NOT_ADMITTED[0][0],
            role=SUBCONTRACTOR,
            does=f"{MARK}Answers the telephone in the evenings.",
            share=10,
        ),
    ),
    (people.NOT_ADMITTED[1][0], 1): (
        Associate(
            number=1,
            name="Nene Night Line (demo)",
            role=SUBCONTRACTOR,
            does=f"{MARK}Runs the line for people who come home at night.",
            share=15,
            relied_for="Somebody to reach at any hour",
            is_clear=False,
            account=f"{MARK}A fine for late accounts in 2024: paid, and a treasurer appointed since.",
        ),
    ),
    ("Caring Together Charity", 1): (
        Associate(
            number=1,
            name="Weekend House Trust (demo)",
            role=MEMBER,
            does=f"{MARK}Offers two rooms for stays at the weekend.",
            share=30,
            is_clear=True,
        ),
    ),
}


def of(provider: str, lot: int) -> Consortium:
    """Return with whom a provider applies for a lot."""
    named = _NAMED.get((provider, lot), ())
    return Consortium(alone=not named, associates=named)

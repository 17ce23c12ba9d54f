"""What a lot may watch in its members: documents that run out, and the rating of the Care Quality Commission.

Data and words alone; which of them hold new invitations is each lot's own rule (rulebook G23, E15).
"""

from collections.abc import Iterable
from dataclasses import dataclass

# How many years after its issue a document can be good at the longest. A slip (2199) would end a hold for
# good (rulebook G23), so these catch slips and refuse nothing that is really issued: a certificate of
# insurance is for one period of cover, twelve months and seldom more than eighteen; a policy is reviewed
# every one to three years, and what was adopted ten years ago says little of today.
INSURANCE_YEARS, POLICY_YEARS = 2, 10


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that a provider keeps here; `runs_out` where it is worth nothing without an end.

    `longest_years` is how long after its day of issue its last good day can be; `mend` says what to enter.
    """

    code: str
    name: str
    runs_out: bool = True
    longest_years: int = POLICY_YEARS
    mend: str = "Enter the day by which it is reviewed."

    @property
    def in_a_sentence(self) -> str:
        """Return the name for use inside a sentence."""
        return self.name if self.name[:3].isupper() else self.name[0].lower() + self.name[1:]


def _insurance(code: str, name: str) -> DocumentKind:
    mend = "Enter the last day of the cover that the certificate states."
    return DocumentKind(code, name, longest_years=INSURANCE_YEARS, mend=mend)


DOCUMENT_KINDS = {
    kind.code: kind
    for kind in (
        _insurance("employers_liability", "Employer's liability insurance"),
        _insurance("public_liability", "Public liability insurance"),
        _insurance("professional_indemnity", "Professional indemnity insurance"),
        DocumentKind("safeguarding_policy", "Safeguarding policy"),
        DocumentKind("dbs_policy", "DBS policy"),
        DocumentKind("cqc_report", "CQC report", runs_out=False, mend="Leave it empty."),
    )
}
DOCUMENT_CHOICES = [(kind.code, kind.name) for kind in DOCUMENT_KINDS.values()]

# Best first. A provider that is not rated yet has no rating, which is something else than Inadequate.
RATINGS = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement",
    "inadequate": "Inadequate",
}


def is_below(rating: str, lowest: str) -> bool:
    """Return whether a rating is worse than the lowest that a lot takes."""
    order = list(RATINGS)
    return order.index(rating) > order.index(lowest)


def rule_in_words(documents: Iterable[str], lowest_rating: str) -> list[str]:
    """Return what a lot asks its members to keep in date, a phrase each; nothing where it asks nothing."""
    phrases = [f"{DOCUMENT_KINDS[code].in_a_sentence} in date" for code in documents]
    if lowest_rating:
        phrases.append(f"a CQC rating of {RATINGS[lowest_rating]} or better, where the CQC has rated them")
    return phrases

"""Invented texts of the demonstration: answers, reasons, papers. Each says that it is invented."""

from .stage import MARK

_HOW = (
    "We begin with what matters to the person and to those who care for them. We write it down together.",
    "Each person has one named worker, who knows the ward and the neighbourhood, and whom people can ring.",
    "Our volunteers are trained, supervised and thanked. None of them works alone in the first month.",
    "We keep to what we are good at, and hand over warmly where another service is the better one.",
)
_PROOF = (
    "In the last year we supported 214 people. After three months, 171 said that they managed better.",
    "Of 96 people, 81 were still at home after 91 days. We looked at the other fifteen with the hospital.",
    "An outside review found our records complete in 47 of 50 cases, and told us where to mend.",
)
_NEXT = (
    "Here we would start small in two neighbourhoods, learn with people for twelve weeks, and then grow.",
    "Here we would share one list of who does what with the partners, so that nobody is asked twice.",
    "Here we would train with the partners' teams, so that referrals come to the right place at once.",
)
_REASONS = {
    1: "The answer says little on the question. It claims results and gives no evidence for them.",
    2: "Part of the question is answered. The evidence is general, and how risk is shared is left open.",
    3: "The question is answered in the main, with relevant evidence; how results are measured stays thin.",
    4: "The whole question is answered with specific evidence, figures and named partners.",
    5: "The whole question is answered in depth. The evidence is tested, and people shaped the offer.",
}
_HIGHER = {
    1: "Most of what was asked is missing.",
    2: "There are gaps in evidence that leave doubts about part of the service.",
    3: "Measures are named, but no results are given for them.",
    4: "The added benefit for people beyond what was asked is not shown.",
    5: "This is the highest score.",
}
_LOWER = {
    1: "Some of the question is addressed.",
    2: "What is there is relevant and could be built on.",
    3: "What is missing is minor and would not harm the service.",
    4: "Figures and examples support each claim.",
    5: "Outside review supports the claims in full.",
}


def answer(who: str, lot: str, question: str, seed: int) -> str:
    """Return an invented answer of some 110 words to a question of a lot."""
    parts = [_HOW[seed % 4], _PROOF[seed % 3], _HOW[(seed + 1) % 4], _NEXT[seed % 3]]
    return f"{MARK}{who} on “{question}” for {lot}.\n\n" + "\n\n".join(parts)


def reason(score: int, who: str = "") -> str:
    """Return an invented reason for a score, against its descriptor."""
    return f"{_REASONS[score]}{f' ({who})' if who else ''}"


def why_not_higher(score: int) -> str:
    """Return why the panel did not agree one point more."""
    return _HIGHER[score]


def why_not_lower(score: int) -> str:
    """Return why the panel did not agree one point less."""
    return _LOWER[score]


def specification(title: str, need: str) -> str:
    """Return an invented specification as a whole HTML page."""
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><title>Specification: {title}</title></head><body>'
        f"<h1>Specification: {title}</h1><p>{MARK}</p><p>{need}</p><h2>What the service does</h2>"
        f"<p>{_HOW[0]} {_HOW[1]}</p><h2>How we will know that it works</h2><p>{_PROOF[0]}</p></body></html>"
    )

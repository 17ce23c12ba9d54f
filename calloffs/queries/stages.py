"""Where a call-off stands on its road, and what blocks the next stage: each with where it is mended."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from calloffs import rules
from calloffs.models import CallOff
from commissioning import policies
from commissioning.board import rules as board
from commissioning.people.models import User
from commissioning.web.context import address
from commissioning.web.text import day
from commissioning.workflow import Reason

from .calloffs import pool_size, schemes_for

STAGES = (
    ("draft", "Draft"),
    ("with_board", "Board"),
    ("approved", "Authorities"),
    ("open", "Open"),
    ("evaluating", "Evaluation"),
    ("recommended", "Award"),
    ("standstill", "Standstill"),
    ("contracted", "Contract"),
)
# The stage at which a call-off is that left the road and may come back to it.
LEFT_AT = {"returned": "draft", "refused": "with_board"}
ENDED = ("abandoned", "no_award")
# The section of the page for changing it, by what is missing.
SPECIFICATION = "the specification"
PREPARATION = {"co-production and consultation", "impact assessments", "the TUPE position"}


def stages(calloff: CallOff) -> list[dict[str, str]]:
    """Return the stage line: what is done, where it stands, what comes; nothing of what has ended."""
    if calloff.state in ENDED:
        return []
    codes = [code for code, _ in STAGES]
    at = codes.index(LEFT_AT.get(calloff.state, calloff.state))
    return [
        {"label": label, "place": "done" if n < at else "now" if n == at else "next"}
        for n, (_, label) in enumerate(STAGES)
    ]


def blockers(calloff: CallOff, actor: User, now: datetime) -> list[Reason]:
    """Return what stands before the next stage, each with the page where this person can mend it."""
    find = {
        "draft": _before_the_board,
        "returned": _before_the_board,
        "with_board": _at_the_board,
        "refused": _after_a_refusal,
        "approved": _before_publication,
        "open": _before_the_award,
        "evaluating": _before_the_award,
        "recommended": _before_the_award,
    }.get(calloff.state)
    return list(find(calloff, actor, now)) if find else []


def blocked(calloff: CallOff) -> str:
    """Return which stage the blockers block, for their heading."""
    if calloff.state in rules.CHANGEABLE:
        return "What stands before the board"
    if calloff.state == "approved":
        return "What stands before the invitation to bid"
    return "What stands before the award" if calloff.state in rules.GOVERNED else "What comes first"


def _mend(calloff: CallOff, actor: User, text: str, page: str, action: str) -> Reason:
    """Return the reason with its page for who may mend it, and for others with whose it is."""
    if policies.may(actor, action, calloff).allowed:
        return Reason(text, link=reverse(page, args=[calloff.reference]))
    return Reason(f"{text} It is for {calloff.authority.short_name}.")


def _before_the_board(calloff: CallOff, actor: User, now: datetime) -> Iterator[Reason]:
    for closed in (rules.agreement_is_live(calloff, actor, now), rules.lot_is_active(calloff, actor, now)):
        if closed:
            yield Reason(closed)
    for words in calloff.missing_for_board():
        page = "calloff-case"
        if words == SPECIFICATION:
            page = "calloff-specification"
        elif words in PREPARATION:
            page = "calloff-preparation"
        yield _mend(calloff, actor, f"Missing: {words}.", page, "calloff.change")
    for problem in rules.fact_problems(calloff, now):
        yield _mend(calloff, actor, problem.text, "calloff-change", "calloff.change")
    adding = rules.shares_add_up(calloff.value, [share.amount for share in calloff.shares.all()])
    for text in (adding.text if adding else None, rules.sharing_problem(calloff)):
        if text:
            yield _mend(calloff, actor, text, "calloff-shares", "calloff.change")


def _at_the_board(calloff: CallOff, actor: User, now: datetime) -> Iterator[Reason]:
    paper = calloff.current_paper()
    if paper is None:
        return
    url = paper.get_absolute_url()
    voted = {vote.organisation_id for vote in paper.votes.all()}
    left = [name for key, name in paper.authorities_to_answer().items() if key not in voted]
    if left:
        yield Reason(f"Not voted yet: {', '.join(left)}.", link=url)
    if waits := board.may_be_approved(paper, actor, now):
        yield Reason(waits, link=url)
    elif not left:
        yield Reason(f"The chair of the {paper.board} has not closed the vote yet.", link=url)


def _after_a_refusal(calloff: CallOff, actor: User, now: datetime) -> Iterator[Reason]:
    text = "The board did not approve it. Change it and put it to the board again, or abandon it."
    yield _mend(calloff, actor, text, "calloff-revise", "calloff.revise")


def _before_publication(calloff: CallOff, actor: User, now: datetime) -> Iterator[Reason]:
    for closed in (rules.agreement_is_live(calloff, actor, now), rules.lot_is_active(calloff, actor, now)):
        if closed:
            yield Reason(closed)
    if changed := rules.approval_still_stands(calloff, actor, now):
        yield _mend(calloff, actor, changed, "calloff-revise", "calloff.revise")
    for condition in calloff.conditions_not_met():
        text = (
            f"A condition of the board is not met: {condition.text} "
            f"({condition.owner.short_name}, by {day(condition.due_on)})."
        )
        if policies.may(actor, "paper.meet_condition", condition.paper).allowed:
            page = reverse("condition-met", args=[condition.paper.reference, condition.pk])
            yield Reason(text, link=page)
        else:
            yield Reason(f"{text} {calloff.authority.short_name} records when it is.")
    if not schemes_for(calloff).exists():
        text = "No scheme of questions for a mini-competition is published in this agreement."
        may_write = calloff.agreement.goes_on and policies.may(actor, "calloff.invite", calloff).allowed
        yield Reason(
            text, link=address("scheme-new", calloff.agreement.reference) or None if may_write else None
        )
    if not pool_size(calloff):
        yield Reason(f"{calloff.lot} has no member in its pool who could be invited.")


def _before_the_award(calloff: CallOff, actor: User, now: datetime) -> Iterator[Reason]:
    page = reverse("calloff-governance", args=[calloff.reference])
    mine = actor.organisation_ids("commissioner", "lead")
    for authority, words in calloff.governance_missing():
        yield Reason(words, link=page if authority.pk in mine else None)

"""What the board's pages show; everything is fetched through the viewer."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from commissioning import policies
from commissioning.clock import london_date
from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from commissioning.records.models import Document
from commissioning.web.calendars import Occasion, still_shown
from commissioning.web.text import day, money
from commissioning.web.worklist import Task

from . import rules
from .models import Condition, Paper
from .workflow import PAPER

SITTING = (Role.BOARD_MEMBER, Role.BOARD_CHAIR)


def papers(user: User) -> QuerySet[Paper]:
    """Return the papers this person may see, the newest first, with all that a row shows."""
    return Paper.objects.visible_to(user).select_related("board", "authority")


def full_papers(user: User) -> QuerySet[Paper]:
    """Return the same papers with everything that a paper's own page shows."""
    return (
        papers(user)
        .select_related("tabled_by", "decided_by", "letter")
        .prefetch_related(
            "board__seats__user",
            "board__seats__organisation",
            "answers__organisation",
            "answers__user",
            "interests__user",
            "votes__organisation",
            "votes__user",
            "conditions__owner",
        )
    )


def conditions(user: User) -> QuerySet[Condition]:
    """Return the conditions of the papers this person may see."""
    return Condition.objects.filter(paper__in=Paper.objects.visible_to(user)).select_related("paper", "owner")


def authorities_of(paper: Paper) -> QuerySet[Organisation]:
    """Return the authorities that take part in the call-off, as the frozen paper names them."""
    return Organisation.objects.filter(pk__in=paper.authority_names())


def particulars(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a paper's particulars in words, from its frozen facts alone."""
    shares = "; ".join(
        f"{row['authority']} {money(Decimal(row['amount']))}" for row in facts.get("shares", [])
    )
    specification = facts.get("specification") or {}
    term = f"{day(date.fromisoformat(facts['starts_on']))} to {day(date.fromisoformat(facts['ends_on']))}"
    if facts.get("option_months"):
        term += f", with an option of up to {facts['option_months']} months more"
    also_known_as = [("Also known as", facts["also_known_as"])] if facts.get("also_known_as") else []
    return [
        ("Call-off", f"{facts['title']} ({facts['calloff']})"),
        *also_known_as,
        ("Lot", facts["lot"]),
        ("Led by", facts["lead"]),
        ("Authorities and shares", shares),
        ("Value over the whole life", money(Decimal(facts["value"]))),
        ("Term", term),
        ("Funding", facts["funding"]),
        ("Form of contract", facts["contract_form"]),
        ("Providers in the pool", f"{facts['pool']} could be invited when this was tabled"),
        (
            "Specification",
            f"{specification.get('title', 'none')} {specification.get('reference', '')}".strip(),
        ),
        ("Co-production and consultation", facts["coproduction"]),
        ("Impact assessments", facts["impact_assessments"]),
        ("TUPE", facts["tupe"]),
    ]


def wording(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Return everything a paper says, by what it says it about: the need, the particulars, the four cases."""
    cases = facts.get("cases", {})
    return [
        ("Need", facts["need"]),
        *particulars(facts),
        *((title, cases.get(code, "")) for code, title in rules.TESTS),
    ]


def specification_of(paper: Paper) -> Document | None:
    """Return the very version of the specification that was tabled, whatever has replaced it since."""
    frozen = paper.facts.get("specification") or {}
    named = Document.objects.filter(reference=frozen.get("reference", ""), sha256=frozen.get("sha256", ""))
    return named.first()


def tests_with_answers(paper: Paper) -> list[dict[str, Any]]:
    """Return the four tests in order, each with its author's case and the answers given so far."""
    cases = paper.facts.get("cases", {})
    given = list(paper.answers.all())
    return [
        {
            "code": code,
            "title": title,
            "case": cases.get(code, ""),
            "answers": [answer for answer in given if answer.test == code],
        }
        for code, title in rules.TESTS
    ]


def progress(paper: Paper) -> list[dict[str, Any]]:
    """Return for each authority whether its tests are answered and its vote cast."""
    names = paper.authority_names()
    must_answer = paper.authorities_to_answer()
    waiting = set(rules.unanswered(paper.answer_keys(), names))
    votes = {vote.organisation_id: vote for vote in paper.votes.all()}
    return [
        {
            "authority": name,
            "answered": name not in waiting,
            "barred": organisation not in must_answer,
            "vote": votes.get(organisation),
        }
        for organisation, name in names.items()
    ]


def acts_of(paper: Paper, user: User) -> list[tuple[str, str]]:
    """Return each act of a member with why this person cannot do it now, or with nothing."""
    return [
        (act, policies.may(user, f"paper.{act}", paper).reason or refusal(paper, user) or "")
        for act, refusal in rules.ACTS.items()
    ]


def by_stage(user: User, boards: Iterable[int]) -> list[tuple[str, str, int]]:
    """Return each stage that papers of these boards are at: state, its words, how many the person sees."""
    seen = Paper.objects.visible_to(user).filter(board__in=list(boards))
    counted = dict(
        Paper.objects.filter(pk__in=seen.values("pk"))
        .order_by()
        .values("state")
        .annotate(number=Count("pk"))
        .values_list("state", "number")
    )
    return [(state, words, counted[state]) for state, words in PAPER.states if state in counted]


def worklist(user: User, now: datetime) -> list[Task]:
    """Return the papers that want this member's answers and vote, and those whose vote a chair may end."""
    if not user.organisation_ids(*SITTING):
        return []
    tabled = full_papers(user).filter(state="tabled", board__seats__user=user, board__seats__left_at=None)
    return [task for paper in tabled if (task := _task(paper, user, now))]


def dates(user: User, now: datetime) -> Iterator[Occasion]:
    """Yield by when the boards decide on which this person sits, for the calendar."""
    if not user.organisation_ids(*SITTING):
        return
    rows = papers(user).filter(
        state="tabled",
        decide_by__gte=london_date(still_shown(now)),
        board__seats__user=user,
        board__seats__left_at=None,
    )
    for paper in rows.distinct():
        yield Occasion(
            key=f"{paper.reference}-decision",
            title=f"The board decides: {paper.title}",
            at=paper.decide_by,
            url=paper.get_absolute_url(),
            changed_at=paper.tabled_at,
        )


def _task(paper: Paper, user: User, now: datetime) -> Task | None:
    url, due = paper.get_absolute_url(), paper.decide_by
    seat = paper.seat_of(user)
    if seat is None or paper.is_interest_of(user):
        return None
    if paper.vote_of(seat.organisation) is None:
        return Task(f"Answer and vote: {paper.title}", paper.reference, due, 20, url, "Open the paper")
    if policies.may(user, "paper.approve", paper).allowed and _can_end(paper, user, now):
        return Task(f"End the vote: {paper.title}", paper.reference, due, 5, url, "Open the paper")
    return None


def _can_end(paper: Paper, user: User, now: datetime) -> bool:
    """Return whether the vote can be closed, or nobody is left to vote so that only returning it helps."""
    left = set(paper.authorities_to_answer()) - {vote.organisation_id for vote in paper.votes.all()}
    return not left or not PAPER.refusals(paper, paper.closing_step(), actor=user, now=now)

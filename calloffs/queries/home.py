"""What call-offs, awards and contracts want of a person, and what the person waits for.

The same few queries however many there are; of a sealed competition nothing is told but its dates.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from calloffs import rules
from calloffs.models import Award, CallOff, Clarification, Competition, Contract, Share
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.web.worklist import Task, Wait

from .calloffs import STANDING, contracts

RUNNING = (Role.COMMISSIONER, Role.LEAD)
BEFORE_THE_AWARD = {"draft", "with_board", "refused", *rules.CHANGEABLE, *rules.GOVERNED}


def lists(user: User, now: datetime) -> tuple[list[Task], list[Wait]]:
    """Return what call-offs, awards and contracts want of this person, and what the person waits for.

    Both at once, since both rest on the same rows.
    """
    runs, directs = user.organisation_ids(*RUNNING), user.organisation_ids(Role.DIRECTOR)
    own = list(_own(user)) if runs else []
    awards = list(_awards(user)) if runs or directs else []
    unsigned = list(_contracts(user))
    tasks = [task for calloff in own for task in _tasks_of(calloff, user)]
    if runs:
        tasks += _questions(user)
    if leading := user.organisation_ids(Role.LEAD):
        tasks += [task for row in _judged(leading) if (task := _to_judge(row))]
    tasks += [task for award in awards if (task := _to_award(award, user, now))]
    tasks += [task for row in unsigned if (task := _to_sign(row, user))]
    return tasks, _waits(user, now, own, awards) if runs else []


def _waits(user: User, now: datetime, own: list[CallOff], awards: list[Award]) -> list[Wait]:
    bids = Competition.objects.filter(calloff__in=_concerned(user), state="open", deadline__gte=now)
    unsigned = _contracts(user).filter(calloff__in=_concerned(user), state="issued")
    return [
        *(wait for calloff in own for wait in _waits_of(calloff, user)),
        *(_bids(row) for row in bids.select_related("calloff")),
        *(wait for award in awards if (wait := _award_wait(award, now))),
        *(_signature(row) for row in unsigned),
    ]


def _bids(row: Competition) -> Wait:
    what = f"Bids for {row.calloff.title}"
    return _wait(what, row.calloff, "The providers’ move", row.deadline, "competition")


def _award_wait(award: Award, now: datetime) -> Wait | None:
    calloff = award.calloff
    if award.state == "recommended":
        return _wait(f"The award record of {calloff.title}", calloff, "A director’s move", page="award")
    if award.state == "released" and award.contract_from and award.contract_from > now:
        ends = award.standstill_ends_on
        return _wait(
            f"The end of standstill for {calloff.title}", calloff, "It ends by itself", ends, "award"
        )
    return None


def _signature(row: Contract) -> Wait:
    what = f"The provider’s signature on the contract: {row.calloff.title}"
    return Wait(what, row.reference, f"{row.organisation.name}’s move", row.starts_on, row.get_absolute_url())


def _concerned(user: User) -> QuerySet[CallOff]:
    """Return the call-offs that the person's authorities lead or share."""
    running = user.organisation_ids(*RUNNING)
    shared = Share.objects.filter(organisation__in=running).values("calloff")
    return CallOff.objects.filter(Q(authority__in=running) | Q(pk__in=shared))


def _own(user: User) -> QuerySet[CallOff]:
    """Return those of them whose award no director has signed yet, with all that is asked of them.

    Less than their own pages show: home reads every one of them to say what it wants.
    """
    concerned = _concerned(user).values("pk")
    rows = CallOff.objects.visible_to(user).filter(pk__in=concerned, state__in=BEFORE_THE_AWARD)
    signed = Award.objects.filter(
        competition__calloff=OuterRef("pk"), signed_at__isnull=False, state__in=STANDING
    )
    rows = rows.exclude(Exists(signed)).order_by("starts_on", "pk").select_related("specification")
    return rows.prefetch_related(
        Prefetch("shares", Share.objects.select_related("organisation")),
        "governance",
        "paper_links__paper__conditions",
        "paper_links__paper__board",
    )


def _tasks_of(calloff: CallOff, user: User) -> Iterator[Task]:
    title = calloff.title
    if calloff.authority_id in user.organisation_ids(*RUNNING):
        if calloff.state == "draft":
            yield _task(f"Finish and put to the board: {title}", calloff, 30, "calloff", "Continue")
        elif calloff.state == "returned":
            yield _task(f"Change what the board returned: {title}", calloff, 30, "calloff", "Continue")
        elif calloff.state == "refused":
            yield _task(f"Change or abandon what the board did not approve: {title}", calloff, 10, "calloff")
        elif calloff.state == "approved":
            yield from _tasks_once_approved(calloff, user)
    if calloff.state in rules.GOVERNED:
        mine = user.organisation_ids(*RUNNING)
        if any(authority.pk in mine for authority, _ in calloff.governance_missing()):
            what = f"Record your authority’s own decision: {title}"
            yield _task(what, calloff, 10, "calloff-governance", "Record")


def _tasks_once_approved(calloff: CallOff, user: User) -> Iterator[Task]:
    conditions = calloff.conditions_not_met()
    for condition in conditions:
        url = reverse("condition-met", args=[condition.paper.reference, condition.pk])
        what = f"Meet the board’s condition on {calloff.title}: {condition.text}"
        yield Task(what, calloff.reference, condition.due_on, 10, url, "Record that it is met")
    if not conditions and calloff.authority_id in user.organisation_ids(Role.LEAD):
        what = f"Publish the mini-competition: {calloff.title}"
        yield _task(what, calloff, 20, "calloff-publish", "Publish")


def _waits_of(calloff: CallOff, user: User) -> Iterator[Wait]:
    paper = calloff.current_paper()
    if calloff.state == "with_board" and paper is not None:
        what, url = f"The board to decide: {calloff.title}", paper.get_absolute_url()
        yield Wait(what, paper.reference, f"{paper.board}’s move", paper.decide_by, url)
    if calloff.state in rules.GOVERNED and calloff.authority_id in user.organisation_ids(*RUNNING):
        mine = user.organisation_ids(*RUNNING)
        others = [one.short_name for one, _ in calloff.governance_missing() if one.pk not in mine]
        if others:
            what = f"Own decisions on {calloff.title}"
            yield _wait(what, calloff, f"The move of {', '.join(others)}", page="calloff-governance")


def _questions(user: User) -> list[Task]:
    asked = Clarification.objects.filter(
        answered_at=None,
        competition__state="open",
        competition__calloff__authority__in=user.organisation_ids(*RUNNING),
    )
    return [
        Task(
            f"Answer a question to all: {row.competition.calloff.title}",
            row.competition.reference,
            row.competition.deadline,
            15,
            reverse("competition-answer", args=[row.competition.reference, row.pk]),
            "Answer",
        )
        for row in asked.select_related("competition__calloff")
    ]


def _judged(leading: frozenset[int]) -> QuerySet[Competition]:
    """Return the competitions whose bids wait for opening, or for the recommendation."""
    awarded = Award.objects.filter(competition=OuterRef("pk"), state__in=STANDING)
    rows = Competition.objects.filter(calloff__authority__in=leading, state__in=["closed", "unsealed"])
    return rows.exclude(Exists(awarded)).select_related("calloff", "round", "scheme", "exercise")


def _to_judge(row: Competition) -> Task | None:
    title = row.calloff.title
    if row.state == "closed":
        return _task(f"Open the bids: {title}", row.calloff, 5, "competition-unseal", "Open")
    if row.exercise is None or row.exercise.state != "closed":
        return None
    if row.scheme.price_weight and not row.round.prices_are_open:
        return _task(f"Open the prices: {title}", row.calloff, 5, "competition-prices", "Open")
    return _task(f"Recommend the award: {title}", row.calloff, 30, "award-recommend", "Recommend")


def _awards(user: User) -> QuerySet[Award]:
    """Return the awards that stand in the call-offs of the person's authorities and made no contract yet."""
    running = user.organisation_ids(*RUNNING, Role.DIRECTOR)
    issued = Contract.objects.filter(award=OuterRef("pk"))
    rows = Award.objects.filter(
        competition__calloff__authority__in=running,
        state__in=["recommended", "signed", "lettered", "released"],
    )
    return rows.exclude(Exists(issued)).select_related("competition__calloff", "batch")


def _to_award(award: Award, user: User, now: datetime) -> Task | None:
    calloff, title = award.calloff, award.calloff.title
    if award.state == "recommended" and calloff.authority_id in user.organisation_ids(Role.DIRECTOR):
        return _task(f"Sign the award record: {title}", calloff, 20, "award", "Read and sign")
    if calloff.authority_id not in user.organisation_ids(Role.LEAD):
        return None
    if award.state == "signed":
        return _task(f"Draft the award letters: {title}", calloff, 15, "award-draft-letters", "Draft")
    if award.state == "lettered" and award.batch and award.batch.drafted_by_id != user.pk:
        planned = award.batch.planned_on
        return _task(f"Release the award letters: {title}", calloff, 15, "award-release", "Check", planned)
    if award.state == "released" and award.contract_from and award.contract_from <= now:
        return _task(f"Issue the contract: {title}", calloff, 10, "award-contract", "Issue")
    return None


def _contracts(user: User) -> QuerySet[Contract]:
    return contracts(user).filter(state__in=["issued", "provider_signed"])


def _to_sign(row: Contract, user: User) -> Task | None:
    for_provider = row.state == "issued" and row.organisation_id in user.organisation_ids(Role.PROVIDER_ADMIN)
    for_authority = row.state == "provider_signed" and row.calloff.authority_id in user.organisation_ids(
        Role.DIRECTOR
    )
    if not (for_provider or for_authority):
        return None
    url = row.get_absolute_url()
    return Task(
        f"Sign the contract: {row.calloff.title}", row.reference, row.starts_on, 15, url, "Read and sign"
    )


def _task(
    what: str, calloff: CallOff, minutes: int, page: str, button: str = "Open", due: date | None = None
) -> Task:
    return Task(what, calloff.reference, due, minutes, reverse(page, args=[calloff.reference]), button)


def _wait(
    what: str, calloff: CallOff, whose: str, due: date | datetime | None = None, page: str = "calloff"
) -> Wait:
    return Wait(what, calloff.reference, whose, due, reverse(page, args=[calloff.reference]))

"""The verbs on a paper: table, declare, answer, vote, condition, decide (rulebook A42, G13; settled 25)."""

import hashlib
from datetime import date, datetime
from typing import Any

from commissioning import policies
from commissioning.audit.hashing import canonical, plain
from commissioning.audit.services import record, unit
from commissioning.board import rules
from commissioning.board.models import Answer, Board, Condition, Interest, Paper, Seat, Vote
from commissioning.board.workflow import PAPER
from commissioning.clock import london_date
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, User
from commissioning.records.services import letters
from commissioning.workflow import Refused, lock

from . import messages


def table(
    *,
    board: Board,
    authority: Organisation,
    title: str,
    about: str,
    chain: str,
    facts: dict[str, Any],
    decide_by: date,
    actor: User,
    now: datetime,
) -> Paper:
    """Freeze the facts into a paper with its fingerprint, put it to the board, and tell everyone seated.

    The caller has asked whether the actor may; a date to decide by that has passed is refused.
    """
    if decide_by < london_date(now):
        raise Refused("Choose a date for the decision that has not passed.", field="decide_by")
    if not board.current_seats():
        raise Refused("Nobody has a seat on this board, so nobody could decide.")
    frozen = plain(facts)
    with unit():
        paper = Paper.objects.create(
            board=board,
            authority=authority,
            title=title,
            about=about,
            audit_chain=chain,
            facts=frozen,
            fingerprint=fingerprint(frozen),
            state="tabled",
            state_since=now,
            tabled_at=now,
            tabled_by=actor,
            decide_by=decide_by,
        )
        record("paper.table", paper, actor=actor, at=now, about=about, fingerprint=paper.fingerprint)
        messages.tell_tabled(paper, now)
    return paper


def fingerprint(facts: dict[str, Any]) -> str:
    """Return the SHA-256, in hex, of the facts' canonical bytes."""
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def declare_interest(
    *, paper: Paper, has_interest: bool, nature: str, actor: User, now: datetime
) -> Interest:
    """Record whether the member has an interest in the paper; whoever has one neither answers nor votes.

    What a member answered before declaring an interest is set aside: the deputy answers again.
    """
    if has_interest and not nature.strip():
        raise Refused("Say what your interest is.", field="nature")
    with unit():
        _open_for(paper, "declare_interest", actor)
        interest, _ = Interest.objects.update_or_create(
            paper=paper,
            user=actor,
            defaults={"has_interest": has_interest, "nature": nature.strip(), "declared_at": now},
        )
        record(
            "paper.declare_interest",
            paper,
            actor=actor,
            at=now,
            has_interest=has_interest,
            nature=nature.strip(),
            set_aside=_set_answers_aside(paper, actor) if has_interest else [],
        )
    return interest


def answer(*, paper: Paper, test: str, value: str, reason: str, actor: User, now: datetime) -> Answer:
    """Record the authority's answer to one of the four tests, with its sentence (rulebook G13)."""
    if test not in dict(rules.TESTS):
        raise Refused("Choose one of the four tests.", field="test")
    if value == Answer.Value.NOT_APPROPRIATE and test not in rules.MAY_BE_INAPPROPRIATE:
        raise Refused(rules.NOT_INAPPROPRIATE, field=test)
    if not reason.strip():
        raise Refused("Give a sentence that says why.", field=f"{test}_reason")
    if value not in Answer.Value.values:
        raise Refused("Answer “met” or “not met”.", field=test)
    with unit():
        _open_for(paper, "answer", actor)
        seat = _seat(paper, actor)
        given, _ = Answer.objects.update_or_create(
            paper=paper,
            organisation=seat.organisation,
            test=test,
            defaults={"answer": value, "reason": reason.strip(), "user": actor, "answered_at": now},
        )
        authority = seat.organisation.short_name
        record(
            "paper.answer",
            paper,
            actor=actor,
            at=now,
            test=test,
            answer=value,
            reason=given.reason,
            authority=authority,
        )
    return given


def answer_all(*, paper: Paper, answers: dict[str, tuple[str, str]], actor: User, now: datetime) -> None:
    """Record the authority's answers to all four tests at once, all or none."""
    with unit():
        for test, (value, reason) in answers.items():
            answer(paper=paper, test=test, value=value, reason=reason, actor=actor, now=now)


def vote(*, paper: Paper, value: str, reason: str, actor: User, now: datetime) -> Vote:
    """Cast the authority's one vote, by its member or deputy; the answers come first."""
    if value not in Vote.Value.values:
        raise Refused("Vote for, against, or abstain.", field="value")
    if value != Vote.Value.FOR and not reason.strip():
        raise Refused("Say why you do not vote for it.", field="reason")
    with unit():
        _open_for(paper, "vote", actor)
        seat = _seat(paper, actor)
        cast = Vote.objects.create(
            paper=paper,
            organisation=seat.organisation,
            user=actor,
            vote=value,
            reason=reason.strip(),
            voted_at=now,
        )
        authority = seat.organisation.short_name
        record("paper.vote", paper, actor=actor, at=now, vote=value, authority=authority, reason=cast.reason)
    return cast


def set_condition(
    *,
    paper: Paper,
    text: str,
    cures: str,
    owner: Organisation,
    due_on: date,
    actor: User,
    now: datetime,
) -> Condition:
    """Set a condition of approval; it may cure a test that is not met (settled 25)."""
    with unit():
        _open_for(paper, "set_condition", actor)
        if owner.pk not in paper.authority_names():
            raise Refused("Choose an authority with a seat on the board as the owner.", field="owner")
        if due_on < london_date(now):
            raise Refused("Choose a date that has not passed.", field="due_on")
        if not text.strip():
            raise Refused("Write the condition.", field="text")
        if cures and cures not in dict(rules.TESTS):
            raise Refused("Choose one of the four tests, or none.", field="cures")
        condition = Condition.objects.create(
            paper=paper, text=text.strip(), cures=cures, owner=owner, due_on=due_on, set_by=actor, set_at=now
        )
        record("paper.set_condition", paper, actor=actor, at=now, text=text, cures=cures, due_on=due_on)
    return condition


def meet_condition(*, condition: Condition, evidence: str, actor: User, now: datetime) -> None:
    """Record that a condition is met, with the evidence."""
    with unit():
        policies.require(actor, "paper.meet_condition", condition.paper)
        lock(condition)
        paper = condition.paper
        if refusal := rules.refusal_to_meet(condition):
            raise Refused(refusal)
        if not evidence.strip():
            raise Refused("Say what shows that the condition is met.", field="evidence")
        condition.met_at, condition.met_by, condition.evidence = now, actor, evidence.strip()
        condition.save(update_fields=["met_at", "met_by", "evidence"])
        record("paper.meet_condition", paper, actor=actor, at=now, condition=condition.pk, evidence=evidence)


def close_vote(*, paper: Paper, note: str, actor: User, now: datetime) -> None:
    """Close the vote as the majority has it: approved or not approved; a tie or no quorum is refused."""
    with unit():
        lock(paper)
        _decide(paper, paper.closing_step(), note, actor, now)


def return_to_author(*, paper: Paper, note: str, actor: User, now: datetime) -> None:
    """Send the paper back to its author with what has to change."""
    if not note.strip():
        raise Refused("Say what has to change before it comes back.", field="note")
    with unit():
        _decide(paper, "return", note, actor, now)


def withdraw(*, paper: Paper, reason: str, actor: Actor, now: datetime) -> None:
    """Take a tabled paper back, with the reason; everyone seated is told."""
    if not reason.strip():
        raise Refused("Say why the paper is withdrawn.", field="reason")
    with unit():
        changes = {"decided_at": now, "decision_note": reason.strip()}
        PAPER.move(paper, "withdraw", actor=actor, now=now, changes=changes)
        messages.tell_decided(paper, now)


def _decide(paper: Paper, step: str, note: str, actor: User, now: datetime) -> None:
    """Take the step, draft the record of the decision, and tell the board and the paper's author."""
    changes = {"decided_at": now, "decided_by": actor, "decision_note": note.strip()}
    PAPER.move(paper, step, actor=actor, now=now, changes=changes)
    paper.letter = letters.draft(
        facts=messages.decision(paper, signatory=actor),
        organisation=paper.authority,
        about=paper.reference,
        chain=paper.audit_chain,
        actor=actor,
        now=now,
    )
    paper.save(update_fields=["letter"])
    messages.tell_decided(paper, now)


def _open_for(paper: Paper, act: str, actor: Actor) -> None:
    """Lock the paper and insist that the actor may do this to it now."""
    policies.require(actor, f"paper.{act}", paper)
    lock(paper)
    if refusal := rules.ACTS[act](paper, actor):
        raise Refused(refusal)


def _seat(paper: Paper, actor: Actor) -> Seat:
    """Return the seat that `_open_for` has made sure of."""
    seat = paper.seat_of(actor)
    if seat is None:
        raise Refused("You have no seat on this board any more.")
    return seat


def _set_answers_aside(paper: Paper, actor: User) -> list[list[str]]:
    given = Answer.objects.filter(paper=paper, user=actor)
    rows = [[row.test, row.answer, row.reason] for row in given]
    given.delete()
    return rows

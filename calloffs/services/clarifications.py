"""What invited providers say and ask before they bid: intentions, questions, answers to all (rulebook E4)."""

from datetime import datetime

from calloffs import rules
from calloffs.letters import QuestionAnswered
from calloffs.models import Clarification, Competition, Invitation
from calloffs.queries import competitions as queries
from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.records.services import outbox
from commissioning.workflow import Reason, Refused, lock
from lots.rules import questions

from .competitions import insist_open, tell_each


def respond(*, invitation: Invitation, intention: str, reason: str, actor: User, now: datetime) -> None:
    """Record whether the provider will bid; a refusal says why. The authority learns it at the opening."""
    if intention not in Invitation.Intention.values:
        raise Refused("Say whether you will bid.", field="intention")
    if intention == Invitation.Intention.WILL_NOT and not reason.strip():
        raise Refused("Say why you will not bid; it helps to write better specifications.", field="reason")
    with unit():
        policies.require(actor, "invitation.respond", invitation)
        lock(invitation)
        insist_open(invitation.competition, now)
        standing = invitation.competition.bids.filter(organisation=invitation.organisation, state="submitted")
        if intention != Invitation.Intention.WILL_BID and standing.exists():
            raise Refused("Your bid has been submitted. Withdraw it first, then say that you will not bid.")
        invitation.intention = intention
        invitation.intention_reason = reason.strip() if intention == Invitation.Intention.WILL_NOT else ""
        invitation.responded_at = now
        invitation.save(update_fields=["intention", "intention_reason", "responded_at"])
        record("invitation.respond", invitation, actor=actor, at=now, intention=intention)


def ask(*, invitation: Invitation, question: str, actor: User, now: datetime) -> Clarification:
    """Ask a question privately; it is answered to all, without the asker's name (rulebook E4)."""
    competition = invitation.competition
    with unit():
        policies.require(actor, "invitation.ask", invitation)
        lock(competition)
        if refusal := rules.refusal_to_ask(competition, now):
            raise Refused(refusal, field="question")
        if problem := questions.question_problem(question, invitation.organisation.name):
            raise Refused(problem)
        asked = Clarification.objects.create(
            competition=competition, asked_by=invitation.organisation, asked_at=now, question=question.strip()
        )
        record("invitation.ask", asked, actor=actor, at=now, question=asked.question)
        _tell_who_answers(asked, now)
    return asked


def answer(
    *, clarification: Clarification, published_question: str, text: str, actor: User, now: datetime
) -> None:
    """Publish a question with its answer to every invited provider in the same transaction.

    Refused where the published wording names an invited provider, and once bids are no longer taken.
    """
    competition = clarification.competition
    with unit():
        policies.require(actor, "competition.answer", competition)
        lock(competition)
        lock(clarification)
        insist_open(competition, now)
        if clarification.answered_at is not None:
            raise Refused("This question has been answered already.")
        invited = queries.invited(competition)
        names = [organisation.name for organisation in invited]
        problems: list[Reason] = questions.publication_problems(published_question, text, names)
        if problems:
            raise Refused(problems)
        clarification.published_question, clarification.answer = published_question.strip(), text.strip()
        clarification.answered_at, clarification.answered_by = now, actor
        clarification.save(update_fields=["published_question", "answer", "answered_at", "answered_by"])
        record(
            "competition.answer",
            competition,
            actor=actor,
            at=now,
            question=clarification.published_question,
            answer=clarification.answer,
        )
        notice = QuestionAnswered(
            title=competition.calloff.title,
            reference=competition.reference,
            question=clarification.published_question,
            answer=clarification.answer,
            deadline=competition.deadline,
        )
        tell_each(invited, notice, competition, key=str(clarification.pk), now=now)


def _tell_who_answers(asked: Clarification, now: datetime) -> None:
    """Tell those who answer that there is a question; not who asked, and not what."""
    competition: Competition = asked.competition
    for person in queries.people_who_answer(competition):
        outbox.queue(
            kind="question_asked",
            to=person,
            key=f"question-asked:{asked.pk}:{person.pk}",
            facts={"title": competition.calloff.title, "reference": competition.reference},
            about=competition.reference,
            chain=competition.audit_chain,
            now=now,
        )

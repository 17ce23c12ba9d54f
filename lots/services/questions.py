"""Questions about a window: asked privately, answered to all at once, without who asked (rulebook B21)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from commissioning import policies
from commissioning.accounts.rules import email_address
from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access, record, unit
from commissioning.people.models import Organisation, User
from commissioning.records.services import outbox
from commissioning.workflow import Reason, Refused, lock
from lots import letters, links
from lots.models import Window, WindowAnswer, WindowAnswerVersion, WindowQuestion
from lots.queries import questions as queries
from lots.rules import questions as rules
from lots.workflow import WINDOW_QUESTION

from . import telling
from .checks import SENT_TWICE, refuse_any
from .knocks import BY_LINK, insist_not_flooded, network_of


def ask(
    *, window: Window, question: str, organisation: Organisation, actor: User, now: datetime
) -> WindowQuestion:
    """Ask about a window as somebody who writes for a provider. Raises Denied, Refused.

    The same words within minutes are the same page sent twice: the question asked is returned.
    """
    with unit():
        policies.require(actor, "window_question.ask", organisation)
        lock(window)
        _insist_askable(window, question, organisation.name, actor.name, actor.email, now)
        own = WindowQuestion.objects.filter(window=window, organisation=organisation, person=actor)
        sent = own.filter(question=question.strip(), state="asked", asked_at__gt=now - SENT_TWICE).first()
        if sent is not None:
            return sent
        asked = WindowQuestion.objects.create(
            window=window,
            question=question.strip(),
            asked_at=now,
            organisation=organisation,
            person=actor,
            state="asked",
            state_since=now,
        )
        record("window_question.ask", asked, actor=actor, at=now, question=asked.question)
        _tell_who_answers(asked, now)
    return asked


def ask_unregistered(
    *,
    window: Window,
    question: str,
    name: str,
    email: str,
    organisation_name: str,
    address: str,
    now: datetime,
) -> None:
    """Keep a question of somebody without an account, and write to the address to have it confirmed.

    It reaches nobody before that. Whether the address is known makes no difference; one that asked three
    questions within a day gets no further message, and the page's answer is the same (settled 31).
    `address` is where the request came from. It is no event of the record: a stranger is nobody yet.
    Raises Refused.
    """
    email, network = email_address(email), network_of(address)
    with unit():
        lock(window)
        _insist_askable(window, question, organisation_name, name, email, now)
        insist_not_flooded(network, now=now)
        if queries.asked_today(email, now) >= rules.QUESTIONS_A_DAY:
            return
        asked = WindowQuestion.objects.create(
            window=window,
            question=question.strip(),
            asked_at=now,
            name=name.strip(),
            email=email,
            organisation_name=organisation_name.strip(),
            network=network,
            state="unconfirmed",
            state_since=now,
        )
        notice = letters.QuestionToConfirm(
            window=window.title,
            agreement=window.agreement.title,
            question=asked.question,
            until=now + rules.CONFIRM_WITHIN,
            support=window.agreement.support,
        )
        _queue(notice, email, f"question-confirm:{asked.reference}", asked, now, link=links.QUESTION.purpose)


def confirm(*, question: WindowQuestion, now: datetime) -> None:
    """Let a question reach those who answer, once its asker's address was proved. Raises Refused."""
    with unit():
        WINDOW_QUESTION.move(question, "confirm", actor=BY_LINK, now=now, question=question.question)
        _tell_who_answers(question, now)


def withdraw(*, question: WindowQuestion, actor: User, now: datetime) -> None:
    """Take back a question that is not answered yet. Raises Denied, Refused."""
    with unit():
        WINDOW_QUESTION.move(question, "withdraw", actor=actor, now=now)


def withdraw_by_link(*, question: WindowQuestion, now: datetime) -> None:
    """Take back a question by the link in its asker's e-mail. Raises Refused."""
    with unit():
        WINDOW_QUESTION.move(question, "withdraw_by_link", actor=BY_LINK, now=now)


def answer(
    *,
    window: Window,
    questions: Sequence[WindowQuestion],
    published_question: str,
    text: str,
    public_names: Iterable[str],
    actor: User,
    now: datetime,
) -> WindowAnswerVersion:
    """Publish one answer to one question, or to several that ask the same; telling is the caller's.

    `public_names` are providers' names that anybody can read, such as those in the pools. Raises Denied,
    and Refused where the wording names somebody and once nobody could use the answer any more.
    """
    with unit():
        lock(window)
        policies.require(actor, "window_question.answer", window)
        if not questions:
            raise Refused("Choose at least one question.", field="together")
        names = [*queries.asker_names(questions), *public_names]
        _insist_publishable(window, published_question, text, names, actor, now)
        made = WindowAnswer.objects.create(window=window, number=queries.next_number(window))
        for question in questions:
            WINDOW_QUESTION.move(question, "answer", actor=actor, now=now, changes={"answer_id": made.pk})
        return _publish(made, published_question, text, "", actor, now)


def correct(
    *,
    answer: WindowAnswer,
    published_question: str,
    text: str,
    reason: str,
    public_names: Iterable[str],
    actor: User,
    now: datetime,
) -> WindowAnswerVersion:
    """Publish a further version of an answer, with why; the earlier stays beside it. Telling is the caller's.

    Raises Denied and Refused as `answer`, and where nothing has changed.
    """
    with unit():
        lock(answer)
        policies.require(actor, "window_question.answer", answer)
        names = [*queries.asker_names(answer.questions.all()), *public_names]
        _insist_publishable(answer.window, published_question, text, names, actor, now)
        if not reason.strip():
            raise Refused("Say what is corrected; everybody reads it.", field="reason")
        refuse_any(rules.naming_problems({"reason": reason}, [*names, *rules.telling_words(reason)]))
        standing = answer.current
        if (standing.published_question, standing.text) == (published_question.strip(), text.strip()):
            raise Refused("Nothing has changed: correct the question or the answer.", field="answer")
        return _publish(answer, published_question, text, reason.strip(), actor, now)


def decline(*, question: WindowQuestion, reason: str, actor: User, now: datetime) -> None:
    """Leave a question without an answer, and tell its asker alone why. Raises Denied, Refused."""
    if not reason.strip():
        raise Refused("Give the reason, which only whoever asked will read.", field="reason")
    with unit():
        changes = {"declined_reason": reason.strip()}
        WINDOW_QUESTION.move(question, "decline", actor=actor, now=now, changes=changes)
        window = question.window
        notice = letters.QuestionDeclined(
            window=window.title,
            agreement=window.agreement.title,
            reference=window.reference,
            question=question.question,
            reason=question.declined_reason,
            deadline=window.deadline,
            support=window.agreement.support,
        )
        _queue(notice, question.asker, f"question-declined:{question.reference}", question, now)


def facts_of(version: WindowAnswerVersion) -> dict[str, Any]:
    """Return the facts of the messages that tell of an answer."""
    window = version.answer.window
    return {
        "window": window.title,
        "agreement": window.agreement.title,
        "reference": window.reference,
        "number": version.answer.number,
        "question": version.published_question,
        "answer": version.text,
        "corrected": version.reason,
        "deadline": window.deadline,
        "support": window.agreement.support,
    }


def tell_askers_and_followers(version: WindowAnswerVersion, *, now: datetime) -> None:
    """Tell of an answer whoever asked about the window, and whoever follows; once an address, and veiled.

    Whoever waits with another question, or had one declined, is among them: the answer may serve them too.

    Whom the caller told under the same key already, such as an applicant who asked, is not told again.
    """
    with unit():
        window, facts = version.answer.window, facts_of(version)
        telling.tell_askers(window, letters.AnswerPublished(**facts), thing=_thing(version), now=now)
        telling.tell_followers(
            window.agreement,
            letters.AnswerForFollower(**facts),
            thing=_thing(version),
            about=window.reference,
            veil=window.veil,
            now=now,
        )


def key_of(version: WindowAnswerVersion, to: User | str) -> str:
    """Return the key under which an address is told of an answer, whatever it is told as."""
    return telling.key_of(_thing(version), to)


def _thing(version: WindowAnswerVersion) -> str:
    return f"window-answer:{version.pk}"


def forget_unconfirmed(*, now: datetime) -> int:
    """Remove the questions that nobody confirmed in time, with what was typed; return how many."""
    with unit():
        return WindowQuestion.objects.unconfirmed_since(now - rules.CONFIRM_WITHIN).delete()[0]


def _insist_askable(
    window: Window, question: str, organisation: str, name: str, email: str, now: datetime
) -> None:
    if refusal := rules.refusal_to_ask(window, now):
        raise Refused(refusal, field="question")
    if problem := rules.question_problem(question, [organisation, email, *rules.full_names([name])]):
        raise Refused(problem)
    refuse_any(rules.naming_problems({"question": question}, rules.telling_words(question)))


def _insist_publishable(
    window: Window, question: str, text: str, names: Iterable[str], actor: User, now: datetime
) -> None:
    if refusal := rules.refusal_to_answer(window, now):
        raise Refused(refusal)
    telling = [*rules.telling_words(question), *rules.telling_words(text)]
    problems: list[Reason] = rules.publication_problems(question, text, [*names, *telling])
    if any(problem.text.startswith(rules.NAMES_SOMEBODY) for problem in problems):
        # SECURITY: a refusal could be used to try names until one fits the asker; each try is on record.
        note_access(
            AccessEntry.Outcome.REFUSED,
            window,
            actor=actor,
            at=now,
            what="publish an answer that names somebody",
            reason=" ".join(problem.text for problem in problems),
        )
    refuse_any(problems)


def _publish(
    answer: WindowAnswer, question: str, text: str, reason: str, actor: User, now: datetime
) -> WindowAnswerVersion:
    made = WindowAnswerVersion.objects.create(
        answer=answer,
        version=queries.next_version(answer),
        published_question=question.strip(),
        text=text.strip(),
        reason=reason,
        published_at=now,
        published_by=actor,
    )
    act = "window.correct_answer" if reason else "window.answer"
    after = {"question": made.published_question, "answer": made.text}
    record(act, answer.window, actor=actor, at=now, after=after, number=answer.number, reason=reason or None)
    return made


def _tell_who_answers(asked: WindowQuestion, now: datetime) -> None:
    """Tell those who answer that there is a question; not who asked, and not what."""
    window = asked.window
    notice = letters.QuestionAsked(
        window=window.title,
        agreement=window.agreement.title,
        reference=window.reference,
        deadline=window.deadline,
    )
    for person in queries.people_who_answer(window):
        _queue(notice, person, f"window-question:{asked.reference}:{person.pk}", asked, now)


def _queue(
    notice: letters.Notice,
    to: User | str,
    key: str,
    question: WindowQuestion,
    now: datetime,
    *,
    link: str = "",
) -> None:
    outbox.queue(
        kind=notice.kind,
        to=to,
        key=key,
        facts=notice.facts,
        now=now,
        about=question.window.reference,
        chain=question.audit_chain,
        veil=question.audit_veil,
        link_purpose=link,
        link_subject=question.reference if link else "",
    )

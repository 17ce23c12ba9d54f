"""Questions and answers, about a window or a mini-competition: cut-offs, and what may be published.

Pure functions. Mini-competitions use the same ones (rulebook E4, B21).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from commissioning.clock import Holidays, at_london, is_working_day, london_date, london_time
from commissioning.web.text import london
from commissioning.workflow import Reason

from .ended import refusal_of_cancelled

WORKING_DAYS_TO_ANSWER = 5
# What an asker who is not registered may do with the portal's post, by their e-mail address and by network.
QUESTIONS_A_DAY = 3
KNOCKS_AN_HOUR = 20
CONFIRM_WITHIN = timedelta(days=2)
NAMES_SOMEBODY = "Take out what names a provider or a person"
NO_QUESTIONS = "This window was scheduled without a time for questions. Write to its support contact."
_LEGAL_FORM = re.compile(
    r"(?:\b[A-Z0-9][\w&'’.-]*\s+){1,6}(?:Ltd|LTD|Limited|LIMITED|CIC|C\.I\.C|CIO|LLP|PLC|plc)\b"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?:\+44|\b0)(?:[\s-]?\d){9,10}\b")


def questions_close(
    opens_at: datetime, deadline: datetime, calendar: str, holidays: Holidays | None = None
) -> datetime:
    """Return the usual cut-off for questions: five working days before the deadline, at its clock time.

    A window too short for that takes questions until halfway between its opening and its deadline. Raises
    HolidaysUnknownError where a year's bank holidays are not on record.
    """
    day, left = london_date(deadline), WORKING_DAYS_TO_ANSWER
    while left:
        day -= timedelta(days=1)
        left -= is_working_day(day, calendar, holidays)
    usual = at_london(day, london_time(deadline).time())
    return usual if usual > opens_at else opens_at + (deadline - opens_at) / 2


def moved_cut_off(cut_off: datetime | None, old: datetime, new: datetime) -> datetime | None:
    """Return where the cut-off stands once the deadline has moved from `old` to `new`.

    It moves by as much, by London's clock, so that as long is left between the last question and the
    deadline as before; a cut-off that had passed may thereby come again.
    """
    if cut_off is None:
        return None
    by = london_time(new).replace(tzinfo=None) - london_time(old).replace(tzinfo=None)
    there = london_time(cut_off).replace(tzinfo=None) + by
    return at_london(there.date(), there.time())


def cut_off_problem(cut_off: datetime, deadline: datetime, now: datetime) -> Reason | None:
    """Return why questions cannot close then, or nothing: it must be to come, and before the deadline.

    Questions are asked from the announcement on, which is not before `now`.
    """
    if cut_off >= deadline:
        text = f"The last moment for questions must be before the deadline, {london(deadline)}."
    elif cut_off <= now:
        text = (
            f"The last moment for questions, {london(cut_off)}, is over, so nobody could ask: choose one to "
            "come, or leave it empty."
        )
    else:
        return None
    return Reason(text, field="questions_close_at")


def questions_closed(cut_off: datetime, now: datetime, *, is_sent: bool = True) -> str | None:
    """Return that questions have closed, or nothing; at the cut-off one is in time.

    Whoever sent one reads both times; whoever only opens the page (not `is_sent`) sent none.
    """
    if now <= cut_off:
        return None
    if not is_sent:
        return f"Questions closed on {london(cut_off)}."
    return f"Questions closed on {london(cut_off)}, and this reached the portal on {london(now, 'seconds')}."


def were_asked(window: Any, now: datetime) -> bool:
    """Return whether questions could be asked about this window, and no longer can: its cut-off is over."""
    cut_off = window.questions_close_at
    return window.state not in {"draft", "cancelled"} and cut_off is not None and now > cut_off


def refusal_to_ask(window: Any, now: datetime, *, is_sent: bool = True) -> str | None:
    """Return why no question about a window can be asked now, or nothing; `is_sent` as `questions_closed`."""
    if window.state == "draft":
        return "This window is not announced yet."
    if cancelled := refusal_of_cancelled(window):
        return cancelled
    if window.questions_close_at is None:
        return NO_QUESTIONS
    return questions_closed(window.questions_close_at, now, is_sent=is_sent)


def can_be_asked_no_more(window: Any, now: datetime) -> bool:
    """Return whether nothing opens questions again; until the deadline the cut-off may move with it."""
    return bool(refusal_of_cancelled(window)) or now > window.deadline


def refusal_to_answer(window: Any, now: datetime) -> str | None:
    """Return why no answer can be published now, or nothing: whoever applies must still be able to use it."""
    if window.state == "draft":
        return "Questions are answered once a window is announced, and while it stands."
    if cancelled := refusal_to_decline(window):
        return cancelled
    if now > window.deadline:
        return (
            f"The deadline was {london(window.deadline)}. An answer after it would help nobody who applied."
        )
    return None


def refusal_to_decline(window: Any) -> str | None:
    """Return why whoever asked is not told that no answer comes, or nothing: cancelling told them already."""
    cancelled = refusal_of_cancelled(window)
    return f"{cancelled} Whoever asked was told why, and waits for no answer." if cancelled else None


def why_no_answer_comes(window: Any, now: datetime) -> str:
    """Return, for whoever asked, why a question that is not answered waits for no answer any more, or ""."""
    if cancelled := refusal_of_cancelled(window):
        return f"{cancelled} Questions about it are answered no more."
    if now > window.deadline:
        return f"The window closed on {london(window.deadline)}, and no answer is published after that."
    return ""


def window_takes_answers(question: Any, actor: Any, now: datetime) -> Reason | None:
    """Return why a window's question is not answered, or its answer not corrected, now; or nothing."""
    refusal = refusal_to_answer(question.window, now)
    return Reason(refusal, for_good=question.window.state != "draft") if refusal else None


def asker_is_not_told(question: Any, actor: Any, now: datetime) -> Reason | None:
    """Return why a window's question cannot be declined, or nothing."""
    refusal = refusal_to_decline(question.window)
    return Reason(refusal, for_good=True) if refusal else None


def asked_in_time(question: Any, actor: Any, now: datetime) -> str | None:
    """Return why a question cannot be confirmed, or nothing: what counts is when it was asked."""
    if refusal := refusal_to_ask(question.window, question.asked_at):
        return refusal
    if now > question.window.deadline:
        return f"The deadline was {london(question.window.deadline)}, so nobody can answer this any more."
    return None


def question_problem(question: str, own_names: str | Iterable[str]) -> Reason | None:
    """Return why a question cannot be asked, or nothing: it must not name who asks."""
    if not question.strip():
        return Reason("Write your question.", field="question")
    names = [own_names] if isinstance(own_names, str) else list(own_names)
    if named(question, names):
        return Reason(
            "Take out your organisation's name and whatever else names you: nobody is to learn who asked.",
            field="question",
        )
    return None


def publication_problems(question: str, answer: str, names: Iterable[str]) -> list[Reason]:
    """Return why a question and its answer cannot be published: empty, or naming somebody (rulebook E4).

    The words that name somebody are given back as they were typed: that says no more than the refusal.
    """
    problems = []
    if not question.strip():
        problems.append(Reason("Write the question as all will read it.", field="published_question"))
    if not answer.strip():
        problems.append(Reason("Write the answer.", field="answer"))
    return problems + naming_problems({"published_question": question, "answer": answer}, names)


def naming_problems(texts: Mapping[str, str], names: Iterable[str]) -> list[Reason]:
    """Return for each text, by its field, what in it names a provider or a person."""
    known = list(names)
    return [
        Reason(f"{NAMES_SOMEBODY}: {', '.join(found)}.", field=field)
        for field, text in texts.items()
        if (found := named(text, known))
    ]


def named(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that stand in a text as words of their own, each once; case counts for one word."""
    found = [name.strip() for name in names if name.strip() and _word(name).search(text)]
    return list(dict.fromkeys(found))


def full_names(names: Iterable[str]) -> list[str]:
    """Return the people's names that are of two words and more: one word may be a word like any other."""
    return [name for name in names if len(name.split()) > 1]


def telling_words(text: str) -> list[str]:
    """Return what by its shape tells who somebody is: a company's name, an address, a telephone number.

    Looked for whether the portal knows it or not, so that a refusal does not show whom the portal knows.
    """
    found = [
        match.group().strip()
        for shape in (_LEGAL_FORM, _ADDRESS, _TELEPHONE)
        for match in shape.finditer(text)
    ]
    return list(dict.fromkeys(found))


def _word(name: str) -> re.Pattern[str]:
    # A name of one word, such as that of a charity called Mind, is only one where it is written as a name.
    whatever_case = re.IGNORECASE if re.search(r"[\s@]", name.strip()) else re.NOFLAG
    return re.compile(rf"(?<!\w){re.escape(name.strip())}(?!\w)", whatever_case)

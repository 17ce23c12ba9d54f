"""The wording of messages: shipped files in `templates/emails/`, or an administrator's own words.

A shipped file's first line is the subject, the rest the body. An administrator's wording is plain text with
placeholders such as `{{ lot }}`; nothing in it is executed. Every fact a wording names must be given.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine

from commissioning.clock.words import spoken_day, spoken_time

SECRET_LINK = "secret_link"  # noqa: S105 - the name of a placeholder
# Stands in the kept body where the link goes at sending; no fact can bring it in.
LINK_MARK = "\N{LEFT WHITE SQUARE BRACKET}secret link\N{RIGHT WHITE SQUARE BRACKET}"
# Given to every wording by the outbox itself.
STANDING = ("greeting", "portal_url")
SUBJECT_LENGTH = 200
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_OTHER_SYNTAX = re.compile(r"\{%|%\}|\{#|#\}|\{\{|\}\}")
_LOOP = re.compile(r"\{%\s*for\s+(\w+)\s+in\s+(\w+)")
# A line of a file that was long enough to be broken there, and goes on in the next.
_BROKEN_LINE = re.compile(r"(?<=[^\n]{70})\n(?=[^\n*{])")
_CONDITION = re.compile(r"\{%\s*(?:el)?if\s+(?:not\s+)?(\w+)")


class WordingError(Exception):
    """A wording cannot be used; each sentence says why and what to mend."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


def folder() -> Path:
    """Return where the shipped wordings are."""
    return Path(settings.BASE_DIR) / "templates" / "emails"


def kinds() -> list[str]:
    """Return the kinds of message the portal sends."""
    return sorted(path.stem for path in folder().glob("*.txt") if not path.name.startswith("_"))


@cache
def shipped(kind: str) -> tuple[str, str]:
    """Return subject and body of the shipped wording; an unknown kind is a LookupError."""
    path = folder() / f"{kind}.txt"
    if kind not in kinds():
        raise LookupError(f"There is no wording for “{kind}” in templates/emails.")
    subject, _, body = path.read_text("utf-8").partition("\n")
    return subject.strip(), _reflowed(body)


def facts_needed(kind: str) -> frozenset[str]:
    """Return the names of the facts that the shipped wording uses."""
    source = "\n".join(shipped(kind))
    loops = _LOOP.findall(source)
    names = {*_PLACEHOLDER.findall(source), *_CONDITION.findall(source), *(many for _, many in loops)}
    return frozenset(names - {one for one, _ in loops} - {*STANDING, SECRET_LINK})


def placeholders(kind: str) -> frozenset[str]:
    """Return the names that an administrator's wording of this kind may use."""
    linked = {SECRET_LINK} if SECRET_LINK in _PLACEHOLDER.findall(shipped(kind)[1]) else set()
    return facts_needed(kind) | {*STANDING} | linked


def check(kind: str, subject: str, body: str) -> None:
    """Return if an administrator's wording may stand in for the shipped one. Raises WordingError."""
    allowed = placeholders(kind)
    problems = []
    for where, text in (("subject", subject), ("text", body)):
        unknown = sorted(set(_PLACEHOLDER.findall(text)) - allowed)
        problems += [
            f"The {where} names “{name}”, which this message does not have. It has: "
            f"{', '.join(sorted(allowed))}."
            for name in unknown
        ]
        if _OTHER_SYNTAX.search(_PLACEHOLDER.sub("", text)):
            problems.append(
                f"The {where} has brackets that are no placeholder. Write one as {{{{ name }}}}, "
                "with one of the names listed."
            )
    if "\n" in subject.strip():
        problems.append("The subject must be one line.")
    if SECRET_LINK in _PLACEHOLDER.findall(subject):
        problems.append("The secret link may not stand in the subject; put it into the text.")
    if SECRET_LINK in allowed and SECRET_LINK not in _PLACEHOLDER.findall(body):
        problems.append(
            "The text must hold {{ secret_link }}: without it the recipient cannot go on from this message."
        )
    if problems:
        raise WordingError(problems)


def render_shipped(kind: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and body of the shipped wording with these facts; a missing one is a ValueError."""
    missing = sorted(facts_needed(kind) - set(facts))
    if missing:
        raise ValueError(f"The message “{kind}” needs: {', '.join(missing)}.")
    context = Context(_words(facts), autoescape=False)
    subject, body = (_engine().from_string(part).render(context) for part in shipped(kind))
    return one_line(subject), tidy(body)


def render_own(subject: str, body: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and body of an administrator's wording with these facts."""
    words = _words(facts)

    def fill(match: re.Match[str]) -> str:
        value = words.get(match[1], "")
        return "\n".join(f"* {item}" for item in value) if isinstance(value, list) else value

    return one_line(_PLACEHOLDER.sub(fill, subject)), tidy(_PLACEHOLDER.sub(fill, body))


def foot() -> str:
    """Return the lines under every message."""
    source = _reflowed((folder() / "_foot.txt").read_text("utf-8"))
    return _engine().from_string(source).render(Context({"portal_url": settings.PORTAL_URL})).strip()


def _reflowed(source: str) -> str:
    """Return the text with the lines of a paragraph joined: each reader's own window breaks them anew."""
    return _BROKEN_LINE.sub(" ", source.strip())


def one_line(text: str) -> str:
    """Return the text as one line that fits a subject."""
    return " ".join(text.split())[:SUBJECT_LENGTH]


def tidy(text: str) -> str:
    """Return the text without trailing space and without more than one empty line at a time."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


@cache
def _engine() -> Engine:
    return Engine(autoescape=False)


def _words(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: _word(value) for name, value in facts.items()}, SECRET_LINK: LINK_MARK}


def _word(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_word(item) for item in value]
    if isinstance(value, datetime):
        return spoken_time(value)
    if isinstance(value, date):
        return spoken_day(value)
    return "" if value is None else str(value).replace("\N{LEFT WHITE SQUARE BRACKET}", "[")

"""The organisation's own answers in an earlier window of the agreement, with what was said of them (G10).

Scores and reasons are those of the letter that was sent to it: before the release there are none to be had.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from commissioning.people.models import User
from commissioning.records.queries import letters_visible_to
from lots.models import Question, Window
from providers.models import AnswerVersion, Application, Entry, Submission

from . import items, submissions
from .parts import Part
from .submissions import OwnFile

WENT_IN = ("submitted", "opened", "admitted", "not_admitted")
OUTCOME_LETTERS = ("admission", "refusal")


@dataclass(frozen=True)
class LastTime:
    """What was answered to the same question in an earlier window; `score` is None where none was sent.

    `panel_sees_it` tells whether the new panel sees that score and its reason; the answer it never sees.
    """

    entry: Entry
    version: AnswerVersion
    text: str
    files: list[OwnFile] = field(default_factory=list)
    maximum: int | None = None
    score: int | None = None
    reason: str = ""
    panel_sees_it: bool = False

    @property
    def window(self) -> Window:
        return self.entry.window_lot.window


def last_time(
    application: Application, part: Part, code: str, *, actor: User, now: datetime
) -> LastTime | None:
    """Return the latest earlier answer to this question, matched by code and title, or nothing."""
    entry = _earlier_entry(application, part)
    if entry is None:
        return None
    own, asked = entry.submission, items.find(part.submission.scheme, code)
    earlier = own if part.entry else entry.application.common
    package = own.package
    if earlier is None or package is None or not _asks_the_same(earlier.scheme.questions.all(), asked):
        return None
    (found,) = submissions.read_package(
        package=package, submission=earlier, actor=actor, now=now, only={code}
    )
    if found.version is None or not isinstance(found.value, str):
        return None
    said = _said_of(entry, asked.title, actor) if part.entry else {}
    files = found.files if asked.files_allowed else []
    sees = part.submission.scheme.panel_sees_last_score
    return LastTime(entry, found.version, found.value, files, panel_sees_it=sees, **said)


def taken_over(submission: Submission, files: Iterable[OwnFile]) -> set[int]:
    """Return which of these files of an earlier window have a copy that stands in the draft."""
    keys = [file.row.pk for file in files]
    if not keys:
        return set()
    standing = submissions.current_files([submission]).filter(carried_from__in=keys)
    return {key for key in standing.values_list("carried_from", flat=True) if key is not None}


def _earlier_entry(application: Application, part: Part) -> Entry | None:
    """Return the latest entry that went in before; for the common part of any lot, else of the same one."""
    window = application.window
    rows = Entry.objects.filter(
        application__organisation=application.organisation_id,
        application__window__agreement=window.agreement_id,
        application__window__deadline__lt=window.deadline,
        submission__package__isnull=False,
        state__in=WENT_IN,
    )
    if part.entry:
        rows = rows.filter(window_lot__lot=part.entry.window_lot.lot_id)
    related = (
        "window_lot__window",
        "window_lot__lot",
        "submission__package",
        "submission__scheme",
        "application__common__scheme",
    )
    return rows.select_related(*related).order_by("-application__window__deadline", "pk").first()


def _asks_the_same(questions: Iterable[Question], asked: items.Item) -> bool:
    return any(row.code == asked.code and row.title == asked.title for row in questions)


def _said_of(entry: Entry, title: str, actor: User) -> dict[str, Any]:
    """Return the agreed score and its reason as the letter told them; nothing before it was sent."""
    letter = letters_visible_to(actor, ()).filter(
        about=entry.reference, kind__in=OUTCOME_LETTERS, organisation=entry.application.organisation_id
    )
    sent = letter.first()
    scores = (sent.facts.get("scores") if sent else None) or {}
    for row in scores.get("rows", ()):
        if row["title"] == title:
            return {"score": row["score"], "maximum": scores["maximum"], "reason": row["reason"]}
    return {}

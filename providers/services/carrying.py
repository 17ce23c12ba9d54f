"""Applying again: what the organisation sent in an earlier window, taken over as it chooses (G10)."""

from collections.abc import Collection
from datetime import datetime

from django.core.files.base import ContentFile, File

from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.workflow import Refused
from providers.models import AnswerVersion, Application, Submission
from providers.queries import items
from providers.queries import submissions as queries
from providers.queries.submissions import OwnFile

from . import application_answers, applications, submissions
from .files import Checked, check_file


def take_over(
    *,
    application: Application,
    submission: Submission,
    item: str,
    answer: AnswerVersion | None,
    files: Collection[OwnFile],
    based_on: int,
    actor: User,
    now: datetime,
) -> list[str]:
    """Copy an answer of an earlier window, its files, or both, into a draft; the old ones stay untouched.

    Files are read by the organisation's own key and added as any upload is, under new keys: what an upload is
    refused for, they are refused for, and all are checked before anything is saved. What was confidential
    about one stays so where its last day is still to come; the names of those of which it is over are
    returned. Raises Refused as `application_answers.save_answers` and `submissions.add_file`, LookupError for
    another organisation's.
    """
    applications.insist_on_writing(application=application, actor=actor, now=now)
    asked = items.find(submission.scheme, item)
    if any(file.row.submission.organisation_id != application.organisation_id for file in files):
        raise LookupError(f"Not all of these files are {application.organisation}'s.")
    standing = queries.current_files([submission]).filter(item=item)
    room = asked.files_allowed - standing.count()
    if len(files) > room:
        raise Refused(
            f"“{asked.title}” takes up to {asked.files_allowed} files, and has room for {max(0, room)} more. "
            "Remove one there first, or choose fewer.",
            field="what",
        )
    checked = _checked(files, submission, item, actor, now)
    if answer is not None:
        application_answers.take_over(
            application=application,
            submission=submission,
            item=item,
            earlier=answer,
            based_on=based_on,
            actor=actor,
            now=now,
        )
    rounds = applications.rounds_of(application, submission)
    for file, check in zip(files, checked, strict=True):
        submissions.add_file(
            submission=submission,
            item=item,
            upload=_content(file, actor, now),
            rounds=rounds,
            actor=actor,
            now=now,
            checked=check,
            confidential=file.confidential if _still_confidential(file, now) else None,
            carried_from=file.row,
        )
    return [file.name for file in files if file.confidential and not _still_confidential(file, now)]


def _checked(
    files: Collection[OwnFile], submission: Submission, item: str, actor: User, now: datetime
) -> list[Checked]:
    """Return what each file is, scanned, if all could be added together; one at a time is in memory."""
    found: list[Checked] = []
    for file in files:
        upload = _content(file, actor, now)
        found.append(check_file(submission=submission, item=item, upload=upload, beside=found))
    return found


def _content(file: OwnFile, actor: User, now: datetime) -> File:
    return ContentFile(b"".join(queries.stream_own_file(file, actor=actor, now=now)), name=file.name)


def _still_confidential(file: OwnFile, now: datetime) -> bool:
    return file.confidential is not None and file.confidential.until > london_date(now)

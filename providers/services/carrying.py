"""Applying again: what the organisation sent in an earlier window, taken over as it chooses (G10)."""

from collections.abc import Collection
from datetime import datetime

from django.core.files.base import ContentFile

from commissioning.audit.services import unit
from commissioning.people.models import User
from commissioning.workflow import Refused
from providers.models import AnswerVersion, Application, Submission, SubmittedFile
from providers.queries import items, submissions
from providers.queries.submissions import OwnFile

from . import applications


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
) -> None:
    """Copy an answer of an earlier window, its files, or both, into a draft; the old ones stay untouched.

    Files are read by the organisation's own key and added as any upload is, under new keys: what an upload is
    refused for, they are refused for. Nothing is saved where they do not all find room. Raises Refused as
    `applications.save_answers` and `applications.add_file`, LookupError for another organisation's.
    """
    asked = items.find(submission.scheme, item)
    if any(file.row.submission.organisation_id != application.organisation_id for file in files):
        raise LookupError(f"Not all of these files are {application.organisation}'s.")
    standing = submissions.current_files([submission]).filter(item=item)
    room = asked.files_allowed - standing.count()
    if len(files) > room:
        raise Refused(
            f"“{asked.title}” takes up to {asked.files_allowed} files, and has room for {max(0, room)} more. "
            "Remove one there first, or choose fewer.",
            field="what",
        )
    if answer is not None:
        applications.take_over(
            application=application,
            submission=submission,
            item=item,
            earlier=answer,
            based_on=based_on,
            actor=actor,
            now=now,
        )
    for file in files:
        _copy(file, application, submission, item, actor, now)


def _copy(
    file: OwnFile,
    application: Application,
    submission: Submission,
    item: str,
    actor: User,
    now: datetime,
) -> SubmittedFile:
    content = b"".join(submissions.stream_own_file(file, actor=actor, now=now))
    with unit():
        made = applications.add_file(
            application=application,
            submission=submission,
            item=item,
            upload=ContentFile(content, name=file.name),
            actor=actor,
            now=now,
        )
        made.carried_from = file.row
        made.save(update_fields=["carried_from"])
    return made

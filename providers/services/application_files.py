"""A file of an application added, removed, replaced, or labelled confidential, while its window is open."""

from datetime import datetime
from typing import Any

from commissioning.people.models import User
from commissioning.records.models import Round
from providers.models import Application, Submission, SubmittedFile
from providers.queries.files import Confidential

from . import applications, submissions


def add_file(
    *, application: Application, submission: Submission, item: str, upload: Any, actor: User, now: datetime
) -> SubmittedFile:
    """Add a file to an item of one part; raises as `submissions.add_file`; Refused when it is late."""
    applications.insist_on_writing(application=application, actor=actor, now=now)
    return submissions.add_file(
        submission=submission,
        item=item,
        upload=upload,
        rounds=applications.rounds_of(application, submission),
        actor=actor,
        now=now,
    )


def remove_file(*, application: Application, file: SubmittedFile, actor: User, now: datetime) -> None:
    """Take a file out of the draft while the window is open. Raises Refused after the deadline."""
    applications.insist_on_writing(application=application, actor=actor, now=now)
    submissions.remove_file(file=file, actor=actor, now=now)


def replace_file(
    *, application: Application, file: SubmittedFile, upload: Any, actor: User, now: datetime
) -> SubmittedFile:
    """Put another file in a file's place; raises as `submissions.replace_file`; Refused when it is late."""
    applications.insist_on_writing(application=application, actor=actor, now=now)
    rounds = _rounds_of(application, file)
    return submissions.replace_file(file=file, upload=upload, rounds=rounds, actor=actor, now=now)


def label_file(
    *,
    application: Application,
    file: SubmittedFile,
    confidential: Confidential | None,
    actor: User,
    now: datetime,
) -> SubmittedFile:
    """Say what is confidential about a file; raises as `submissions.label_file`; Refused when it is late."""
    applications.insist_on_writing(application=application, actor=actor, now=now)
    rounds = _rounds_of(application, file)
    return submissions.label_file(file=file, confidential=confidential, rounds=rounds, actor=actor, now=now)


def _rounds_of(application: Application, file: SubmittedFile) -> list[Round]:
    own = {application.common_id, *application.entries.values_list("submission", flat=True)}
    if file.submission_id not in own:
        raise LookupError(f"{file} belongs to another application.")
    return applications.rounds_of(application, file.submission)

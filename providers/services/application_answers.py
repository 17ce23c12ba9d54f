"""An application's answers, declarations and prices saved, while its window is open."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from commissioning.audit.services import unit
from commissioning.people.models import User
from providers.models import AnswerVersion, Application, Submission, SubmittedFile
from providers.queries.items import Declared
from providers.queries.submissions import read_version

from . import applications, declarations, submissions


def save_answers(
    *,
    application: Application,
    submission: Submission,
    values: Mapping[str, Any],
    actor: User,
    now: datetime,
    based_on: Mapping[str, int] | None = None,
    autosave: bool = False,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, AnswerVersion]:
    """Save items of one part of the application (its common part, or an entry's) while the window is open.

    Raises Refused after the deadline, and as `submissions.save_answers`.
    """
    applications.insist_on_writing(application=application, actor=actor, now=now)
    return submissions.save_answers(
        submission=submission,
        values=values,
        rounds=applications.rounds_of(application, submission),
        actor=actor,
        now=now,
        based_on=based_on,
        autosave=autosave,
        earlier=earlier,
    )


def take_over(
    *,
    application: Application,
    submission: Submission,
    item: str,
    earlier: AnswerVersion,
    based_on: int,
    actor: User,
    now: datetime,
) -> dict[str, AnswerVersion]:
    """Copy the organisation's own answer of an earlier window as a new version; the old one stays (G10).

    Raises LookupError for another organisation's answer, and as `save_answers`.
    """
    applications.insist_on_writing(application=application, actor=actor, now=now)
    if earlier.submission.organisation_id != application.organisation_id:
        raise LookupError(f"{earlier} is no answer of {application.organisation}.")
    asked = submissions.items.find(submission.scheme, item)
    return submissions.save_answers(
        submission=submission,
        values={item: read_version(earlier, asked, actor=actor, now=now)},
        rounds=applications.rounds_of(application, submission),
        based_on={item: based_on},
        carried_from=earlier,
        actor=actor,
        now=now,
    )


def declare(
    *,
    application: Application,
    submission: Submission,
    values: Mapping[str, Declared],
    actor: User,
    now: datetime,
    based_on: Mapping[str, int] | None = None,
    earlier: Mapping[str, Any] | None = None,
    begun_with: Mapping[str, int] | None = None,
) -> dict[str, AnswerVersion]:
    """Save declarations of one part as `save_answers` does, and keep the complete ones on the profile.

    The part holds its own sealed copy: what the profile says later changes nothing here, and what is saved
    here replaces nothing there that somebody declared unseen; `begun_with` as in `declarations.keep`. Raises
    as `save_answers`, and Refused for a day that is still to come.
    """
    asked = list(submissions.items.find_all(submission.scheme, values).values())
    declarations.refuse_days_to_come(asked, values, now=now)
    with unit():
        saved = save_answers(
            application=application,
            submission=submission,
            values=values,
            actor=actor,
            now=now,
            based_on=based_on,
            earlier=earlier,
        )
        declarations.keep(
            organisation=application.organisation,
            asked=asked,
            values=values,
            saved={code: version.saved_at for code, version in saved.items()},
            begun_with=begun_with,
            actor=actor,
            now=now,
        )
    return saved


def save_question(
    *,
    application: Application,
    submission: Submission,
    item: str,
    text: str,
    based_on: int,
    actor: User,
    now: datetime,
    add: Any = None,
    remove: SubmittedFile | None = None,
    earlier: Iterable[str] = (),
) -> None:
    """Save one question's page while the window is open; raises as `submissions.save_question`."""
    applications.insist_on_writing(application=application, actor=actor, now=now)
    submissions.save_question(
        submission=submission,
        item=item,
        text=text,
        based_on=based_on,
        rounds=applications.rounds_of(application, submission),
        actor=actor,
        now=now,
        add=add,
        remove=remove,
        earlier=earlier,
    )

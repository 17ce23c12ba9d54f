"""Writing in an application: the pages of any submission, saved by the application's services."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse

from providers.forms.carrying import TakeOver as TakeOverForm
from providers.models import AnswerVersion, SubmittedFile
from providers.queries import earlier
from providers.queries.earlier import LastTime
from providers.queries.files import Confidential
from providers.services import application_answers, carrying
from providers.services import application_files as files

from .autosaving import WritesIn
from .base import InApplication
from .files import FileAbout, FilePage, LabelFile, ReplaceFile, WritesFiles
from .versions import OnCurrent, VersionPage, VersionsPage
from .writing import QuestionPage


class Writing(InApplication, WritesIn):
    """Saves in the application's part that the page is about."""

    action = "application.write"

    def save_answers(
        self,
        values: Mapping[str, Any],
        based_on: Mapping[str, int],
        *,
        autosave: bool = False,
        earlier: Mapping[str, Any] | None = None,
    ) -> dict[str, AnswerVersion]:
        """Save several items of the part, all or none."""
        return application_answers.save_answers(
            application=self.application,
            submission=self.part.submission,
            values=values,
            based_on=based_on,
            autosave=autosave,
            earlier=earlier,
            actor=self.actor,
            now=self.now,
        )

    def save_question(
        self,
        item: str,
        text: str,
        based_on: int,
        *,
        add: Any,
        remove: SubmittedFile | None,
        earlier: Iterable[str],
    ) -> None:
        """Save a question's text after what goes into its history, and add a file or take one out."""
        application_answers.save_question(
            application=self.application,
            submission=self.part.submission,
            item=item,
            text=text,
            based_on=based_on,
            add=add,
            remove=remove,
            earlier=earlier,
            actor=self.actor,
            now=self.now,
        )

    def last_url(self) -> str:
        """Return what follows the part's last page: the common part is submitted with each lot."""
        return self.part_url("submit") if self.part.entry else self.home_url()


class Question(QuestionPage, Writing):
    """One question of a lot, or of the common part, with last time's answer where there is one."""

    def last_time(self) -> LastTime | None:
        return earlier.last_time(
            self.application, self.part, self.kwargs["code"], actor=self.actor, now=self.now
        )

    def last_time_url(self) -> str:
        return self.part_url("last-time", self.kwargs["code"])

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        found: LastTime | None = context["last_time"]
        files = found.files if found else []
        taken = earlier.taken_over(self.part.submission, files)
        return context | {
            "last_files": last_files(found),
            "files_to_take": [file for file in files if file.row.pk not in taken],
        }


class Versions(VersionsPage, InApplication):
    """The history of an answer of the application."""


class Version(VersionPage, Writing):
    """One version of an answer of the application."""


class ConsortiumVersions(Versions):
    """The history of who applies together."""

    kind = "consortium"


class ConsortiumVersion(Version):
    """One version of who applies together."""

    kind = "consortium"


class TakeOver(OnCurrent, Writing):
    """Last time's answer and files, with the agreed score and reason; copies what is chosen (G10)."""

    template_name = "providers/last_time.html"
    submit_label = "Use last time’s answer"
    success_message = "What you chose was copied here. Read it through: the question’s guidance may differ."

    @cached_property
    def last_time(self) -> LastTime:
        found = earlier.last_time(self.application, self.part, self.item.code, actor=self.actor, now=self.now)
        if found is None:
            raise Http404
        return found

    def prepare(self) -> None:
        super().prepare()
        self.last_time  # noqa: B018 - where there is none the page is a 404 before anything is done

    def get_heading(self) -> str:
        return f"Last time’s answer to “{self.item.title}”"

    def get_form(self, **bound: Any) -> TakeOverForm:
        files = self.last_time.files
        stands = bool(self.versions) and self.versions[0].carried_from_id == self.last_time.version.pk
        return TakeOverForm(
            sent=files,
            taken=earlier.taken_over(self.part.submission, files),
            answer_stands=stands,
            **self.form_arguments(),
            **bound,
        )

    def get_context(self) -> dict[str, Any]:
        if self.get_form().offered:
            self.submit_label = "Take over what is ticked"
        return super().get_context() | {
            "last_time": self.last_time,
            "last_files": last_files(self.last_time),
            "has_answer": bool(self.versions),
        }

    def copy(self, form: TakeOverForm) -> list[str]:
        """Copy what was ticked; the old entry is untouched (G10)."""
        return carrying.take_over(
            application=self.application,
            submission=self.part.submission,
            item=self.item.code,
            answer=self.last_time.version if form.takes_answer else None,
            files=form.chosen_files(),
            based_on=form.based_on,
            actor=self.actor,
            now=self.now,
        )

    def get_success_message(self, result: Any) -> str:
        """Say which files are no longer confidential, so that nobody trusts in a label that is over."""
        dropped = [f"“{name}”" for name in result or ()]
        if not dropped:
            return self.success_message
        over = "What was confidential about a file is not marked here, since its last day is over"
        return f"{self.success_message} {over}: {', '.join(dropped)}."


def last_files(last_time: LastTime | None) -> list[dict[str, Any]]:
    """Return the files of last time's answer, each with the address at which it is read."""
    if last_time is None:
        return []
    entry, code = last_time.entry, last_time.version.item
    own = [entry.application.reference, entry.window_lot.lot.number]
    is_own = last_time.version.submission_id == entry.submission_id
    name, place = ("entry-file", own) if is_own else ("common-file", own[:1])
    return [
        {"file": file, "url": reverse(name, args=[*place, code, file.number])} for file in last_time.files
    ]


class File(FilePage, InApplication):
    """A file put to a question of the application."""


class AboutFile(FileAbout, InApplication):
    """How a file of the application stands, with its earlier versions."""


class ChangesFile(InApplication, WritesFiles):
    """Changes a file in the application."""

    action = "application.write"

    def replace_file(self, file: SubmittedFile, upload: Any) -> SubmittedFile:
        return files.replace_file(
            application=self.application, file=file, upload=upload, actor=self.actor, now=self.now
        )

    def label_file(self, file: SubmittedFile, confidential: Confidential | None) -> SubmittedFile:
        return files.label_file(
            application=self.application, file=file, confidential=confidential, actor=self.actor, now=self.now
        )


class Replace(ReplaceFile, ChangesFile):
    """Puts another file in a file's place."""


class Label(LabelFile, ChangesFile):
    """Says what is confidential about a file."""

"""Writing in an application: the pages of any submission, saved by the application's services."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.http import Http404

from providers.models import AnswerVersion, Declaration, SubmittedFile
from providers.queries import declarations as queries
from providers.queries import earlier
from providers.queries.earlier import LastTime
from providers.queries.files import Confidential
from providers.queries.submissions import Own
from providers.services import application_files as files
from providers.services import applications as services

from .autosaving import WritesIn
from .base import InApplication
from .files import FileAbout, FilePage, LabelFile, ReplaceFile, WritesFiles
from .versions import OnCurrent, VersionPage, VersionsPage
from .writing import QuestionPage, StandardsPage


class Writing(InApplication, WritesIn):
    """Saves in the application's part that the page is about."""

    action = "application.write"

    def save_answers(
        self, values: Mapping[str, Any], based_on: Mapping[str, int], *, autosave: bool = False
    ) -> dict[str, AnswerVersion]:
        """Save several items of the part, all or none."""
        return services.save_answers(
            application=self.application,
            submission=self.part.submission,
            values=values,
            based_on=based_on,
            autosave=autosave,
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
        services.save_question(
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


class Versions(VersionsPage, InApplication):
    """The history of an answer of the application."""


class Version(VersionPage, Writing):
    """One version of an answer of the application."""


class TakeOver(OnCurrent, Writing):
    """Last time's answer with its agreed score and reason; copies it as a new version (G10)."""

    template_name = "providers/last_time.html"
    submit_label = "Use last time’s answer"
    success_message = (
        "Last time’s answer was copied here. Read it through: the question’s guidance may differ."
    )

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

    def replace(self, based_on: int) -> None:
        """Copy last time's answer as a new version; the old entry is untouched (G10)."""
        services.take_over(
            application=self.application,
            submission=self.part.submission,
            item=self.item.code,
            earlier=self.last_time.version,
            based_on=based_on,
            actor=self.actor,
            now=self.now,
        )

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"last_time": self.last_time, "has_answer": bool(self.versions)}


class Standards(StandardsPage, Writing):
    """The minimum standards of a lot, or the declarations of the common part.

    What the provider declared before on the same words is filled in, and is saved once it is confirmed.
    """

    def get_heading(self) -> str:
        return "Minimum standards" if self.part.entry else "Declarations"

    @cached_property
    def kept(self) -> dict[str, Declaration]:
        unsaved = [line.item for line in self.lines() if line.version is None]
        return queries.kept(self.application.organisation, unsaved)

    @cached_property
    def own(self) -> list[Own]:
        return queries.proposed(super().own, self.kept, actor=self.actor, now=self.now)

    def save_answers(
        self, values: Mapping[str, Any], based_on: Mapping[str, int], *, autosave: bool = False
    ) -> dict[str, AnswerVersion]:
        """Save the declarations here, and keep them for the next application that asks the same.

        What the page saves by itself is kept here alone: nobody has confirmed it yet.
        """
        if autosave:
            return super().save_answers(values, based_on, autosave=True)
        return services.declare(
            application=self.application,
            submission=self.part.submission,
            values=values,
            based_on=based_on,
            actor=self.actor,
            now=self.now,
        )

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"last_confirmed": queries.last_confirmed(self.kept)}


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

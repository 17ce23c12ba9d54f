"""The files of any submission: given back to their own people, with history, scan, replacement and label."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from commissioning.records import uploads
from commissioning.records.downloads import send_stream_as_attachment
from commissioning.web.views import ActionView, Crumb, DetailPage, FindsObject, PageView
from commissioning.workflow import Reason
from providers.forms import files as forms
from providers.models import Submission, SubmittedFile
from providers.queries import submissions as queries
from providers.queries.files import Confidential
from providers.queries.items import Item
from providers.queries.submissions import OwnFile

from .submission import OfSubmission


def file_hint(submission: Submission) -> str:
    """Return what a file may be, as it stands beside the box: kinds, size, room left, and its name."""
    limits, left = submission.scheme.file_limits, queries.megabytes_left(submission)
    return (
        f"{uploads.limits(allowed=limits)} All files of these answers may have "
        f"{submission.scheme.files_megabytes} MB together; {left} MB are left. {limits.in_words()}"
    )


class OfFile(OfSubmission):
    """A page about one version of a file; one that is not there is a 404."""

    @cached_property
    def file(self) -> OwnFile:
        found = queries.own_file(
            submission=self.part.submission,
            code=self.kwargs["code"],
            number=self.kwargs["file"],
            actor=self.actor,
            now=self.now,
        )
        if found is None:
            raise Http404
        return found

    @cached_property
    def item(self) -> Item:
        for line in self.part.questions:
            if line.item.code == self.kwargs["code"]:
                return line.item
        raise Http404

    def get_caption(self) -> str:
        return self.part_name()

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(self.item.title, self.item_url(self.part, self.item))]

    def file_url(self, page: str, number: int | None = None) -> str:
        """Return a page of this file, or of another version of it."""
        return self.part_url(f"file{page}", self.item.code, number or self.file.number)


class FilePage(OfFile, FindsObject, PageView):
    """Gives a file back to the people whose organisation put it there."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        found = self.file
        chunks = queries.stream_own_file(found, actor=self.actor, now=self.now)
        return send_stream_as_attachment(chunks, found.name, found.content_type, found.size)


class FileAbout(OfFile, DetailPage):
    """How a file stands: its scan, what is confidential about it, and each version that was kept."""

    template_name = "providers/file.html"

    def get_heading(self) -> str:
        return self.file.name

    def get_context(self) -> dict[str, Any]:
        versions = queries.file_history(self.file, actor=self.actor, now=self.now)
        return super().get_context() | {
            "stated": None,
            "file": self.file,
            "item": self.item,
            "state": self.file.state,
            "stands": self.file.row.removed_at is None,
            "writable": self.file.row.removed_at is None and not self.blockers(),
            "replace_url": self.file_url("-replace"),
            "label_url": self.file_url("-confidential"),
            "rows": [{"file": one, "url": self.file_url("", one.number)} for one in versions],
        }


class WritesFiles(OfSubmission):
    """Changes a file of the part; a mixin gives what raises NotImplementedError here."""

    def replace_file(self, file: SubmittedFile, upload: Any) -> SubmittedFile:
        """Put another file in its place."""
        raise NotImplementedError

    def label_file(self, file: SubmittedFile, confidential: Confidential | None) -> SubmittedFile:
        """Say what is confidential about it."""
        raise NotImplementedError


class ChangeFile(OfFile, WritesFiles, ActionView):
    """An act on a file as it stands in the draft."""

    def prepare(self) -> None:
        super().prepare()
        self.file  # noqa: B018 - one that is not there is a 404 before anything is done

    def blockers(self) -> list[Reason]:
        if self.file.row.removed_at is not None:
            return [Reason("The file was replaced or removed meanwhile.")]
        return super().blockers()

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(self.file.name, self.file_url("-about"))]

    def get_success_url(self, result: Any) -> str:
        return self.item_url(self.part, self.item)

    def told(self) -> Sequence[str]:
        return [self.others_work()]


class ReplaceFile(ChangeFile):
    """Puts another file in a file's place; the one before it stays in the history."""

    template_name = "providers/file_replace.html"
    submit_label = "Replace the file"
    success_message = "The file was replaced. The one before it is kept in its history."

    def get_heading(self) -> str:
        return f"Replace “{self.file.name}”"

    def get_form(self, **bound: Any) -> forms.NewVersion:
        return forms.NewVersion(file_hint=file_hint(self.part.submission), **bound)

    def perform(self, form: forms.NewVersion) -> SubmittedFile:
        return self.replace_file(self.file.row, form.cleaned_data["file"])

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"submitted": self.part.package}


class LabelFile(ChangeFile):
    """Says whether a file holds something confidential, why and until when (rulebook F4)."""

    template_name = "providers/file_label.html"
    form_class = forms.FileLabel
    submit_label = "Save"
    success_message = "What you said of the file is saved with it."

    def get_heading(self) -> str:
        return f"Confidential parts of “{self.file.name}”"

    def form_arguments(self) -> dict[str, Any]:
        said = self.file.confidential
        initial = {"is_confidential": "yes", "reason": said.reason, "until": said.until} if said else {}
        return {"initial": initial}

    def perform(self, form: forms.FileLabel) -> SubmittedFile:
        return self.label_file(self.file.row, form.confidential())

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"submitted": self.part.package}

"""Writing in any submission: a question's page, those of standards and of prices, and a question's files."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from commissioning.clock.words import spoken_clock
from commissioning.records.downloads import send_stream_as_attachment
from commissioning.web.views import ActionView, FindsObject, PageView
from commissioning.workflow import Reason, Refused
from lots.models import Question as QuestionRow
from providers import forms
from providers.models import SubmittedFile
from providers.queries import items
from providers.queries import submissions as queries
from providers.queries.items import Item
from providers.queries.parts import ItemLine
from providers.queries.submissions import Own
from providers.services.submissions import Overtaken

from .submission import OTHERS_WORK, OfSubmission


class WritesIn(OfSubmission):
    """Saves in the part that a page is about; a mixin gives what raises NotImplementedError here."""

    def save_answers(self, values: Mapping[str, Any], based_on: Mapping[str, int]) -> None:
        """Save several items of the part, all or none."""
        raise NotImplementedError

    def save_question(
        self, item: str, text: str, based_on: int, *, add: Any, remove: SubmittedFile | None
    ) -> None:
        """Save a question's text, and add a file or take one out."""
        raise NotImplementedError

    def last_url(self) -> str:
        """Return what follows the part's last page."""
        return self.part_url("submit")


class WritingPage(WritesIn, ActionView):
    """A page on which a draft is written: what was typed is kept, and nobody is overwritten unseen."""

    submit_label = "Save and next"
    overtaken: Overtaken | None = None

    def get_caption(self) -> str:
        return self.part_name()

    def told(self) -> Sequence[str]:
        return [OTHERS_WORK]

    def saved(self, form: Any) -> None:
        """Save what the form holds."""
        raise NotImplementedError

    def perform(self, form: Any) -> None:
        try:
            self.saved(form)
        except Overtaken as refusal:
            # Sent again from this page, it replaces the newer version: by then its writer has seen both.
            self.overtaken = refusal
            form.data = form.data.copy()
            for version in refusal.versions:
                form.data[self.version_field(version.item)] = str(version.number)
            raise

    def version_field(self, code: str) -> str:
        return f"version_{code}"

    def newer(self) -> list[dict[str, Any]]:
        """Return what others saved meanwhile, to stand beside what was typed."""
        return [
            {
                "item": self.items[version.item],
                "version": version,
                "text": items.in_words(
                    self.items[version.item],
                    queries.read_version(version, self.items[version.item], actor=self.actor, now=self.now),
                ),
            }
            for version in (self.overtaken.versions if self.overtaken else [])
        ]

    @cached_property
    def items(self) -> dict[str, Item]:
        return {line.item.code: line.item for line in self.part.lines}

    def stays(self) -> bool:
        return "then" in self.request.POST and self.request.POST["then"] != "next"

    def get_success_message(self, result: Any) -> str:
        return f"Saved at {spoken_clock(self.now, 'seconds')} London time." if self.stays() else ""

    def get_success_url(self, result: Any) -> str:
        return self.request.path if self.stays() else self.next_url()

    def next_url(self) -> str:
        """Return the page that follows in the task list; after the last, the check before submitting."""
        raise NotImplementedError

    def url_after(self, position: int) -> str:
        """Return the question at this place in the part, or what follows the questions."""
        if position < len(self.part.questions):
            return self.item_url(self.part, self.part.questions[position].item)
        return self.part_url("prices") if self.part.prices else self.last_url()

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "part": self.part,
            "part_name": self.part_name(),
            "newer": self.newer(),
            "submitted": self.part.package,
        }


class QuestionPage(WritingPage):
    """One question: what is asked, what evaluators look for, the box, the count, the files."""

    template_name = "providers/question.html"

    def prepare(self) -> None:
        super().prepare()
        if self.kwargs["code"] not in {line.item.code for line in self.part.questions}:
            raise Http404

    @cached_property
    def own(self) -> Own:
        return queries.read_own_item(
            submission=self.part.submission, code=self.kwargs["code"], actor=self.actor, now=self.now
        )

    @property
    def question(self) -> QuestionRow:
        row: QuestionRow = self.own.item.source
        return row

    def get_heading(self) -> str:
        return self.own.item.title

    def form_arguments(self) -> dict[str, Any]:
        return {
            "item": self.own.item,
            "room_for_files": max(0, self.own.item.files_allowed - len(self.own.files)),
            "initial": {"text": self.own.value, "version": self.own.number},
        }

    def get_form(self, **bound: Any) -> forms.Answer:
        return forms.Answer(**self.form_arguments(), **bound)

    def version_field(self, code: str) -> str:
        return "version"

    def saved(self, form: forms.Answer) -> None:
        code, removed = self.own.item.code, self.request.POST.get("remove")
        file = next((one.row for one in self.own.files if str(one.number) == removed), None)
        try:
            self.save_question(
                code,
                form.cleaned_data["text"],
                form.based_on,
                add=form.cleaned_data.get("file"),
                remove=file,
            )
        except Refused as refusal:
            refusal.reasons = [
                Reason(reason.text, "text" if reason.field == code else reason.field, reason.link)
                for reason in refusal.reasons
            ]
            raise

    def stays(self) -> bool:
        return super().stays() or "remove" in self.request.POST or bool(self.request.FILES)

    def next_url(self) -> str:
        codes = [line.item.code for line in self.part.questions]
        return self.url_after(codes.index(self.own.item.code) + 1)

    def get_context(self) -> dict[str, Any]:
        shown, beyond = self.own.parts
        return super().get_context() | {
            "own": self.own,
            "question": self.question,
            "shown": shown,
            "beyond": beyond.strip(),
            "files": [
                {"file": file, "url": self.part_url("file", self.own.item.code, file.number)}
                for file in self.own.files
            ],
            "saved": self.own.version,
        }


class SharedPage(WritingPage):
    """Every item of one kind on one page."""

    form_class: type[forms.SharedForm]

    def lines(self) -> list[ItemLine]:
        """Return the items of the page; without any there is no such page."""
        raise NotImplementedError

    def prepare(self) -> None:
        super().prepare()
        if not self.lines():
            raise Http404

    @cached_property
    def own(self) -> list[Own]:
        return queries.read_own(
            submission=self.part.submission,
            actor=self.actor,
            now=self.now,
            only={line.item.code for line in self.lines()},
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"own": self.own}

    def saved(self, form: forms.SharedForm) -> None:
        self.save_answers(form.values, form.based_on)


class StandardsPage(SharedPage):
    """Every minimum standard, or declaration, of a part on one page."""

    template_name = "providers/standards.html"
    form_class = forms.Declarations
    heading = "Minimum standards"

    def lines(self) -> list[ItemLine]:
        return self.part.standards

    def next_url(self) -> str:
        return self.url_after(0)


class PricesPage(SharedPage):
    """The price schedule: each line with its unit, its quantity and its ceiling, shown before typing."""

    template_name = "providers/prices.html"
    form_class = forms.Prices
    heading = "Prices"

    def lines(self) -> list[ItemLine]:
        return self.part.prices

    def next_url(self) -> str:
        return self.last_url()


class FilePage(OfSubmission, FindsObject, PageView):
    """Gives a file back to the people whose organisation put it there."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        found = queries.own_file(
            submission=self.part.submission,
            code=kwargs["code"],
            number=kwargs["file"],
            actor=self.actor,
            now=self.now,
        )
        if found is None:
            raise Http404
        chunks = queries.stream_own_file(found, actor=self.actor, now=self.now)
        return send_stream_as_attachment(chunks, found.name, found.content_type, found.size)

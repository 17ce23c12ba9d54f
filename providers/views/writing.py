"""Writing in any submission: a question's page, those of standards and of prices, and a question's files."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse

from commissioning.clock.words import spoken_clock, spoken_since
from commissioning.workflow import Reason, Refused
from lots.models import Question as QuestionRow
from providers import forms, rules
from providers.queries import items
from providers.queries import submissions as queries
from providers.queries.earlier import LastTime
from providers.queries.items import Item
from providers.queries.parts import latest
from providers.queries.presence import Place
from providers.queries.submissions import Own
from providers.services import presence, submissions
from providers.services.files import MEANWHILE
from providers.services.submissions import Overtaken

from .autosaving import Autosaves
from .files import file_hint


class WritingPage(Autosaves):
    """A page on which a draft is written: what was typed is kept, and nobody is overwritten unseen."""

    submit_label = "Save and next"
    overtaken: Overtaken | None = None

    def get_caption(self) -> str:
        return self.part_name()

    def told(self) -> Sequence[str]:
        return [self.others_work()]

    def saved(self, form: Any) -> None:
        """Save what the form holds."""
        raise NotImplementedError

    def page_code(self) -> str:
        """Return what the page is called in a mark of who is here: a question's code, or its own name."""
        raise NotImplementedError

    def prepare(self) -> None:
        super().prepare()
        place = Place(self.part.submission.pk, self.page_code())
        presence.mark(whole=self.whole_reference(), place=place, actor=self.actor)

    def perform(self, form: Any) -> None:
        try:
            self.saved(form)
        except Overtaken as refusal:
            refusal.versions = submissions.keep_shown(versions=refusal.versions)
            # Sent again from this page, it replaces the newer version: by then its writer has seen both.
            self.overtaken = refusal
            form.data = form.data.copy()
            for version in refusal.versions:
                form.data[self.version_field(version.item)] = str(version.number)
            raise

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
        saved = f"Saved at {spoken_clock(self.now, 'seconds')} London time." if self.stays() else ""
        return " ".join(filter(None, [saved, self.sent_meanwhile()]))

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
            "received": self.received(),
            "is_unsent": any(item.code in self.part.unsent for item in self.on_page()),
            "sent_url": self.part_url("sent", self.part.package.number) if self.part.package else "",
            "seen_sent": self.seen_sent(),
            "last_saved": self.last_saved(),
            "here": self.here(self.part, self.page_code()),
        }

    def last_saved(self) -> str:
        """Return when the page's newest version was saved: the time of day, with the day before today's."""
        codes = {item.code for item in self.on_page()}
        newest = latest(line.version for line in self.part.lines if line.item.code in codes)
        if newest is None:
            return ""
        spoken = spoken_since(newest.saved_at, self.now, "seconds")
        return spoken.removesuffix(" London time")

    def on_page(self) -> list[Item]:
        """Return the items written on this page."""
        raise NotImplementedError

    def page(self, **more: Any) -> HttpResponse:
        form = more.get("form")
        kept = typed(form) if form is not None and form.is_bound and self.refusal_to_submit() else []
        return super().page(**more, typed=kept)


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
            "file_hint": file_hint(self.part.submission),
            "initial": {"text": self.own.value, "version": self.own.number},
        }

    def get_form(self, **bound: Any) -> forms.Answer:
        return forms.Answer(**self.form_arguments(), **bound)

    def version_field(self, code: str) -> str:
        return "version"

    def page_code(self) -> str:
        return str(self.kwargs["code"])

    def on_page(self) -> list[Item]:
        return [self.own.item]

    def drafts(self, form: forms.Answer) -> tuple[dict[str, Any], dict[str, int]]:
        code = self.own.item.code
        return {code: form.cleaned_data["text"]}, {code: form.based_on}

    def chosen(self, form: forms.Answer) -> tuple[list[str], str]:
        """Return what goes into the history first, and the text to save: one's own, theirs, or the box's.

        Only a page that showed two texts has one's own as it was typed then, and so all stay in the history.
        """
        text, mine, then = form.cleaned_data["text"], self.mine, self.request.POST.get("then")
        if mine is None:
            return [], text
        if then == "theirs":
            return [mine], self.theirs(form.based_on)
        return ([], mine) if then == "mine" else ([mine], text)

    @property
    def mine(self) -> str | None:
        return self.request.POST.get("mine")

    def theirs(self, number: int) -> str:
        """Return the text of the version that was shown beside one's own."""
        found = queries.version_of(self.part.submission, self.own.item.code, number)
        if found is None:
            raise Http404
        return str(queries.read_version(found, self.own.item, actor=self.actor, now=self.now))

    def saved(self, form: forms.Answer) -> None:
        code, removed = self.own.item.code, self.request.POST.get("remove")
        earlier, text = self.chosen(form)
        file = next((one.row for one in self.own.files if str(one.number) == removed), None)
        if removed and file is None:
            raise Refused(MEANWHILE)
        try:
            self.save_question(
                code,
                text,
                form.based_on,
                add=form.cleaned_data.get("file"),
                remove=file,
                earlier=earlier,
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
        context = super().get_context()
        return context | {
            "difference": self.difference(context["newer"]),
            "mine": self.request.POST.get("mine", self.request.POST.get("text", "")),
            "versions_url": self.versions_url(self.part, self.own.item),
            "last_time": self.last_time(),
            "last_time_url": self.last_time_url(),
            "own": self.own,
            "question": self.question,
            "shown": shown,
            "beyond": beyond.strip(),
            "files": [
                {
                    "file": file,
                    "url": self.part_url("file", self.own.item.code, file.number),
                    "about": self.part_url("file-about", self.own.item.code, file.number),
                }
                for file in self.own.files
            ],
            "saved": self.own.version,
        }

    def difference(self, newer: Sequence[Mapping[str, Any]]) -> list[rules.Piece]:
        """Return how what was typed differs from what somebody saved meanwhile."""
        typed_text = self.request.POST.get("text", "").replace("\r\n", "\n")
        return [piece for one in newer for piece in rules.differences(one["text"], typed_text)]

    def last_time(self) -> LastTime | None:
        """Return the answer of an earlier window, with what was said of it, where there is one."""
        return None

    def last_time_url(self) -> str:
        """Return the page on which last time's answer is taken over."""
        return ""


def typed(form: Any) -> list[tuple[str, str]]:
    """Return what was typed into a form's boxes, for a page on which it can no longer be saved."""
    boxes = [box for box in form.visible_fields() if isinstance(box.value(), str) and box.value().strip()]
    return [(str(box.label), box.value()) for box in boxes]

"""The history of an answer in any submission: who saved what when; each text to read and to bring back."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import Http404

from commissioning.web.text import london
from commissioning.web.views import ActionView, Crumb, DetailPage
from commissioning.workflow import Reason, Refused
from providers import forms, rules
from providers.models import AnswerVersion
from providers.queries import items
from providers.queries import submissions as queries
from providers.queries.items import Item, Value
from providers.services.submissions import Overtaken

from .autosaving import WritesIn
from .submission import OfSubmission

MEANWHILE = "The answer was saved again meanwhile. Nothing was changed: go back and look at it first."


class OfAnswer(OfSubmission):
    """A page about one answer: to a question, or to an item of another `kind`."""

    kind = "question"

    @cached_property
    def item(self) -> Item:
        for line in self.part.lines:
            # Of who applies together there is one, without a code in its address.
            if line.item.kind == self.kind and line.item.code == self.kwargs.get("code", line.item.code):
                return line.item
        raise Http404

    @cached_property
    def versions(self) -> list[AnswerVersion]:
        return queries.versions_of(self.part.submission, self.item.code)

    def get_caption(self) -> str:
        return self.part_name()

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(self.item.title, self.item_url(self.part, self.item))]

    def value_of(self, version: AnswerVersion) -> Value:
        """Return what a version holds, for its own people."""
        return queries.read_version(version, self.item, actor=self.actor, now=self.now)

    def text_of(self, version: AnswerVersion) -> str:
        """Return what a version holds in words."""
        return items.in_words(self.item, self.value_of(version))


class VersionsPage(OfAnswer, DetailPage):
    """Every version of an answer that was kept: who saved it, when, and how many words it has."""

    template_name = "providers/versions.html"

    def get_heading(self) -> str:
        return f"Earlier versions of “{self.item.title}”"

    def get_context(self) -> dict[str, Any]:
        versions = self.versions
        rows = [
            {
                "version": version,
                "url": self.version_url(self.part, self.item, version.number),
                "is_current": version == versions[0],
            }
            for version in versions
        ]
        return super().get_context() | {"stated": None, "rows": rows, "item": self.item}


class OnCurrent(OfAnswer, WritesIn, ActionView):
    """Puts another text in the answer's place; a version that is newer than the page is never overwritten."""

    form_class = forms.OnVersion

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"version": self.versions[0].number if self.versions else 0}}

    def copy(self, form: Any) -> Any:
        """Save the other text as a new version; what it returns is what `perform` does."""
        raise NotImplementedError

    def perform(self, form: forms.OnVersion) -> Any:
        try:
            return self.copy(form)
        except Overtaken:
            raise Refused(MEANWHILE) from None

    def get_success_url(self, result: Any) -> str:
        return self.item_url(self.part, self.item)

    def told(self) -> Sequence[str]:
        return [self.others_work()]


class VersionPage(OnCurrent):
    """One version of an answer to read, beside what stands now; brings it back as a new version."""

    template_name = "providers/version.html"
    submit_label = "Bring this version back"
    success_message = "The earlier version stands again. The one before it is kept in the history."

    @cached_property
    def version(self) -> AnswerVersion:
        for version in self.versions:
            if version.number == self.kwargs["version"]:
                return version
        raise Http404

    def prepare(self) -> None:
        super().prepare()
        self.version  # noqa: B018 - one that is not there is a 404 before anything is done

    def get_heading(self) -> str:
        return f"Version {self.version.number} of “{self.item.title}”"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("Earlier versions", self.versions_url(self.part, self.item))]

    def blockers(self) -> list[Reason]:
        if self.version == self.versions[0]:
            return [Reason("This is the version that stands now.")]
        return super().blockers()

    def copy(self, form: forms.OnVersion) -> None:
        """Save this version's text again, as the newest."""
        self.save_answers({self.item.code: self.value_of(self.version)}, {self.item.code: form.based_on})

    def get_context(self) -> dict[str, Any]:
        text, current = self.text_of(self.version), self.versions[0]
        return super().get_context() | {
            "version": self.version,
            "text": text,
            "saved": london(self.version.saved_at, "seconds"),
            "item": self.item,
            "is_current": self.version == current,
            "difference": rules.differences(text, self.text_of(current)),
        }

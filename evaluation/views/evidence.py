"""Missing documents: the lead asks all bidders at once, each sends what it was asked for (rulebook D18)."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access
from commissioning.records.downloads import send_document
from commissioning.web.text import london
from commissioning.web.views import ActionView, Crumb, FindsObject, PageView
from commissioning.workflow import Reason
from evaluation import forms, queries
from evaluation.models import MissingEvidence
from evaluation.services import evidence

from .base import ExerciseAction


class AskForEvidence(ExerciseAction):
    """Asks every bidder with a missing document for it, in one act and until one deadline."""

    action = "exercise.ask_evidence"
    heading = "Ask for missing documents"
    submit_label = "Ask all of them now"
    template_name = "evaluation/ask_for_evidence.html"
    form_class = forms.AskForEvidence
    back_to = ("Minimum standards", "exercise-standards")
    success_message = "All of them have been asked."
    warning = True

    def get_heading(self) -> str:
        return "Missing documents" if queries.evidence_request(self.object) else self.heading

    def blockers(self) -> list[Reason]:
        return queries.ask_blockers(self.object)

    def get_context(self) -> dict[str, Any]:
        asked = queries.evidence_request(self.object)
        return super().get_context() | {
            "missing": queries.missing_of(self.object),
            "evidence_request": asked,
            "blockers_title": "Nobody is asked again" if asked else "",
        }

    def perform(self, form: Any) -> None:
        evidence.ask(exercise=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def get_success_url(self, result: Any) -> str:
        return reverse("exercise-standards", args=[self.object.reference])

    def told(self) -> Sequence[str]:
        names = dict.fromkeys(row.assessment.bidder for row in queries.missing_of(self.object))
        return [f"Everybody who writes for {', '.join(names)}, by e-mail and on their home pages."]


class OfEvidence(FindsObject):
    """Finds a missing document among those the viewer may know were asked for."""

    visible = staticmethod(queries.evidence)
    object: MissingEvidence


class Evidence(OfEvidence, ActionView):
    """A provider sends what is missing, until the deadline."""

    action = "evidence.supply"
    form_class = forms.Evidence
    submit_label = "Send"
    template_name = "evaluation/evidence.html"

    def get_heading(self) -> str:
        return f"Send a missing document: {self.object.standard.title}"

    def get_caption(self) -> str:
        return str(self.object.assessment.exercise.title)

    def blockers(self) -> list[Reason]:
        return [Reason(one) for one in queries.refusals_to_begin(self.object, self.now)]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"blockers_title": "Nothing more can be sent"}

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Home", reverse("home"))]

    def perform(self, form: Any) -> Any:
        return evidence.supply(missing=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()

    def get_success_message(self, result: Any) -> str:
        return f"Received {london(result.received_at, 'seconds')}."

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The procurement lead reads it beside what you declared."]


class EvidenceFile(OfEvidence, PageView):
    """Gives out a file that was sent, to the provider's own people, and to those who run or audit it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        rows = enumerate(self.object.supplied.all(), start=1)
        sent = {place: row.document for place, row in rows}.get(self.kwargs["number"])
        if sent is None:
            raise Http404
        note_access(
            AccessEntry.Outcome.READ,
            sent,
            actor=self.actor,
            at=self.now,
            what=f"missing document {self.object.reference}",
            address=getattr(request, "client_address", None),
            chain=self.object.audit_chain,
        )
        return send_document(sent)

"""Pages on which a lead keeps the documents of an agreement."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404

from lots.forms import documents as forms
from lots.models import AgreementDocument
from lots.services import documents

from .base import AgreementAction

TOLD = "Nobody is written to. Whoever may have it finds it on the agreement's page."


class AddDocument(AgreementAction):
    """Puts a document on the agreement."""

    action = "agreement.change"
    form_class = forms.NewDocument
    heading = "Add a document"
    submit_label = "Add the document"
    success_message = "The document is added."
    part = "documents"

    def told(self) -> Sequence[str]:
        return [TOLD]

    def perform(self, form: Any) -> None:
        documents.add(agreement=self.agreement, actor=self.actor, now=self.now, **form.cleaned_data)


class DocumentAction(AgreementAction):
    """An act on one document of an agreement."""

    action = "agreement.change"
    part = "documents"

    def get_object(self) -> AgreementDocument:
        rows = super().get_object().documents.filter(taken_out_at=None).select_related("agreement")
        found: AgreementDocument = get_object_or_404(rows, reference=self.kwargs["document"])
        return found


class IssueDocument(DocumentAction):
    """Issues a document anew; its earlier issues stay."""

    form_class = forms.NewIssue
    submit_label = "Issue it"
    success_message = "The new issue stands on the agreement's page, the earlier ones below it."

    def get_heading(self) -> str:
        return f"A new issue of “{self.object}”"

    def told(self) -> Sequence[str]:
        return [TOLD]

    def perform(self, form: Any) -> None:
        documents.issue(document=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class TakeOutDocument(DocumentAction):
    """Takes a document out with all its issues."""

    rule = None
    form_class = forms.TakeOut
    submit_label = "Take it out"
    success_message = "The document is taken out. Its files are kept for the record."
    warning = True

    def get_heading(self) -> str:
        return f"Take out “{self.object}”"

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. Nobody is given the document any more."]

    def perform(self, form: Any) -> None:
        documents.take_out(document=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

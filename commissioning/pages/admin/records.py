"""Letters, messages and documents to look up, and the wording of messages to change through its service.

SECURITY: an administrator reads nothing that is sealed or not yet released: no facts of letters, no letter
before its release, no message that would tell who applies or bids before the opening (settled 18, 21).
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from commissioning.records import queries, wording
from commissioning.records.models import Document, Letter, LetterBatch, Message, MessageTemplate
from commissioning.records.services import outbox
from commissioning.web.admin import LookUpAdmin, PartlyHidden, ServiceAdmin, administrator
from commissioning.web.views import received_at


@admin.register(Letter)
class LetterAdmin(LookUpAdmin):
    """Letters that were sent; what they say is in the file."""

    list_display = ("reference", "kind", "organisation", "about", "released_at")
    list_filter = ("kind",)
    list_select_related = ("organisation",)
    search_fields = ("reference", "about", "organisation__name", "digest", "sha256")
    exclude = ("facts", "path")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return queries.sent_letters()


@admin.register(LetterBatch)
class LetterBatchAdmin(LookUpAdmin):
    """Batches of letters: who drafted, who released, and when."""

    list_display = ("reference", "title", "authority", "planned_on", "state_label", "drafted_by")
    list_select_related = ("authority", "drafted_by")
    search_fields = ("reference", "title", "authority__name")


@admin.register(Message)
class MessageAdmin(PartlyHidden):
    """Messages, with what became of each; on the portal's page a failed one is sent again."""

    list_display = ("reference", "kind", "address", "organisation", "state", "attempts", "queued_at")
    list_filter = ("state", "kind")
    list_select_related = ("organisation",)
    search_fields = ("reference", "address", "subject", "about", "organisation__name")
    exclude = ("body", "key")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return queries.unveiled_messages()


@admin.register(Document)
class DocumentAdmin(LookUpAdmin):
    """Documents that are not sealed, by their names and hashes."""

    list_display = ("reference", "title", "organisation", "content_type", "size", "uploaded_at")
    list_select_related = ("organisation",)
    search_fields = ("reference", "title", "file_name", "sha256", "organisation__name")
    exclude = ("path",)


class WordingForm(forms.ModelForm):
    """An administrator's wording of one kind of message, checked before the service is called."""

    class Meta:
        model = MessageTemplate
        fields = ("kind", "subject", "body")
        widgets = {
            "subject": forms.TextInput(attrs={"size": 100}),
            "body": forms.Textarea(attrs={"rows": 18, "cols": 90}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            kinds = wording.kinds()
            self.fields["kind"] = forms.ChoiceField(
                choices=[(kind, kind.replace("_", " ")) for kind in kinds]
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = given.get("kind") or self.instance.kind
        if kind and given.get("subject") and given.get("body"):
            try:
                wording.check(kind, given["subject"], given["body"])
            except wording.WordingError as error:
                raise forms.ValidationError(error.sentences) from error
        return given


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ServiceAdmin):
    """Own wordings of messages; deleting one goes back to the wording that is shipped."""

    group = "Reference data"
    form = WordingForm
    change_list_template = "admin/message_templates.html"
    list_display = ("kind", "subject", "changed_at", "changed_by")
    list_select_related = ("changed_by",)
    search_fields = ("kind", "subject", "body")

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        kind = request.GET.get("kind", "")
        if kind not in wording.kinds():
            return {}
        subject, body = wording.shipped(kind)
        return {"kind": kind, "subject": subject, "body": body}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        own = set(self.get_queryset(request).values_list("kind", flat=True))
        shipped = [(kind, wording.shipped(kind)[0]) for kind in wording.kinds() if kind not in own]
        return super().changelist_view(request, {**(extra_context or {}), "shipped": shipped})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind", "placeholders", "shipped_wording", "changed_at", "changed_by") if obj else ()

    @admin.display(description="Placeholders it may use")
    def placeholders(self, obj: MessageTemplate) -> str:
        return ", ".join(f"{{{{ {name} }}}}" for name in sorted(wording.placeholders(obj.kind)))

    @admin.display(description="The shipped wording")
    def shipped_wording(self, obj: MessageTemplate) -> str:
        return format_html("<strong>{}</strong><pre>{}</pre>", *wording.shipped(obj.kind))

    def save_model(self, request: HttpRequest, obj: MessageTemplate, form: Any, change: bool) -> None:
        saved = outbox.change_template(
            kind=obj.kind,
            subject=obj.subject,
            body=obj.body,
            actor=administrator(request),
            now=received_at(request),
        )
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: MessageTemplate) -> None:
        outbox.restore_template(kind=obj.kind, actor=administrator(request), now=received_at(request))

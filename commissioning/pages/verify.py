"""Pages for anyone: checking a receipt, the keys it is checked with, public documents."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.generic import View

from commissioning.accounts import lockout
from commissioning.accounts.services import limits
from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access
from commissioning.people.models import User
from commissioning.records import downloads, receipts
from commissioning.records.sealing.signing import public_keys
from commissioning.web.forms import PortalForm, Section
from commissioning.web.views import Crumb, FindsObject, PublicPage, received_at
from providers.queries.documents import readable


class ReceiptForm(PortalForm):
    """A receipt as a file or as text, and what to compare it with."""

    receipt = forms.FileField(
        label="The receipt's file",
        help_text="The file that ends in .json, as it was downloaded from the portal.",
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    text = forms.CharField(
        label="Or paste the receipt's text",
        required=False,
        strip=False,
        max_length=receipts.MAXIMUM_BYTES,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    content = forms.FileField(
        label="A file that was sent",
        help_text=(
            "Choose the very file that was sent. For an answer, a yes or no, a price or who applies "
            "together, its provider signs in, opens the receipt, follows “Read what you submitted”, "
            "downloads the line “exactly as it was received”, and chooses that file here. It is not kept."
        ),
        required=False,
        max_length=200,
    )
    answer = forms.CharField(
        label="Or the text of an answer that was sent",
        help_text="Every space and line end counts, so that a text copied from a page may differ.",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    all_optional = True
    layout = (
        "receipt",
        "text",
        Section("Compare with what was sent (if you like)", "content", "answer"),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("receipt") and not (given.get("text") or "").strip() and not self.errors:
            self.add_error("receipt", "Choose the receipt's file, or paste its text")
        return given

    def held(self) -> bytes | str:
        """Return the receipt as it was given; the file counts where both were."""
        file = self.cleaned_data["receipt"]
        return file.read(receipts.MAXIMUM_BYTES + 1) if file else self.cleaned_data["text"]

    def compared(self) -> list[bytes]:
        """Return the contents to compare with; browsers change the line ends of a text, so it comes twice."""
        file, answer = self.cleaned_data["content"], self.cleaned_data["answer"]
        if file:
            return [file.read()]
        return [answer.encode(), answer.replace("\r\n", "\n").encode()] if answer else []


class Verify(PublicPage):
    """Says whether a receipt is genuine and what it proves; nothing that is given here is kept."""

    template_name = "pages/verify.html"
    heading = "Check a receipt"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Start", "/")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page(form=ReceiptForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = ReceiptForm(data=request.POST, files=request.FILES)
        if not form.is_valid():
            self.status = 422
            return self.page(form=form)
        try:
            limits.insist(limits.VERIFICATION, lockout.address(request))
        except limits.TooMany as refusal:
            form.refuse(refusal.reasons)
            self.status = 429
            return self.page(form=form)
        try:
            found = receipts.verify_receipt(form.held())
        except receipts.NotGenuine as refusal:
            return self.page(form=form, problem=refusal.reason)
        compared = form.compared()
        held = {line.title: line for content in compared for line in found.lines_that_hold(content)}
        return self.page(form=form, found=found, compared=bool(compared), held=list(held.values()))


class KeysPage(PublicPage):
    """Shows every key that ever signed, and which clock each stands for."""

    template_name = "pages/keys.html"
    heading = "Keys that prove receipts"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Start", "/"), Crumb("Check a receipt", reverse("verify"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"keys": public_keys()}


class Keys(View):
    """Publishes every key that ever signed, so that a receipt can be checked without the portal."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        keys = [
            {
                "key": key.key_id,
                "clock": key.use,
                "algorithm": "Ed25519",
                "public": key.public,
                "made": key.created_at.isoformat(),
                "retired": key.retired_at.isoformat() if key.retired_at else None,
            }
            for key in public_keys()
        ]
        return JsonResponse({"keys": keys})


class DocumentFile(FindsObject):
    """Gives out a document to whoever may have it; anybody else looks for it in vain here."""

    def get_queryset(self) -> Any:
        return readable(self.request.user, received_at(self.request))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found, user = self.get_object(), request.user
        if not found.is_public and isinstance(user, User):
            note_access(
                AccessEntry.Outcome.READ,
                found,
                actor=user,
                at=received_at(request),
                what=found.title,
                address=getattr(request, "client_address", None),
            )
        return downloads.send_document(found)

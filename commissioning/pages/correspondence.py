"""Letters and messages: lists, one letter with its PDF, a batch before its release, sending again."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from commissioning import policies
from commissioning.accounts import lockout
from commissioning.accounts.services import limits
from commissioning.people.roles import PROVIDER_ROLES
from commissioning.records import downloads
from commissioning.records import queries as records
from commissioning.records.models import Letter
from commissioning.records.services import letters, outbox
from commissioning.web.views import ActionView, Crumb, DetailPage, FindsObject, ListPage, PublicPage, SignedIn
from commissioning.workflow import Refused

from . import forms, queries

SHOWN = 50


def _home(*more: Crumb) -> list[Crumb]:
    return [Crumb("Letters and messages", reverse("messages")), *more]


class Messages(ListPage):
    """Every message the person may read; somebody of one provider is led to that one's correspondence."""

    template_name = "pages/messages.html"
    heading = "Messages"
    visible = staticmethod(queries.messages)
    filterset_class = forms.MessageFilter
    empty = "Messages that the portal sends to you or about your agreements are kept here."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        places = self.actor.organisation_ids()
        if len(places) == 1 and places == self.actor.organisation_ids(*PROVIDER_ROLES):
            own = queries.correspondents(self.actor).get(pk__in=places)
            return HttpResponseRedirect(reverse("correspondence", args=[own.reference]))
        return super().get(request, *args, **kwargs)


class Letters(ListPage):
    """Every letter the person may read."""

    template_name = "pages/letters.html"
    heading = "Letters"
    visible = staticmethod(queries.letters)
    filterset_class = forms.LetterFilter
    empty = "Letters appear here when they are sent, as PDF files to keep."

    def crumbs(self) -> Sequence[Crumb]:
        return _home()


class Correspondence(DetailPage):
    """What was sent to one organisation: its letters, and the messages to its people."""

    template_name = "pages/correspondence.html"
    visible = staticmethod(queries.correspondents)
    context_name = "organisation"
    caption = "Letters and messages"

    def get_context(self) -> dict[str, Any]:
        mine = {"organisation": self.object}
        return super().get_context() | {
            "letters": queries.letters(self.actor).filter(**mine)[:SHOWN],
            "messages_sent": queries.messages(self.actor).filter(**mine)[:SHOWN],
            "shown": SHOWN,
        }


class LetterPage(DetailPage):
    """One letter: what it is, whether it was sent, its file and how to check it."""

    template_name = "pages/letter.html"
    visible = staticmethod(queries.letters)
    context_name = "letter"

    def get_heading(self) -> str:
        return str(self.object.subject_line)

    def crumbs(self) -> Sequence[Crumb]:
        organisation = self.object.organisation
        known = queries.correspondents(self.actor).filter(pk=organisation.pk).exists()
        if not known:
            return _home(Crumb("Letters", reverse("letters")))
        return _home(Crumb(str(organisation), reverse("correspondence", args=[organisation.reference])))

    def get_context(self) -> dict[str, Any]:
        again = reverse("letter-render-again", args=[self.object.reference])
        offered = self.object.batch and letters.has_failed(self.object)
        may = offered and policies.may(self.actor, "release.draft", self.object.batch).allowed
        return super().get_context() | {"render_again_url": again if may else ""}


class LetterPdf(FindsObject, SignedIn):
    """Gives out a letter's kept file to those who may read the letter."""

    visible = staticmethod(queries.letters)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        letter: Letter = self.get_object()
        if not letter.rendered_at:
            raise Refused("This letter is still being made into a PDF. Try again in a minute.")
        return downloads.send_bytes_as_attachment(letters.read(letter), letter.file_name, "application/pdf")


class Batch(DetailPage):
    """Letters before their release: how many PDFs are ready, each to look at, and what stands in the way."""

    template_name = "pages/letter_batch.html"
    visible = staticmethod(queries.batches)
    context_name = "batch"

    def get_heading(self) -> str:
        return str(self.object.title)

    def crumbs(self) -> Sequence[Crumb]:
        return _home(Crumb("Letters", reverse("letters")))

    def get_context(self) -> dict[str, Any]:
        waits = self.object.state == "drafted"
        return super().get_context() | {
            "progress": letters.batch_progress(self.object),
            "letters": records.letters_of(self.object),
            "reasons": letters.refusals(self.object, actor=self.actor, now=self.now) if waits else [],
        }


class RenderAgain(ActionView):
    """Lets a letter whose PDF could not be made be tried again."""

    visible = staticmethod(queries.letters)
    action = "release.draft"
    heading = "Make the PDF again"
    submit_label = "Make the PDF again"
    success_message = "The letter is being made into a PDF again."

    def policy_object(self) -> Any:
        return self.object.batch

    def perform(self, form: Any) -> Any:
        letters.render_again(letter=self.object, actor=self.actor, now=self.now)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(str(self.object), self.object.get_absolute_url())]

    def told(self) -> Sequence[str]:
        return ["Nobody."]


class MessagePage(DetailPage):
    """One message as it was sent, and what became of it."""

    template_name = "pages/message.html"
    visible = staticmethod(queries.messages)
    context_name = "sent"

    def crumbs(self) -> Sequence[Crumb]:
        return _home()

    def get_context(self) -> dict[str, Any]:
        failed = self.object.state == self.object.State.FAILED
        may = failed and policies.may(self.actor, "message.resend", self.object).allowed
        again = reverse("message-send-again", args=[self.object.reference]) if may else ""
        return super().get_context() | {"send_again_url": again}


class SendAgain(ActionView):
    """Sends a message again that could not be delivered."""

    visible = staticmethod(queries.messages)
    action = "message.resend"
    heading = "Send this message again"
    submit_label = "Send it again"
    success_message = "The message is on its way again."

    def perform(self, form: Any) -> Any:
        outbox.send_again(message=self.object, actor=self.actor, now=self.now)

    def crumbs(self) -> Sequence[Crumb]:
        return _home(Crumb(str(self.object), self.object.get_absolute_url()))

    def told(self) -> Sequence[str]:
        return [f"{self.object.address}, by the same e-mail as before."]


class CheckLetter(PublicPage):
    """Says whether a letter held on paper or as a file is one that was sent."""

    template_name = "pages/check_letter.html"
    heading = "Check a letter"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Start", "/")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page(form=forms.LetterCheck())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = forms.LetterCheck(data=request.POST)
        if not form.is_valid():
            self.status = 422
            return self.page(form=form)
        try:
            limits.insist(limits.VERIFICATION, lockout.address(request))
        except limits.TooMany as refusal:
            form.refuse(refusal.reasons)
            self.status = 429
            return self.page(form=form)
        given = form.cleaned_data
        found = records.genuine(given["reference"], given["fingerprint"])
        return self.page(form=form, found=found, asked=given["reference"].strip().upper())

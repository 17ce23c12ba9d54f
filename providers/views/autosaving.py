"""Saving in any submission: by the button, and by the page's own script while its writer types on."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from commissioning.clock.words import spoken_clock, spoken_since
from commissioning.web.errors import AUTOSAVE
from commissioning.web.views import ActionView
from commissioning.workflow import Refused
from providers.models import AnswerVersion, SubmittedFile
from providers.services.submissions import Overtaken

from .submission import OfSubmission


class WritesIn(OfSubmission):
    """Saves in the part that a page is about; a mixin gives what raises NotImplementedError here."""

    def save_answers(
        self,
        values: Mapping[str, Any],
        based_on: Mapping[str, int],
        *,
        autosave: bool = False,
        earlier: Mapping[str, Any] | None = None,
    ) -> dict[str, AnswerVersion]:
        """Save several items of the part, all or none, and return the version each has now.

        `earlier` goes into the history first.
        """
        raise NotImplementedError

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
        raise NotImplementedError

    def seen_sent(self) -> str:
        """Return which submission stands now, for a page that carries it along."""
        package = self.received()
        return package.received_at.isoformat() if package else ""

    def sent_meanwhile(self) -> str:
        """Return that what is saved now is not in what somebody submitted since the page was drawn.

        Nothing where nothing was, or where the page does not say what it was drawn with.
        """
        package, seen = self.received(), self.request.POST.get("seen_sent")
        if package is None or seen is None or seen == self.seen_sent():
            return ""
        who = package.submitted_by.name if package.submitted_by else "Somebody"
        own = package.submitted_by_id == self.actor.pk
        when = spoken_since(package.received_at, self.now)
        return (
            f"{'You' if own else who} submitted this at {when}. What you save now is not in it: submit again "
            "to send it."
        )

    def last_url(self) -> str:
        """Return what follows the part's last page."""
        return self.part_url("submit")


class Autosaves(WritesIn, ActionView):
    """A form that its page saves by itself every few seconds of change, besides the button."""

    def version_field(self, code: str) -> str:
        """Return the name of the hidden box that carries the version an item was drawn with."""
        return f"version_{code}"

    def drafts(self, form: Any) -> tuple[Mapping[str, Any], Mapping[str, int]]:
        """Return the form's values by item, and the versions it was drawn with."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if AUTOSAVE not in request.headers:
            return super().post(request, *args, **kwargs)
        self.prepare()
        return self.autosaved(self.get_form(data=request.POST))

    def autosaved(self, form: Any) -> JsonResponse:
        """Save as the button does, with the same check of versions, and answer the page's script."""
        if late := self.refusal_to_submit():
            return JsonResponse({"closed": late}, status=409)
        if not form.is_valid():
            return JsonResponse({"problems": _sentences(form)}, status=422)
        values, based_on = self.drafts(form)
        try:
            saved = self.save_answers(values, based_on, autosave=True)
        except Overtaken as refusal:
            return JsonResponse({"overtaken": self.overtaken_words(refusal)}, status=409)
        except Refused as refusal:
            return JsonResponse({"problems": [reason.text for reason in refusal.reasons]}, status=422)
        versions = {self.version_field(code): version.number for code, version in saved.items()}
        answer = {"saved": spoken_clock(self.now, "seconds"), "versions": versions}
        told = self.told_meanwhile(form)
        return JsonResponse(answer | ({"told": told} if told else {}))

    def told_meanwhile(self, form: Any) -> str:
        """Return what happened since the page was drawn and bears on what it has just saved, or nothing."""
        return self.sent_meanwhile()

    def overtaken_words(self, refusal: Overtaken) -> str:
        """Return who saved meanwhile, whose own other page it may have been."""
        newest = max(refusal.versions, key=lambda version: version.saved_at)
        own = newest.saved_by_id == self.actor.pk
        who = "You, on another page," if own else newest.saved_by.name if newest.saved_by else "Somebody"
        return f"{who} saved this at {spoken_since(newest.saved_at, self.now, 'seconds')}"


def _sentences(form: Any) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]

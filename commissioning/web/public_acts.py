"""The bases of pages on which somebody who is not signed in does something."""

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from commissioning.accounts import links
from commissioning.accounts.services.limits import TooMany
from commissioning.workflow import Refused

from .forms import PortalForm
from .views import PublicPage


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class PublicAct(PublicPage):
    """A form for anyone: GET shows it, POST calls `perform` and goes on to the address that returns.

    What is refused stands in the error summary, with everything typed kept but passwords (status 422, or 429
    for what was tried too often).
    """

    template_name = "accounts/act.html"
    form_class: ClassVar[type[PortalForm]] = PortalForm
    submit_label = "Continue"

    @property
    def now(self) -> datetime:
        """The time at which the request was received (settled 10), to hand to services."""
        at: datetime = self.request.received_at  # type: ignore[attr-defined]
        return at

    def get_form(self, **bound: Any) -> PortalForm:
        return self.form_class(**bound)

    def perform(self, form: Any) -> str:
        """Call the service and return the address to go on to."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page(form=self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form(data=request.POST)
        if form.is_valid():
            try:
                return HttpResponseRedirect(self.perform(form))
            except Refused as refusal:
                form.refuse(refusal.reasons)
                self.status = 429 if isinstance(refusal, TooMany) else 422
                return self.page(form=form)
        self.status = 422
        return self.page(form=form)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"submit_label": self.submit_label}


class CheckEmail(PublicPage):
    """Says that a message was sent and what to do when it does not come: the same to everyone."""

    template_name = "accounts/check_email.html"
    heading = "Check your e-mail"
    sentence = ""
    again = ""

    def again_url(self) -> str:
        """Return the address of the form, for whoever mistyped."""
        return reverse(self.again)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"sentence": self.sentence, "again": self.again_url()}


class ByLink(PublicAct):
    """A page opened by a secret link; one that no longer opens anything says so, and what to do instead."""

    kind: ClassVar[links.Kind]
    dead_heading = "This link no longer works"
    dead_sentence = ""
    dead_url_name = "sign-in"
    dead_action = "Sign in"
    found: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.found = links.read(self.kind, request.GET.get(links.PARAMETER, ""))
        if self.found is None:
            context = {
                "heading": self.dead_heading,
                "sentence": self.dead_sentence,
                "url": reverse(self.dead_url_name),
                "action": self.dead_action,
            }
            return render(request, "accounts/dead_link.html", context, status=410)
        return super().dispatch(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"found": self.found}

"""The base of pages on which somebody who is not signed in does something."""

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from commissioning.accounts.services.limits import TooMany
from commissioning.web.forms import PortalForm
from commissioning.web.views import PublicPage
from commissioning.workflow import Refused


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

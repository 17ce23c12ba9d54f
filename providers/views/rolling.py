"""Beginning a rolling entry to a lot, outside its windows."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from commissioning.web.views import ActionView, Crumb
from commissioning.workflow import Reason
from lots import queries as lots
from lots.models import Lot
from lots.views.base import public_crumbs, reasons
from providers import forms
from providers.models import Application
from providers.queries import applications as queries
from providers.queries import rolling
from providers.services import rolling as services

from .submission import ROLLING_WORK


class Start(ActionView):
    """Starts an organisation's rolling entry to a lot; where it is writing one, leads to it."""

    template_name = "providers/rolling_start.html"
    visible = staticmethod(lots.lots)
    action = "application.start"
    submit_label = "Start the entry"
    object: Lot

    def get_object(self) -> Lot:
        found: Lot = get_object_or_404(
            lots.lots(self.actor),
            agreement__reference=self.kwargs["reference"],
            number=self.kwargs["number"],
        )
        return found

    def prepare(self) -> None:
        super().prepare()
        self.organisations = list(queries.may_apply_for(self.actor))
        if not self.organisations:
            raise Http404

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        if len(self.organisations) == 1 and (mine := rolling.begun(self.object, self.organisations[0])):
            return HttpResponseRedirect(mine.get_absolute_url())
        return self.page(form=self.get_form())

    def get_form(self, **bound: Any) -> forms.ChooseOrganisation:
        return forms.ChooseOrganisation(organisations=self.organisations, **bound)

    def get_heading(self) -> str:
        return f"Apply to Lot {self.object.number} at any time"

    def get_caption(self) -> str:
        return f"{self.object.agreement.title}, {self.object}"

    def blockers(self) -> list[Reason]:
        found = reasons(lots.refusal_of_rolling_entry(self.object, self.now))
        if len(self.organisations) == 1:
            found += reasons(rolling.why_not(self.object, self.organisations[0]))
        return found

    def perform(self, form: Any) -> Application:
        return services.start(lot=self.object, organisation=form.chosen(), actor=self.actor, now=self.now)

    def get_success_message(self, result: Application) -> str:
        return f"Your entry {result.reference} has been started. Nobody but your organisation sees it."

    def crumbs(self) -> list[Crumb]:
        lot = Crumb(f"Lot {self.object.number}", self.object.get_absolute_url())
        return [*public_crumbs(self.object.agreement), lot]

    def told(self) -> Sequence[str]:
        return [ROLLING_WORK]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"lot": self.object, "stated": None}

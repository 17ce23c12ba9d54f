"""Checks of a window's applicants: the list, and the act of recording each (rulebook C19, C20)."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse

from commissioning.web.views import ActionView, Crumb, DetailPage
from commissioning.workflow import Reason
from evaluation import queries
from evaluation.services import suppliers
from providers import check_forms as forms
from providers.models import Application

from .base import ROWS
from .releases import OfWindow


class Checks(OfWindow, DetailPage):
    """Every applicant with what was found on the debarment list and the central digital platform."""

    template_name = "evaluation/checks.html"
    heading = "Checks of applicants"
    action = "window.check_suppliers"

    def get_context(self) -> dict[str, Any]:
        rows = Paginator(queries.applications_in(self.object), ROWS)
        page = rows.get_page(self.request.GET.get("page"))
        return super().get_context() | {
            "page_obj": page,
            "rows": queries.applicants(page.object_list),
            "law": queries.law_of(self.object),
            "refusal": suppliers.refusal_to_check(self.object),
        }


class OnApplicant(OfWindow, ActionView):
    """An act of the lead on one applicant."""

    action = "window.check_suppliers"
    success_message = "It is on record."

    @cached_property
    def application(self) -> Application:
        rows = queries.applications_in(self.object)
        found = rows.filter(organisation__reference=self.kwargs["organisation"]).first()
        if found is None:
            raise Http404
        return found

    def prepare(self) -> None:
        super().prepare()
        self.caption = queries.applicant(self.application).name

    def get_caption(self) -> str:
        return self.caption

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("Checks of applicants", self.get_success_url(None))]

    def get_success_url(self, result: Any) -> str:
        return reverse("window-checks", args=[self.object.reference])

    def blockers(self) -> list[Reason]:
        refusal = suppliers.refusal_to_check(self.object) or self.law_refusal()
        return [Reason(refusal)] if refusal else []

    def law_refusal(self) -> str:
        raise NotImplementedError


class CheckDebarment(OnApplicant):
    """Records a look at the debarment list; what excludes decides the applicant's lots."""

    heading = "Record a check of the debarment list"
    template_name = "providers/debarment.html"
    form_class = forms.DebarmentCheck
    submit_label = "Record the check"

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"named": queries.named_by(self.application)}

    def law_refusal(self) -> str:
        law = queries.law_of(self.object)
        return "" if law.debarment_list else f"There is no debarment list under {law.law}."

    def perform(self, form: Any) -> Any:
        return suppliers.check_debarment(
            application=self.application, found=form.finding(), actor=self.actor, now=self.now
        )

    def told(self) -> Sequence[str]:
        return ["Nobody is written to now. A provider that is excluded reads why in its letter."]


class ConfirmPlatform(OnApplicant):
    """Records that the applicant's information was seen on the central digital platform."""

    heading = "Record its central platform registration"
    form_class = forms.PlatformConfirmation
    submit_label = "Record it"

    def law_refusal(self) -> str:
        law = queries.law_of(self.object)
        return "" if law.share_code else f"No share code is asked for under {law.law}."

    def form_arguments(self) -> dict[str, Any]:
        (applicant,) = queries.applicants([self.application])
        return {"initial": {"share_code": applicant.share_code}}

    def perform(self, form: Any) -> Any:
        return suppliers.confirm_platform(
            application=self.application, seen=form.sighting(), actor=self.actor, now=self.now
        )

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The record keeps who looked, when and under which code."]

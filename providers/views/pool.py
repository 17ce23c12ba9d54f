"""The pool: the register on any day, one place in it, and the lead's acts on it."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from commissioning import policies
from commissioning.clock import london_date
from commissioning.regimes import exclusions
from commissioning.web.forms import PortalForm
from commissioning.web.views import (
    PAGE_SIZE,
    ActionView,
    Crumb,
    DetailPage,
    PublicDetailPage,
    received_at,
)
from commissioning.workflow import Reason
from lots.models import Agreement
from lots.rules.ended import end_in_words
from providers import check_forms, forms
from providers.models import Admission
from providers.queries import pool as queries
from providers.queries import watch as watched
from providers.services import admissions as services
from providers.services import debarment, platform, profile


class Pool(PublicDetailPage):
    """Who is in each lot's pool, as at a day; the names for everyone, the rest for the authorities."""

    template_name = "providers/pool.html"
    context_name = "agreement"
    heading = "Who is in the pool"

    def get_queryset(self) -> QuerySet[Agreement]:
        return queries.agreements(self.request.user)

    def get_caption(self) -> str:
        return str(self.object.title)

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.object.reference, self.object.get_absolute_url())]

    def get_context(self) -> dict[str, Any]:
        now = received_at(self.request)
        asked = self.request.GET if any(self.request.GET) else None
        form = forms.AsAt(asked, lots=self.object.lots.order_by("number"), initial={"on": london_date(now)})
        given = form.cleaned_data if form.is_bound and form.is_valid() else {}
        at = queries.as_at(given.get("on"), now)
        whole = queries.sees_whole_register(self.request.user, self.object)  # type: ignore[arg-type]
        places = queries.places(self.object, at, whole=whole)
        if given.get("lot"):
            places = places.filter(lot__number=given["lot"])
        page = Paginator(places, PAGE_SIZE).get_page(self.request.GET.get("page"))
        return super().get_context() | {
            "stated": None,
            "over": end_in_words(self.object, now),
            "form": form,
            "on": london_date(at),
            "is_today": at == now,
            "pools": queries.register(self.object, at),
            "page_obj": page,
            "whole": whole,
        }


class OfAdmission:
    """Finds a place by agreement, lot and provider among those the viewer may look at; the latest counts."""

    request: Any
    kwargs: dict[str, Any]
    object: Any

    def get_object(self) -> Admission:
        found = (
            queries.admissions(self.request.user)
            .filter(
                lot__agreement__reference=self.kwargs["reference"],
                lot__number=self.kwargs["number"],
                organisation__reference=self.kwargs["organisation"],
            )
            .order_by("-decided_at", "-pk")
            .first()
        )
        if found is None:
            raise Http404
        return found

    def crumbs(self) -> list[Crumb]:
        agreement = self.object.lot.agreement
        above = [
            Crumb(agreement.reference, f"/agreements/{agreement.reference}/"),
            Crumb("Pool", reverse("pool", args=[agreement.reference])),
        ]
        own = Crumb(self.object.organisation.name, self.object.get_absolute_url())
        return [*above, own] if isinstance(self, ActionView) else above

    def get_caption(self) -> str:
        return f"{self.object.lot.agreement.title}, {self.object.lot}"


class AdmissionPage(OfAdmission, DetailPage):
    """One provider's place in a lot: since when, holds with their reasons, history, and what can be done."""

    template_name = "providers/admission.html"
    context_name = "admission"

    def get_heading(self) -> str:
        return str(self.object.organisation.name)

    def step_url(self, step: str) -> str:
        return _act_url(self.object, step) if step in ("suspend", "lift", "remove") else ""

    def actions(self) -> list[dict[str, Any]]:
        # The provider looks at its own place here too: what is only the lead's is not offered to it.
        if not policies.may(self.actor, "admission.suspend", self.object).allowed:
            return []
        return [row for row in super().actions() if row["allowed"]] + self._holds() + self._rating()

    def _leads(self) -> bool:
        return policies.may(self.actor, "admission.check_debarment", self.object).allowed

    def _rating(self) -> list[dict[str, Any]]:
        if self.object.state in ("standstill", "removed"):
            return []
        rows = [_offered(self.object, "rating", "Record its CQC rating")]
        law = exclusions.of_regime(self.object.lot.agreement.regime)
        if law.share_code:
            rows.append(_offered(self.object, "platform", "Record its central platform registration"))
        if law.debarment_list:
            rows.append(_offered(self.object, "debarment", "Record a check of the debarment list"))
        return rows

    def _holds(self) -> list[dict[str, Any]]:
        if self.object.state != "standstill":
            return []
        held = bool(self.object.legal_hold_reason)
        step, label = ("release-hold", "Lift the legal hold") if held else ("hold", "Place a legal hold")
        return [_offered(self.object, step, label)]

    def get_context(self) -> dict[str, Any]:
        standing = [one for one in self.object.suspensions.all() if one.lifted_at is None]
        profiles = watched.profiles(self.actor).filter(pk=self.object.organisation_id)
        return super().get_context() | {
            "suspension": next((one for one in standing if not one.is_hold), None),
            "hold": next((one for one in standing if one.is_hold), None),
            "history": _history(self.object),
            "profile": profiles.first(),
            "unconfirmed": watched.unconfirmed(self.object.organisation_id) if profiles else None,
            "confirmations": self.object.platform_confirmations.select_related("recorded_by")
            if self._leads()
            else [],
            "checks": self.object.debarment_checks.all() if self._leads() else [],
        }


class OnAdmission(OfAdmission, ActionView):
    """An act of the lead on one provider's place."""

    form_class: type[PortalForm] = forms.Reasoned
    step = ""

    def blockers(self) -> list[Reason]:
        if not self.step:
            return []
        return self.object.MACHINE.refusals(self.object, self.step, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [f"Everybody who writes for {self.object.organisation.name}, by e-mail, with your reason."]

    def get_success_url(self, result: Any) -> str:
        return str(self.object.get_absolute_url())


class Suspend(OnAdmission):
    """Holds new invitations, with a reason and a day of review (rulebook E15)."""

    action = "admission.suspend"
    step = "suspend"
    form_class = forms.Suspension
    heading = "Suspend from new invitations"
    submit_label = "Suspend and tell the provider"
    success_message = "Suspended. The provider has been told. Running contracts and care go on."
    warning = True

    def perform(self, form: Any) -> None:
        services.suspend(admission=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class Lift(OnAdmission):
    """Lifts a suspension: invitations go on."""

    action = "admission.lift"
    step = "lift"
    heading = "Lift the suspension"
    submit_label = "Lift and tell the provider"
    success_message = "The suspension has been lifted. The provider has been told."

    def perform(self, form: Any) -> None:
        services.lift(admission=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class Remove(OnAdmission):
    """Ends a place in the pool for good."""

    action = "admission.remove"
    step = "remove"
    heading = "Remove from the pool"
    submit_label = "Remove and tell the provider"
    success_message = "Removed from the pool. The provider has been told, and may apply again in a window."
    warning = True

    def perform(self, form: Any) -> None:
        services.remove(admission=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class RecordRating(OnAdmission):
    """Records what the CQC published of a member; the lots' rules follow at once (rulebook G23)."""

    action = "admission.record_rating"
    form_class = forms.NewRating
    heading = "Record its CQC rating"
    submit_label = "Record the rating"
    success_message = "The rating is on record. Places that it holds are on hold, and the provider is told."

    def perform(self, form: Any) -> None:
        profile.record_rating(
            organisation=self.object.organisation,
            admission=self.object,
            actor=self.actor,
            now=self.now,
            **form.cleaned_data,
        )

    def told(self) -> Sequence[str]:
        name = self.object.organisation.name
        return [f"Where it begins or ends a hold: everybody who writes for {name}, by e-mail."]


class CheckDebarment(OnAdmission):
    """Records a look at the debarment list (rulebook C19)."""

    template_name = "providers/debarment.html"
    action = "admission.check_debarment"
    form_class = check_forms.DebarmentCheck
    heading = "Record a check of the debarment list"
    submit_label = "Record the check"
    success_message = "The check is on record."

    def blockers(self) -> list[Reason]:
        law = exclusions.of_regime(self.object.lot.agreement.regime)
        return [] if law.debarment_list else [Reason(f"There is no debarment list under {law.law}.")]

    def get_context(self) -> dict[str, Any]:
        entry = self.object.entry
        named = entry.submission.associates.all() if entry else []
        return super().get_context() | {"named": named}

    def perform(self, form: Any) -> None:
        debarment.record_check(admission=self.object, found=form.finding(), actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The record keeps who looked, when and what was found."]


class ConfirmPlatform(OnAdmission):
    """Records that a member's information was seen on the central digital platform (rulebook C20)."""

    action = "admission.confirm_platform"
    form_class = check_forms.PlatformConfirmation
    heading = "Record its central platform registration"
    submit_label = "Record it"
    success_message = "It is on record."

    def blockers(self) -> list[Reason]:
        law = exclusions.of_regime(self.object.lot.agreement.regime)
        return [] if law.share_code else [Reason(f"No share code is asked for under {law.law}.")]

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"share_code": self.object.organisation.share_code}}

    def perform(self, form: Any) -> None:
        platform.confirm(admission=self.object, seen=form.sighting(), actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The record keeps who looked, when and under which code."]


class Hold(OnAdmission):
    """Stops an admission from taking effect while a challenge is open (settled 21)."""

    action = "admission.hold"
    heading = "Place a legal hold"
    submit_label = "Place the hold"
    success_message = "The hold is placed. The admission does not take effect until it is lifted."
    warning = True

    def perform(self, form: Any) -> None:
        services.place_hold(admission=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The record keeps who placed it, when and why."]


class ReleaseHold(Hold):
    """Lifts a legal hold."""

    heading = "Lift the legal hold"
    submit_label = "Lift the hold"
    success_message = "The hold is lifted. The admission takes effect once its standstill is over."
    warning = False

    def perform(self, form: Any) -> None:
        services.release_hold(admission=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody now. The provider is told when its admission takes effect."]


def _offered(admission: Admission, step: str, label: str) -> dict[str, Any]:
    url = _act_url(admission, step)
    return {"label": label, "allowed": True, "reason": "", "step": step, "url": url}


def _act_url(admission: Admission, act: str) -> str:
    return reverse(
        f"admission-{act}",
        args=[admission.lot.agreement.reference, admission.lot.number, admission.organisation.reference],
    )


def _history(admission: Admission) -> list[dict[str, Any]]:
    """Return what happened to this place, the earliest first."""
    events: list[dict[str, Any]] = [{"title": "Admitted", "at": admission.decided_at, "text": ""}]
    if admission.state != "standstill":
        events.append({"title": "In the pool", "at": admission.effective_at, "text": ""})
    for held in admission.suspensions.all():
        by = held.suspended_by.name if held.suspended_by else ""
        begun, ended = ("On hold", "Hold ended") if held.is_hold else ("Suspended", "Suspension ended")
        events.append({"title": begun, "by": by, "at": held.suspended_at, "text": held.reason})
        if held.lifted_at:
            by = held.lifted_by.name if held.lifted_by else ""
            events.append({"title": ended, "by": by, "at": held.lifted_at, "text": held.lift_reason})
    if admission.removed_at:
        by = admission.removed_by.name if admission.removed_by else ""
        events.append(
            {"title": "Removed", "by": by, "at": admission.removed_at, "text": admission.removal_reason}
        )
    return sorted(events, key=lambda event: event["at"])

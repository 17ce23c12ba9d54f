"""One's own second factor: switched on with an app, given fresh recovery codes, switched off."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters

from commissioning.accounts import queries, second_factor
from commissioning.accounts.services import factors
from commissioning.web.forms import PortalForm
from commissioning.web.views import Crumb, PageView
from commissioning.workflow import Reason

from . import forms
from .own import OwnAct, this_session

OFF = "Your second factor is switched off."
ON = "Your second factor is switched on already. Switch it off first if you have a new telephone."


class SecondFactor(PageView):
    """Says whether it is on, what it is for, and how many recovery codes are left."""

    template_name = "accounts/second_factor.html"
    heading = "Second factor"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Your account", reverse("account"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"factor": queries.second_factor_of(self.actor)}


@method_decorator(sensitive_post_parameters(), name="dispatch")
class FactorAct(OwnAct):
    """An act on one's own second factor; `wants_it_on` is the state in which it can be done."""

    wants_it_on = True

    def crumbs(self) -> Sequence[Crumb]:
        return [*super().crumbs(), Crumb("Second factor", reverse("second-factor"))]

    def get_success_url(self, result: Any) -> str:
        return reverse("second-factor")

    def blockers(self) -> Sequence[Reason]:
        if self.actor.has_second_factor == self.wants_it_on:
            return []
        text = OFF if self.wants_it_on else ON
        return [Reason(text, link=reverse("second-factor"))]

    def told(self) -> Sequence[str]:
        return [f"You, by e-mail to {self.actor.email}."]

    def show_codes(self, codes: list[str]) -> HttpResponse:
        """Return the page with the recovery codes, which nothing keeps: it is drawn this once."""
        context = {"heading": "Keep these recovery codes", "codes": codes, "crumbs": self.crumbs()}
        return render(self.request, "accounts/recovery_codes.html", context)


class SwitchOn(FactorAct):
    """Shows a fresh secret to scan or to type, and keeps it once a code of it has come back."""

    template_name = "accounts/second_factor_on.html"
    heading = "Switch on the second factor"
    form_class = forms.SwitchOn
    submit_label = "Switch it on"
    wants_it_on = False

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"offered": second_factor.fresh_offer(self.actor)}}

    def page(self, **more: Any) -> HttpResponse:
        offered = more["form"]["offered"].value() or ""
        secret = second_factor.offered_secret(self.actor, offered)
        if secret:
            # Drawn by us from letters and digits; nothing of it was typed.
            more["picture"] = mark_safe(second_factor.picture(self.actor, secret))  # noqa: S308
            more["secret"] = second_factor.spaced(secret)
        return super().page(**more)

    def perform(self, form: PortalForm) -> list[str]:
        return factors.switch_on(
            user=self.actor, this_session=this_session(self.request), now=self.now, **form.cleaned_data
        )

    def done(self, result: list[str]) -> HttpResponse:
        return self.show_codes(result)


class RenewCodes(FactorAct):
    """Voids the recovery codes and gives ten fresh ones."""

    heading = "Get fresh recovery codes"
    form_class = forms.PasswordAndCode
    submit_label = "Get fresh codes"

    def perform(self, form: PortalForm) -> list[str]:
        return factors.renew_codes(user=self.actor, now=self.now, **form.cleaned_data)

    def done(self, result: list[str]) -> HttpResponse:
        return self.show_codes(result)


class SwitchOff(FactorAct):
    """Removes the second factor."""

    template_name = "accounts/second_factor_off.html"
    heading = "Switch off the second factor"
    form_class = forms.PasswordAndCode
    submit_label = "Switch it off"
    warning = True
    success_message = (
        "The second factor is switched off. Everywhere else you were signed in, you are signed out."
    )

    def perform(self, form: PortalForm) -> None:
        factors.switch_off(
            user=self.actor, this_session=this_session(self.request), now=self.now, **form.cleaned_data
        )

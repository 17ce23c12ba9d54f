"""One's own account: details, password, organisations, registering another."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.urls import reverse

from commissioning import policies
from commissioning.accounts import queries
from commissioning.accounts.services import organisations, passwords, people
from commissioning.people.models import Organisation
from commissioning.web.forms import PortalForm
from commissioning.web.views import ActionView, Crumb, PageView

from . import forms


def this_session(request: HttpRequest) -> str:
    """Return the key of the session that asks."""
    return request.session.session_key or ""


class Account(PageView):
    """What the portal knows of the person, and what they may change of it."""

    template_name = "accounts/account.html"
    heading = "Your account"

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "memberships": queries.memberships_of(self.actor),
            "factor": queries.second_factor_of(self.actor),
            "needs_factor": policies.lacks_second_factor(self.actor)
            and bool(self.actor.roles_in() & policies.GUARDED),
            "sessions": len(queries.sessions_of(self.actor)),
        }


class OwnAct(ActionView):
    """An act on one's own account: whoever is signed in may, and on nobody else's."""

    looks_up = False

    def prepare(self) -> None:
        # SECURITY: nothing is looked up by what the request names, so nobody else's account can be meant.
        self.object = None

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Your account", reverse("account"))]

    def get_success_url(self, result: Any) -> str:
        return reverse("account")


class ChangeDetails(OwnAct):
    heading = "Change your name or job title"
    form_class = forms.OwnDetails
    submit_label = "Save"
    success_message = "Saved."

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"name": self.actor.name, "job_title": self.actor.job_title}}

    def perform(self, form: PortalForm) -> None:
        people.change_own(user=self.actor, now=self.now, **form.cleaned_data)


class ChangePassword(OwnAct):
    heading = "Change your password"
    form_class = forms.ChangePassword
    submit_label = "Change the password"
    success_message = "Your password is changed. Everywhere else you were signed in, you are signed out."

    def perform(self, form: PortalForm) -> None:
        passwords.change(
            user=self.actor, this_session=this_session(self.request), now=self.now, **form.cleaned_data
        )
        # This session stays; it would end with the others, since it rests on the old password.
        update_session_auth_hash(self.request, self.actor)

    def told(self) -> Sequence[str]:
        return [f"You, by e-mail to {self.actor.email}."]


class RegisterAnother(OwnAct):
    """Registers one more provider, for somebody who has an account."""

    heading = "Register another organisation"
    form_class = forms.ProviderDetails
    submit_label = "Register"
    success_message = "The organisation is registered, and you are its administrator."

    def perform(self, form: Any) -> Organisation:
        return organisations.register_provider(
            details=form.details(), admin=self.actor, actor=self.actor, now=self.now
        )

    def get_success_url(self, result: Organisation) -> str:
        return reverse("organisation", args=[result.reference])

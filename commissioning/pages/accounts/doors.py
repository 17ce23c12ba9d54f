"""The doors: signing in and out, registering, confirming an address, a forgotten password, an invitation."""

from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.generic import View

from commissioning import clock
from commissioning.accounts import demo, half, links, lockout, queries, sessions
from commissioning.accounts.services import invitations, limits, passwords, proofs, registration
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.web import public_acts
from commissioning.web.forms import PortalForm
from commissioning.web.public_acts import CheckEmail
from commissioning.web.sign_in_again import PASSWORD, locked_page
from commissioning.web.text import london
from commissioning.workflow import Reason, Refused

from . import forms
from .base import PublicAct

NOT_RIGHT = "The e-mail address or the password is not right"


def wanted_page(request: HttpRequest) -> str:
    """Return the page the person came from, if it is one of ours, else their home."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    # SECURITY: an address of another site would make this page a step of its fraud.
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else settings.LOGIN_REDIRECT_URL


class SignIn(PublicAct):
    """Signs in by e-mail and password; the answer is the same whatever was wrong (settled 31).

    Whoever has a second factor is asked for its code on the next page.
    """

    template_name = "accounts/sign_in.html"
    heading = "Sign in"
    form_class = forms.SignIn
    submit_label = "Sign in"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.target())
        return super().get(request, *args, **kwargs)

    def perform(self, form: forms.SignIn) -> str:
        given = form.cleaned_data
        user = authenticate(self.request, username=given["email"].lower(), password=given["password"])
        if not isinstance(user, User):
            raise Refused(NOT_RIGHT, field="email")
        if user.has_second_factor:
            half.note(self.request, user)
            return reverse("sign-in-code") + "?" + urlencode({"next": self.target()})
        sessions.begin(self.request, user)
        return self.target()

    def target(self) -> str:
        return wanted_page(self.request)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "next": self.request.POST.get("next") or self.request.GET.get("next", ""),
            "demo_groups": demo.groups(),
            "demo_password": demo.PASSWORD,
        }


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Return the page for too many wrong passwords, which says when the door opens again.

    It is the same for an address that has an account and for one that has none (settled 31). What was typed
    on a page whose session was lost is carried on.
    """
    until = _locked_until(request, credentials)
    if PASSWORD in request.POST:
        when = f"after {london(until)}" if until else "in a quarter of an hour"
        return locked_page(request, Reason(f"Too many tries with a wrong password. Try again {when}."))
    context = {"heading": "Too many tries", "until": until}
    return render(request, "429.html", context, status=429)


def _locked_until(request: HttpRequest, credentials: dict[str, Any] | None) -> datetime | None:
    tries = AccessAttempt.objects.filter(
        username=lockout.username(request, credentials), ip_address=lockout.address(request)
    )
    last = tries.order_by("-attempt_time").first()
    wait: timedelta = settings.AXES_COOLOFF_TIME
    return clock.shown(last.attempt_time + wait) if last else None


class SignInCode(PublicAct):
    """Asks whoever gave the right password for the code of their second factor, or a recovery code."""

    template_name = "accounts/sign_in_code.html"
    heading = "Enter the code of your app"
    form_class = forms.Code
    submit_label = "Sign in"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if half.person(request) is None:
            return HttpResponseRedirect(reverse("sign-in"))
        return super().dispatch(request, *args, **kwargs)

    def perform(self, form: forms.Code) -> str:
        user = half.person(self.request)
        if user is None:
            raise Refused("Sign in again: this took too long.")
        proofs.prove_code(user=user, code=form.cleaned_data["code"], now=self.now)
        half.forget(self.request)
        sessions.begin(self.request, user)
        return wanted_page(self.request)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"next": wanted_page(self.request)}


class SignOut(View):
    """Ends the session; by POST only, so that no other site's picture can sign anyone out."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        logout(request)
        messages.success(request, "You have signed out.")
        return HttpResponseRedirect(reverse("sign-in"))


class Register(PublicAct):
    """Takes up a provider's registration; whatever is known already, the answer is "check your e-mail"."""

    template_name = "accounts/register.html"
    heading = "Register your organisation"
    form_class = forms.Register
    submit_label = "Register"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("register-another"))
        return super().get(request, *args, **kwargs)

    def perform(self, form: forms.Register) -> str:
        given = form.cleaned_data
        limits.insist(limits.REGISTRATION, lockout.address(self.request))
        registration.register(
            details=form.details(),
            name=given["name"],
            email=given["email"],
            job_title=given["job_title"],
            now=self.now,
        )
        return reverse("registered")


class Registered(CheckEmail):
    sentence = (
        "We have written to the address you gave. The message says how to go on: it holds a link to confirm "
        "your address and to choose a password, or tells you that you or your organisation are registered "
        "already."
    )
    again = "register"


class Asked(CheckEmail):
    sentence = (
        "We have written to the address you gave. If it has an account, the message holds a link to choose a "
        "new password."
    )
    again = "forgotten-password"


class Forgotten(PublicAct):
    """Sends a link to choose a new password; the answer is the same for every address (settled 31)."""

    heading = "Forgotten password"
    form_class = forms.Forgotten
    submit_label = "Send me a link"

    def perform(self, form: forms.Forgotten) -> str:
        limits.insist(limits.NEW_PASSWORD, lockout.address(self.request))
        passwords.ask_for_new(email=form.cleaned_data["email"], now=self.now)
        return reverse("asked-for-password")


class ByLink(public_acts.ByLink):
    """A page of an account that is opened by a secret link."""

    def enter(self, user: User) -> None:
        """Sign in the person who proved their address by the link."""
        sessions.begin(self.request, user)


class ConfirmEmail(ByLink):
    """Makes a registration count: its owner chooses a password and is signed in."""

    template_name = "accounts/confirm_email.html"
    kind = links.CONFIRM
    heading = "Confirm your e-mail address"
    form_class = forms.ChoosePassword
    submit_label = "Confirm and sign in"
    dead_sentence = (
        "It was used before, or its time is over. If you have confirmed your address, sign in. "
        "If not, register again."
    )

    def perform(self, form: forms.ChoosePassword) -> str:
        user = registration.confirm(
            registration=self.found, password=form.cleaned_data["password"], now=self.now
        )
        self.enter(user)
        messages.success(
            self.request, "Your organisation is registered. You can now invite colleagues and apply."
        )
        return settings.LOGIN_REDIRECT_URL


class NewPassword(ByLink):
    """Lets the owner of an address choose a new password."""

    template_name = "accounts/new_password.html"
    kind = links.PASSWORD
    heading = "Choose a new password"
    form_class = forms.ChoosePassword
    submit_label = "Set this password"
    dead_sentence = "It was used before, or its time is over. Ask for another one."
    dead_url_name = "forgotten-password"
    dead_action = "Ask for another link"

    def perform(self, form: forms.ChoosePassword) -> str:
        passwords.set_new(user=self.found, password=form.cleaned_data["password"], now=self.now)
        messages.success(self.request, "Your new password is set. Sign in with it.")
        return reverse("sign-in")


class AcceptInvitation(ByLink):
    """Joins an organisation: a newcomer chooses a password, whoever has an account signs in first."""

    template_name = "accounts/invitation.html"
    kind = links.INVITATION
    dead_sentence = (
        "The invitation was accepted, withdrawn or has run out. If you have accepted it, sign in. "
        "If not, ask whoever invited you for another."
    )

    def get_heading(self) -> str:
        return f"Join {self.found.organisation.name}"

    def known(self) -> User | None:
        return queries.person(self.found.email)

    def stands(self) -> str:
        """Return how the reader stands to it: `newcomer`, `signed_out`, `owner` or `stranger`."""
        user = self.request.user
        if user.is_authenticated:
            return "owner" if user.email == self.found.email else "stranger"
        return "signed_out" if self.known() else "newcomer"

    def get_form(self, **bound: Any) -> PortalForm:
        if self.stands() == "newcomer":
            return forms.Newcomer(**bound, initial={"name": self.found.name})
        return PortalForm(**bound)

    def perform(self, form: Any) -> str:
        invitation = self.found
        if self.stands() == "newcomer":
            user = invitations.accept_as_newcomer(invitation=invitation, now=self.now, **form.cleaned_data)
            self.enter(user)
        elif self.request.user.is_authenticated:
            invitations.accept(invitation=invitation, user=self.request.user, now=self.now)
        else:
            raise Refused("Sign in first.")
        messages.success(self.request, f"You have joined {invitation.organisation.name}.")
        return settings.LOGIN_REDIRECT_URL

    def roles(self) -> list[tuple[Role, str]]:
        """Return the roles that the invitation gives, each with what it does."""
        given = [Role(role) for role in self.found.roles]
        return list(zip(given, forms.role_hints(given).values(), strict=True))

    def get_context(self) -> dict[str, Any]:
        sign_in = reverse("sign-in") + "?" + urlencode({"next": self.request.get_full_path()})
        return super().get_context() | {
            "stands": self.stands(),
            "roles": [(role.label, hint) for role, hint in self.roles()],
            "sign_in_url": sign_in,
            "submit_label": "Accept and join",
        }

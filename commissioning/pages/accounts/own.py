"""One's own account: details, password, calendar, organisations, registering another."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from commissioning import policies
from commissioning.accounts import queries
from commissioning.accounts.services import calendars, organisations, passwords, people
from commissioning.people.models import Organisation
from commissioning.web.forms import PortalForm
from commissioning.web.views import ActionView, Crumb, PageView
from commissioning.workflow import Reason

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


class CalendarPage(PageView):
    """Whether the person has a calendar address, since when, and how to make or end it."""

    template_name = "accounts/calendar.html"
    heading = "Your calendar"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Your account", reverse("account"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"feed": queries.feeds_of(self.actor).first()}


class OfCalendar(OwnAct):
    """An act on one's own calendar address."""

    @property
    def has_feed(self) -> bool:
        return queries.feeds_of(self.actor).exists()

    def crumbs(self) -> Sequence[Crumb]:
        return [*super().crumbs(), Crumb("Your calendar", reverse("own-calendar"))]

    def get_success_url(self, result: Any) -> str:
        return reverse("own-calendar")

    def told(self) -> Sequence[str]:
        return ["Nobody. That you did this is in the portal's record; the address is not."]


class MakeCalendar(OfCalendar):
    """Makes the secret address and shows it, once; one there was before ends."""

    template_name = "accounts/calendar_make.html"
    submit_label = "Make the address"

    def get_heading(self) -> str:
        return "Make a new calendar address" if self.has_feed else "Make your calendar address"

    def blockers(self) -> list[Reason]:
        if queries.memberships_of(self.actor):
            return []
        return [Reason("You belong to no organisation, so your calendar would be empty. Join one first.")]

    def perform(self, form: PortalForm) -> str:
        return calendars.make(user=self.actor, now=self.now)

    def done(self, result: str) -> HttpResponseBase:
        # Shown in the answer itself: anywhere it could wait for the next page it would rest in clear.
        self.template_name, self.heading = "accounts/calendar_made.html", "Your calendar address"
        address = f"{settings.PORTAL_URL}{reverse('calendar-feed', args=[result])}"
        return self.page(feed_url=address, heading=self.heading, told=[])

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"has_feed": self.has_feed}


class EndCalendar(OfCalendar):
    """Ends the address: whatever asks for it finds nothing from now on."""

    heading = "End your calendar address"
    submit_label = "End it now"
    success_message = "Your calendar address has ended. Calendars that used it will show nothing new."
    warning = True

    def blockers(self) -> list[Reason]:
        return [] if self.has_feed else [Reason("You have no calendar address.")]

    def perform(self, form: PortalForm) -> None:
        calendars.end(user=self.actor, now=self.now)

"""One's own sessions: where one is signed in, and ending it there."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from commissioning import clock
from commissioning.accounts import queries
from commissioning.accounts.services import sessions
from commissioning.people.signing_in import Session
from commissioning.web.forms import PortalForm
from commissioning.web.views import Crumb, PageView

from .own import OwnAct, this_session


class Sessions(PageView):
    """Where the person is signed in, and for how long that holds."""

    template_name = "accounts/sessions.html"
    heading = "Where you are signed in"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Your account", reverse("account"))]

    def get_context(self) -> dict[str, Any]:
        this = this_session(self.request)
        found = queries.sessions_of(self.actor)
        return super().get_context() | {
            "sessions": [
                (row, row.pk == this, clock.shown(row.started_at), clock.shown(row.used_at)) for row in found
            ],
            "others": sum(row.pk != this for row in found),
            "idle_hours": int(settings.SESSION_IDLE.total_seconds()) // 3600,
            "longest_hours": settings.SESSION_COOKIE_AGE // 3600,
        }


class SessionAct(OwnAct):
    """An act on one's own sessions."""

    def crumbs(self) -> Sequence[Crumb]:
        return [*super().crumbs(), Crumb("Where you are signed in", reverse("sessions"))]

    def get_success_url(self, result: Any) -> str:
        return reverse("sessions")

    def told(self) -> Sequence[str]:
        return ["Nobody. The record keeps that you did it."]


class EndSession(SessionAct):
    """Ends one session; whoever sits at that browser must sign in again."""

    submit_label = "End this session"
    success_message = "The session has ended."

    @property
    def session(self) -> Session:
        for row in queries.sessions_of(self.actor):
            if row.public_name == self.kwargs["name"]:
                return row
        raise Http404

    def get_heading(self) -> str:
        return f"End the session in {self.session.browser or 'an unknown browser'}"

    def perform(self, form: PortalForm) -> None:
        sessions.end(user=self.actor, name=self.kwargs["name"], now=self.now)


class EndOthers(SessionAct):
    """Ends every session but this one."""

    heading = "End all other sessions"
    submit_label = "End all other sessions"

    def perform(self, form: PortalForm) -> int:
        return sessions.end_others(user=self.actor, this=this_session(self.request), now=self.now)

    def get_success_message(self, result: int) -> str:
        return f"{result} other session{'' if result == 1 else 's'} ended. You are still signed in here."

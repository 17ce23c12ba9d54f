"""An event: signing up for it, with an account and without; who comes, moved, called off, for the lead."""

from collections.abc import Sequence
from typing import Any, cast

from django.http import Http404
from django.urls import reverse

from commissioning.people.models import User
from commissioning.records.downloads import send_bytes_as_attachment
from commissioning.web.forms import PortalForm
from commissioning.web.public_acts import ByLink, CheckEmail, PublicAct
from commissioning.web.tables import as_csv
from commissioning.web.text import london
from commissioning.web.views import ActionView, Crumb, DetailPage, PublicPage
from commissioning.workflow import Reason
from lots import links
from lots.forms import notices as forms
from lots.models import AgreementNotice, EventSignUp
from lots.queries import notices as queries
from lots.queries.questions import writes_for
from lots.rules.notices import refusal_to_change_event, refusal_to_send_link, refusal_to_sign_up
from lots.services import events, sign_ups

from .base import reasons
from .notices import notices_crumbs

NOBODY_ELSE = "Nobody else: the public and other providers are shown neither names nor numbers."


def event_crumbs(notice: AgreementNotice) -> list[Crumb]:
    """Return the way to a notice's page."""
    return [*notices_crumbs(notice.agreement), Crumb(notice.title, notice.get_absolute_url())]


def event_args(notice: AgreementNotice) -> list[str]:
    """Return what the addresses of a notice's pages are made of."""
    return [notice.agreement.reference, notice.reference]


class OfEvent(PublicPage):
    """A page about an event that anyone may read."""

    @property
    def notice(self) -> AgreementNotice:
        if not hasattr(self, "_notice"):
            found = queries.notices(self.request.user).filter(
                reference=self.kwargs["notice"],
                agreement__reference=self.kwargs["reference"],
                event_at__isnull=False,
            )
            notice = found.first()
            if notice is None:
                raise Http404
            self._notice: AgreementNotice = notice
        return self._notice

    def get_caption(self) -> str:
        return f"{self.notice.agreement.title}, {self.notice.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return event_crumbs(self.notice)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"notice": self.notice, "agreement": self.notice.agreement}


class SignUp(OfEvent, PublicAct):
    """Takes who wants to come; without an account a place is held once a link is opened."""

    template_name = "lots/event_sign_up.html"
    heading = "Sign up for the event"

    @property
    def person(self) -> User | None:
        user = self.request.user
        return user if isinstance(user, User) else None

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return "Sign up" if self.person else "Send me a link"

    def get_form(self, **bound: Any) -> PortalForm:
        if self.person is None:
            return forms.SignUp(**bound)
        first = writes_for(self.person).first()
        initial = {"name": self.person.name, "organisation_name": first.name if first else ""}
        return forms.SignUpWithAccount(initial=initial, **bound)

    def perform(self, form: Any) -> str:
        if self.person:
            sign_ups.sign_up(notice=self.notice, actor=self.person, now=self.now, **form.cleaned_data)
            return reverse("event-sign-up-done", args=event_args(self.notice))
        came_from = getattr(self.request, "client_address", None) or ""
        sign_ups.ask(notice=self.notice, address=came_from, now=self.now, **form.cleaned_data)
        return reverse("event-sign-up-sent", args=event_args(self.notice))

    def told(self) -> Sequence[str]:
        link = "to cancel" if self.person else "to confirm, and later to cancel"
        return [
            f"You, by e-mail, with a link {link}.",
            f"The procurement leads of {self.notice.agreement.lead.name}, in the list of who comes.",
            NOBODY_ELSE,
        ]

    def get_context(self) -> dict[str, Any]:
        taken = queries.signed_up(self.notice).count()
        return super().get_context() | {
            "person": self.person,
            "refusal": refusal_to_sign_up(self.notice, taken, self.now),
            "sends_link": refusal_to_send_link(self.notice, self.now) is None,
        }


class SignUpSent(OfEvent, CheckEmail):
    """Says that a message was sent: the same for every address (settled 31)."""

    sentence = (
        "We have written to the address you gave. Open the link in the message within two days: you hold a "
        "place from then on. An address gets one such message a day."
    )

    def again_url(self) -> str:
        return reverse("event-sign-up", args=event_args(self.notice))


class LinkAgain(OfEvent, PublicAct):
    """Takes the address of somebody who signed up and has lost the link."""

    template_name = "lots/event_link.html"
    heading = "Send me my link again"
    submit_label = "Send me my link"

    def get_form(self, **bound: Any) -> PortalForm:
        user = self.request.user
        return forms.LinkAgain(initial={"email": user.email if isinstance(user, User) else ""}, **bound)

    def perform(self, form: Any) -> str:
        came_from = getattr(self.request, "client_address", None) or ""
        sign_ups.send_link(notice=self.notice, address=came_from, now=self.now, **form.cleaned_data)
        return reverse("event-link-sent", args=event_args(self.notice))

    def told(self) -> Sequence[str]:
        return ["Whoever holds a place under this address, by e-mail, with the link.", NOBODY_ELSE]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"refusal": refusal_to_send_link(self.notice, self.now)}


class LinkSent(OfEvent, CheckEmail):
    """Says what happens: the same for every address (settled 31)."""

    sentence = (
        "If somebody signed up with the address you gave, we have written to it. The message holds the link. "
        "An address gets one such message a day."
    )

    def again_url(self) -> str:
        return reverse("event-link", args=event_args(self.notice))


class Done(OfEvent):
    """Says what was done about a place."""

    template_name = "lots/event_done.html"
    sentence = ""

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"sentence": self.sentence}


class SignUpDone(Done):
    heading = "You are signed up"
    sentence = "We have sent you a message with a link by which to cancel. You are told if the event changes."


class SignUpCancelled(Done):
    heading = "Your place is given up"
    sentence = "What you gave to sign up is deleted. Nothing more is sent to you about the event."


class Place(ByLink):
    """One's own place by the link in the e-mail: to confirm it, to see when and where, to give it up."""

    template_name = "lots/event_place.html"
    kind = links.SIGN_UP
    dead_heading = "You hold no place"
    dead_sentence = (
        "It was given up, or not confirmed in time, or the event is long past. What was given to sign up is "
        "deleted. You can sign up again on the page of the event, while that is open."
    )
    dead_url_name = "agreements"
    dead_action = "See the agreements"
    found: EventSignUp

    @property
    def is_confirmed(self) -> bool:
        return self.found.confirmed_at is not None

    @property
    def is_called_off(self) -> bool:
        return self.found.notice.called_off_at is not None

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        if not self.is_confirmed:
            return "Confirm my place"
        return "Delete what I gave" if self.is_called_off else "Give up my place"

    def get_heading(self) -> str:
        if not self.is_confirmed:
            return "Confirm your place"
        return "What you gave to sign up" if self.is_called_off else "Your place"

    def get_caption(self) -> str:
        return f"{self.found.notice.agreement.title}, {self.found.notice.title}"

    def perform(self, form: Any) -> str:
        # What the person saw decides: the button of a page drawn before confirming never gives up a place.
        args = event_args(self.found.notice)
        if self.request.POST.get("step") == "cancel":
            sign_ups.cancel(sign_up=self.found, now=self.now)
            return reverse("event-sign-up-cancelled", args=args)
        sign_ups.confirm(sign_up=self.found, now=self.now)
        return reverse("event-sign-up-done", args=args)

    def told(self) -> Sequence[str]:
        lead = self.found.notice.agreement.lead.name
        if self.is_confirmed:
            return [f"Nobody is written to. You are no longer in the list that {lead} reads."]
        return [
            "You, by e-mail, with a link by which to cancel.",
            f"The procurement leads of {lead}, in the list of who comes.",
            NOBODY_ELSE,
        ]

    def get_context(self) -> dict[str, Any]:
        notice = self.found.notice
        refusal = None
        if not self.is_confirmed:
            refusal = refusal_to_sign_up(notice, queries.signed_up(notice).count(), self.now)
        return super().get_context() | {
            "notice": notice,
            "agreement": notice.agreement,
            "is_confirmed": self.is_confirmed,
            "refusal": refusal,
        }


class FindsEvent:
    """Finds the event of an agreement the reader knows of; who may act on it, its page asks."""

    visible = staticmethod(queries.notices)
    lookup_field = "notice"
    object: AgreementNotice

    def get_object(self) -> AgreementNotice:
        view = cast("Any", self)
        found = queries.notices(view.request.user).filter(
            reference=view.kwargs["notice"],
            agreement__reference=view.kwargs["reference"],
            event_at__isnull=False,
        )
        notice = found.first()
        if notice is None:
            raise Http404
        return notice

    def get_caption(self) -> str:
        return f"{self.object.agreement.title}, {self.object.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return event_crumbs(self.object)


class SignUps(FindsEvent, DetailPage):
    """Who comes to an event, for the lead of the agreement alone; each look is noted in the access log."""

    template_name = "lots/event_sign_ups.html"
    action = "agreement.read_sign_ups"
    context_name = "notice"
    heading = "Who is signed up"

    def get_context(self) -> dict[str, Any]:
        found = events.read_sign_ups(
            notice=self.object, actor=self.actor, now=self.now, what="list of sign-ups"
        )
        return super().get_context() | {
            "rows": found,
            "needs": sum(bool(row.access_needs) for row in found),
            "changes_event": refusal_to_change_event(self.object, self.now) is None,
        }


class SignUpsCsv(FindsEvent, DetailPage):
    """The same list as CSV."""

    action = "agreement.read_sign_ups"

    def page(self, **more: Any) -> Any:
        found = events.read_sign_ups(
            notice=self.object, actor=self.actor, now=self.now, what="list of sign-ups as CSV"
        )
        head = ("Name", "E-mail", "Organisation", "Needs to take part", "Signed up")
        rows = [
            (row.name, row.email, row.organisation_name, row.access_needs, london(row.confirmed_at))
            for row in found
            if row.confirmed_at
        ]
        name = f"sign-ups-{self.object.reference}.csv"
        return send_bytes_as_attachment(as_csv(head, rows), name, "text/csv")


class OnEvent(FindsEvent, ActionView):
    """An act of the lead on an event."""

    action = "agreement.change_event"
    object: AgreementNotice

    def blockers(self) -> list[Reason]:
        return reasons(refusal_to_change_event(self.object, self.now), for_good=True)

    def told(self) -> Sequence[str]:
        return [
            "Everybody who is signed up, by e-mail, with your reason.",
            "Anyone who looks at the page of the event: the change and the reason stay on it.",
        ]


class Move(OnEvent):
    """Changes when or where an event is."""

    form_class = forms.MoveEvent
    heading = "Change the event"
    submit_label = "Change the event and tell them"
    success_message = "The event is changed, and everybody who is signed up is told by e-mail."

    def form_arguments(self) -> dict[str, Any]:
        names = ("event_at", "place", "link", "sign_up_by", "places")
        return {"initial": {name: getattr(self.object, name) for name in names}}

    def perform(self, form: Any) -> None:
        events.move(notice=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class CallOff(OnEvent):
    """Calls an event off."""

    form_class = forms.CallOffEvent
    heading = "Call the event off"
    submit_label = "Call the event off and tell them"
    warning = True
    success_message = "The event is called off, and everybody who was signed up is told why."

    def perform(self, form: Any) -> None:
        events.call_off(notice=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

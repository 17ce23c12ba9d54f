"""A provider's profile: documents with their dates, CQC rating, holds; kept by its own people.

A procurement lead or commissioner reads here what a member of its pools has on record.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from commissioning import policies
from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access
from commissioning.clock import london_date
from commissioning.people.models import Organisation
from commissioning.records.downloads import send_document
from commissioning.regimes.exclusions import LAWS, Exclusions
from commissioning.web.context import address
from commissioning.web.views import ActionView, Crumb, DetailPage, FindsObject, PageView
from lots.watch import DOCUMENT_KINDS
from providers import forms
from providers.forms.declarations import Declarations
from providers.models import ProfileDocument
from providers.queries import declarations
from providers.queries import watch as queries
from providers.queries.items import Item
from providers.queries.submissions import Own
from providers.rules import REMINDER_DAYS
from providers.services import declarations as declaring
from providers.services import profile as services

HOLDS_FOLLOW = "Where it begins or ends a hold: everybody who writes for the provider, by e-mail."


class OfProfile(FindsObject):
    """Finds a provider among those whose profile the viewer may open."""

    visible = staticmethod(queries.profiles)
    object: Organisation

    def profile_crumbs(self) -> list[Crumb]:
        organisation = self.object
        url = reverse("profile", args=[organisation.reference])
        return [Crumb(organisation.name, url)]

    def document(self) -> ProfileDocument:
        """Return the document that the address names."""
        rows = queries.documents(self.object).filter(document__reference=self.kwargs["document"])
        found: ProfileDocument | None = rows.first()
        if found is None:
            raise Http404
        return found


class Profile(OfProfile, DetailPage):
    """What a provider has on record, what of it runs out, and what that holds."""

    template_name = "providers/profile.html"
    context_name = "organisation"
    heading = "Documents, rating and declarations"

    def get_caption(self) -> str:
        return self.object.name

    def crumbs(self) -> list[Crumb]:
        if not queries.is_own(self.actor, self.object):
            return []
        return [Crumb(self.object.name, address("organisation", self.object.reference))]

    def get_context(self) -> dict[str, Any]:
        today, own = london_date(self.now), queries.is_own(self.actor, self.object)
        documents = list(queries.documents(self.object))
        counting = {one.pk for one in queries.latest(documents)}
        return super().get_context() | {
            "stated": None,
            "is_own": own,
            "may_change": policies.may(self.actor, "profile.change", self.object).allowed,
            "documents": [(one, *_standing_of(one, today, counts=one.pk in counting)) for one in documents],
            "ratings": list(queries.ratings(self.object)),
            "rated": queries.on_record([self.object.pk])[self.object.pk],
            "pool_places": queries.places(self.object),
            "laws": declarations.law_lines(self.object, LAWS.values()) if own else [],
        }


class ProfileAct(OfProfile, ActionView):
    """An act of the provider's own people on its profile."""

    action = "profile.change"

    def crumbs(self) -> Sequence[Crumb]:
        return self.profile_crumbs()

    def get_success_url(self, result: Any) -> str:
        return self.crumbs()[-1].url


class AddDocument(ProfileAct):
    """Puts a document on the profile; a hold that it mends ends at once."""

    heading = "Add a document"
    form_class = forms.NewDocument
    submit_label = "Add the document"

    def form_arguments(self) -> dict[str, Any]:
        asked = self.request.GET.get("kind", "")
        return {"initial": {"kind": asked}} if asked in DOCUMENT_KINDS else {}

    def perform(self, form: Any) -> int:
        """Add it, and return how many holds it ended."""
        held = queries.holds(self.object)
        services.add_document(organisation=self.object, actor=self.actor, now=self.now, **form.cleaned_data)
        return held - queries.holds(self.object)

    def get_success_message(self, result: int) -> str:
        return f"The document is on record.{' What it mends is off hold.' if result > 0 else ''}"

    def told(self) -> Sequence[str]:
        return [
            "Nobody is written to, unless a hold ends: then everybody who writes for you, by e-mail.",
            "The procurement leads and commissioners of the pools you are in can read it.",
        ]


class TakeOutDocument(ProfileAct):
    """Takes out a document that was added by mistake."""

    submit_label = "Take it out"
    warning = True
    success_message = "The document is taken out and no longer counts as in force."

    def get_heading(self) -> str:
        return f"Take out: {self.document().name}"

    def perform(self, form: Any) -> None:
        services.take_out_document(document=self.document(), actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [HOLDS_FOLLOW]


class RecordRating(ProfileAct):
    """Records what the CQC published of the provider."""

    heading = "Record a CQC rating"
    form_class = forms.NewRating
    submit_label = "Record the rating"
    success_message = "The rating is on record."

    def perform(self, form: Any) -> None:
        services.record_rating(organisation=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return [HOLDS_FOLLOW]


class Declare(ProfileAct):
    """What a provider declares under one law, kept once and confirmed again in each application."""

    form_class = Declarations
    submit_label = "Confirm these declarations"

    @cached_property
    def law(self) -> Exclusions:
        if self.kwargs["law"] not in LAWS:
            raise Http404
        return LAWS[self.kwargs["law"]]

    @cached_property
    def asked(self) -> list[Item]:
        return declarations.of_law(self.law)

    def prepare(self) -> None:
        super().prepare()
        self.kept = declarations.kept(self.object, self.asked)

    def get_heading(self) -> str:
        return f"Declarations under {self.law.law}"

    def form_arguments(self) -> dict[str, Any]:
        empty = [Own(item, None, None) for item in self.asked]
        return {
            "own": declarations.proposed(empty, self.kept, actor=self.actor, now=self.now),
            "initial": {f"version_{code}": row.number for code, row in self.kept.items()},
        }

    def perform(self, form: Any) -> int:
        self.over = declarations.no_longer_counting(self.asked, form.values, london_date(self.now))
        try:
            return declaring.confirm(
                organisation=self.object,
                law=self.law.key,
                asked=self.asked,
                values=form.values,
                based_on=form.based_on,
                actor=self.actor,
                now=self.now,
            )
        except declaring.Overtaken as refusal:
            # Confirmed again from this page it replaces what stands: by then its writer has read it.
            form.data = form.data.copy()
            for code, number in refusal.numbers.items():
                form.data[f"version_{code}"] = str(number)
            raise

    def get_success_message(self, result: int) -> str:
        counted = f"{result} declaration{'' if result == 1 else 's'}"
        said = [f"{counted} confirmed. Each application that asks the same begins with them.", *self.over]
        return " ".join(said)

    def told(self) -> Sequence[str]:
        return [
            "Nobody. They are sealed to your organisation.",
            "An application takes a copy of its own when you confirm them there.",
        ]


class DocumentFile(OfProfile, PageView):
    """Gives a document out as an attachment, and notes who had it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        found = self.document()
        note_access(
            AccessEntry.Outcome.READ,
            found.document,
            actor=self.actor,
            at=self.now,
            what=f"{found.name} of {self.object.reference}",
            address=getattr(request, "client_address", None),
        )
        return send_document(found.document)


def _standing_of(document: ProfileDocument, today: date, *, counts: bool) -> tuple[str, str]:
    """Return how a document stands, in words, and the tone of its tag."""
    if document.expires_on is not None and document.expires_on < today:
        return ("Ran out", "red") if counts else ("Replaced", "grey")
    if not counts:
        return "Replaced", "grey"
    if document.expires_on is not None and (document.expires_on - today).days <= max(REMINDER_DAYS):
        return "Runs out soon", "yellow"
    return "Good", "green"

"""What the pages of this app share: where they stand, and which steps they offer."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commissioning import policies
from commissioning.people.models import User
from commissioning.web.forms import PortalForm
from commissioning.web.views import ActionView, Crumb, Detail
from commissioning.workflow import Reason, Refused
from lots import queries
from lots.forms import seen
from lots.models import Agreement, AgreementAuthority, Lot, Scheme, Window
from lots.rules import ended
from lots.rules.schemes import refusal_to_change
from lots.services.checks import Overtaken


def setup_url(agreement: Agreement, part: str = "") -> str:
    """Return the address of the page on which the agreement is set up and run."""
    return reverse("agreement-setup", args=[agreement.reference]) + (f"#{part}" if part else "")


def agreements_crumb() -> Crumb:
    """Return the step to the list of agreements."""
    return Crumb("Agreements", reverse("agreements"))


def public_crumbs(agreement: Agreement) -> list[Crumb]:
    """Return the way to what everybody reads about an agreement."""
    return [agreements_crumb(), Crumb(agreement.reference, agreement.get_absolute_url())]


def setup_crumbs(agreement: Agreement) -> list[Crumb]:
    """Return the way to what an agreement's authorities see and do."""
    return [*public_crumbs(agreement), Crumb("Set up and run", setup_url(agreement))]


def is_of_authority(user: Any, agreement: Agreement) -> bool:
    """Return whether the reader belongs to an authority of the agreement."""
    return isinstance(user, User) and bool(user.organisation_ids() & agreement.sighted_by)


def may(request: HttpRequest, action: str, obj: Any = None) -> bool:
    """Return whether the reader is signed in and the table of permissions lets them do this."""
    user = request.user
    return isinstance(user, User) and policies.may(user, action, obj).allowed


def reasons(refusal: str | Reason | None, *, for_good: bool = False) -> list[Reason]:
    """Return what stands in a page's way where a rule refuses; `for_good`: no mending takes it away."""
    if isinstance(refusal, Reason):
        return [refusal]
    return [Reason(refusal, for_good=for_good)] if refusal else []


def past(agreement: Agreement, refusal: str | None) -> list[Reason]:
    """Return what stands in a page's way where the agreement is past it, with what still mends that."""
    if refusal is None or not ended.can_be_mended(agreement):
        return reasons(refusal, for_good=True)
    return [Reason(refusal, link=reverse("agreement-change", args=[agreement.reference]))]


def drawn_with(request: HttpRequest, rows: QuerySet[Any], **named: Any) -> Any:
    """Return the row that the page which was sent was drawn with, whatever a colleague calls it by now.

    Without such a page it is the one of this name, or 404. Raises Refused where it was taken out meanwhile:
    the page of that refusal shows what was typed.
    """
    carried = request.POST.get(seen.ROW, "")
    # SECURITY: the browser sends it, so it chooses among these rows alone, which its reader may see.
    if not re.fullmatch(f"[0-9a-f]{{{seen.MARK_LENGTH}}}", carried):
        return get_object_or_404(rows, **named)
    found = next((row for row in rows if seen.mark_of(row) == carried), None)
    if found is None:
        raise Refused("This was taken out after you opened the page, so what you sent was not saved.")
    return found


class Offers(Detail):
    """A page whose action bar offers an authority's people the steps possible from here, others none."""

    def actions(self) -> list[dict[str, Any]]:
        agreement = getattr(self.object, "agreement", self.object)
        if not is_of_authority(self.request.user, agreement):
            return []
        machine = self.object.MACHINE
        return [one for one in super().actions() if self.object.state in machine.step(one["step"]).sources]


class AgreementAction(ActionView):
    """An act on an agreement, or in it; done, the person is back where it is set up."""

    visible = staticmethod(queries.for_acts)
    part = ""
    # Any, since a typed callable would be taken for a method. None: it is done in whatever state.
    rule: ClassVar[Any] = staticmethod(ended.refusal_to_change)

    @property
    def agreement(self) -> Agreement:
        """Return the agreement, which is the object unless a subclass finds something in it."""
        found: Agreement = getattr(self.object, "agreement", self.object)
        return found

    def get_caption(self) -> str:
        return f"{self.agreement.reference}: {self.agreement.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return setup_crumbs(self.agreement)

    def get_success_url(self, result: Any) -> str:
        return setup_url(self.agreement, self.part)

    def policy_object(self) -> Any:
        return self.agreement

    def blockers(self) -> list[Reason]:
        """Return why the agreement takes no such act any more: the rule that the service asks too."""
        rule = type(self).rule
        return past(self.agreement, rule(self.agreement, self.now) if rule else None)

    def get_context(self) -> dict[str, Any]:
        # The heading names the act; a state beside it would seem to be the act's.
        return super().get_context() | {"stated": None}


class PlaceAction(AgreementAction):
    """An act on one authority's place in an agreement."""

    part = "authorities"

    def get_object(self) -> AgreementAuthority:
        places = super().get_object().authorities.select_related("organisation", "agreement")
        place: AgreementAuthority = get_object_or_404(
            places, until=None, organisation__reference=self.kwargs["authority"]
        )
        return place


class LotAction(AgreementAction):
    """An act on one lot."""

    part = "lots"

    def get_object(self) -> Lot:
        lots = super().get_object().lots.prefetch_related("points").select_related("agreement")
        lot: Lot = drawn_with(self.request, lots, number=self.kwargs["number"])
        return lot

    def get_caption(self) -> str:
        return f"{self.agreement.reference}, {self.object}"

    def policy_object(self) -> Any:
        return self.object


class WritesBesideOthers(ActionView):
    """An act on what others may be saving too: whoever is second reads what stands.

    A box that they left alone then holds what stands, and the others what they wrote.

    Its service takes `seen`, and compares it with what stands by then.
    """

    def standing(self) -> dict[str, Any]:
        """Return what stands, by the name of the box: the form begins with it (`queries.standing`)."""
        raise NotImplementedError

    def save(self, **given: Any) -> Any:
        """Call the service with what the form holds."""
        raise NotImplementedError

    def given(self, form: Any) -> dict[str, Any]:
        """Return what the service takes of the form."""
        return dict(form.cleaned_data)

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"initial": self.standing()}

    def get_form(self, **bound: Any) -> PortalForm:
        form = super().get_form(**bound)
        seen.carry(form, self.standing(), self.object)
        return form

    def perform(self, form: Any) -> Any:
        drawn = seen.drawn(form)
        try:
            return self.save(actor=self.actor, now=self.now, seen=drawn, **self.given(form))
        except Overtaken as refusal:
            seen.overtaken(form, refusal)
            raise


class SchemeAction(ActionView):
    """An act on a scheme or one of its parts."""

    visible = staticmethod(queries.schemes)
    action = "scheme.change"
    part = ""

    @property
    def scheme(self) -> Scheme:
        """Return the scheme, which is the object unless a subclass finds a part of it."""
        found: Scheme = getattr(self.object, "scheme", self.object)
        return found

    def get_caption(self) -> str:
        return f"{self.scheme.title} ({self.scheme.reference})"

    def crumbs(self) -> Sequence[Crumb]:
        crumb = Crumb(self.scheme.title, self.scheme.get_absolute_url())
        return [*setup_crumbs(self.scheme.agreement), crumb]

    def blockers(self) -> list[Reason]:
        return reasons(refusal_to_change(self.scheme), for_good=True)

    def get_success_url(self, result: Any) -> str:
        return self.scheme.get_absolute_url() + (f"#{self.part}" if self.part else "")

    def policy_object(self) -> Any:
        return self.scheme

    def get_context(self) -> dict[str, Any]:
        # The heading names the act; a state beside it would seem to be the act's.
        return super().get_context() | {"stated": None}


class WindowAction(ActionView):
    """An act on a window."""

    visible = staticmethod(queries.windows_in_full)
    object: Window

    def get_caption(self) -> str:
        return f"{self.object.agreement.reference}: {self.object.title} ({self.object.reference})"

    def crumbs(self) -> Sequence[Crumb]:
        crumb = Crumb(self.object.title, self.object.get_absolute_url())
        return [*setup_crumbs(self.object.agreement), crumb]

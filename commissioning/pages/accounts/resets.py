"""A colleague's lost second factor: its reset is asked for by one administrator and confirmed by another."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse

from commissioning.accounts import queries, rules
from commissioning.accounts.services import factor_resets
from commissioning.people.signing_in import FactorReset
from commissioning.web.forms import PortalForm
from commissioning.workflow import Reason

from . import forms
from .people import MemberAct, OrganisationAct, why_not_confirm_reset


class AskReset(MemberAct):
    """Asks for the reset; for a person without a sensitive role it is done at once."""

    action = "organisation.reset_factor"
    template_name = "accounts/ask_reset.html"
    form_class = forms.ResetFactor
    submit_label = "Ask for the reset"
    warning = True

    @property
    def needs_second_person(self) -> bool:
        return rules.needs_second_person_to_reset(queries.roles_given(self.membership.user))

    def get_heading(self) -> str:
        return f"Reset the second factor of {self.membership.user.name}"

    def blockers(self) -> Iterable[Reason]:
        if not self.membership.user.has_second_factor:
            return [Reason("They have no second factor to reset.")]
        return []

    def perform(self, form: PortalForm) -> FactorReset:
        return factor_resets.ask(
            membership=self.membership, actor=self.actor, now=self.now, **form.cleaned_data
        )

    def get_success_url(self, result: FactorReset) -> str:
        return reverse("organisation-people", args=[self.object.reference])

    def get_success_message(self, result: FactorReset) -> str:
        if result.confirmed_at:
            return f"The second factor of {result.user.name} is removed. They sign in with their password."
        return "The reset is asked for. It is done once a second administrator has confirmed it."

    def told(self) -> Sequence[str]:
        told = [f"{self.membership.user.name}, by e-mail."]
        return [*told, "The other administrators, by e-mail."] if self.needs_second_person else told


class ResetAct(OrganisationAct):
    """An act on the reset that waits for a person, who is named in the address."""

    action = "organisation.confirm_factor_reset"

    @property
    def reset(self) -> FactorReset:
        waiting = queries.waiting_resets(self.object)
        found = waiting.filter(user__reference=self.kwargs["person"]).first()
        if found is None:
            raise Http404
        return found


class ConfirmReset(ResetAct):
    """Carries the reset out, as the second person."""

    template_name = "accounts/confirm_reset.html"
    submit_label = "Confirm and remove the second factor"
    warning = True
    success_message = "The second factor is removed. Its owner signs in with their password and is told so."

    def get_heading(self) -> str:
        return f"Confirm the reset of the second factor of {self.reset.user.name}"

    def blockers(self) -> Iterable[Reason]:
        reason = why_not_confirm_reset(self.actor, self.object)(self.reset)
        return [Reason(reason)] if reason else []

    def perform(self, form: PortalForm) -> None:
        factor_resets.confirm(reset=self.reset, actor=self.actor, now=self.now)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"reset": self.reset}

    def told(self) -> Sequence[str]:
        return [f"{self.reset.user.name}, by e-mail."]


class DeclineReset(ResetAct):
    """Leaves the second factor as it is."""

    submit_label = "Decline the reset"
    success_message = "The second factor stays as it is."

    def get_heading(self) -> str:
        return f"Decline the reset of the second factor of {self.reset.user.name}"

    def perform(self, form: PortalForm) -> None:
        factor_resets.decline(reset=self.reset, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [f"{self.reset.user.name} and whoever asked, by e-mail."]

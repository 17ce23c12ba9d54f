"""An organisation's details and its people: who belongs to it, in which roles, who is invited, what waits."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from commissioning import policies
from commissioning.accounts import letters, queries, rules
from commissioning.accounts.services import invitations, leaving, organisations, roles
from commissioning.pages import leavers
from commissioning.people.models import Invitation, Membership, Organisation, RoleGrant, User
from commissioning.people.signing_in import FactorReset
from commissioning.web.forms import PortalForm
from commissioning.web.views import ActionView, Crumb, DetailPage, FindsObject
from commissioning.workflow import Reason

from . import forms


class OwnOrganisations(FindsObject):
    """Finds an organisation among the reader's own."""

    def get_queryset(self) -> QuerySet[Organisation]:
        return queries.visible_to(cast("User", self.request.user))


class Details(OwnOrganisations, DetailPage):
    """What the portal knows of an organisation; only its own people see this page."""

    template_name = "accounts/organisation.html"
    context_name = "organisation"

    def get_context(self) -> dict[str, Any]:
        may_change = policies.may(self.actor, "organisation.change", self.object).allowed
        return super().get_context() | {"may_change": may_change}


class People(OwnOrganisations, DetailPage):
    """The members with their roles, what waits for a second person, who is invited, who has left."""

    template_name = "accounts/people.html"
    context_name = "organisation"

    def get_heading(self) -> str:
        return f"People of {self.object}"

    def crumbs(self) -> Sequence[Crumb]:
        return [_organisation_crumb(self.object)]

    def get_context(self) -> dict[str, Any]:
        organisation = self.object
        why_not = _why_not_confirm(self.actor, organisation)
        resets_why_not = why_not_confirm_reset(self.actor, organisation)
        return super().get_context() | {
            "may_invite": policies.may(self.actor, "organisation.invite", organisation).allowed,
            "members": queries.members(organisation),
            "former": queries.former_members(organisation),
            "invited": [
                (invitation, letters.role_names(invitation.roles))
                for invitation in queries.open_invitations(organisation, now=self.now)
            ],
            "waiting": [(grant, why_not(grant)) for grant in queries.awaiting(organisation)],
            "may_confirm_resets": policies.may(
                self.actor, "organisation.confirm_factor_reset", organisation
            ).allowed,
            "resets": [(reset, resets_why_not(reset)) for reset in queries.waiting_resets(organisation)],
        }


class PersonPage(OwnOrganisations, DetailPage):
    """One member: their roles, and what an administrator may do."""

    template_name = "accounts/person.html"
    context_name = "organisation"

    def crumbs(self) -> Sequence[Crumb]:
        return [_organisation_crumb(self.object), _people_crumb(self.object)]

    def get_heading(self) -> str:
        return self.membership.user.name

    @property
    def membership(self) -> Membership:
        return _member(self.object, self.kwargs["person"])

    def get_context(self) -> dict[str, Any]:
        membership = self.membership
        why_not = _why_not_confirm(self.actor, self.object)
        mine = membership.user_id == self.actor.pk
        may = {
            verb: policies.may(self.actor, f"organisation.{verb}", self.object).allowed
            for verb in ("give_role", "withdraw_role", "end_membership", "reset_factor")
        }
        return super().get_context() | {
            "membership": membership,
            "roles": [
                (grant, forms.WHAT_ROLES_DO[forms.Role(grant.role)], why_not(grant))
                for grant in membership.given  # type: ignore[attr-defined]
            ],
            "may_give": may["give_role"] and not mine,
            "may_withdraw": may["withdraw_role"],
            "may_end": may["end_membership"] or mine,
            "may_reset": may["reset_factor"] and not mine and membership.user.has_second_factor,
            "mine": mine,
        }


class OrganisationAct(OwnOrganisations, ActionView):
    """An act on an organisation's people; crumbs lead back to the list of them."""

    object: Organisation

    def crumbs(self) -> Sequence[Crumb]:
        return [_organisation_crumb(self.object), _people_crumb(self.object)]

    def get_success_url(self, result: Any) -> str:
        return self.crumbs()[-1].url


class ChangeOrganisation(OrganisationAct):
    action = "organisation.change"
    submit_label = "Save"
    success_message = "Saved. Letters already written keep the details they were written with."

    def get_heading(self) -> str:
        return f"Change the details of {self.object}"

    def crumbs(self) -> Sequence[Crumb]:
        return [_organisation_crumb(self.object)]

    def get_form(self, **bound: Any) -> PortalForm:
        form = forms.OrganisationDetails if self.object.is_authority else forms.ProviderDetails
        initial = {
            name: getattr(self.object, name) for name in form.base_fields if name != "organisation_name"
        }
        return form(initial={**initial, "organisation_name": self.object.name}, **bound)

    def perform(self, form: Any) -> None:
        organisations.change(organisation=self.object, details=form.details(), actor=self.actor, now=self.now)


class Invite(OrganisationAct):
    action = "organisation.invite"
    heading = "Invite a colleague"
    form_class = forms.Invite
    submit_label = "Send the invitation"

    def form_arguments(self) -> dict[str, Any]:
        return {"is_authority": self.object.is_authority}

    def perform(self, form: PortalForm) -> Invitation:
        return invitations.invite(
            organisation=self.object, actor=self.actor, now=self.now, **form.cleaned_data
        )

    def get_success_message(self, result: Invitation) -> str:
        return f"{result.name} is invited. The link we send to {result.email} works for 14 days."

    def told(self) -> Sequence[str]:
        told = ["The person you invite, by e-mail with a link."]
        if self.object.is_authority:
            told.append(
                "When they accept a role that needs a second person: the other administrators, by e-mail."
            )
        return told


class WithdrawInvitation(OrganisationAct):
    action = "organisation.invite"
    submit_label = "Withdraw the invitation"
    warning = True
    success_message = "The invitation is withdrawn. Its link no longer works."

    @property
    def invitation(self) -> Invitation:
        open_now = queries.open_invitations(self.object, now=self.now)
        found = open_now.filter(reference=self.kwargs["invitation"]).first()
        if found is None:
            raise Http404
        return found

    def get_heading(self) -> str:
        return f"Withdraw the invitation of {self.invitation.name}"

    def perform(self, form: PortalForm) -> None:
        invitations.withdraw(invitation=self.invitation, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return ["Nobody. The link that was sent stops working."]


class MemberAct(OrganisationAct):
    """An act on one member."""

    @property
    def membership(self) -> Membership:
        return _member(self.object, self.kwargs["person"])

    def crumbs(self) -> Sequence[Crumb]:
        member = self.membership
        url = reverse("organisation-person", args=[self.object.reference, member.user.reference])
        return [*super().crumbs(), Crumb(member.user.name, url)]


class GiveRole(MemberAct):
    action = "organisation.give_role"
    form_class = forms.GiveRole
    submit_label = "Give this role"

    def get_heading(self) -> str:
        return f"Give {self.membership.user.name} a role"

    def form_arguments(self) -> dict[str, Any]:
        held = {grant.role for grant in self.membership.given}  # type: ignore[attr-defined]
        possible = rules.roles_of(is_authority=self.object.is_authority)
        return {"roles": [role for role in possible if role not in held]}

    def perform(self, form: PortalForm) -> RoleGrant:
        return roles.give(
            membership=self.membership, role=form.cleaned_data["role"], actor=self.actor, now=self.now
        )

    def get_success_message(self, result: RoleGrant) -> str:
        if result.confirmed_at is None:
            return f"{result.get_role_display()} is given. It counts once a second person has confirmed it."
        return f"{result.get_role_display()} is given and counts from now."

    def told(self) -> Sequence[str]:
        told = [f"{self.membership.user.name}, by e-mail."]
        if self.object.is_authority:
            told.append("For a role that needs a second person: the other administrators, by e-mail.")
        return told


class RoleAct(MemberAct):
    """An act on one role of one member, named in the address by the role."""

    @property
    def grant(self) -> RoleGrant:
        given: list[RoleGrant] = self.membership.given  # type: ignore[attr-defined]
        for grant in given:
            if grant.role == self.kwargs["role"]:
                return grant
        raise Http404


class ConfirmRole(RoleAct):
    action = "organisation.confirm_role"
    submit_label = "Confirm this role"
    success_message = "The role is confirmed and counts from now."

    def prepare(self) -> None:
        self.object = self.get_object()
        if not queries.is_fellow_first_admin(self.actor, self.object):
            policies.require(self.actor, self.action, self.object)

    def get_heading(self) -> str:
        return f"Confirm {self.membership.user.name} as {self.grant.get_role_display()}"

    def blockers(self) -> Iterable[Reason]:
        reason = _why_not_confirm(self.actor, self.object)(self.grant)
        return [Reason(reason)] if reason else []

    def perform(self, form: PortalForm) -> None:
        roles.confirm(grant=self.grant, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [f"{self.membership.user.name} and whoever gave the role, by e-mail."]


class WithdrawRole(RoleAct):
    action = "organisation.withdraw_role"
    warning = True
    success_message = "The role no longer counts."

    def get_heading(self) -> str:
        verb = "Withdraw" if self.grant.confirmed_at else "Decline"
        return f"{verb} the role {self.grant.get_role_display()} of {self.membership.user.name}"

    def get_context(self) -> dict[str, Any]:
        label = "Withdraw this role" if self.grant.confirmed_at else "Decline this role"
        return super().get_context() | {"submit_label": label}

    def perform(self, form: PortalForm) -> None:
        roles.withdraw(grant=self.grant, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [f"{self.membership.user.name}, by e-mail."]


class EndMembership(MemberAct):
    """Records that a member has left; everyone may leave by themselves."""

    action = "organisation.end_membership"
    template_name = "accounts/leave.html"
    warning = True

    @property
    def mine(self) -> bool:
        return self.membership.user_id == self.actor.pk

    def prepare(self) -> None:
        self.object = self.get_object()
        if not self.mine:
            policies.require(self.actor, self.action, self.object)

    def get_heading(self) -> str:
        if self.mine:
            return f"Leave {self.object}"
        return f"Record that {self.membership.user.name} has left"

    def blockers(self) -> Iterable[Reason]:
        problem = queries.why_not_leave(self.membership, self.actor)
        people = reverse("organisation-people", args=[self.object.reference])
        return [Reason(problem, link=people)] if problem else []

    def perform(self, form: PortalForm) -> str:
        name = self.membership.user.name
        mine = self.mine
        leaving.end_membership(
            membership=self.membership,
            actor=self.actor,
            now=self.now,
            this_session=(self.request.session.session_key or "") if mine else "",
        )
        return "" if mine else name

    def get_success_url(self, result: str) -> str:
        return _people_crumb(self.object).url if result else reverse("account")

    def get_success_message(self, result: str) -> str:
        return f"{result} no longer belongs to {self.object}." if result else f"You have left {self.object}."

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"left_behind": leavers.left_behind(self.membership)}

    def told(self) -> Sequence[str]:
        return ["You, by e-mail." if self.mine else f"{self.membership.user.name}, by e-mail."]


def why_not_confirm_reset(actor: User, organisation: Organisation) -> Callable[[FactorReset], str]:
    """Return what says of a reset why the reader may not confirm it, or "" if they may."""
    verdict = policies.may(actor, "organisation.confirm_factor_reset", organisation)

    def why_not(reset: FactorReset) -> str:
        four_eyes = rules.why_not_confirm_reset(
            is_asker=reset.asked_by_id == actor.pk, is_owner=reset.user_id == actor.pk
        )
        return verdict.reason or four_eyes or ""

    return why_not


def _member(organisation: Organisation, reference: str) -> Membership:
    found = queries.member(organisation, reference)
    if found is None:
        raise Http404
    return found


def _why_not_confirm(actor: User, organisation: Organisation) -> Callable[[RoleGrant], str]:
    """Return what says of a role why the reader may not confirm it, or "" if they may."""
    verdict = policies.may(actor, "organisation.confirm_role", organisation)
    barred = "" if queries.is_fellow_first_admin(actor, organisation) else verdict.reason

    def why_not(grant: RoleGrant) -> str:
        if grant.confirmed_at is not None:
            return "It is confirmed already."
        four_eyes = rules.why_not_confirm(
            is_giver=grant.given_by_id == actor.pk, is_receiver=grant.membership.user_id == actor.pk
        )
        return barred or four_eyes or ""

    return why_not


def _organisation_crumb(organisation: Organisation) -> Crumb:
    return Crumb(str(organisation), reverse("organisation", args=[organisation.reference]))


def _people_crumb(organisation: Organisation) -> Crumb:
    return Crumb("People", reverse("organisation-people", args=[organisation.reference]))

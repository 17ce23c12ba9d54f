"""Pages for setting up and running an agreement, its authorities and its board."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from commissioning import policies
from commissioning.people.roles import Role
from commissioning.regimes import term_warnings
from commissioning.web.context import address
from commissioning.web.views import ActionView, Crumb, DetailPage
from commissioning.workflow import Reason
from lots import queries, rules
from lots.forms import agreements as forms
from lots.forms.decisions import DiscardForm
from lots.forms.reopening import ReopeningForm
from lots.models import Agreement
from lots.queries import documents, standing
from lots.rules import ended
from lots.services import agreements, reopening
from lots.workflow import AGREEMENT

from .base import AgreementAction, Offers, WritesBesideOthers, agreements_crumb, public_crumbs, setup_url
from .public import references


class Create(ActionView):
    """Begins an agreement."""

    looks_up = False
    action = "agreement.create"
    form_class = forms.NewAgreement
    heading = "Set up an agreement"
    submit_label = "Save and go on"
    success_message = "The agreement is begun. Nobody outside its authorities sees it until you publish it."

    def form_arguments(self) -> dict[str, Any]:
        return {"leads": queries.led_by(self.actor)}

    def blockers(self) -> list[Reason]:
        if queries.led_by(self.actor):
            return []
        mine = queries.authorities_of_lead(self.actor)
        refusals = (ended.refusal_to_lead(one, queries.successor_of(one)) for one in mine)
        return [Reason(refusal, for_good=True) for refusal in refusals if refusal]

    def perform(self, form: Any) -> Agreement:
        return agreements.create(actor=self.actor, now=self.now, **form.cleaned_data)

    def crumbs(self) -> Sequence[Crumb]:
        return [agreements_crumb()]

    def told(self) -> Sequence[str]:
        return ["Nobody is written to."]

    def get_success_url(self, result: Any) -> str:
        return setup_url(result)


class Setup(Offers, DetailPage):
    """Where an agreement is set up and run: each part, what is missing, what can be done now."""

    visible = staticmethod(queries.for_setup)
    template_name = "lots/agreement_setup.html"
    context_name = "agreement"
    object: Agreement

    def get_heading(self) -> str:
        return self.object.title

    def get_caption(self) -> str:
        return f"{self.object.reference}: set up and run"

    def crumbs(self) -> Sequence[Crumb]:
        return public_crumbs(self.object)

    def step_url(self, step: str) -> str:
        return address(f"agreement-{step}", self.object.reference)

    def actions(self) -> list[dict[str, Any]]:
        agreement, blocked = self.object, self.blockers()
        offered = [one for one in super().actions() if not blocked or one["step"] == "discard"]
        if self.may("window.schedule") and ended.refusal_to_schedule(agreement, self.now) is None:
            url = reverse("window-new", args=[agreement.reference])
            offered.append({"label": "Schedule a window", "allowed": True, "url": url})
        if self.may("agreement.extend") and rules.refusal_to_extend(agreement, self.now) is None:
            url = reverse("agreement-extend", args=[agreement.reference])
            offered.append({"label": "Extend the term", "allowed": True, "url": url})
        # What ends it stands last, behind what is done every day.
        return sorted(offered, key=lambda one: one.get("step") in ("abandon", "discard"))

    def may(self, action: str) -> bool:
        return policies.may(self.actor, action, self.object).allowed

    def blockers(self) -> list[Reason]:
        """Return what stands before publication, each with the part of this page that mends it."""
        if self.object.state != "draft":
            return []
        reasons = AGREEMENT.refusals(self.object, "publish", actor=self.actor, now=self.now)
        return [
            Reason(one.text, link=f"#{'board' if one.field == 'quorum' else one.field}") for one in reasons
        ]

    def get_context(self) -> dict[str, Any]:
        agreement, lots = self.object, list(self.object.lots.all())
        own = self.actor.organisation_ids(Role.LEAD)
        goes_on = agreement.goes_on
        may_change = goes_on and self.may("agreement.change")
        opens_no_more = ended.refusal_to_reopen(agreement, self.now) or ""
        return super().get_context() | {
            "blockers": self.blockers(),
            "over": ended.end_in_words(agreement, self.now),
            "opens_no_more": opens_no_more,
            "may_change": may_change,
            "may_reopen": may_change and not opens_no_more,
            "may_draft": may_change and agreement.state == "draft",
            "may_write_scheme": goes_on
            and bool(self.actor.organisation_ids(Role.LEAD) & agreement.sighted_by),
            "governed": [
                (place, goes_on and bool(own & (agreement.run_by | {place.organisation_id})))
                for place in agreement.current_authorities()
            ],
            "profile": agreement.regime_profile,
            "references": references(agreement),
            "annual_total": sum(lot.annual_value for lot in lots),
            "term_total": sum(lot.term_value for lot in lots),
            "documents": documents.standing(agreement),
            "former": [place for place in agreement.authorities.all() if place.until],
            "opens": reopening.in_words(agreement),
            "planned": queries.planned_openings(agreement, agreement.windows.all(), self.now),
            "warnings": term_warnings(agreement.regime_profile, agreement.starts_on, agreement.latest_end)
            if goes_on
            else [],
        }


class Change(WritesBesideOthers, AgreementAction):
    """Changes a draft agreement."""

    action = "agreement.change"
    rule = staticmethod(ended.refusal_to_set_up)
    form_class = forms.AgreementDetails
    heading = "Change the agreement"
    submit_label = "Save"
    success_message = "The agreement is changed."
    part = "agreement"

    def standing(self) -> dict[str, Any]:
        return standing.details(self.agreement)

    def save(self, **given: Any) -> None:
        agreements.change(agreement=self.agreement, **given)


class CorrectReferences(WritesBesideOthers, AgreementAction):
    """Puts the references and the support contact right."""

    action = "agreement.change"
    rule = None
    form_class = forms.References
    heading = "References and support"
    submit_label = "Save"
    success_message = "The references are saved."
    part = "agreement"

    def standing(self) -> dict[str, Any]:
        return standing.references(self.agreement)

    def save(self, **given: Any) -> None:
        agreements.correct_references(agreement=self.agreement, **given)


class Reopening(WritesBesideOthers, AgreementAction):
    """Says when the agreement is planned to open again, and which lots take entries at any time."""

    action = "agreement.reopen"
    rule = staticmethod(ended.refusal_to_reopen)
    template_name = "lots/reopening.html"
    form_class = ReopeningForm
    heading = "When it opens"
    submit_label = "Save"
    part = "opens"

    def standing(self) -> dict[str, Any]:
        return standing.opening(self.agreement)

    def form_arguments(self) -> dict[str, Any]:
        agreement = self.agreement
        return super().form_arguments() | {
            "lots": [lot for lot in agreement.lots.all() if lot.state != "removed"],
            "schemes": queries.published_schemes(agreement, "admission"),
            "common": queries.published_schemes(agreement, "common"),
            "is_decision": agreement.state != "draft",
        }

    def given(self, form: Any) -> dict[str, Any]:
        facts: dict[str, Any] = form.facts()
        return facts

    def told(self) -> Sequence[str]:
        if self.agreement.state == "draft":
            return ["Nobody is written to."]
        return ["Nobody is written to. The agreement's public page shows the planned dates from now on."]

    def get_success_message(self, result: Any) -> str:
        return "The decision is recorded." if result else "It is saved."

    def save(self, **given: Any) -> Any:
        return reopening.settle(agreement=self.agreement, **given)


class Publish(AgreementAction):
    """Publishes an agreement."""

    action = "agreement.publish"
    template_name = "lots/agreement_publish.html"
    heading = "Publish the agreement"
    submit_label = "Publish the agreement"
    success_message = "The agreement is published. Everybody can read its page."

    def blockers(self) -> list[Reason]:
        reasons = AGREEMENT.refusals(self.agreement, "publish", actor=self.actor, now=self.now)
        if self.agreement.state != "draft":
            return reasons
        return [Reason(one.text, link=setup_url(self.agreement, one.field or "")) for one in reasons]

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The agreement's page becomes public."]

    def perform(self, form: Any) -> None:
        agreements.publish(agreement=self.agreement, actor=self.actor, now=self.now)


class Discard(AgreementAction):
    """Discards a draft agreement that is not wanted any more."""

    action = "agreement.discard"
    form_class = DiscardForm
    heading = "Discard the draft"
    submit_label = "Discard the draft"
    success_message = "The draft is discarded. It stays on record with your reason."
    warning = True

    def blockers(self) -> list[Reason]:
        return AGREEMENT.refusals(self.agreement, "discard", actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [
            "Nobody is written to. People of its authorities can still read it, with your reason.",
            f"The reference {self.agreement.reference} stays taken, since its record goes by it.",
        ]

    def perform(self, form: Any) -> None:
        agreements.discard(agreement=self.agreement, actor=self.actor, now=self.now, **form.cleaned_data)

"""What a commissioner writes into a call-off, and what each authority records of its own decision."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from calloffs import rules
from calloffs.forms import file as forms
from calloffs.models import CallOff
from calloffs.queries import calloffs as queries
from calloffs.queries import sections
from calloffs.services import calloffs as services
from calloffs.workflow import CALLOFF
from commissioning.board.rules import TESTS
from commissioning.web.views import ActionView, Crumb
from commissioning.workflow import Reason
from lots.models import Agreement, Lot
from lots.rules.ended import can_be_mended

from .file import CallOffAction

FACTS = (
    *("title", "also_known_as", "need", "value", "starts_on", "ends_on", "option_months"),
    *("funding", "contract_form"),
)


class Create(ActionView):
    """Drafts a call-off under a lot of an agreement."""

    visible = staticmethod(queries.agreements)
    action = "calloff.create"
    form_class = forms.NewCallOff
    template_name = "calloffs/new.html"
    heading = "Draft a call-off"
    submit_label = "Save the draft"
    success_message = "The draft is saved. Next share it out, and add the specification and the case."
    stated = None
    object: Agreement

    def get_caption(self) -> str:
        return f"{self.object.reference}: {self.object.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Call-offs", reverse("calloffs"))]

    def blockers(self) -> list[Reason]:
        closed = rules.agreement_refusal(self.object, self.now)
        return [Reason(closed, for_good=not can_be_mended(self.object))] if closed else []

    def lots(self) -> list[Lot]:
        return list(queries.lots_to_call_off(self.object))

    def form_arguments(self) -> dict[str, Any]:
        closed = {lot.pk: refusal for lot in self.lots() if (refusal := rules.lot_refusal(lot))}
        return {
            "lots": queries.lots_to_call_off(self.object),
            "closed": closed,
            "authorities": queries.own_authorities(self.actor, self.object),
            "usual": queries.usual_funding(self.actor, self.object),
        }

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. Everybody of the agreement’s authorities can read the draft at once."]

    def perform(self, form: Any) -> CallOff:
        facts = {name: form.cleaned_data[name] for name in FACTS}
        return services.create(
            lot=form.cleaned_data["lot"],
            authority=form.cleaned_data["authority"],
            facts=facts,
            actor=self.actor,
            now=self.now,
        )


class Write(CallOffAction):
    """Changes a part of a draft; what is no draft any more says so before anything is typed."""

    action = "calloff.change"
    submit_label = "Save"
    success_message = "Saved."

    def blockers(self) -> list[Reason]:
        if self.object.state in rules.CHANGEABLE:
            return []
        text = f"This call-off is “{self.object.state_label}”, so it cannot be changed now."
        if not CALLOFF.reaches(self.object.state, rules.CHANGEABLE):
            return [Reason(text, for_good=True)]
        return [Reason(text, link=self.object.get_absolute_url())]

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.object, name) for name in self.form_class.base_fields}}

    def perform(self, form: Any) -> Any:
        services.change(calloff=self.object, facts=form.cleaned_data, actor=self.actor, now=self.now)


class Change(Write):
    """Changes the need, the value, the term and the form of contract."""

    form_class = forms.Facts
    heading = "Need, value and term"


class Prepare(Write):
    """Writes what was done before the paper."""

    form_class = forms.Preparation
    heading = "Co-production, impact assessments and TUPE"


class MakeCase(Write):
    """Writes the case for each of the board's four tests."""

    form_class = forms.Case
    heading = "The case for the four tests"

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"tests": TESTS}


class ShareOut(Write):
    """Sets which authorities share the value, to the penny."""

    form_class = forms.Shares
    template_name = "calloffs/shares.html"
    heading = "Authorities and shares"
    success_message = "The shares are saved."

    def form_arguments(self) -> dict[str, Any]:
        places = self.object.agreement.current_authorities()
        taking_part = [one.organisation for one in places if not rules.may_take_part(self.object, one)]
        borne = {share.organisation_id: share.amount for share in self.object.shares.all()}
        return {"authorities": taking_part, "borne": borne}

    def get_context(self) -> dict[str, Any]:
        refusals = [
            rules.may_take_part(self.object, one) for one in self.object.agreement.current_authorities()
        ]
        return super().get_context() | {"kept_out": [one.text for one in refusals if one]}

    def perform(self, form: Any) -> None:
        services.share_out(calloff=self.object, amounts=form.amounts(), actor=self.actor, now=self.now)


class UploadSpecification(Write):
    """Keeps a file as the specification, in place of the version before."""

    form_class = forms.Specification
    heading = "The specification"
    submit_label = "Upload the specification"
    success_message = "The specification is kept. The version before stays in the record."

    def form_arguments(self) -> dict[str, Any]:
        kept = self.object.specification
        return {"initial": {"title": kept.title}} if kept else {}

    def perform(self, form: Any) -> None:
        services.upload_specification(
            calloff=self.object,
            title=form.cleaned_data["title"],
            upload=form.cleaned_data["file"],
            actor=self.actor,
            now=self.now,
        )


class RecordGovernance(CallOffAction):
    """Records an authority's own decision that it may award, beside what is in and what waits."""

    action = "calloff.record_governance"
    form_class = forms.OwnDecision
    template_name = "calloffs/governance.html"
    heading = "Each authority’s own decision"
    submit_label = "Record the decision"
    success_message = "Your authority’s own decision is recorded."

    def blockers(self) -> list[Reason]:
        if refusal := rules.refusal_to_govern(self.object):
            is_over = not CALLOFF.reaches(self.object.state, rules.GOVERNED)
            return [Reason(refusal, for_good=is_over)]
        if not queries.own_sharing_authorities(self.actor, self.object).exists():
            return [Reason("Your authority bears no share of this call-off, so it records no decision.")]
        return []

    def form_arguments(self) -> dict[str, Any]:
        authorities = list(queries.own_sharing_authorities(self.actor, self.object))
        recorded = {row.organisation_id for row in self.object.governance.all()}
        arguments: dict[str, Any] = {
            "authorities": queries.own_sharing_authorities(self.actor, self.object),
            "is_recorded": any(authority.pk in recorded for authority in authorities),
        }
        if len(authorities) == 1:
            arguments["initial"] = sections.proposed_decision(self.object, authorities[0])
        return arguments

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "governance": sections.governance(self.object),
            "usual": sections.usual_governance(self.object),
        }

    def perform(self, form: Any) -> Any:
        services.record_governance(calloff=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

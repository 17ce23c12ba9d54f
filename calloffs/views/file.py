"""The list of call-offs, and a call-off's file: its sections, and what blocks the next stage."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property

from calloffs import rules
from calloffs.forms import file as forms
from calloffs.models import CallOff, Contract
from calloffs.queries import awards, sections, stages
from calloffs.queries import calloffs as queries
from commissioning import policies
from commissioning.board.rules import TESTS
from commissioning.records import downloads
from commissioning.web.views import ActionView, Crumb, DetailPage, FindsObject, ListPage, SignedIn
from commissioning.workflow import Reason

# The steps that have a page here or with the competition.
PAGES = {
    "table": "calloff-table",
    "take_back": "calloff-take-back",
    "revise": "calloff-revise",
    "invite": "calloff-publish",
    "end_without_award": "calloff-end",
    "abandon": "calloff-abandon",
}


class CallOffs(ListPage):
    """The call-offs of the agreements of the person's authorities: all partners are sighted."""

    template_name = "calloffs/calloffs.html"
    heading = "Call-offs"
    visible = staticmethod(queries.calloffs)
    filterset_class = forms.CallOffFilter
    empty = "Call-offs appear here as soon as an authority of your agreements drafts one."

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"draft_under": queries.agreements_to_call_off(self.actor, self.now)}


class OfCallOff(SignedIn):
    """Finds the call-off among those the person may see, and leads back to it."""

    visible = staticmethod(queries.full)
    context_name = "calloff"
    object: CallOff

    def get_caption(self) -> str:
        return f"{self.object.reference}, {self.object.agreement.reference}"

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb("Call-offs", reverse("calloffs")),
            Crumb(self.object.title, self.object.get_absolute_url()),
        ]


class CallOffAction(OfCallOff, ActionView):
    """An act on one call-off; with `step` named, what stands before it is shown instead of the form."""

    step = ""

    def get_caption(self) -> str:
        return f"{self.object.reference}: {self.object.title}"

    def blockers(self) -> list[Reason]:
        if not self.step:
            return []
        return self.object.MACHINE.refusals(self.object, self.step, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. Everybody of the agreement’s authorities can read the call-off."]

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class Show(OfCallOff, DetailPage):
    """A call-off's file."""

    template_name = "calloffs/calloff.html"

    def get_heading(self) -> str:
        return self.object.title

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Call-offs", reverse("calloffs"))]

    def step_url(self, step: str) -> str:
        from_here = self.object.state in self.object.MACHINE.step(step).sources
        return reverse(PAGES[step], args=[self.object.reference]) if step in PAGES and from_here else ""

    @cached_property
    def contract(self) -> Contract | None:
        """The contract that came of it, once it is issued."""
        return queries.contracts(self.actor).filter(calloff=self.object).exclude(state="withdrawn").first()

    @cached_property
    def blockers(self) -> list[Reason]:
        """What stands before the next stage."""
        return stages.blockers(self.object, self.actor, self.now)

    def actions(self) -> list[dict[str, Any]]:
        """Return where the work goes on, then the steps possible from here, the others with why not."""
        steps = super().actions()
        for step in steps:
            # What the page lists one by one, each with where it is mended, is not said twice.
            if self.blockers and step["step"] in {"table", "invite"} and self.may(step["step"]):
                step["reason"] = step["reason"] and "Do first what stands above."
        return [*sections.ways_on(self.object, self.contract, self.actor), *steps]

    def may(self, step: str) -> bool:
        return policies.may(self.actor, f"calloff.{step}", self.object).allowed

    def get_context(self) -> dict[str, Any]:
        calloff, paper = self.object, self.object.current_paper()
        competition = queries.competition_of(calloff)
        award = awards.standing(calloff) if sections.may_read_award(calloff, self.actor) else None
        return super().get_context() | {
            "stages": stages.stages(calloff),
            "blockers": self.blockers,
            "blocked": stages.blocked(calloff),
            "rail": sections.rail(calloff, competition, award, self.contract, self.actor),
            "may_change": self.may("change") and calloff.state in rules.CHANGEABLE,
            "warnings": [*rules.term_warnings(calloff), *rules.value_warnings(calloff)],
            "last_day": rules.last_day(calloff),
            "need": sections.need(calloff),
            "cases": [{"key": title, "text": getattr(calloff, f"case_{code}")} for code, title in TESTS],
            "pool": queries.pool_size(calloff),
            "paper": paper,
            "papers": sorted(calloff.paper_links.all(), key=lambda link: -link.pk),
            "governance": sections.governance(calloff) if sections.shows_governance(calloff) else [],
            "may_govern": calloff.state in rules.GOVERNED
            and queries.own_sharing_authorities(self.actor, calloff).exists(),
            "competition": competition,
            "award": award,
            "contract": self.contract,
        }


class SpecificationFile(OfCallOff, FindsObject):
    """Gives out the specification as it stands, to whoever may see the call-off."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        document = self.get_object().specification
        if document is None:
            raise Http404
        return downloads.send_document(document)

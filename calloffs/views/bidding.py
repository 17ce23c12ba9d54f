"""An invited provider: its invitations, what is wanted, its intention, its questions, and starting a bid."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from calloffs import rules
from calloffs.forms import bidding as forms
from calloffs.models import Bid, Invitation
from calloffs.queries import bidding as queries
from calloffs.services import bids, clarifications
from commissioning.records.downloads import send_document
from commissioning.web.views import ActionView, Crumb, DetailPage, FindsObject, ListPage, PageView
from commissioning.workflow import Reason
from lots.forms.questions import Question
from providers.views.submission import OTHERS_WORK

from .bidding_base import InBid, InInvitation, line_of


class Invitations(ListPage):
    """The provider's invitations with its bids: those still open first."""

    template_name = "bidding/invitations.html"
    heading = "Invitations to bid"
    empty = (
        "When an authority calls off a service under a lot whose pool you are in, its invitation to bid "
        "appears here, and you are told by e-mail."
    )

    def get_queryset(self) -> QuerySet[Invitation]:
        return queries.sorted_invitations(self.actor, self.now)

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        return context | {"rows": queries.rows(self.actor, context["rows"], self.now)}


class Show(InInvitation, DetailPage):
    """The invitation: what is wanted, how bids are judged, questions, dates, and one's own bid."""

    template_name = "bidding/invitation.html"

    def get_heading(self) -> str:
        return self.calloff.title

    def get_caption(self) -> str:
        return f"{self.calloff.reference}, invitation to {self.invitation.organisation.name}"

    def crumbs(self) -> Sequence[Crumb]:
        return super().crumbs()[:1]

    def get_context(self) -> dict[str, Any]:
        refusal = self.competition.refusal_to_submit(self.now)
        return (
            super().get_context()
            | self.own_part(writable=refusal is None)
            | {
                "writable": refusal is None,
                "is_over": self.now > self.competition.deadline,
                "refusal_to_ask": rules.refusal_to_ask(self.competition, self.now),
                "authorities": queries.authorities(self.invitation),
                "scheme": self.competition.scheme,
                "answered": queries.answered(self.invitation),
                "own_questions": queries.own_questions(self.invitation),
                "changes": queries.deadline_changes(self.invitation),
                "intention_url": self.url("bid-intention"),
                "ask_url": self.url("bid-ask"),
                "specification_url": self.url("bid-specification"),
                "start_url": self.url("bid-start"),
            }
        )

    def own_part(self, *, writable: bool) -> dict[str, Any]:
        """Return what the page shows of the provider's own bid; nothing where there is none."""
        bid = self.own_bid
        if bid is None:
            return {"bid": None}
        part = queries.part_of(bid)
        return {
            "bid": bid,
            "bid_url": self.url("bid"),
            "line": line_of(bid, part, writable=writable),
            "letters": queries.letters(self.actor, bid),
            "contract": queries.contract_of(self.actor, bid),
        }


class Respond(InInvitation, ActionView):
    """Says whether the provider will bid, and if not why; it may be changed until the deadline."""

    action = "invitation.respond"
    template_name = "bidding/intention.html"
    form_class = forms.Intention
    heading = "Say whether you will bid"
    submit_label = "Save"
    success_message = "Saved. You can change it until bids close."

    def form_arguments(self) -> dict[str, Any]:
        given = self.invitation.intention if self.invitation.responded_at else None
        return {"initial": {"intention": given, "reason": self.invitation.intention_reason}}

    def blockers(self) -> list[Reason]:
        return self.closed()

    def perform(self, form: Any) -> None:
        clarifications.respond(
            invitation=self.invitation, actor=self.actor, now=self.now, **form.cleaned_data
        )

    def told(self) -> Sequence[str]:
        return [
            f"{self.calloff.authority.name} reads it once bids are opened after the deadline, not before.",
            "Other providers never see it.",
        ]


class Ask(InInvitation, ActionView):
    """Asks a question privately; it is answered to all, without who asked."""

    action = "invitation.ask"
    template_name = "bidding/ask.html"
    form_class = Question
    heading = "Ask a question"
    submit_label = "Send the question"
    success_message = "Your question was sent. Its answer goes to every invited provider at the same time."

    def blockers(self) -> list[Reason]:
        is_sent = self.request.method == "POST"
        reason = rules.refusal_to_ask(self.competition, self.now, is_sent=is_sent)
        return [Reason(reason)] if reason else []

    def perform(self, form: Any) -> None:
        clarifications.ask(invitation=self.invitation, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return [
            f"The people of {self.calloff.authority.name} who answer, without your name.",
            "Every invited provider, once it is answered: the question and its answer, not who asked.",
        ]


class SpecificationFile(InInvitation, FindsObject, PageView):
    """Gives the specification to those who were invited."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        if self.calloff.specification is None:
            raise Http404
        return send_document(self.calloff.specification)


class Start(InInvitation, ActionView):
    """Starts the provider's one bid; where there is one, leads to it."""

    action = "bid.start"
    template_name = "bidding/start.html"
    heading = "Start your bid"
    submit_label = "Start your bid"
    success_message = "Your bid has been started. Nobody but your organisation sees it."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        if self.own_bid is not None:
            return HttpResponseRedirect(self.url("bid"))
        return self.page(form=self.get_form())

    def blockers(self) -> list[Reason]:
        return self.closed()

    def perform(self, form: Any) -> Bid:
        return bids.start(invitation=self.invitation, actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return self.url("bid")

    def told(self) -> Sequence[str]:
        return [OTHERS_WORK]


class TaskList(InBid, DetailPage):
    """The bid with what is left to do, what would go in if bids closed now, and its receipts."""

    template_name = "bidding/bid.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        if self.own_bid is None:
            return HttpResponseRedirect(self.url("bid-start"))
        return self.page()

    def get_heading(self) -> str:
        return f"Your bid {self.bid.reference}"

    def crumbs(self) -> Sequence[Crumb]:
        return super().crumbs()[:2]

    def get_context(self) -> dict[str, Any]:
        late = self.refusal_to_submit()
        return super().get_context() | {
            "bid": self.bid,
            "part": self.part,
            "tasks": self.tasks(self.part),
            "line": self.line(self.part, writable=late is None),
            "instruction": self.bid.instruction,
            "at_close_url": self.url("bid-at-close"),
            "writable": late is None,
            "sent_url": self.url("bid-sent", self.part.package.number) if self.part.package else "",
            "late": late,
            "is_over": self.now > self.competition.deadline,
            "people": self.people(queries.people_at_work(self.bid)),
            "receipts": [
                (package, self.url("bid-receipt", package.number)) for package in queries.packages(self.bid)
            ],
            "letters": queries.letters(self.actor, self.bid),
            "contract": queries.contract_of(self.actor, self.bid),
            "submit_url": self.url("bid-submit"),
            "withdraw_url": self.url("bid-withdraw"),
        }

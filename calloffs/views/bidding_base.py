"""What the pages of an invited provider share: its invitation, and its bid as a submission."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from calloffs import rules
from calloffs.models import Bid, CallOff, Competition, Invitation
from calloffs.queries import bidding as queries
from calloffs.queries.competitions import invitations
from commissioning import policies
from commissioning.people.models import Organisation
from commissioning.web.context import address
from commissioning.web.text import london
from commissioning.web.views import NEVER, Crumb, Page, SignedIn
from commissioning.workflow import Reason
from providers.queries.parts import Part, Standing
from providers.views.submission import OfSubmission, Words
from providers.views.verdicts import stood, verdict


class SeveralInvited(Exception):  # noqa: N818 - a choice to make, not a fault
    """The person writes for several of the invited providers, and the address does not say for which."""

    def __init__(self, found: Sequence[Invitation]) -> None:
        self.found = found
        super().__init__(f"{len(found)} invitations")


class InInvitation(SignedIn, Page):
    """A page about the provider's invitation: whoever was not invited gets a 404, which is noted.

    The address has the call-off's reference. Who writes for several invited providers is asked which one
    it is about, and is led to the same page with that provider's reference in its address.
    """

    visible = staticmethod(invitations)
    context_name = "invitation"
    object: Any
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except SeveralInvited as several:
            return self.ask_which(several.found)

    def ask_which(self, found: Sequence[Invitation]) -> HttpResponseBase:
        """Ask for which of several providers the page is."""
        match = self.request.resolver_match
        name = match.url_name if match and match.url_name else "bid-invitation"
        more = [value for key, value in self.kwargs.items() if key != "reference"]
        calloff = found[0].competition.calloff
        context = {
            "heading": "For which organisation?",
            "caption": f"{calloff.title}, {calloff.reference}",
            "crumbs": [Crumb("Invitations to bid", reverse("invitations"))],
            "choices": [
                {
                    "label": row.organisation.name,
                    "url": queries.address(row, name, *more, named=True),
                }
                for row in found
            ],
        }
        # What was posted without saying for whom is not done: going back keeps it in its boxes.
        status = 200 if self.request.method == "GET" else 409
        return render(self.request, "bidding/which.html", context, status=status)

    def get_object(self) -> Invitation:
        """Return the invitation, or 404; an attempt by somebody who was not invited is noted."""
        found = queries.of_calloff(self.actor, self.kwargs["reference"])
        if named := self.kwargs.get("organisation"):
            found = [row for row in found if row.organisation.reference == named]
        if not found:
            # SECURITY: the stranger learns nothing, the record does (rulebook R22-g).
            if published := queries.published(self.kwargs["reference"]):
                self.note_refusal(policies.Denied("Was not invited to bid."), published)
            raise Http404
        if len(found) > 1:
            raise SeveralInvited(found)
        return found[0]

    @property
    def invitation(self) -> Invitation:
        found: Invitation = self.object
        return found

    @property
    def competition(self) -> Competition:
        found: Competition = self.invitation.competition
        return found

    @property
    def calloff(self) -> CallOff:
        found: CallOff = self.competition.calloff
        return found

    @cached_property
    def own_bid(self) -> Bid | None:
        return queries.bid_of(self.actor, self.invitation)

    @property
    def stated(self) -> Standing | None:
        return queries.standing(self.invitation, self.own_bid, self.now)

    def url(self, name: str, *more: Any) -> str:
        """Return the address of another page of this invitation, for the same provider."""
        return queries.address(self.invitation, name, *more, named="organisation" in self.kwargs)

    def for_whom(self) -> str:
        """Return what is bid for and by whom, which matters to who writes for several."""
        return f"{self.calloff.title}, for {self.invitation.organisation.name}"

    def get_caption(self) -> str:
        return self.for_whom()

    def blockers_title(self) -> str:
        """Return what stands above the blockers: nothing mends a deadline that passed, or an end."""
        return NEVER

    def closed(self) -> list[Reason]:
        """Return why nothing can be sent now: who is late both times, a reader since when bids are closed."""
        is_sent = self.request.method == "POST"
        reason = rules.refusal_to_submit(self.competition, self.now, is_sent=is_sent)
        return [Reason(reason)] if reason else []

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb("Invitations to bid", reverse("invitations")),
            Crumb(self.calloff.title, self.url("bid-invitation")),
        ]

    def get_success_url(self, result: Any) -> str:
        return self.url("bid-invitation")

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        return context | {
            "stated": self.stated,
            "invitation": self.invitation,
            "competition": self.competition,
            "calloff": self.calloff,
            "deadline": self.competition.deadline,
            "support": self.competition,
            "blockers_title": self.blockers_title() or context.get("blockers_title", ""),
            "invitation_url": self.url("bid-invitation"),
        }


def line_of(bid: Bid, part: Part, *, writable: bool) -> dict[str, str]:
    """Return whether a bid would go in, or went in, in words."""
    if bid.competition.state == "abandoned":
        return stood(part.package, was_withdrawn=bid.state == "withdrawn")
    return verdict(
        part,
        part.missing,
        writable=writable,
        by_itself=bid.instruction is not None and bid.state != "ended",
        withdrawn=bid.state == "withdrawn",
    )


class InBid(InInvitation, OfSubmission):
    """A page within the provider's bid; there is none before it was started."""

    words = Words(whole="bid", act="bid", home="the bid")

    @property
    def bid(self) -> Bid:
        if self.own_bid is None:
            raise Http404
        return self.own_bid

    def policy_object(self) -> Bid:
        return self.bid

    @cached_property
    def part(self) -> Part:
        return queries.part_of(self.bid)

    def together(self) -> list[tuple[str, Part]]:
        return [(f"Your bid {self.bid.reference}", self.part)]

    def deadline(self) -> datetime:
        return self.competition.deadline

    def expected_on(self) -> date | None:
        return self.competition.expected_award_on

    def refusal_to_submit(self) -> str | None:
        return self.competition.refusal_to_submit(self.now)

    def provider(self) -> Organisation:
        return self.bid.organisation

    def blockers_title(self) -> str:
        return OfSubmission.blockers_title(self)

    def is_over(self) -> bool:
        return rules.was_closed_by_deadline(self.competition, self.now)

    def stateful(self) -> Bid:
        return self.bid

    def ended_early(self) -> bool:
        return rules.never_reached_deadline(self.competition)

    def own_reference(self) -> str:
        return str(self.bid.reference)

    def line(self, part: Part, *, writable: bool) -> dict[str, str]:
        return line_of(self.bid, part, writable=writable)

    def closed_words(self) -> str:
        return f"Bids closed on {london(self.deadline())}. What you wrote stays here for you to read."

    def part_name(self) -> str:
        return self.for_whom()

    def whole_name(self) -> str:
        return "your bid"

    def about(self) -> str:
        return f"{self.calloff.title} ({self.calloff.reference})"

    def whole_reference(self) -> str:
        return self.bid.reference

    def file_stem(self) -> str:
        return self.bid.reference

    def home_url(self) -> str:
        return self.url("bid")

    def details_url(self) -> str:
        return address("organisation", self.bid.organisation.reference)

    def url_of(self, part: Part, name: str, *more: Any) -> str:
        return self.url(f"bid-{name}", *more)

    def crumbs(self) -> Sequence[Crumb]:
        return [*super().crumbs(), Crumb("Your bid", self.home_url())]

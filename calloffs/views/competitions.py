"""A mini-competition as its authority runs it: published, its questions answered, its bids opened."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse

from calloffs.forms import competitions as forms
from calloffs.models import CallOff, Clarification, Competition
from calloffs.queries import calloffs as files
from calloffs.queries import competitions as queries
from calloffs.queries import stages
from calloffs.services import clarifications, competitions
from calloffs.workflow import CALLOFF, COMPETITION
from commissioning import policies
from commissioning.records.models import SealedBlob
from commissioning.records.rules import opening_not_before
from commissioning.web.openings import OfOpening, OpensSealed, ProposesOpening
from commissioning.web.text import london
from commissioning.web.views import ActionView, Crumb, DetailPage, SignedIn
from commissioning.workflow import Reason
from lots.forms.questions import Answer
from lots.views.base import WritesBesideOthers
from providers.forms import Opening


def crumbs_to(calloff: CallOff) -> list[Crumb]:
    """Return the way to a call-off's file."""
    return [Crumb("Call-offs", reverse("calloffs")), Crumb(calloff.title, calloff.get_absolute_url())]


class OfCompetition(SignedIn):
    """Finds the competition through the viewer by its call-off's reference, and leads back to it."""

    visible = staticmethod(queries.competitions)
    context_name = "competition"
    object: Competition

    def get_object(self) -> Competition:
        """Return the competition, or 404 for whoever may not see it."""
        found: Competition | None = (
            queries.competitions(self.actor).filter(calloff__reference=self.kwargs["reference"]).first()
        )
        if found is None:
            raise Http404
        return found

    def get_caption(self) -> str:
        return f"{self.object.calloff.title} ({self.object.reference})"

    def crumbs(self) -> Sequence[Crumb]:
        return [*crumbs_to(self.object.calloff), Crumb("Mini-competition", self.object.get_absolute_url())]


class OnCompetition(OfCompetition, ActionView):
    """An act on a competition."""

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"competition": self.object}


class Publish(ActionView):
    """Publishes the mini-competition of an approved call-off to everybody in the lot's pool."""

    template_name = "calloffs/publish.html"
    visible = staticmethod(files.full)
    action = "calloff.invite"
    heading = "Publish the mini-competition"
    success_message = "The mini-competition is open. Every invited provider is told by e-mail."

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        number = queries.members(self.object).count()
        return f"Publish and invite {number} provider{'s' * (number != 1)}"

    def get_caption(self) -> str:
        return f"{self.object.title} ({self.object.reference})"

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_to(self.object)

    def get_form(self, **bound: Any) -> forms.Publication:
        contact, hours = queries.support_of(self.object)
        initial = {"support_contact": contact, "support_hours": hours}
        return forms.Publication(schemes=list(files.schemes_for(self.object)), initial=initial, **bound)

    def blockers(self) -> list[Reason]:
        if self.object.state != "approved":
            return CALLOFF.refusals(self.object, "invite", actor=self.actor, now=self.now)
        return stages.blockers(self.object, self.actor, self.now)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"members": queries.members(self.object)}

    def perform(self, form: Any) -> Competition:
        return competitions.publish(calloff=self.object, actor=self.actor, now=self.now, **form.facts())

    def told(self) -> Sequence[str]:
        return [
            "Everybody who writes for the providers listed above, by e-mail, at the same moment.",
            "The public page of the agreement shows that this need is open to the pool for bids.",
        ]


class Show(OfCompetition, DetailPage):
    """Where a competition stands: its dates, whom it invited, what was asked; who bid, after the opening."""

    template_name = "calloffs/competition.html"
    heading = "Mini-competition"

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_to(self.object.calloff)

    def actions(self) -> list[dict[str, Any]]:
        return queries.actions(self.object, self.actor, self.now)

    def get_context(self) -> dict[str, Any]:
        competition, asked = self.object, queries.questions(self.object)
        reads = policies.may(self.actor, "award.read", competition).allowed
        return super().get_context() | {
            "stages": stages.stages(competition.calloff),
            "is_open": competition.refusal_to_submit(self.now) is None,
            "opens_from": opening_not_before(competition.deadline),
            "invited": queries.invited(competition),
            "changes": queries.changes(competition),
            "waiting": [one for one in asked if one.answered_at is None],
            "answered": [one for one in asked if one.answered_at is not None],
            "answers": policies.may(self.actor, "competition.answer", competition).allowed,
            "reads": reads,
            "received": queries.received(competition) if reads else [],
            "not_bidding": queries.not_bidding(competition) if reads else [],
            "panel": queries.panel_of(competition, self.actor),
        }


class Extend(OnCompetition):
    """Moves the deadline for everybody, before it has passed (rulebook G3)."""

    template_name = "calloffs/extend.html"
    action = "competition.extend"
    form_class = forms.Extension
    heading = "Move the deadline"
    submit_label = "Move the deadline and tell everyone"
    success_message = "The deadline has been moved. Every invited provider is told by e-mail."

    def blockers(self) -> list[Reason]:
        if self.object.refusal_to_submit(self.now) is None:
            return []
        if self.object.state == "abandoned":
            return [Reason("This mini-competition was abandoned.", for_good=True)]
        was = london(self.object.deadline)
        return [Reason(f"The deadline was {was}. One that has passed is not moved.", for_good=True)]

    def perform(self, form: Any) -> None:
        competitions.extend(competition=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return [
            "Every invited provider, by e-mail, with both deadlines and your reason.",
            "Who has bid, and how many, stays sealed, also from you.",
        ]


class CorrectSupport(WritesBesideOthers, OnCompetition):
    """Says anew whom bidders may ask, and when."""

    action = "competition.correct"
    form_class = forms.Support
    heading = "Whom bidders may ask"
    submit_label = "Save"
    success_message = "Saved. Invited providers read it on their invitation from now on."

    def standing(self) -> dict[str, Any]:
        return queries.support_stands(self.object)

    def save(self, **given: Any) -> None:
        competitions.correct_support(competition=self.object, **given)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. Invited providers read it on their invitation from now on."]


class AnswerQuestion(OnCompetition):
    """Answers a question to every invited provider at once; who asked stays unknown (rulebook E4)."""

    template_name = "calloffs/answer.html"
    action = "competition.answer"
    heading = "Answer a question"
    submit_label = "Publish the question and answer to all"
    success_message = "The answer has been published. Every invited provider is told by e-mail."

    def question(self) -> Clarification:
        """Return the question named in the address, or 404."""
        for asked in queries.questions(self.object):
            if asked.pk == self.kwargs["question"]:
                return asked
        raise Http404

    def blockers(self) -> list[Reason]:
        if self.question().answered_at is not None:
            text = "This question has been answered; the answer stays as it was published."
            return [Reason(text, for_good=True)]
        if self.object.refusal_to_submit(self.now) is None:
            return []
        text = "Questions are answered while bids can still be changed, and now they cannot."
        return [Reason(text, for_good=True)]

    def get_form(self, **bound: Any) -> Answer:
        return Answer(asked=self.question(), **bound)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"asked": self.question()}

    def perform(self, form: Any) -> None:
        clarifications.answer(clarification=self.question(), actor=self.actor, now=self.now, **form.facts())

    def told(self) -> Sequence[str]:
        number = len(queries.invited(self.object))
        return [
            f"All {number} invited providers, by e-mail, in the same minute: your wording and the answer.",
            "Nobody is told who asked.",
        ]


class OfBids(OnCompetition, OfOpening):
    """The opening of the bids without their prices, proposed or done."""

    def by_two(self) -> bool:
        return self.object.round.opened_by_two

    def open_url(self) -> str:
        return reverse("competition-unseal", args=[self.object.reference])

    def propose_url(self) -> str:
        return reverse("competition-propose-opening", args=[self.object.reference])

    def why_not_yet(self) -> list[Reason]:
        if self.object.state in {"open", "closed"}:
            # Time may have closed it while no sweep has run: the act itself takes that step first.
            why_not = queries.why_not_open(self.object, self.actor, self.now)
            return [Reason(why_not)] if why_not else []
        return COMPETITION.refusals(self.object, "unseal", actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()

    def opened_told(self) -> str:
        """Return who hears of the opening, and what the record keeps."""
        first = "The colleague who proposed it, by e-mail." if self.by_two() else "Nobody is written to."
        return f"{first} The record keeps that you opened them, and when."


class ProposeBids(OfBids, ProposesOpening):
    """Proposes the opening of the bids to a second person."""

    heading = "Propose to open the bids"

    def perform(self, form: Any) -> Any:
        return competitions.propose_opening(competition=self.object, actor=self.actor, now=self.now)


class OpenBids(OfBids, OpensSealed):
    """Opens the bids, without their prices, by one recorded act after the deadline."""

    template_name = "calloffs/open_bids.html"
    action = "competition.unseal"
    form_class = Opening
    heading = "Open the bids"
    submit_label = "Open the bids now"
    warning = True

    def perform(self, form: Any) -> competitions.Unsealed:
        return competitions.unseal(competition=self.object, actor=self.actor, now=self.now)

    def get_success_message(self, result: competitions.Unsealed) -> str:
        bids = f"{result.bids} bid{' is' if result.bids == 1 else 's are'} open. The prices stay sealed."
        return bids + damage(result)

    def told(self) -> Sequence[str]:
        return [
            self.opened_told(),
            "From then on each bidder sees that its bid is being evaluated.",
        ]


class OfPrices(OfBids):
    """The opening of the prices, proposed or done."""

    compartment = SealedBlob.Compartment.PRICE

    def open_url(self) -> str:
        return reverse("competition-prices", args=[self.object.reference])

    def propose_url(self) -> str:
        return reverse("competition-propose-prices", args=[self.object.reference])

    def why_not_yet(self) -> list[Reason]:
        why_not = queries.prices_stay_sealed(self.object)
        is_past = self.object.round.prices_are_open or not COMPETITION.reaches(
            self.object.state, {"unsealed"}
        )
        return [Reason(why_not, for_good=is_past)] if why_not else []


class ProposePrices(OfPrices, ProposesOpening):
    """Proposes the opening of the prices to a second person."""

    heading = "Propose to open the prices"

    def perform(self, form: Any) -> Any:
        return competitions.propose_opening_prices(competition=self.object, actor=self.actor, now=self.now)


class OpenPrices(OfPrices, OpensSealed):
    """Opens the prices, once the panel has closed its moderation of quality (rulebook R22-d)."""

    template_name = "calloffs/open_prices.html"
    action = "competition.unseal_prices"
    form_class = Opening
    heading = "Open the prices"
    submit_label = "Open the prices now"
    warning = True

    def perform(self, form: Any) -> competitions.Unsealed:
        return competitions.unseal_prices(competition=self.object, actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("award", args=[self.object.reference])

    def get_success_message(self, result: competitions.Unsealed) -> str:
        return "The prices are open, and the ranking is worked out." + damage(result)

    def told(self) -> Sequence[str]:
        return [self.opened_told()]


def damage(found: competitions.Unsealed) -> str:
    """Return what to do about sealed pieces that are not what was received, or nothing."""
    if not found.damaged:
        return ""
    pieces = f"{found.damaged} sealed piece{'s' * (found.damaged != 1)}"
    return (
        f" {pieces} did not match what was received: each is named beside the files of the bidders, and you "
        "and the administrators were told by e-mail."
    )

"""The pages of an opening that takes two people where the agreement says so (settled 14, R22-e)."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from commissioning.records import queries
from commissioning.records.models import OpeningProposal, SealedBlob
from commissioning.records.workflow import OPENING
from commissioning.workflow import Reason

from .views import ActionView


class OfOpening(ActionView):
    """An act on what is sealed: when it may be opened, by how many people, and what was proposed."""

    compartment = SealedBlob.Compartment.QUALITY

    def why_not_yet(self) -> list[Reason]:
        """Return why nothing is opened now, whoever asks."""
        raise NotImplementedError

    def by_two(self) -> bool:
        """Return whether this opening takes two people."""
        raise NotImplementedError

    def open_url(self) -> str:
        raise NotImplementedError

    def propose_url(self) -> str:
        raise NotImplementedError

    @cached_property
    def proposal(self) -> OpeningProposal | None:
        """Return what waits for a second person, if anything."""
        if not self.by_two():
            return None
        return queries.waiting_proposal(self.object.reference, self.compartment, self.now)

    def confirmed(self) -> OpeningProposal | None:
        """Return the proposal by which it was opened, where that took two people."""
        return queries.confirmed_proposal(self.object.reference, self.compartment) if self.by_two() else None

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"by_two": self.by_two(), "proposal": self.proposal}


class OpensSealed(OfOpening):
    """Opens, or confirms what another has proposed; who comes before that is led to propose it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        if self.by_two() and self.proposal is None and not self.why_not_yet():
            return HttpResponseRedirect(self.propose_url())
        return super().get(request, *args, **kwargs)

    def blockers(self) -> list[Reason]:
        reasons = self.why_not_yet()
        if reasons or self.proposal is None:
            return reasons
        return OPENING.refusals(self.proposal, "confirm", actor=self.actor, now=self.now)


class ProposesOpening(OfOpening):
    """Proposes the opening to a second person; where one waits already, leads to it."""

    template_name = "base/propose_opening.html"
    action = "opening.propose"
    submit_label = "Propose the opening"
    success_message = (
        "The opening is proposed. Nothing is open yet: another procurement lead must confirm it within 24 "
        "hours."
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        if self.proposal is not None:
            return HttpResponseRedirect(self.open_url())
        return super().get(request, *args, **kwargs)

    def blockers(self) -> list[Reason]:
        if not self.by_two():
            return [Reason("This is opened by one person: no proposal is needed.", for_good=True)]
        return self.why_not_yet()

    def told(self) -> Sequence[str]:
        return [
            "Every other procurement lead of your authority, by e-mail: one of them must confirm it.",
            "The record keeps that you proposed it, and when.",
        ]

"""Pages for an agreement's authorities, how they decide, and its board."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404

from commissioning.board.models import Seat
from commissioning.workflow import Reason
from lots import queries
from lots.forms import agreements as forms
from lots.queries import standing
from lots.rules import ended
from lots.services import authorities

from .base import AgreementAction, PlaceAction, WritesBesideOthers, reasons, setup_url


class AddAuthority(AgreementAction):
    """Adds a partner to a draft agreement."""

    action = "agreement.change"
    rule = staticmethod(ended.refusal_to_set_up)
    form_class = forms.NewAuthority
    heading = "Add an authority"
    submit_label = "Add the authority"
    part = "authorities"

    def form_arguments(self) -> dict[str, Any]:
        return {"partners": queries.possible_partners(self.agreement)}

    def perform(self, form: Any) -> None:
        authorities.add(agreement=self.agreement, actor=self.actor, now=self.now, **form.cleaned_data)


class ChangeAuthority(WritesBesideOthers, PlaceAction):
    """Changes an authority's rights and cap."""

    action = "agreement.change"
    form_class = forms.ChangeRights
    submit_label = "Save"

    def get_heading(self) -> str:
        return f"Rights of {self.object.organisation}"

    def standing(self) -> dict[str, Any]:
        return standing.rights(self.object)

    def save(self, **given: Any) -> None:
        authorities.change(place=self.object, **given)


class GovernAuthority(WritesBesideOthers, PlaceAction):
    """Says how an authority decides and where its money comes from, as proposals to its call-offs."""

    action = "authority.govern"
    form_class = forms.OwnGovernance
    submit_label = "Save"
    success_message = "It is saved. Call-offs of the authority begin with it."

    def get_heading(self) -> str:
        return f"How {self.object.organisation} decides"

    def policy_object(self) -> Any:
        return self.object

    def standing(self) -> dict[str, Any]:
        return standing.governance(self.object)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. Everybody of the agreement's authorities can read it."]

    def save(self, **given: Any) -> None:
        authorities.set_governance(place=self.object, **given)


class RemoveAuthority(PlaceAction):
    """Takes a partner out of a draft agreement."""

    action = "agreement.change"
    rule = staticmethod(ended.refusal_to_set_up)
    submit_label = "Take it out"
    warning = True

    def get_heading(self) -> str:
        return f"Take {self.object.organisation} out of the agreement"

    def blockers(self) -> list[Reason]:
        return super().blockers() or reasons(ended.refusal_to_take_out(self.object), for_good=True)

    def perform(self, form: Any) -> None:
        self.taken_from = self.agreement
        authorities.remove(place=self.object, actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return setup_url(self.taken_from, self.part)


class SucceedAuthority(PlaceAction):
    """Records that another authority took this one's place."""

    action = "agreement.succeed"
    rule = staticmethod(ended.refusal_to_succeed)
    form_class = forms.SuccessionForm
    submit_label = "Record the succession"
    success_message = "The succession is recorded. Seat the successor's people on the board next."

    def get_heading(self) -> str:
        return f"Who succeeded {self.object.organisation}?"

    def form_arguments(self) -> dict[str, Any]:
        return {"partners": queries.possible_partners(self.agreement)}

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The seats of the authority that left the agreement end."]

    def perform(self, form: Any) -> None:
        authorities.succeed(place=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class ChangeBoard(WritesBesideOthers, AgreementAction):
    """Names the joint project board and sets how it decides."""

    action = "agreement.change"
    form_class = forms.BoardForm
    heading = "The joint project board"
    submit_label = "Save"
    part = "board"

    def standing(self) -> dict[str, Any]:
        return standing.board(self.agreement)

    def save(self, **given: Any) -> None:
        authorities.change_board(agreement=self.agreement, **given)


class AddSeat(AgreementAction):
    """Seats a person on the board."""

    action = "agreement.change"
    template_name = "lots/seat_add.html"
    form_class = forms.SeatForm
    heading = "Seat a person on the board"
    submit_label = "Give the seat"
    part = "board"

    def form_arguments(self) -> dict[str, Any]:
        return {"people": queries.possible_members(self.agreement)}

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The person sees the board's papers from now on."]

    def perform(self, form: Any) -> None:
        user, organisation = form.cleaned_data["user"]
        authorities.seat(
            agreement=self.agreement,
            organisation=organisation,
            user=user,
            kind=form.cleaned_data["kind"],
            actor=self.actor,
            now=self.now,
        )


class EndSeat(AgreementAction):
    """Ends a person's seat on the board."""

    action = "agreement.change"
    rule = None
    submit_label = "End the seat"
    warning = True
    part = "board"

    @property
    def seat(self) -> Seat:
        seats = self.agreement.board.seats.select_related("user", "organisation")
        seat: Seat = get_object_or_404(seats, left_at=None, user__reference=self.kwargs["person"])
        return seat

    def get_heading(self) -> str:
        return f"End the seat of {self.seat.user}"

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. What the person answered and voted stays on record."]

    def perform(self, form: Any) -> None:
        authorities.vacate(agreement=self.agreement, seat=self.seat, actor=self.actor, now=self.now)

"""The procurement lead's acts on a panel: set up, appoint, take off, change its terms, start, end."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse

from commissioning.people.models import User
from commissioning.web.views import ActionView
from commissioning.workflow import Reason
from evaluation import forms, queries
from evaluation.models import Exercise, Panellist
from evaluation.rules.guards import refusal_to_set_up
from evaluation.services import panels
from evaluation.workflow import EXERCISE
from lots.models import WindowLot

from .base import ExerciseAction
from .releases import OfWindow


class SetUpPanels(OfWindow, ActionView):
    """Sets up the judging of a window's lots, those chosen at once."""

    action = "exercise.appoint"
    heading = "Set up the panels"
    submit_label = "Set up"
    success_message = "The panels are set up. Now appoint their people."

    def offered(self) -> list[WindowLot]:
        """Return the lots that have no panel yet and may need one."""
        return [row.offered for row in queries.lots_of(self.object) if row.needs_panel]

    def get_caption(self) -> str:
        return f"{self.object.title} ({self.object.reference})"

    def blockers(self) -> list[Reason]:
        if refusal := refusal_to_set_up(self.object):
            return [refusal]
        return [] if self.offered() else [Reason("Every lot of this window has its panel.", for_good=True)]

    def get_form(self, **bound: Any) -> forms.SetUp:
        return forms.SetUp(offered=self.offered(), **bound)

    def perform(self, form: Any) -> list[Exercise]:
        return panels.set_up_for_lots(
            window_lots=form.chosen(), actor=self.actor, now=self.now, **form.terms()
        )

    def get_success_url(self, result: list[Exercise]) -> str:
        return reverse("exercise-appoint", args=[result[0].reference])

    def told(self) -> Sequence[str]:
        return ["Nobody yet. The people you appoint next are told by e-mail."]


class Appoint(ExerciseAction):
    """Appoints people to the panel, and the same people to other panels of the window."""

    action = "exercise.appoint"
    heading = "Appoint to the panel"
    submit_label = "Appoint"
    template_name = "evaluation/appoint.html"

    def siblings(self) -> list[Exercise]:
        """Return the other panels of the same window that are still being appointed."""
        link = getattr(self.object, "window_link", None)
        if link is None:
            return []
        return [
            one
            for one in queries.exercises_of(link.window_lot.window)
            if one.state == "appointing" and one.pk != self.object.pk
        ]

    def people(self) -> list[User]:
        """Return who could be appointed."""
        return list(queries.candidates(self.object))

    def blockers(self) -> list[Reason]:
        if self.people():
            return []
        nobody = "Nobody else in the agreement's authorities holds the role of evaluator, lay evaluator or "
        if waiting := queries.waiting_for_second_person(self.object):
            return [Reason(f"{nobody}moderator in force."), *map(Reason, waiting)]
        return [Reason(f"{nobody}moderator. An authority administrator gives these roles.")]

    def get_form(self, **bound: Any) -> forms.Appointments:
        people = self.people()
        return forms.Appointments(
            people=people, roles=queries.roles_of(self.object, people), siblings=self.siblings(), **bound
        )

    def perform(self, form: Any) -> int:
        return panels.appoint_all(
            exercises=[self.object, *form.others()], places=form.places(), actor=self.actor, now=self.now
        )

    def get_context(self) -> dict[str, Any]:
        waiting = queries.waiting_for_second_person(self.object)
        return super().get_context() | {"panel": self.object.current_panel(), "waiting": waiting}

    def get_success_message(self, result: int) -> str:
        return f"{result} place{'s have' if result != 1 else ' has'} been given, and the people told."

    def told(self) -> Sequence[str]:
        return ["The people you appoint, by e-mail: one message for each panel."]


class StandDown(ExerciseAction):
    """Takes a person off the panel."""

    action = "exercise.appoint"
    form_class = forms.Reason
    heading = "Take off the panel"
    submit_label = "Take off the panel"
    warning = True
    success_message = "The person is no longer on the panel."
    template_name = "evaluation/stand_down.html"

    def place(self) -> Panellist:
        """Return the place named in the address, or 404."""
        for seat in self.object.current_panel():
            if seat.user.reference == self.kwargs["person"]:
                return seat
        raise Http404

    def get_caption(self) -> str:
        return str(self.place())

    def perform(self, form: Any) -> None:
        panels.stand_down(panellist=self.place(), actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return [f"{self.place().user.name}, by e-mail; the reason is kept in the record and not sent."]


class ChangeTerms(ExerciseAction):
    """Changes the smallest panel, the quorum and the day on which scores are due."""

    action = "exercise.appoint"
    heading = "Change the panel's terms"
    submit_label = "Change"
    success_message = "The terms have been changed."

    def get_form(self, **bound: Any) -> forms.ChangeOfTerms:
        names = ("minimum_panel", "quorum", "scores_due_on")
        initial = {name: getattr(self.object, name) for name in names}
        return forms.ChangeOfTerms(initial=initial, **bound)

    def perform(self, form: Any) -> None:
        panels.change_terms(
            exercise=self.object,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            now=self.now,
            **form.terms(),
        )

    def told(self) -> Sequence[str]:
        return ["Evaluators who have not handed in, by e-mail, if the day changes."]


class Start(ExerciseAction):
    """Takes in what was submitted and asks the panel to declare and score."""

    action = "exercise.start"
    heading = "Start the scoring"
    submit_label = "Start the scoring"
    template_name = "evaluation/start.html"

    def blockers(self) -> list[Reason]:
        return EXERCISE.refusals(self.object, "start", actor=self.actor, now=self.now)

    def perform(self, form: Any) -> int:
        return panels.start(exercise=self.object, actor=self.actor, now=self.now)

    def get_success_message(self, result: int) -> str:
        noun = "submission" if result == 1 else "submissions"
        return f"Scoring has started on {result} {noun}. The panel has been asked to declare its interests."

    def told(self) -> Sequence[str]:
        names = ", ".join(seat.user.name for seat in self.object.current_panel())
        return [f"Everyone on the panel, by e-mail: {names}."]


class End(ExerciseAction):
    """Ends an exercise to which nothing was submitted."""

    action = "exercise.end"
    form_class = forms.Reason
    heading = "End without outcome"
    submit_label = "End without outcome"
    warning = True
    success_message = "The exercise has ended: nothing was submitted here."

    def perform(self, form: Any) -> None:
        panels.end(exercise=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to."]

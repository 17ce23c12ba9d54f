"""What the pages of one exercise share: how it is found, its breadcrumb, its bidders and questions."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access
from commissioning.web.views import ActionView, Crumb, DetailPage, SignedIn
from evaluation import queries
from evaluation.models import Assessment, Exercise, Panellist
from lots.models import Question

ROWS = 20


class OfExercise(SignedIn):
    """Finds the exercise through the viewer and leads back to it."""

    visible = staticmethod(queries.full)
    context_name = "exercise"
    object: Exercise
    back_to: tuple[str, str] | None = None

    def get_object(self) -> Exercise:
        """Return the exercise, or 404; an attempt at one that is there and not the person's is noted."""
        try:
            found: Exercise = super().get_object()  # type: ignore[misc]
        except Http404:
            # SECURITY: the stranger learns nothing, the record does (rulebook R22-g).
            if chain := queries.chain_of(reference := self.kwargs["reference"]):
                note_access(
                    AccessEntry.Outcome.REFUSED,
                    reference,
                    actor=self.actor,
                    at=self.now,
                    what=f"{self.request.method} {type(self).__name__}",
                    reason="Neither runs this exercise nor sits on its panel.",
                    address=self.address,
                    chain=chain,
                )
            raise
        return found

    @property
    def address(self) -> str | None:
        """The reader's network address, for the access log."""
        return getattr(self.request, "client_address", None)

    def crumbs(self) -> Sequence[Crumb]:
        """Return the way back: the list, the exercise, and the page between where there is one."""
        trail = [
            Crumb("Panels", reverse("exercises")),
            Crumb(self.object.title, self.object.get_absolute_url()),
        ]
        if self.back_to:
            label, name = self.back_to
            trail.append(Crumb(label, reverse(name, args=[self.object.reference])))
        return trail

    def assessment(self) -> Assessment:
        """Return the bidder named in the address, or 404."""
        rows = self.object.assessments.select_related("organisation", "submission__round")
        found = rows.filter(organisation__reference=self.kwargs["organisation"]).first()
        if found is None:
            raise Http404
        # The exercise at hand, so that its panel and questions are not read once more.
        found.exercise = self.object
        return found

    def question(self) -> Question:
        """Return the scored question named in the address, or 404."""
        for question in queries.scored_questions(self.object):
            if question.code == self.kwargs["code"]:
                return question
        raise Http404

    def seat(self) -> Panellist:
        """Return the reader's own place; 404 for whoever has none."""
        seat = queries.seat_of(self.object, self.actor)
        if seat is None:
            raise Http404
        return seat

    def rows(self, found: QuerySet[Assessment]) -> "Page[Assessment]":
        """Return one page of bidders."""
        return Paginator(found, ROWS).get_page(self.request.GET.get("page"))


class ExercisePage(OfExercise, DetailPage):
    """A page about one exercise."""

    def get_heading(self) -> str:
        return self.heading or self.object.title

    def get_caption(self) -> str:
        return self.caption or (self.object.title if self.heading else self.object.reference)


class ExerciseAction(OfExercise, ActionView):
    """An act on one exercise."""

    def get_caption(self) -> str:
        return self.object.title

    def get_success_url(self, result: Any) -> str:
        return str(self.object.get_absolute_url())

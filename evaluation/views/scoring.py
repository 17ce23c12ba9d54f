"""The pages on which evaluators score, each alone."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from commissioning.records.downloads import send_stream_as_attachment
from commissioning.web.worklist import duration
from commissioning.workflow import Reason
from evaluation import forms, queries, rules
from evaluation.models import Exercise, Panellist, Score
from evaluation.queries.worklist import MINUTES_A_SCORE
from evaluation.services import scoring
from providers.queries.evaluation import stream_opened_file

from .base import ExerciseAction, ExercisePage


def is_lay(seat: Panellist) -> bool:
    """Return whether the person gets the plain pages."""
    return seat.part == Panellist.Part.LAY_EVALUATOR


def how_far(exercise: Exercise, seat: Panellist) -> dict[str, Any]:
    """Return how many scores are done, how many there are, and how long the rest takes."""
    done, wanted = queries.own_progress(exercise, seat)
    left = wanted - done
    return {
        "done": done,
        "wanted": wanted,
        "missing": left,
        "takes": duration(MINUTES_A_SCORE * left) if left else "",
    }


class ScoreList(ExercisePage):
    """A panellist's own scores: a row a bidder, a cell a question."""

    heading = "Your scores"
    action = "exercise.score"

    @property
    def template_name(self) -> str:  # type: ignore[override]
        return f"evaluation/score_list{'_lay' if is_lay(self.seat()) else ''}.html"

    def get_context(self) -> dict[str, Any]:
        seat = self.seat()
        queries.insist_on_reading(self.object, self.actor)
        page = self.rows(queries.judged(self.object))
        following = queries.next_to_score(self.object, seat)
        return (
            super().get_context()
            | how_far(self.object, seat)
            | {
                "seat": seat,
                "questions": queries.scored_questions(self.object),
                "page_obj": page,
                "rows": queries.scoring_rows(self.object, seat, list(page.object_list)),
                "following": following,
                "standards_waiting": self.object.standards_to_decide(),
            }
        )


class ScoreAnswer(ExerciseAction):
    """One answer, and the panellist's own score and reason for it."""

    action = "exercise.score"
    submit_label = "Save and go to the next"
    back_to = ("Your scores", "exercise-scores")

    @property
    def template_name(self) -> str:  # type: ignore[override]
        return f"evaluation/score{'_lay' if is_lay(self.seat()) else ''}.html"

    def get_heading(self) -> str:
        return self.question().title

    def get_caption(self) -> str:
        return self.assessment().bidder

    def get_form(self, **bound: Any) -> forms.OwnScore:
        seat = self.seat()
        mine = queries.own_score(seat, self.assessment(), self.question())
        initial = {"score": mine.score, "reason": mine.reason} if mine else {}
        scale = list(self.object.scheme.scale.all())
        return forms.OwnScore(scale=scale, is_lay=is_lay(seat), initial=initial, **bound)

    def get_context(self) -> dict[str, Any]:
        assessment, question, seat = self.assessment(), self.question(), self.seat()
        return (
            super().get_context()
            | how_far(self.object, seat)
            | {
                "exercise": self.object,
                "seat": seat,
                "assessment": assessment,
                "question": question,
                "answer": queries.read_answer(
                    self.object,
                    assessment,
                    question,
                    reader=self.actor,
                    now=self.now,
                    address=self.address,
                ),
                "last_time": queries.agreed_last_time(self.object, assessment, question),
                "saved": queries.own_score(seat, assessment, question),
                "beside": queries.neighbours(self.object, assessment, question),
                "is_fixed": seat.handed_in_at is not None or self.object.state != "scoring",
            }
        )

    def perform(self, form: Any) -> Score:
        return scoring.save_score(
            assessment=self.assessment(),
            question=self.question(),
            actor=self.actor,
            now=self.now,
            **form.cleaned_data,
        )

    def get_success_url(self, result: Score) -> str:
        here = (self.assessment(), self.question())
        following = queries.next_to_score(self.object, self.seat(), after=here)
        if following is None or "stay" in self.request.POST:
            return reverse("exercise-scores", args=[self.object.reference])
        assessment, question = following
        return reverse(
            "exercise-score", args=[self.object.reference, assessment.organisation.reference, question.code]
        )

    def get_success_message(self, result: Score) -> str:
        complete = result.score is not None and result.reason
        said = f"Saved: {self.assessment().bidder}, {self.question().title}."
        lacks = "a score" if result.score is None else "a reason"
        return said if complete else f"{said} It still lacks {lacks}."


class AnswerFile(ExercisePage):
    """A file put to an answer, streamed to the panel as an attachment."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream the file; the same checks as for the answer itself, and the reading logged."""
        self.object = self.get_object()
        assessment, question = self.assessment(), self.question()
        queries.insist_on_answer(self.object, assessment, self.actor)
        try:
            file, chunks = stream_opened_file(
                assessment.submission,
                code=question.code,
                number=self.kwargs["number"],
                reader=self.actor,
                now=self.now,
                address=self.address,
            )
        except LookupError:
            raise Http404 from None
        return send_stream_as_attachment(chunks, file.name, file.content_type, file.size)


class NextToScore(ExercisePage):
    """Leads to the next answer that is not scored, or to the list when all are."""

    action = "exercise.score"

    def page(self, **more: Any) -> Any:
        """Redirect; nothing is read here."""
        following = queries.next_to_score(self.object, self.seat())
        if following is None:
            return HttpResponseRedirect(reverse("exercise-scores", args=[self.object.reference]))
        assessment, question = following
        place = [self.object.reference, assessment.organisation.reference, question.code]
        return HttpResponseRedirect(reverse("exercise-score", args=place))


class HandIn(ExerciseAction):
    """Hands in all scores for good."""

    action = "exercise.score"
    heading = "Hand in your scores"
    submit_label = "Hand in my scores"
    success_message = (
        "You have handed in your scores. Thank you. The moderator calls the panel together next."
    )
    template_name = "evaluation/hand_in.html"
    back_to = ("Your scores", "exercise-scores")

    def blockers(self) -> list[Reason]:
        seat = self.seat()
        if seat.handed_in_at is not None:
            return [Reason("You have handed in your scores.")]
        found = []
        if missing := queries.scores_missing(self.object, seat):
            link = reverse("exercise-next-score", args=[self.object.reference])
            lack = "score still lacks" if missing == 1 else "scores still lack"
            found.append(Reason(f"{missing} {lack} a number or a reason.", link=link))
        if waiting := rules.standards_are_decided(self.object, self.actor, self.now):
            found.append(Reason(waiting))
        return found

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | how_far(self.object, self.seat())

    def perform(self, form: Any) -> None:
        scoring.hand_in(exercise=self.object, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [
            "The moderator and the procurement lead see that you have handed in.",
            "Once the moderation has started, the moderator sees your scores.",
            "When the last evaluator hands in, the moderator is told by e-mail.",
        ]

"""What judging wants of a person, and what the person waits for; the same few queries for any number."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.web.worklist import Task, Wait
from evaluation import rules
from evaluation.models import (
    Assessment,
    Declaration,
    Exercise,
    Panellist,
    Release,
    Score,
    StandardDecision,
)
from evaluation.workflow import JUDGING
from lots.models import MinimumStandard, Question, Window

from .evidence import evidence_tasks
from .judging import LotJudging, judging_of

MINUTES_A_SCORE = 10


def lists(user: User, now: datetime) -> tuple[list[Task], list[Wait]]:
    """Return what judging wants of this person, and what the person waits for and whose move it is.

    Both at once, since both rest on the same rows.
    """
    desk, drafted = _Desk(user, now), list(_drafted(user))
    tasks = [task for exercise in desk.exercises for task in desk.tasks_of(exercise)]
    waiting = [wait for exercise in desk.exercises for wait in desk.waits_of(exercise)]
    judged = _judged_by(user, [release.window_id for release in drafted])
    waiting += [wait for release in drafted for wait in _release_waits(release, user, judged)]
    return tasks + _window_tasks(user, now) + evidence_tasks(user, now), waiting


class _Desk:
    """A person's running exercises, with all that is counted in them counted at once."""

    def __init__(self, user: User, now: datetime) -> None:
        self.user, self.now = user, now
        self.leads = user.organisation_ids(Role.LEAD)
        self.exercises = list(
            Exercise.objects.visible_to(user)
            .filter(state__in=JUDGING)
            .exclude(window_link__window_lot__window__state="cancelled")
            .select_related("round", "window_link__window_lot__window")
            .prefetch_related("panel__user")
        )
        mine = Panellist.objects.in_force_for(user).filter(exercise__in=self.exercises)
        self.seats = {seat.exercise_id: seat for seat in mine}
        conflicts = Declaration.objects.filter(
            panellist__exercise__in=self.exercises,
            panellist__stood_down_at=None,
            has_conflict=True,
            decision="",
        )
        self.conflicts = counted(conflicts, "panellist__exercise")
        self.held_up = set(conflicts.filter(panellist__in=mine).values_list("panellist", flat=True))
        rows = Assessment.objects.filter(exercise__in=self.exercises)
        failed = StandardDecision.objects.filter(is_met=False).values("assessment")
        self.assessed = counted(rows, "exercise")
        self.judged = counted(rows.exclude(pk__in=failed), "exercise")
        decided = StandardDecision.objects.filter(assessment__in=rows)
        self.decided = counted(decided, "assessment__exercise")
        schemes = {key for row in self.exercises for key in self.schemes_of(row)}
        self.standards = counted(MinimumStandard.objects.filter(scheme__in=schemes), "scheme")
        scored = Question.objects.filter(scheme__in=schemes).exclude(kind=Question.Kind.INFORMATION)
        self.questions = counted(scored, "scheme")
        complete = Score.objects.complete().filter(panellist__in=mine).exclude(assessment__in=failed)
        self.mine = counted(complete, "panellist")

    def schemes_of(self, exercise: Exercise) -> list[int]:
        """Return the scheme of the exercise, and that of the common part where there is one."""
        link = getattr(exercise, "window_link", None)
        common = link.window_lot.window.common_scheme_id if link else None
        return [exercise.scheme_id, *([common] if common else [])]

    def scores_left(self, exercise: Exercise, seat: Panellist) -> int:
        wanted = self.judged.get(exercise.pk, 0) * self.questions.get(exercise.scheme_id, 0)
        return max(0, wanted - self.mine.get(seat.pk, 0))

    def standards_left(self, exercise: Exercise) -> int:
        each = sum(self.standards.get(key, 0) for key in self.schemes_of(exercise))
        return self.assessed.get(exercise.pk, 0) * each - self.decided.get(exercise.pk, 0)

    def lacks_people(self, exercise: Exercise) -> bool:
        return rules.panel_is_complete(exercise, self.user, self.now) is not None

    def may_begin(self, exercise: Exercise) -> bool:
        """Tell whether nothing but the moderator's own act keeps the moderation from starting."""
        return not (
            _not_handed_in(exercise) or self.lacks_people(exercise) or self.standards_left(exercise) > 0
        )

    def tasks_of(self, exercise: Exercise) -> Iterator[Task]:
        """Yield what an exercise wants of this person, as a panellist and as who runs it."""
        seat, due = self.seats.get(exercise.pk), exercise.scores_due_on
        if seat is not None and exercise.state != "appointing":
            if seat.declared_at is None:
                yield _task(exercise, "Declare your interests", 10, "Declare", due)
            elif seat.pk not in self.held_up:
                yield from self._panel_tasks(exercise, seat)
        if exercise.authority_id in self.leads:
            yield from self._lead_tasks(exercise)

    def _panel_tasks(self, exercise: Exercise, seat: Panellist) -> Iterator[Task]:
        if exercise.state == "scoring" and seat.scores and seat.handed_in_at is None:
            left, due = self.scores_left(exercise, seat), exercise.scores_due_on
            if left:
                yield _task(exercise, "Score", MINUTES_A_SCORE * left, "Score", due)
            else:
                yield _task(exercise, "Hand in your scores", 5, "Hand in", due)
        elif exercise.state == "scoring" and not seat.scores and self.may_begin(exercise):
            yield _task(exercise, "Start the moderation", 5, "Start")
        elif exercise.state == "moderating" and not seat.scores:
            yield _task(exercise, "Moderate", 120, "Moderate")

    def _lead_tasks(self, exercise: Exercise) -> Iterator[Task]:
        due = exercise.scores_due_on
        if exercise.state != "moderating" and self.lacks_people(exercise):
            yield _task(exercise, "Appoint the panel", 15, "Appoint")
        elif exercise.state == "moderating" and not _moderators(exercise):
            yield _task(exercise, "Appoint a moderator", 15, "Appoint")
        elif exercise.state == "appointing" and exercise.round.is_open:
            yield _task(exercise, "Start the scoring", 5, "Start")
        if self.conflicts.get(exercise.pk):
            yield _task(exercise, "Decide about a conflict of interest", 10, "Decide", due)
        if exercise.state == "scoring" and (left := self.standards_left(exercise)):
            yield _task(exercise, "Decide the minimum standards", 2 * left, "Decide", due)

    def waits_of(self, exercise: Exercise) -> Iterator[Wait]:
        """Yield what the person waits for in an exercise."""
        seat, late = self.seats.get(exercise.pk), _not_handed_in(exercise)
        if exercise.state == "scoring" and seat is not None and seat.pk in self.held_up:
            yield _wait(exercise, "A decision about the conflict you declared", "The procurement lead's move")
        elif exercise.state == "scoring" and late and (seat is None or not seat.scores or seat.handed_in_at):
            whose = ", ".join(sorted(one.user.name for one in late))
            yield _wait(exercise, "Scores to be handed in", whose, exercise.scores_due_on)
        elif exercise.state == "scoring" and (seat is None or seat.scores) and self.may_begin(exercise):
            yield _wait(exercise, "The start of the moderation", ", ".join(_moderators(exercise)))
        elif exercise.state == "moderating" and (seat is None or seat.scores):
            moderators = ", ".join(_moderators(exercise)) or "The procurement lead's move"
            yield _wait(exercise, "The consensus meeting", moderators)


def counted(rows: QuerySet[Any], by: str) -> dict[int, int]:
    """Return how many rows there are by the value of a field, in one query."""
    return dict(rows.order_by().values(by).annotate(number=Count("pk")).values_list(by, "number"))


def _not_handed_in(exercise: Exercise) -> list[Panellist]:
    return [seat for seat in exercise.current_panel() if seat.scores and seat.handed_in_at is None]


def _moderators(exercise: Exercise) -> list[str]:
    return [one.user.name for one in exercise.current_panel() if not one.scores]


def _task(exercise: Exercise, what: str, minutes: int, button: str, due: date | None = None) -> Task:
    url = exercise.get_absolute_url()
    return Task(f"{what}: {exercise.title}", exercise.reference, due, minutes, url, button)


def _wait(exercise: Exercise, what: str, whose: str, due: date | None = None) -> Wait:
    return Wait(f"{what}: {exercise.title}", exercise.reference, whose, due, exercise.get_absolute_url())


# ---------------------------------------------------------------- windows: panels, letters, release


def _windows(user: User) -> QuerySet[Window]:
    """Return the windows this person runs whose outcomes are not told yet."""
    return Window.objects.filter(
        state__in=["open", "closed", "unsealed"],
        agreement__authorities__organisation__in=user.organisation_ids(Role.LEAD),
        agreement__authorities__is_lead=True,
        agreement__authorities__until=None,
    ).order_by("deadline")


def _drafted(user: User) -> QuerySet[Release]:
    found = Release.objects.filter(state="drafted", batch__authority__in=user.organisation_ids(Role.LEAD))
    return found.select_related("window", "batch")


def _judged_by(user: User, windows: list[int]) -> set[int]:
    """Return those of the windows on whose panels the person ever sat: nobody scores and releases."""
    seats = Panellist.objects.filter(user=user, exercise__window_link__window_lot__window__in=windows)
    return set(seats.values_list("exercise__window_link__window_lot__window", flat=True))


def _window_tasks(user: User, now: datetime) -> list[Task]:
    windows = list(_windows(user))
    judging = judging_of(windows)
    drafted = Release.objects.filter(window__in=windows, state="drafted").select_related("batch")
    releases = {release.window_id: release for release in drafted}
    barred = _judged_by(user, list(releases)) | {
        key for key, release in releases.items() if release.drafted_by_id == user.pk
    }
    return [
        task
        for window in windows
        for task in _tasks_of_window(
            window, judging[window.pk], releases.get(window.pk), window.pk not in barred, now
        )
    ]


def _tasks_of_window(
    window: Window, rows: list[LotJudging], release: Release | None, may_release: bool, now: datetime
) -> Iterator[Task]:
    url = reverse("window-outcomes", args=[window.reference])
    if any(row.needs_panel for row in rows):
        opening = london_date(window.entries_open_from)
        if window.is_rolling and window.expected_decision_on:
            opening = window.expected_decision_on  # it may be opened at once
        yield Task(f"Set up the panels: {window.title}", window.reference, opening, 15, url, "Set up")
    if window.state != "unsealed" or not all(row.is_settled for row in rows):
        return
    due = window.expected_decision_on
    if release is None:
        yield Task(f"Check and draft the letters: {window.title}", window.reference, due, 60, url, "Check")
    elif release.batch.planned_on < london_date(now):
        yield Task(f"Draft the letters again: {window.title}", window.reference, due, 15, url, "Look")
    elif may_release:
        planned = release.batch.planned_on
        yield Task(f"Release the outcomes: {window.title}", window.reference, planned, 20, url, "Release")


def _release_waits(release: Release, user: User, judged: set[int]) -> Iterator[Wait]:
    if release.drafted_by_id == user.pk or release.window_id in judged:
        window = release.window
        url = reverse("window-outcomes", args=[window.reference])
        what = f"The release of the outcomes: {window.title}"
        yield Wait(what, window.reference, "A second person's move", release.batch.planned_on, url)

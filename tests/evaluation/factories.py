"""An exercise at any stage, brought there by the services that users call."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models
from django.test import Client

from commissioning import regimes
from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from evaluation.models import Assessment, Exercise, Panellist, Release
from evaluation.services import interests, moderation, panels, release, scoring, standards
from lots.models import MinimumStandard, Question, Window
from providers.consortium import Associate
from providers.models import Entry
from providers.queries import items
from providers.queries.items import Declared
from providers.services import openings
from tests import factories as people
from tests.providers import factories as providers
from tests.remembered import remembered

OPENED = providers.AFTER
NOW = datetime(2027, 1, 21, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=10)
DUE = date(2027, 2, 5)
SENT_ON = date(2027, 2, 15)
SENDING = datetime(2027, 2, 15, 10, 0, tzinfo=UTC)
SHARE_CODE = "tB7gKp9d"
ADVANTAGES = "They named their partners and showed results."
PASS = {"MS1": 4, "MS2": 4, "MS3": 3, "SV": 3}
FAIL = {"MS1": 3, "MS2": 3, "MS3": 3, "SV": 4}
STAGES = ("appointing", "scoring", "declared", "scored", "handed_in", "moderating", "agreed", "closed")


@dataclass
class Case:
    """A window's lots as they are judged, with everybody who takes part."""

    window: Window
    lead: User
    second: User
    evaluators: list[User]
    lay: User
    moderator: User
    exercises: list[Exercise] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    wanted: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def authority(self) -> Organisation:
        return self.window.agreement.lead

    @property
    def exercise(self) -> Exercise:
        return self.exercises[0]

    @property
    def scorers(self) -> list[User]:
        return [*self.evaluators, self.lay]

    @property
    def panel(self) -> list[tuple[User, str]]:
        parts = [(user, "evaluator") for user in self.evaluators]
        return [*parts, (self.lay, "lay_evaluator"), (self.moderator, "moderator")]

    def fresh(self, number: int = 0) -> Exercise:
        """Return an exercise as the database has it now, nothing of its panel read yet."""
        return Exercise.objects.get(pk=self.exercises[number].pk)

    def seat(self, user: User, number: int = 0) -> Panellist:
        return self.exercises[number].panel.get(user=user, stood_down_at=None)

    def assessment(self, place: int = 0, number: int = 0) -> Assessment:
        rows = Assessment.objects.filter(exercise=self.exercises[number]).select_related("organisation")
        return rows.order_by("organisation__name")[place]

    def question(self, code: str = "MS1") -> Question:
        return self.exercise.scheme.questions.get(code=code)

    def url(self, tail: str = "", number: int = 0) -> str:
        return f"/exercises/{self.exercises[number].reference}/{tail}"

    def answer_url(self, page: str = "scores", place: int = 0, code: str = "MS1") -> str:
        return self.url(f"{page}/{self.assessment(place).organisation.reference}/{code}/")


def window(
    lots: int = 1, regime: str = "PCR_LTR", *, consortium: bool = False, **given: Any
) -> tuple[Window, User, User]:
    """Return an open window of a published agreement with a regime, its lead and a second lead."""
    authority = people.authority()
    agreement = providers.agreement(
        lots=lots, lead=authority, profile=regimes.as_data(regimes.profile(regime)), regime=regime, **given
    )
    return (
        providers.window(agreement, consortium=consortium),
        people.person(authority, Role.LEAD),
        people.person(authority, Role.LEAD),
    )


@remembered
def case(
    upto: str = "scoring",
    *,
    bidders: int = 2,
    lots: int = 1,
    names: tuple[str, ...] = (),
    says: tuple[tuple[str, Declared], ...] = (),
    regime: str = "PCR_LTR",
    named: tuple[tuple[Associate, ...], ...] = (),
) -> Case:
    """Return a case brought to this stage: one of STAGES, or `sealed`, `opened`, `drafted`, `released`.

    The first bidder of a lot by name reaches the threshold, the others do not. `says` is what the second
    bidder declares otherwise than the others, by the standard; the common part's EXCL is then a ground.
    `named` are those that each bidder applies with, where the lots ask for it.
    """
    found = _sealed(lots, regime, consortium=bool(named))
    if says:
        rewrite(MinimumStandard.objects.filter(code="EXCL"), ground="mandatory", look_back_years=5)
    for place in range(bidders):
        others = named[place] if place < len(named) else ()
        _submit(found, names[place] if place < len(names) else "", place, says if place == 1 else (), others)
    if upto != "sealed":
        openings.open_entries(window=found.window, actor=found.lead, now=OPENED)
        found.window.refresh_from_db()
    if upto not in ("sealed", "opened"):
        _judge(found, upto)
    return found


def _sealed(lots: int, regime: str, *, consortium: bool = False) -> Case:
    made, lead, second = window(lots, regime=regime, consortium=consortium)
    authority = made.agreement.lead
    return Case(
        window=made,
        lead=lead,
        second=second,
        evaluators=[people.person(authority, Role.EVALUATOR) for _ in range(2)],
        lay=people.person(authority, Role.LAY_EVALUATOR),
        moderator=people.person(authority, Role.MODERATOR),
    )


def _submit(
    found: Case,
    name: str,
    place: int,
    says: tuple[tuple[str, Declared], ...] = (),
    others: tuple[Associate, ...] = (),
) -> None:
    called = name or f"Bidder {chr(65 + place)} of {found.window.reference}"
    writer = providers.bid_writer(people.provider(called, share_code=SHARE_CODE))
    numbers = tuple(found.window.lots.values_list("lot__number", flat=True))
    application = providers.application(found.window, by=writer, numbers=numbers)
    for entry in application.entries.select_related("submission"):
        providers.fill(entry)
        for part in (entry.submission, application.common):
            asked = {item.code for item in items.of_scheme(part.scheme)}
            values = {code: value for code, value in says if code in asked}
            if values:
                providers.application_answers.save_answers(
                    application=application,
                    submission=part,
                    values=values,
                    actor=writer,
                    now=providers.NOW,
                )
        if others:
            providers.name(entry, *others)
        providers.entries.submit(entry=entry, actor=writer, now=providers.NOW)
        found.entries.append(entry)


def _judge(found: Case, upto: str) -> None:
    offered = list(found.window.lots.select_related("lot", "scheme", "round", "window"))
    found.exercises = panels.set_up_for_lots(
        window_lots=offered, actor=found.lead, now=NOW, scores_due_on=DUE, minimum_panel=3, quorum=2
    )
    panels.appoint_all(exercises=found.exercises, places=found.panel, actor=found.lead, now=NOW)
    order = [*STAGES, "drafted", "released"]
    for number in range(len(offered)):
        for stage in order[1 : order.index(upto) + 1]:
            if stage in STEPS:
                STEPS[stage](found, number)
    if upto in ("drafted", "released"):
        standing = draft(found)
        if upto == "released":
            release.release(release=standing, actor=found.second, now=SENDING)
    found.window.refresh_from_db()
    for exercise in found.exercises:
        exercise.refresh_from_db()


def start(found: Case, number: int = 0) -> None:
    panels.start(exercise=found.exercises[number], actor=found.lead, now=NOW)


def declare_all(found: Case, number: int = 0) -> None:
    for user, _ in found.panel:
        declare(found, user, number=number)


def declare(found: Case, user: User, *, conflict: int | None = None, number: int = 0) -> None:
    """Let one panellist declare, with a conflict with the bidder at this place if one is given."""
    exercise = found.fresh(number)
    bidders = [row.organisation_id for row in exercise.assessments.order_by("organisation__name")]
    given = {
        key: (place == conflict, "I worked for them." if place == conflict else "")
        for place, key in enumerate(bidders)
    }
    interests.declare(exercise=exercise, interests=given, actor=user, now=NOW)


def decide_standards(found: Case, number: int = 0) -> None:
    for assessment in found.fresh(number).assessments.all():
        decide_standards_of(found, assessment)


def decide_standards_of(found: Case, assessment: Assessment) -> None:
    decisions = [(row, True, "") for row in assessment.exercise.standards()]
    standards.decide_standards(assessment=assessment, decisions=decisions, actor=found.lead, now=NOW)


def wanted(found: Case, assessment: Assessment) -> dict[str, int]:
    """Return the scores that the panel of a case agrees for a bidder."""
    if assessment.organisation.name in found.wanted:
        return found.wanted[assessment.organisation.name]
    first = assessment.exercise.assessments.order_by("organisation__name").first()
    return PASS if first is not None and first.pk == assessment.pk else FAIL


def score_all(found: Case, number: int = 0) -> None:
    """Let everybody score everything, and the lead decide the standards."""
    decide_standards(found, number)
    for user in found.scorers:
        score_for(found, user, number)


def score_for(found: Case, user: User, number: int = 0) -> None:
    exercise = found.fresh(number)
    for assessment in exercise.judged().select_related("organisation"):
        assessment.exercise = exercise
        for code, score in wanted(found, assessment).items():
            scoring.save_score(
                assessment=assessment,
                question=exercise.scheme.questions.get(code=code),
                score=score,
                reason=f"{user.name} finds that it fits score {score}.",
                actor=user,
                now=NOW,
            )


def hand_in_all(found: Case, number: int = 0) -> None:
    for user in found.scorers:
        scoring.hand_in(exercise=found.fresh(number), actor=user, now=NOW)


def begin(found: Case, number: int = 0) -> None:
    scoring.begin_moderation(exercise=found.fresh(number), actor=found.moderator, now=LATER)


def agree_all(found: Case, number: int = 0) -> None:
    exercise = found.fresh(number)
    for assessment in exercise.judged().select_related("organisation"):
        assessment.exercise = exercise
        for code, score in wanted(found, assessment).items():
            agree(found, assessment, code, score)


def agree(found: Case, assessment: Assessment, code: str = "MS1", score: int = 4, **given: Any) -> Any:
    exercise = assessment.exercise
    present = [seat for seat in exercise.panel.filter(stood_down_at=None) if seat.scores]
    facts: dict[str, Any] = {
        "score": score,
        "reason": f"The answer fits the wording of {score}.",
        "present": present,
        "actor": found.moderator,
        "now": LATER,
        **given,
    }
    question = exercise.scheme.questions.get(code=code)
    return moderation.agree(assessment=assessment, question=question, **facts)


def close(found: Case, number: int = 0) -> None:
    moderation.close(exercise=found.fresh(number), actor=found.moderator, now=LATER)


def draft(found: Case, *, rendered: bool = True, planned_on: date = SENT_ON) -> Release:
    """Draft the letters, and say that their PDFs are there: making them is tested where it lives."""
    standing = release.draft(
        window=found.window,
        planned_on=planned_on,
        advantages={exercise.pk: ADVANTAGES for exercise in found.exercises},
        actor=found.lead,
        now=LATER,
    )
    if rendered:
        standing.batch.letters.update(rendered_at=LATER, path="letters/none", sha256="0" * 64, size=1)
    return standing


STEPS = {
    "scoring": start,
    "declared": declare_all,
    "scored": score_all,
    "handed_in": hand_in_all,
    "moderating": begin,
    "agreed": agree_all,
    "closed": close,
}


def rewrite(rows: models.QuerySet[Any], **values: Any) -> None:
    """Change rows of a published scheme, as nothing in the portal can."""
    models.QuerySet.update(rows, **values)


def client(user: User | None) -> Client:
    return people.client_for(user)

"""The frozen facts of the letters that tell a provider its outcome (rulebook B-letters, G21, settled 23)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from commissioning import regimes
from commissioning.clock import london_date
from commissioning.clock.queries import holidays_in_force
from commissioning.people.models import User
from commissioning.records import letter_parts as parts
from commissioning.web.text import day, percent
from evaluation.letters import AdmissionLetter, RefusalLetter
from evaluation.models import Assessment, Exercise
from evaluation.queries import Result
from lots.models import Window
from lots.services import letterheads
from providers.models import Entry

FEEDBACK_DAYS = 28
CONDITIONS = (
    "A place in the pool does not guarantee any work.",
    "You must go on meeting the minimum standards of this lot for as long as you are in the pool.",
)


class OutcomeLetters:
    """The letters of one lot: what they share is worked out once, then one is written for each result."""

    def __init__(
        self,
        *,
        exercise: Exercise,
        field: list[Result],
        advantages: str,
        sent_on: date,
        signatory: User,
    ) -> None:
        """Take the whole field of the lot; `advantages` says what the admitted answers did better."""
        offered = exercise.window_link.window_lot
        self.exercise, self.window, self.sent_on = exercise, offered.window, sent_on
        self.lot, self.agreement = offered.lot, offered.window.agreement
        self.profile = self.agreement.regime_profile
        self.standstill = parts.standstill(
            self.profile, regimes.Stage.ADMISSION, sent_on=sent_on, holidays=holidays_in_force()
        )
        self.signatory = letterheads.signatory(signatory, exercise.authority)
        self.authority = letterheads.authority_block(self.agreement, exercise.authority)
        self.questions = exercise.scored_questions()
        self.scale = tuple(
            parts.ScaleStep(score=level.score, meaning=level.descriptor)
            for level in exercise.scheme.scale.all()
        )
        admitted = [row for row in field if row.outcome == Assessment.Outcome.ADMITTED]
        self.admitted = tuple(
            parts.Admitted(name=row.assessment.bidder, total=row.total)
            for row in admitted
            if row.total is not None
        )
        self.field_summary = self._field_summary(admitted, advantages)
        self.reopens_on = _next_opening(self.window)
        entries = Entry.objects.filter(submission__assessment__exercise=exercise)
        self._entries = {
            row.submission_id: row for row in entries.select_related("application", "window_lot__lot")
        }

    def entry(self, result: Result) -> Entry:
        """Return the entry that a result decides."""
        return self._entries[result.assessment.submission_id]

    def to(self, result: Result) -> AdmissionLetter | RefusalLetter:
        """Return the facts of one bidder's letter: its own scores, and of others those admitted alone."""
        is_admitted = result.outcome == Assessment.Outcome.ADMITTED
        shared: dict[str, Any] = {
            "authority": self.authority,
            "to": letterheads.addressee(result.assessment.organisation, result.assessment.bidder),
            "sent_on": self.sent_on,
            "signatory": self.signatory,
            "particulars": self._particulars(result),
            "notice": self.profile.letter("admitted" if is_admitted else "not_admitted"),
            "rights": self.profile.rights,
            "lot": str(self.lot),
            "agreement": self.agreement.title,
            "round_title": f"application round that closed on {day(self.window.deadline)}",
            "lot_summary": self.lot.description,
            "standards": _standards(result.assessment),
            "scores": self._scores(result),
            "standstill": self.standstill,
            "questions_to": self.agreement.support_contact or self.agreement.lead.name,
        }
        if is_admitted:
            begins_on = self.agreement.starts_on if self.agreement.starts_on > self.sent_on else None
            return AdmissionLetter(**shared, conditions=CONDITIONS, begins_on=begins_on)
        return RefusalLetter(
            **shared,
            grounds=self._grounds(result),
            admitted=self.admitted,
            field_summary=self.field_summary,
            reopens_on=self.reopens_on,
            feedback_until=self.sent_on + timedelta(days=FEEDBACK_DAYS),
        )

    def _particulars(self, result: Result) -> tuple[parts.Line, ...]:
        return (
            parts.Line(label="Agreement", text=f"{self.agreement.title} ({self.agreement.reference})"),
            parts.Line(label="Lot", text=str(self.lot)),
            parts.Line(label="Application round", text=f"{self.window.title} ({self.window.reference})"),
            parts.Line(label="Your entry", text=self.entry(result).reference),
        )

    def _scores(self, result: Result) -> parts.Scores | None:
        """Return the agreed scores with their reasons; nothing where a minimum standard was failed."""
        if result.total is None:
            return None
        reasons = {row.question.code: row.reason for row in result.assessment.agreed.all()}
        maximum = self.exercise.scheme.maximum
        return parts.Scores(
            rows=tuple(
                parts.ScoreRow(
                    title=question.title,
                    weight=question.weight or Decimal(0),
                    score=result.scores[question.code],
                    points=points(question.weight, result.scores[question.code], maximum),
                    reason=reasons[question.code],
                )
                for question in self.questions
            ),
            total=result.total,
            maximum=maximum,
            scale=self.scale,
            threshold=self.exercise.scheme.threshold,
        )

    def _grounds(self, result: Result) -> tuple[str, ...]:
        if result.exclusion:
            who = "you or somebody connected with you is on the debarment list"
            return (f"You are excluded, because {who}: {result.exclusion}",)
        if result.failed_standards:
            return tuple(
                f"You did not meet the minimum standard “{title}”." for title in result.failed_standards
            )
        asked = {question.code: question for question in self.questions}
        grounds = tuple(
            f"Your score for “{asked[code].title}” was {result.scores[code]}; the published minimum is "
            f"{asked[code].floor}."
            for code in result.below_floor
        )
        threshold, total = self.exercise.scheme.threshold, result.total
        if threshold is not None and total is not None and total < threshold:
            short = percent(threshold - total)
            line = f"Your total was {percent(total)} and the quality threshold is {percent(threshold)}"
            grounds += (f"{line}: you were {short.removesuffix('%')} percentage points short.",)
        return grounds

    def _field_summary(self, admitted: list[Result], advantages: str) -> str:
        """Return one paragraph on those admitted: totals, scores, then the lead's words (rulebook B13)."""
        totals = sorted(row.total for row in admitted if row.total is not None)
        if not totals:
            return "No provider was admitted to this lot in this round."
        ranges = []
        for question in self.questions:
            given = sorted(row.scores[question.code] for row in admitted)
            ranges.append(f"{question.title}, {_range(str(given[0]), str(given[-1]))}")
        were = "1 provider was" if len(totals) == 1 else f"{len(totals)} providers were"
        low, high = percent(totals[0]), percent(totals[-1])
        each = "" if len(totals) == 1 else "each "
        reached = f"{each}with a total of {low}" if low == high else f"with totals from {low} to {high}"
        return (
            f"{were} admitted to this lot, {reached}. The agreed scores were: {'; '.join(ranges)}. "
            f"{advantages.strip()}"
        ).strip()


def points(weight: Decimal | None, score: int, maximum: int) -> Decimal:
    """Return what one score contributes, in points out of 100, exactly (rulebook D3)."""
    return (weight or Decimal(0)) * score / maximum


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _standards(assessment: Assessment) -> tuple[parts.Standard, ...]:
    rows = sorted(assessment.standards.all(), key=lambda row: (row.standard.scheme_id, row.standard.position))
    return tuple(
        parts.Standard(title=row.standard.title, passed=row.is_met, reason=row.reason) for row in rows
    )


def _next_opening(window: Window) -> date | None:
    """Return the London date on which the next announced window opens, if any."""
    following = window.agreement.windows.dated().filter(opens_at__gt=window.deadline)
    first = following.exclude(state__in=["draft", "cancelled"]).order_by("opens_at").first()
    return london_date(first.opens_at) if first else None

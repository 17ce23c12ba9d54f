"""Part of chapter six: checks of applicants, a document asked for, and letters under the Procurement Act."""

from datetime import datetime, timedelta

from commissioning.clock import london_date
from evaluation import queries
from evaluation.models import Assessment, Exercise
from evaluation.services import evidence, panels, release, standards, suppliers
from lots.models import Window
from providers.models import Admission
from providers.services import admissions
from providers.services.debarment import Finding
from providers.services.platform import Sighting
from providers.tasks import SWEEP

from . import files, judging, next_applying, printing
from .stage import MARK, bid_writer, days_from, person

INSURANCE = "INS"
ADVANTAGES = "Those admitted said who visits, when and how often, and showed what had come of it."
GROUND = (
    "A director is on the list on a discretionary ground: a company that the director led before broke off "
    "two contracts. Nothing shows that this could not happen again, so the provider is excluded."
)
GROUND_SETTLED = (
    "A trustee is on the list on a discretionary ground: another charity, chaired by the trustee, filed its "
    "accounts late. The trustee signs no accounts here, so the provider may take part."
)
CERTIFICATE = "The certificate of public liability insurance that is valid today."


def decide(window: Window, now: datetime) -> None:
    """Judge the first window to the end, with both checks, and let the letters go out."""
    times = _times(now, started=-225)
    exercise = _panel(window, 1, times)
    judging.begin(exercise, times, lead="lead@pcc")
    judging.decide_standards(exercise, "lead@pcc", times.declared)
    judging.score(exercise, _agreed, times)
    judging.moderate(exercise, _agreed, times)
    at = days_from(now, -203)
    for name in (next_applying.PLACED, next_applying.TURNED_DOWN):
        check_debarment(window, name, at)
        confirm_platform(window, name, at)
    check_debarment(window, next_applying.LISTED, at, ground="discretionary", excludes=True, note=GROUND)
    sent = days_from(now, -185)
    drafted = release.draft(
        window=window,
        planned_on=london_date(sent),
        advantages={exercise.pk: MARK + ADVANTAGES},
        actor=person("lead@pcc"),
        now=days_from(now, -190),
    )
    printing.print_all(drafted.batch.letters.values_list("pk", flat=True))
    release.release(release=drafted, actor=person("release@pcc"), now=sent)
    for admission in Admission.objects.filter(entry__window_lot__window=window):
        admissions.take_effect(admission=admission, actor=SWEEP, now=admission.effective_at)


def judge_in_part(window: Window, now: datetime) -> None:
    """Judge the second lot to the end and the first in part, with a document asked for and a check open."""
    times = _times(now, started=-24)
    second = _panel(window, 2, times)
    judging.judge(second, _agreed, times, lead="lead@pcc")
    first = _panel(window, 1, times, due_at=days_from(now, 12))
    judging.begin(first, times, lead="lead@pcc")
    look_at_documents(first, times.declared + timedelta(hours=6))
    # Nobody hands in while a standard is open.
    judging.score(first, _agreed, times, skip=judging.STILL_SCORING, hands_in=False)
    ask_for_documents(first, now)
    at = days_from(now, -4, "15:00")
    for name in (next_applying.ASKED, next_applying.COMPLETE):
        check_debarment(window, name, at)
        confirm_platform(window, name, at)
    check_debarment(window, next_applying.ALSO_ASKED, at)
    check_debarment(
        window,
        next_applying.MAY_TAKE_PART,
        at,
        ground="discretionary",
        excludes=False,
        note=GROUND_SETTLED,
    )
    confirm_platform(window, next_applying.MAY_TAKE_PART, at)


def look_at_documents(exercise: Exercise, at: datetime) -> None:
    """Decide each standard, or mark what is missing: everybody is looked at before anybody is asked."""
    asked = (next_applying.ASKED, next_applying.ALSO_ASKED)
    for assessment in exercise.assessments.select_related("organisation", "exercise"):
        is_missing = assessment.organisation.name in asked
        decided: list[standards.Wanted] = []
        for standard in queries.standards_of(exercise):
            if standard.code == INSURANCE and is_missing:
                decided.append((standard, None, f"{MARK}{CERTIFICATE}"))
            else:
                decided.append((standard, True, f"{MARK}Declared, and the document was seen."))
        standards.decide_standards(assessment=assessment, decisions=decided, actor=person("lead@pcc"), now=at)


def ask_for_documents(exercise: Exercise, now: datetime) -> None:
    """Ask both at once; one has sent its certificate, P3 Charity has not."""
    evidence.ask(
        exercise=exercise,
        due_at=days_from(now, 6, "12:00"),
        actor=person("lead@pcc"),
        now=days_from(now, -4, "11:00"),
    )
    assessment = exercise.assessments.get(organisation__name=next_applying.ALSO_ASKED)
    evidence.supply(
        missing=assessment.missing.get(),
        words=f"{MARK}It was renewed last month.",
        file=files.upload("Certificate of insurance", "certificate.pdf"),
        actor=bid_writer(assessment.organisation),
        now=days_from(now, -1, "14:20"),
    )


def check_debarment(
    window: Window,
    name: str,
    at: datetime,
    *,
    ground: str = "",
    excludes: bool | None = None,
    note: str = "",
) -> None:
    """Record what a look at the debarment list found."""
    suppliers.check_debarment(
        application=window.applications.get(organisation__name=name),
        found=Finding(london_date(at), ground, excludes, MARK + note if note else ""),
        actor=person("lead@pcc"),
        now=at,
    )


def confirm_platform(window: Window, name: str, at: datetime) -> None:
    """Record that a provider's information was seen under the share code it submitted with."""
    application = window.applications.select_related("organisation").get(organisation__name=name)
    suppliers.confirm_platform(
        application=application,
        seen=Sighting(london_date(at), application.organisation.share_code),
        actor=person("lead@pcc"),
        now=at,
    )


def _panel(window: Window, number: int, times: judging.Times, due_at: datetime | None = None) -> Exercise:
    return panels.set_up_for_lot(
        window_lot=window.lots.select_related("lot", "scheme", "window", "round").get(lot__number=number),
        actor=person("lead@pcc"),
        now=times.appointed - timedelta(hours=1),
        scores_due_on=london_date(due_at or times.handed_in),
    )


def _times(now: datetime, *, started: int) -> judging.Times:
    return judging.Times(
        appointed=days_from(now, started - 6, "11:00"),
        started=days_from(now, started),
        declared=days_from(now, started + 3),
        scored=days_from(now, started + 7),
        handed_in=days_from(now, started + 11),
        moderated=days_from(now, started + 14),
        closed=days_from(now, started + 17),
    )


def _agreed(assessment: Assessment) -> tuple[int, ...]:
    return (2, 3) if assessment.organisation.name == next_applying.TURNED_DOWN else (4, 3)

"""Chapter three: the first window, from its announcement to the letters and the end of standstill."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from commissioning.records import pdf
from evaluation.models import Assessment, Exercise
from evaluation.services import panels, release
from lots.models import Window, WindowLot
from lots.services import windows
from providers import tasks as providers_sweep
from providers.models import Application
from providers.queries import items
from providers.queries.items import Declared
from providers.services import application_answers, application_files, applications, entries, openings

from . import consortia, judging, printing, texts
from .people import NOT_ADMITTED
from .setting_up import admission_scheme, common_scheme
from .stage import MARK, agreement, bid_writer, facts, london, person, provider

TIMES = judging.Times(
    appointed=london("2021-01-15", "10:30"),
    started=london("2021-01-21", "10:00"),
    declared=london("2021-01-22", "11:00"),
    scored=london("2021-02-03", "10:00"),
    handed_in=london("2021-02-12", "15:00"),
    moderated=london("2021-02-22", "09:30"),
    closed=london("2021-03-08", "16:00"),
)
# Agreed scores of MS1, MS2, MS3 and SV1: with 30, 30, 30 and 10 the first come to 66 or more, the others to
# 64 or less.
PASSING = (
    (4, 4, 3, 3),
    (4, 3, 3, 3),
    (5, 4, 4, 3),
    (4, 4, 4, 4),
    (3, 4, 4, 2),
    (5, 5, 4, 4),
    (4, 4, 4, 2),
    (3, 4, 3, 4),
)
FAILING = ((3, 3, 3, 3), (3, 3, 2, 3), (4, 3, 3, 2), (2, 3, 2, 2), (3, 2, 2, 3), (2, 2, 2, 1))
# It applies again today, and finds its file beside its answer.
WITH_A_FILE = NOT_ADMITTED[4][0]
ADVANTAGES = (
    "Those admitted backed what they claim with figures, named the partners they work with, and showed how "
    "people who use their support had changed it."
)


def first_window() -> Window | None:
    """Return the first window, once it has been set up."""
    return (
        Window.objects.filter(agreement__reference=facts()["agreement"]["reference"])
        .order_by("opens_at")
        .first()
    )


def told() -> bool:
    """Return whether this chapter is in the database."""
    window = first_window()
    return window is not None and window.state == "decided"


def tell(*, now: datetime) -> None:
    """Replay the tender with its dates: announced, extended, 49 entries, judged, told, in force."""
    window = announce()
    for number, (name, lots) in enumerate(applicants()):
        apply(window, name, lots, number)
        if number == EXTENDED_AFTER:
            extend(window)
    windows.keep_time(window_id=window.pk, now=london("2021-01-20", "12:01"))
    providers_sweep.sweep(now=london("2021-01-20", "12:30"))
    window.refresh_from_db()
    openings.open_entries(window=window, actor=person("lead@pcc"), now=london("2021-01-21", "09:30"))
    for offered in WindowLot.objects.filter(window=window).select_related("lot", "scheme", "window"):
        judge(offered)
    write_to_everyone(window)
    providers_sweep.sweep(now=london("2021-04-07", "00:01"))


EXTENDED_AFTER = 6


def announce() -> Window:
    """Set up and announce the window; Celery's part, opening it, is done with its own moment."""
    known, lead = facts()["first_window"], person("lead@pcc")
    lots = {lot.number: lot for lot in agreement().lots.all()}
    window = windows.create(
        agreement=agreement(),
        title="First application window",
        opens_at=london(known["live"], "09:00"),
        deadline=london(known["original_deadline"], "12:00"),
        lots=[(lots[number], admission_scheme(number)) for number in sorted(lots)],
        common_scheme=common_scheme(),
        actor=lead,
        now=london("2020-11-24", "11:00"),
    )
    windows.announce(window=window, actor=lead, now=london("2020-11-24", "11:30"))
    windows.keep_time(window_id=window.pk, now=london(known["live"], "09:00"))
    window.refresh_from_db()
    return window


def extend(window: Window) -> None:
    """Record the extension of 8 January 2021 with its reason (settled 35)."""
    openings.extend(
        window=window,
        new_deadline=london(facts()["first_window"]["extended_deadline"], "12:00"),
        reason=(
            "The national restrictions of early January 2021 put pressure on providers. Everyone is given as "
            "much time as possible."
        ),
        actor=person("lead@pcc"),
        now=london("2021-01-08", "15:00"),
    )
    window.refresh_from_db()


def applicants() -> list[tuple[str, list[int]]]:
    """Return every provider that applied, with its lots, in the order in which they submit."""
    admitted = [(row["provider"], row["lots"]) for row in facts()["appointments"]]
    rows = admitted + list(NOT_ADMITTED)
    # A fixed order that mixes those admitted with the others.
    return sorted(rows, key=lambda row: sum(map(ord, row[0])) % 97)


def apply(window: Window, name: str, lots: Iterable[int], number: int) -> None:
    """Let one provider start, write and submit its application."""
    last = london("2021-01-07", "11:00") if number <= EXTENDED_AFTER else london("2021-01-20", "11:40")
    at = last - timedelta(hours=5 * (number % 7), minutes=7 * number)
    organisation = provider(name)
    writer = bid_writer(organisation)
    offered = list(
        window.lots.filter(lot__number__in=list(lots)).select_related("lot", "scheme", "round", "window")
    )
    application = applications.start(
        window=window, lots=offered, organisation=organisation, actor=writer, now=at - timedelta(days=20)
    )
    write(application, at - timedelta(days=2))
    if name == WITH_A_FILE:
        add_a_file(application, at - timedelta(days=1))
    for entry in application.entries.select_related("window_lot__window__agreement", "submission"):
        entries.submit(entry=entry, actor=writer, now=at)


def add_a_file(application: Application, at: datetime) -> None:
    """Put a small PDF to the first question of the application's first lot."""
    page = f"<html lang='en-GB'><title>Plan</title><h1>Our plan for a visit</h1><p>{MARK}</p></html>"
    application_files.add_file(
        application=application,
        submission=application.entries.earliest("pk").submission,
        item="MS1",
        upload=ContentFile(pdf.to_pdf(page), name="plan-for-a-visit.pdf"),
        actor=bid_writer(application.organisation),
        now=at,
    )


def write(application: Application, at: datetime, *, only: Iterable[str] | None = None) -> None:
    """Answer everything an application asks, or only these items of its entries."""
    writer = bid_writer(application.organisation)
    if application.common is not None:
        application_answers.save_answers(
            application=application,
            submission=application.common,
            values={
                item.code: _value(item, application, 0, "")
                for item in items.of_scheme(application.common.scheme)
            },
            actor=writer,
            now=at,
        )
    for entry in application.entries.select_related("submission__scheme", "window_lot__lot"):
        lot = entry.window_lot.lot
        values = {
            item.code: _value(item, application, lot.number, str(lot))
            for item in items.of_scheme(entry.submission.scheme)
            if only is None or item.code in only
        }
        application_answers.save_answers(
            application=application, submission=entry.submission, values=values, actor=writer, now=at
        )


def _value(item: items.Item, application: Application, number: int, lot: str) -> object:
    who = application.organisation.name
    if item.kind == "standard":
        return Declared(is_met=True, text="" if item.is_ground else f"{MARK}Yes.")
    if item.kind == "consortium":
        return consortia.of(who, number)
    return texts.answer(who, lot or "the common part", item.title, len(who) + number + len(item.code))


def judge(offered: WindowLot) -> None:
    """Set up the panel of a lot and let it work, with the dates of early 2021."""
    exercise = panels.set_up_for_lot(
        window_lot=offered,
        actor=person("lead@pcc"),
        now=london("2021-01-15", "10:00"),
        scores_due_on=london("2021-02-12").date(),
    )
    judging.judge(exercise, agreed_scores, TIMES, lead="lead@pcc")


def agreed_scores(assessment: Assessment) -> tuple[int, ...]:
    """Return the invented agreed scores of an entry: passing exactly where the pass table says so."""
    number, name = assessment.submission.entry.window_lot.lot.number, assessment.organisation.name
    passed = any(name == row["provider"] and number in row["lots"] for row in facts()["appointments"])
    choice = PASSING if passed else FAILING
    return choice[(sum(map(ord, name)) + number) % len(choice)]


def write_to_everyone(window: Window) -> None:
    """Draft the letters, render them, and let a second person release them on 23 March 2021 (settled 35)."""
    exercises = Exercise.objects.filter(window_link__window_lot__window=window)
    drafted = release.draft(
        window=window,
        planned_on=london("2021-03-23").date(),
        advantages={exercise.pk: MARK + ADVANTAGES for exercise in exercises},
        actor=person("lead@pcc"),
        now=london("2021-03-22", "11:00"),
    )
    printing.print_all(drafted.batch.letters.values_list("pk", flat=True))
    release.release(release=drafted, actor=person("release@pcc"), now=london("2021-03-23", "10:00"))

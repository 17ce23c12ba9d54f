"""Part of chapter four: applications in today's window, each at another point of being written."""

from datetime import datetime

from commissioning.people.models import Organisation
from lots.models import Window, WindowLot
from providers.models import Application
from providers.queries import applications as queries
from providers.queries import earlier, submissions
from providers.services import application_answers, applications, carrying, entries, standing

from . import first_window, people
from .stage import MARK, bid_writer, days_from, person, provider

COLLEAGUE_ADDS = "What is new since last year: people ring one number, and somebody they know picks it up."
FRESH_START = "This time we begin with the results that were missed last time, and say how we measure them."


def tell(window: Window, now: datetime) -> None:
    """Let a colleague edit, one ask for what is complete to be sent, one withdraw, and one apply again."""
    edited_by_a_colleague(window, now)
    sent_at_the_close(window, now)
    withdrawn(window, now)
    applied_again(window, now)


def edited_by_a_colleague(window: Window, now: datetime) -> None:
    """Let P3 Charity's editor go on where its bid writer stopped, so that the history has both."""
    application = Application.objects.get(window=window, organisation=provider("P3 Charity"))
    submission = application.entries.get().submission
    ben = person("editor@p3-charity")
    own = submissions.read_own_item(submission=submission, code="MS1", actor=ben, now=now)
    application_answers.save_answers(
        application=application,
        submission=submission,
        values={"MS1": f"{own.value}\n\n{COLLEAGUE_ADDS}"},
        based_on={"MS1": own.number},
        actor=ben,
        now=days_from(now, -2, "16:40"),
    )


def sent_at_the_close(window: Window, now: datetime) -> None:
    """Let a provider with one complete lot and one begun ask for what is complete to be sent at the close."""
    application = _start(window, people.NOT_ADMITTED[2][0], 1, days_from(now, -12))
    writer = bid_writer(application.organisation)
    first_window.write(application, days_from(now, -8, "15:20"))
    applications.enter_lots(
        application=application, lots=_lots(window, 3), actor=writer, now=days_from(now, -7)
    )
    first_window.write(application, days_from(now, -7, "11:30"), only={"MS1"})
    standing.instruct(application=application, actor=writer, now=days_from(now, -3, "09:45"))


def withdrawn(window: Window, now: datetime) -> None:
    """Let a provider submit a lot and take it back."""
    application = _start(window, people.NOT_ADMITTED[3][0], 4, days_from(now, -14))
    writer = bid_writer(application.organisation)
    first_window.write(application, days_from(now, -10, "10:15"))
    entry = application.entries.select_related("window_lot__window__agreement", "submission").get()
    entries.submit(entry=entry, actor=writer, now=days_from(now, -9, "12:05"))
    entries.withdraw(entry=entry, actor=writer, now=days_from(now, -6, "17:10"))


def applied_again(window: Window, now: datetime) -> None:
    """Let a provider take over what it wrote in the first window, and rewrite one answer of it."""
    application = _start(window, people.NOT_ADMITTED[4][0], 1, days_from(now, -11))
    writer, at = bid_writer(application.organisation), days_from(now, -5, "14:30")
    part = queries.board(queries.applications(writer).get(pk=application.pk)).entry(1)
    for code in ("MS1", "MS2", "MS3"):
        found = earlier.last_time(application, part, code, actor=writer, now=at)
        if found is not None:
            carrying.take_over(
                application=application,
                submission=part.submission,
                item=code,
                answer=found.version,
                files=found.files,
                based_on=0,
                actor=writer,
                now=at,
            )
    application_answers.save_answers(
        application=application,
        submission=part.submission,
        values={"MS2": f"{MARK}{FRESH_START}"},
        actor=writer,
        now=days_from(now, -4, "09:20"),
    )


def _start(window: Window, name: str, number: int, at: datetime) -> Application:
    organisation = Organisation.objects.get(name=name)
    return applications.start(
        window=window,
        lots=_lots(window, number),
        organisation=organisation,
        actor=bid_writer(organisation),
        now=at,
    )


def _lots(window: Window, number: int) -> list[WindowLot]:
    return list(window.lots.filter(lot__number=number).select_related("lot", "round", "scheme", "window"))

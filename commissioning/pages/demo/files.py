"""Files put to answers: two of the same name, one with a confidential part, one that was replaced."""

from datetime import datetime, timedelta
from functools import cache

from django.core.files.uploadedfile import InMemoryUploadedFile

from calloffs.models import Bid
from calloffs.services import bids
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.records import pdf
from providers.models import Application
from providers.queries.files import Confidential
from providers.services import application_files

from . import papers
from .stage import MARK, bid_writer, days_from

ROTA = f"{MARK}The rota and what each shift costs. A rival could copy both for the next call-off."
PLAN = "delivery plan.pdf"


@cache
def paper(title: str) -> bytes:
    """Return a PDF of one page with this title."""
    return pdf.to_pdf(
        f"<html lang='en'><head><title>{title}</title></head><body><h1>{title}</h1>"
        f"<p>{MARK}It stands for a plan that a provider sends with its answer.</p></body></html>"
    )


def upload(title: str, name: str) -> InMemoryUploadedFile:
    """Return the paper as if it had been uploaded under this name."""
    return papers.sent(paper(title), name)


def put_to_bid(bid: Bid, writer: User, at: datetime) -> None:
    """Put two files of the same name to the first question; the second has a confidential part."""
    for title in ("Plan for the first year", "Plan for the years after"):
        added = bids.add_file(bid=bid, item="DEL", upload=upload(title, PLAN), actor=writer, now=at)
    label = Confidential(ROTA, london_date(at) + timedelta(days=730))
    bids.label_file(bid=bid, file=added, confidential=label, actor=writer, now=at)


def put_to_application(application: Application, now: datetime) -> None:
    """Put a file to an answer, say what is confidential in it, and replace it some days later."""
    writer, at = bid_writer(application.organisation), days_from(now, -6, "15:10")
    submission = application.entries.get().submission
    first = application_files.add_file(
        application=application,
        submission=submission,
        item="MS1",
        upload=upload("Staffing plan, first version", "staffing plan.pdf"),
        actor=writer,
        now=at,
    )
    labelled = application_files.label_file(
        application=application,
        file=first,
        confidential=Confidential(ROTA, london_date(now) + timedelta(days=730)),
        actor=writer,
        now=at,
    )
    application_files.replace_file(
        application=application,
        file=labelled,
        upload=upload("Staffing plan", "staffing plan.pdf"),
        actor=writer,
        now=days_from(now, -2, "11:25"),
    )

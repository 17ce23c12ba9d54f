"""What P3 Charity has on record, and the hold that a certificate which ran out puts on its place in Lot 1."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from commissioning.accounts.services import organisations
from commissioning.clock import london_date
from commissioning.records import pdf
from commissioning.regimes.exclusions import LAWS
from lots.models import Lot
from lots.services import holds
from providers.queries import declarations as asked
from providers.queries.items import Declared
from providers.services import declarations, profile, watch

from . import papers
from .stage import MARK, agreement, days_from, details_of, person, provider

HELD_DAYS_AGO = 3
# Kind, days from today on which it was issued, days from today of its last day.
PAPERS = (
    ("public_liability", -368, -HELD_DAYS_AGO - 1),
    ("employers_liability", -160, 205),
    ("dbs_policy", -320, 45),
)
PAPER = (
    f'<!DOCTYPE html><html lang="en-GB"><head><title>A document</title></head><body><h1>A document</h1>'
    f"<p>{MARK}It stands for a certificate or a policy.</p></body></html>"
)


def tell(*, now: datetime) -> None:
    """Set Lot 1's rule, put documents and declarations on record, and let the standing watch look."""
    holds.set_rule(
        reason="What members must keep in date was agreed by the board.",
        lot=Lot.objects.get(agreement=agreement(), number=1),
        documents=["public_liability"],
        lowest_rating="good",
        actor=person("lead@pcc"),
        now=days_from(now, -30),
    )
    paper = pdf.to_pdf(PAPER)
    for kind, issued, ends in PAPERS:
        add(
            kind,
            london_date(now) + timedelta(days=issued),
            london_date(now) + timedelta(days=ends),
            paper,
            now,
        )
    declare(days_from(now, -24))
    watch.keep_all(organisation=provider("P3 Charity"), now=now - timedelta(days=HELD_DAYS_AGO))


def describe(now: datetime) -> None:
    """Let P3 Charity say how large it is and where it works."""
    kept = provider("P3 Charity")
    details = replace(details_of(kept), size="medium", is_vcse=True, areas_served="Peterborough\nFenland")
    organisations.change(
        organisation=kept, details=details, actor=person("bids@p3-charity"), now=days_from(now, -30)
    )


def add(kind: str, issued: date, ends: date, paper: bytes, now: datetime) -> None:
    """Put one document on record a week after it was issued."""
    profile.add_document(
        organisation=provider("P3 Charity"),
        kind=kind,
        issued_on=issued,
        expires_on=ends,
        file=papers.sent(paper, f"{kind.replace('_', '-')}.pdf"),
        actor=person("bids@p3-charity"),
        now=days_from(now, (issued - london_date(now)).days + 7),
    )


def declare(at: datetime) -> None:
    """Declare everything that the law of the agreement asks, once for all applications."""
    statements = asked.of_law(LAWS["pcr"])
    declarations.confirm(
        organisation=provider("P3 Charity"),
        law="pcr",
        asked=statements,
        values={
            item.code: Declared(is_met=True, text="" if item.is_ground else f"{MARK}Yes.")
            for item in statements
        },
        actor=person("bids@p3-charity"),
        now=at,
    )

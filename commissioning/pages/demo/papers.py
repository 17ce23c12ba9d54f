"""Documents as if they had been uploaded, and those of the agreement."""

from datetime import date, datetime
from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile

from commissioning.people.models import User
from commissioning.records import pdf
from lots.models import Agreement
from lots.services import documents

from .stage import MARK

GUIDE = "Guide for providers"
GUIDE_ANEW = (
    "How the pool works, from the first application to a contract, for somebody new to it. New in this "
    "issue: the option to extend is used, and one lot takes entries at any time."
)
OF_AGREEMENT = (
    (
        GUIDE,
        "public",
        "How the pool works, from the first application to a contract, for somebody new to it.",
    ),
    (
        "Terms of the overarching agreement",
        "public",
        "What members of the pool and the authorities owe each other. It guarantees no work.",
    ),
    (
        "Whom members ring",
        "members",
        "Names and hours at each authority, for those who hold a place in a pool.",
    ),
)


def uploaded(source: str, name: str) -> InMemoryUploadedFile:
    """Return a PDF of this HTML as if it had been uploaded under this name."""
    return sent(pdf.to_pdf(source), name)


def sent(content: bytes, name: str) -> InMemoryUploadedFile:
    """Return a PDF of these bytes as if it had been uploaded under this name."""
    return InMemoryUploadedFile(BytesIO(content), "file", name, "application/pdf", len(content), None)


def add_to(agreement: Agreement, *, issued_on: date, actor: User, now: datetime) -> None:
    """Put a guide and the terms for everybody, and a list for members, on the agreement."""
    for title, audience, text in OF_AGREEMENT:
        documents.add(
            agreement=agreement,
            title=title,
            audience=audience,
            issued_on=issued_on,
            file=_written(title, text),
            actor=actor,
            now=now,
        )


def issue_the_guide_anew(agreement: Agreement, *, issued_on: date, actor: User, now: datetime) -> None:
    """Issue the guide for providers a second time; the first issue stays beside it."""
    documents.issue(
        document=agreement.documents.get(title=GUIDE),
        issued_on=issued_on,
        file=_written(GUIDE, GUIDE_ANEW),
        actor=actor,
        now=now,
    )


def _written(title: str, text: str) -> InMemoryUploadedFile:
    source = (
        f'<!DOCTYPE html><html lang="en-GB"><head><title>{title}</title></head><body>'
        f"<h1>{title}</h1><p>{MARK}</p><p>{text}</p></body></html>"
    )
    return uploaded(source, f"{title.lower().replace(' ', '-')}.pdf")

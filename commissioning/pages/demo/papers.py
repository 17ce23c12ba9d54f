"""Documents as if they had been uploaded, and those of the agreement."""

from datetime import date, datetime
from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile

from commissioning.people.models import User
from commissioning.records import pdf
from lots.models import Agreement
from lots.services import documents

from .stage import MARK

OF_AGREEMENT = (
    (
        "Guide for providers",
        "public",
        "How the pool works, from the first application to a contract, for somebody new to it.",
    ),
    (
        "Terms of the overarching agreement",
        "members",
        "What members of the pool and the authorities owe each other. It guarantees no work.",
    ),
)


def uploaded(source: str, name: str) -> InMemoryUploadedFile:
    """Return a PDF of this HTML as if it had been uploaded under this name."""
    return sent(pdf.to_pdf(source), name)


def sent(content: bytes, name: str) -> InMemoryUploadedFile:
    """Return a PDF of these bytes as if it had been uploaded under this name."""
    return InMemoryUploadedFile(BytesIO(content), "file", name, "application/pdf", len(content), None)


def add_to(agreement: Agreement, *, issued_on: date, actor: User, now: datetime) -> None:
    """Put a guide for everybody and the terms for members on the agreement."""
    for title, audience, text in OF_AGREEMENT:
        source = (
            f'<!DOCTYPE html><html lang="en-GB"><head><title>{title}</title></head><body>'
            f"<h1>{title}</h1><p>{MARK}</p><p>{text}</p></body></html>"
        )
        documents.add(
            agreement=agreement,
            title=title,
            audience=audience,
            issued_on=issued_on,
            file=uploaded(source, f"{title.lower().replace(' ', '-')}.pdf"),
            actor=actor,
            now=now,
        )

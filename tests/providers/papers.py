"""Files as people send them, and how they stand in a draft."""

from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning.people.models import User
from providers.models import Entry
from providers.queries import submissions as drafts
from providers.queries.submissions import OwnFile
from tests import scanner
from tests.providers import factories as f


def upload(content: bytes = scanner.CLEAN_PDF, name: str = "plan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def standing(entry: Entry, writer: User) -> list[OwnFile]:
    """Return the files of the first question as its own people see them."""
    own = drafts.read_own_item(submission=entry.submission, code="MS1", actor=writer, now=f.NOW)
    return own.files

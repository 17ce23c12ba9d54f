"""What a provider leaves behind in an open window, in words that are found nowhere else, and who may look."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from commissioning.people.models import User
from commissioning.people.roles import AUTHORITY_ROLES
from providers.models import Entry
from providers.services import application_answers, application_files, entries, submissions
from providers.services.submissions import Declared
from tests import factories as people
from tests.providers import factories as f

NAME = "Quillfeather Friends"
WRITER = "Xanthe Quillfeather"
ANSWER = "kakapo lantern 7731"
DECLARED = "Pangolin Mutual 6624"
FILE_NAME = "Okapi rota 8842.pdf"
IN_FILE = b"axolotl ledger 9953"
CONTENT = (ANSWER, DECLARED, FILE_NAME, IN_FILE.decode())


@dataclass
class Ground:
    """A submitted entry, whoever wrote it, and everybody else who might look."""

    entry: Entry
    writer: User
    strangers: dict[str, User | None]

    @property
    def application(self) -> str:
        return self.entry.application.reference

    @property
    def window(self) -> Any:
        return self.entry.window_lot.window

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the content, and what tells that this provider applies at all."""
        return (*CONTENT, NAME, WRITER, self.application)

    def salts(self) -> list[str]:
        receipt = submissions.read_receipt(
            package=self.entry.submission.packages.get(), actor=self.writer, now=f.NOW
        )
        return [line["salt"] for line in receipt.data["lines"]]

    def addresses(self) -> list[str]:
        """Return every address at which the content is shown to its provider."""
        entry, common = [self.application, 1], [self.application]
        named = {
            "application": common,
            "application-organisation": common,
            "common-standards": common,
            "entry-standards": entry,
            "entry-question": [*entry, "MS1"],
            "entry-file": [*entry, "MS1", 1],
            "entry-submit": entry,
            "entry-withdraw": entry,
            "entry-receipt": [*entry, 1],
            "entry-receipt-json": [*entry, 1],
            "entry-receipt-pdf": [*entry, 1],
            "entry-sent": [*entry, 1],
            "entry-sent-exact": [*entry, 1, 2, "MS1"],
        }
        return [reverse(name, args=arguments) for name, arguments in named.items()]

    def authority_pages(self) -> list[str]:
        """Return the pages on which somebody of the authority could look for it, searches among them."""
        agreement, window = self.window.agreement.reference, self.window.reference
        pages = [
            "/home/",
            f"/agreements/{agreement}/",
            f"/windows/{window}/",
            f"/windows/{window}/open/",
            f"/windows/{window}/outcomes/",
            f"/record/{agreement}/",
            f"/record/{window}/",
            f"/record/{agreement}/attempts/",
            f"/organisations/{self.entry.application.organisation.reference}/correspondence/",
            f"/agreements/{agreement}/pool/",
        ]
        lists = ("/messages/", "/letters/", "/exercises/", "/applications/", "/windows/")
        searches = [f"{page}?words={NAME}&q={NAME}&subject={self.application}" for page in lists]
        return [*pages, *lists, *searches, f"/record/{agreement}/?subject={self.application}"]


def prepare(by: User | None = None) -> Ground:
    """Return the ground: an entry written, with a file, and submitted before the deadline."""
    writer = by or f.bid_writer(people.provider(NAME), name=WRITER)
    entry = f.fill(f.entry_of(f.application(by=writer)))
    given = {"application": entry.application, "submission": entry.submission, "actor": writer, "now": f.NOW}
    application_answers.save_answers(
        values={"MS1": ANSWER, "INS": Declared(is_met=True, text=DECLARED)}, **given
    )
    application_files.add_file(item="MS1", upload=f.pdf(FILE_NAME, IN_FILE), **given)
    entries.submit(entry=entry, actor=writer, now=f.NOW)
    return Ground(entry, writer, _strangers(entry))


def _strangers(entry: Entry) -> dict[str, User | None]:
    """Return one person for each role of the lead authority, and everybody outside."""
    lead = entry.window_lot.window.agreement.lead
    inside: dict[str, User | None] = {
        str(role): people.person(lead, role) for role in sorted(AUTHORITY_ROLES)
    }
    left = people.person(entry.application.organisation, "provider_admin")
    left.memberships.update(left_at=f.NOW)
    return inside | {
        "every role, and administrator": people.person(lead, *AUTHORITY_ROLES, is_staff=True),
        "administrator": people.person(is_staff=True),
        "rival": f.bid_writer(people.provider("Rival Ltd")),
        "former colleague": left,
        "lead of another agreement": f.lead_of(f.agreement()),
        "nobody": None,
    }


def everything_at_rest() -> Iterator[tuple[str, bytes]]:
    """Yield every value of every row, every byte of the store and of the logs and mails, and a whole dump."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - own tables
            for value in (value for row in cursor.fetchall() for value in row):
                binary = isinstance(value, bytes | memoryview)
                yield table, bytes(value) if binary else str(value).encode()
    for folder in {Path(settings.DATA_DIR), Path(default_storage.path("."))}:
        yield from ((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())
    dump = io.StringIO()
    call_command("dumpdata", stdout=dump, verbosity=0)
    yield "dumpdata", dump.getvalue().encode()

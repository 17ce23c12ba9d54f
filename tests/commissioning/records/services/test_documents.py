import hashlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.records import downloads, store
from commissioning.records.models import Document
from commissioning.records.services import documents
from commissioning.workflow import Refused
from tests import factories, scanner
from tests.commissioning.records import files
from tests.commissioning.records.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return factories.person(factories.authority("PCC"), Role.LEAD)


def add(lead, **given):
    organisation = lead.memberships.get().organisation
    facts = {"title": "Specification", "file": files.upload(), "organisation": organisation}
    return documents.add(**{"actor": lead, "now": NOW, **facts, **given})


def test_a_document_is_kept_with_its_digest_and_an_event(lead):
    document = add(lead, audit_chain="EIP-PDPS")
    assert b"".join(documents.stream(document=document)) == files.PDF
    assert document.sha256 == hashlib.sha256(files.PDF).hexdigest()
    assert (document.content_type, document.file_name) == ("application/pdf", "method.pdf")
    event = Event.objects.get(action="document.add")
    assert (event.actor, event.chain.name, event.subject) == (lead, "EIP-PDPS", document.reference)
    assert event.data["after"]["sha256"] == document.sha256


def test_a_refused_upload_keeps_nothing(lead):
    before = set(store.paths())
    with pytest.raises(Refused, match="of up to 25 MB"):
        add(lead, file=files.upload(b"<svg onload='alert(1)'/>", "picture.png"))
    assert not Document.objects.exists()
    assert set(store.paths()) == before


def test_a_new_version_replaces_the_newest_alone(lead):
    first = add(lead)
    second = add(lead, replaces=first)
    assert second.replaces == first
    before = set(store.paths())
    with pytest.raises(Refused, match="has a newer version already"):
        add(lead, replaces=first)
    assert set(store.paths()) == before


def test_a_file_changed_or_gone_is_not_given_out(lead):
    document = add(lead)
    place = Path(default_storage.path(document.path))
    place.write_bytes(b"another file")
    with pytest.raises(store.Damaged, match="not the one that was kept"):
        documents.stream(document=document)
    place.unlink()
    with pytest.raises(store.Damaged, match="missing from the store"):
        downloads.send_document(document)


def test_a_document_is_given_out_as_an_attachment(lead):
    response = downloads.send_document(add(lead, file=files.upload(name="Spéc “1”.pdf")))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Sp%C3%A9c")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Length"] == str(len(files.PDF))
    assert response.getvalue() == files.PDF


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/xhtml+xml", ""])
def test_a_type_that_a_browser_may_run_is_not_given(content_type):
    response = downloads.send_bytes_as_attachment(b"<script>", "a/b\r\n.html", content_type)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="b.html"'


class TestScan:
    def test_a_clean_file_is_kept(self, clamd, lead):
        assert add(lead).size

    def test_an_infected_file_is_refused_beside_its_field_and_nothing_is_kept(self, clamd, lead):
        before = set(store.paths())
        with pytest.raises(Refused, match="the virus scanner found") as refusal:
            add(lead, file=files.upload(scanner.INFECTED_PDF), field="file")
        assert refusal.value.reasons[0].field == "file"
        assert set(store.paths()) == before

    def test_what_cannot_be_scanned_is_refused_since_others_would_read_it_at_once(self, clamd, lead):
        clamd.kill()
        with pytest.raises(Refused, match="could not be scanned for viruses"):
            add(lead)

    def test_what_was_checked_before_is_not_scanned_again(self, clamd, lead):
        checked = documents.check(file=files.upload())
        clamd.kill()
        assert add(lead, checked=checked).file_name == "method.pdf"

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from commissioning.people.roles import Role
from commissioning.records import receipts
from commissioning.records.services import documents
from tests import factories
from tests.commissioning.records import files
from tests.commissioning.records.factories import NOW, SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt():
    return receipts.make_receipt(
        reference="APP-7K3M9",
        about="Lot 1, Community Support",
        agreement="EIP-PDPS",
        organisation=factories.provider("P3 <b>Charity</b>"),
        received_at=NOW,
        lines=[receipts.answer_line(label="Method statement 1", content="one\ntwo", words=2)],
    )


def file(text, name="receipt.json"):
    held = io.BytesIO(text.encode())
    held.name = name
    return held


def check(client, **given):
    return client.post(reverse("verify"), given)


def test_anyone_sees_what_a_genuine_receipt_proves(client, receipt):
    response = check(client, receipt=file(receipt.text))
    assert response.status_code == 200
    said = response.content.decode()
    assert "This receipt is genuine" in said
    assert "P3 &lt;b&gt;Charity&lt;/b&gt;" in said
    assert "APP-7K3M9: Lot 1, Community Support" in said
    assert "Monday 11 January 2027, 09:30:00.000000 London time" in said
    assert "proves no real deadline" not in said


def test_what_a_standing_instruction_sent_shows_when_it_was_saved_and_fixed(client, receipt):
    sent = receipts.make_receipt(
        reference="APP-7K3M9/1",
        about="Lot 1",
        agreement="EIP-PDPS",
        organisation=factories.provider(),
        received_at=NOW,
        lines=[],
        standing={
            "given_at": NOW - timedelta(days=2),
            "saved_at": NOW,
            "fixed_at": NOW + timedelta(minutes=3),
        },
    )
    said = check(client, text=sent.text).content.decode()
    assert "Fixed by the portal" in said
    assert "Monday 11 January 2027, 09:33:00.000000 London time" in said
    assert "2027-01-11T09:33:00+00:00" in said
    assert "Fixed by the portal" not in check(client, text=receipt.text).content.decode()


def test_a_training_receipt_says_that_it_proves_no_deadline(client, receipt, settings):
    settings.PORTAL_DEMO = True
    trained = receipts.make_receipt(
        reference="APP-7K3M9",
        about="Lot 1",
        agreement="EIP-PDPS",
        organisation=factories.provider(),
        received_at=NOW,
        lines=[],
    )
    assert b"proves no real deadline" in check(client, text=trained.text).content


def test_a_changed_receipt_is_refused_with_the_reason(client, receipt):
    response = check(client, text=receipt.text.replace("Lot 1", "Lot 2"))
    assert response.status_code == 200
    assert b"proves nothing" in response.content
    assert b"something in it was changed after the portal signed it" in response.content


def test_an_answer_or_a_file_is_compared(client, receipt):
    # A browser sends a text's line ends in its own way.
    held = check(client, text=receipt.text, answer="one\r\ntwo").content
    assert b"is what was received:</strong> Method statement 1" in held
    assert b"is what was received:" in check(client, text=receipt.text, content=file("one\ntwo")).content
    assert b"is not what was received" in check(client, text=receipt.text, answer=SECRET).content


def test_nothing_given_is_said_at_the_field(client):
    response = check(client)
    assert response.status_code == 422
    assert b"Choose the receipt&#x27;s file, or paste its text" in response.content
    assert b'href="#id_receipt"' in response.content


@pytest.mark.parametrize("text", ["[", "\x00", "{}", "null"])
def test_no_text_breaks_the_page(client, text):
    assert check(client, text=text).status_code in {200, 422}


def test_the_page_changes_nothing_when_looked_at(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(reverse("verify")).status_code == 200


def test_the_keys_are_published(client, receipt):
    keys = json.loads(client.get("/verify/keys.json").content)["keys"]
    assert [(key["key"], key["clock"], key["algorithm"]) for key in keys] == [
        (receipt.data["key"], "live", "Ed25519")
    ]
    assert len(bytes.fromhex(keys[0]["public"])) == 32


def test_a_public_document_is_anyones_and_any_other_is_not_there(client):
    lead = factories.person(factories.authority(), Role.LEAD)
    given: dict[str, Any] = {"organisation": lead.memberships.get().organisation, "actor": lead, "now": NOW}
    public = documents.add(title="Guide", file=files.upload(), is_public=True, **given)
    other = documents.add(title="Draft", file=files.upload(), **given)
    response = client.get(reverse("document", args=[public.reference]))
    assert response.getvalue() == files.PDF
    assert response["Content-Disposition"] == 'attachment; filename="method.pdf"'
    for viewer in (client, factories.client_for(lead)):
        assert viewer.get(reverse("document", args=[other.reference])).status_code == 404

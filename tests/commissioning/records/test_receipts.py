import io
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings as settings_
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.records import receipts, sealing
from commissioning.records.models import SigningKey
from commissioning.records.sealing import signing
from tests import factories, pdf_text
from tests.commissioning.records.factories import DEADLINE, NOW, SECRET

pytestmark = pytest.mark.django_db
RECEIVED = datetime(2027, 1, 17, 9, 29, 59, 123456, tzinfo=UTC)
SUMMER = datetime(2027, 7, 17, 22, 30, tzinfo=UTC)


@pytest.fixture
def provider():
    return factories.provider("P3 Charity")


@pytest.fixture
def writer(provider):
    return factories.person(provider, Role.PROVIDER_EDITOR)


def make(provider, **given):
    given.setdefault("lines", [receipts.answer_line(label="Method statement 1", content=SECRET, words=11)])
    facts: dict[str, Any] = {
        "reference": "APP-7K3M9",
        "about": "Lot 1, Community Support",
        "agreement": "EIP-PDPS",
        "received_at": RECEIVED,
        "deadline": DEADLINE,
    }
    return receipts.make_receipt(organisation=provider, **facts | given)


def refusal(data):
    with pytest.raises(receipts.NotGenuine) as error:
        receipts.verify_receipt(data)
    return error.value.reason


def test_a_receipt_says_what_was_received_from_whom_and_when(provider):
    found = receipts.verify_receipt(make(provider).text)
    assert (found.reference, found.about, found.agreement) == (
        "APP-7K3M9",
        "Lot 1, Community Support",
        "EIP-PDPS",
    )
    assert found.organisation == "P3 Charity"
    assert (found.received_at, found.deadline) == (RECEIVED, DEADLINE)
    assert found.received_in_london == "Sunday 17 January 2027, 09:29:59.123456 London time"
    assert [(line.kind, line.label, line.words) for line in found.lines] == [
        ("answer", "Method statement 1", 11)
    ]
    assert not found.is_training


def test_london_time_is_summer_time_in_summer(provider):
    found = receipts.verify_receipt(make(provider, received_at=SUMMER).text)
    assert found.received_in_london == "Saturday 17 July 2027, 23:30:00.000000 London time"


def test_a_line_holds_exactly_what_was_sent_and_nothing_else(provider):
    found = receipts.verify_receipt(make(provider).text)
    assert [line.label for line in found.lines_that_hold(SECRET.encode())] == ["Method statement 1"]
    assert found.lines_that_hold(SECRET.encode() + b" ") == []


def test_equal_answers_have_unlike_digests(provider):
    one, two = (receipts.answer_line(label="Yes or no", content="yes") for _ in range(2))
    assert one["sha256"] != two["sha256"]
    assert len(bytes.fromhex(one["salt"])) == 32


def test_a_files_line_holds_the_file_that_was_sealed(provider, writer):
    content = b"%PDF-1.7 a method" * 9000
    blob = sealing.seal_file(
        file=io.BytesIO(content), organisation=provider, rounds=[], compartment="quality", now=NOW
    )
    line = receipts.file_line(label="Policy", name="policy.pdf", blob=blob, actor=writer, now=NOW)
    found = receipts.verify_receipt(make(provider, lines=[line]).text)
    assert (found.lines[0].name, found.lines[0].size) == ("policy.pdf", len(content))
    assert found.lines[0].holds(content)
    with pytest.raises(sealing.StillSealed):
        receipts.file_line(label="Policy", name="x", blob=blob, actor=factories.person(), now=NOW)


def test_a_receipt_is_genuine_after_the_provider_was_renamed(provider):
    receipt = make(provider)
    provider.name = "P3 Community Trust"
    provider.save()
    assert receipts.verify_receipt(receipt.text).organisation == "P3 Charity"


def test_a_receipt_is_genuine_after_its_key_was_retired(provider):
    receipt = make(provider)
    old, new = signing.retire(use="live", actor=signing.SYSTEM, now=RECEIVED + timedelta(days=1))
    later = make(provider, received_at=RECEIVED + timedelta(days=2))
    assert (receipt.data["key"], later.data["key"]) == (old, new)
    for one in (receipt, later):
        receipts.verify_receipt(one.text)
    retired = Event.objects.get(action="signing_key.retire")
    assert retired.data["key"] == old
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.update(retired_at=None)


def test_what_is_dated_after_its_keys_retirement_was_not_made_by_the_portal(provider):
    forged = make(provider, received_at=RECEIVED + timedelta(days=2))
    signing.retire(use="live", actor=signing.SYSTEM, now=RECEIVED + timedelta(days=1))
    assert "after the key that signed it was retired" in refusal(forged.text)


def test_in_a_demonstration_the_training_key_signs_and_says_so(provider, settings):
    live = make(provider)
    settings.PORTAL_DEMO = True
    receipt = make(provider)
    found = receipts.verify_receipt(receipt.text)
    assert found.is_training
    assert receipt.data["clock"] == "training"
    assert receipt.data["key"] != live.data["key"]
    settings.PORTAL_DEMO = False
    assert "changed" in refusal({**receipt.data, "clock": "live"})


def test_a_training_key_signs_nothing_live(provider):
    data = {k: v for k, v in make(provider).data.items() if k != "signature"}
    key = signing.key_in_use(use="training", now=NOW)
    data["key"] = key.key_id
    exact = receipts.canonical(data).encode()
    data["signature"] = signing.sign(data=exact, purpose="receipt", use="training", now=NOW).value
    assert "another clock" in refusal(data)


def test_a_signature_for_another_purpose_is_none(provider):
    data = {k: v for k, v in make(provider).data.items() if k != "signature"}
    exact = receipts.canonical(data).encode()
    data["signature"] = signing.sign(data=exact, purpose="head", use="live", now=NOW).value
    assert "signature does not match" in refusal(data)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"", "not the text of a receipt"),
        (b"\xff\xfe", "not the text of a receipt"),
        ("{", "not the text of a receipt"),
        ("[" * 100_000, "not the text of a receipt"),
        ('{"type": "submission receipt", "type": "other"}', "not the text of a receipt"),
        ('{"type": "submission receipt", "version": NaN}', "not the text of a receipt"),
        ("[1]", "not a receipt of this portal"),
        ('"submission receipt"', "not a receipt of this portal"),
        ("{}", "not a receipt of this portal"),
        ('{"type": "submission receipt", "version": 2}', "version that this portal does not know"),
        ('{"type": "submission receipt", "version": 1}', "a key that this portal never had"),
        ('{"type": "submission receipt", "version": 1, "key": []}', "a key that this portal never had"),
        ("x" * 1_000_001, "far larger"),
    ],
)
def test_what_is_no_receipt_is_refused_with_the_reason(given, reason):
    assert reason in refusal(given)


@pytest.mark.parametrize("signature", [None, 7, "", "00", "not hex", "00" * 64])
def test_a_missing_or_foreign_signature_is_refused(provider, signature):
    assert "signature does not match" in refusal({**make(provider).data, "signature": signature})


def test_a_value_that_no_receipt_has_is_refused(provider):
    assert "changed" in refusal({**make(provider).data, "deadline": 1.5})


class AnyChange(TestCase):
    @settings(max_examples=40)
    @given(st.data())
    def test_any_change_of_any_value_is_noticed(self, data):
        held = json.loads(make(factories.provider()).text)
        name = data.draw(st.sampled_from(sorted(set(held) - {"signature"})))
        held[name] = data.draw(
            st.one_of(st.text(), st.integers(), st.none(), st.just([])).filter(
                lambda value: value != held[name]
            )
        )
        refusal(held)


def test_the_layout_of_the_file_does_not_matter(provider):
    receipt = make(provider)
    compact = json.dumps(dict(reversed(list(receipt.data.items()))), separators=(",", ":"))
    receipts.verify_receipt(compact)
    receipts.verify_receipt(("\ufeff" + receipt.text).encode())


def test_the_check_in_the_documentation_agrees(provider, client, tmp_path):
    text = (Path(settings_.BASE_DIR) / "docs" / "sealing.md").read_text("utf-8")
    script = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[-1]
    receipt, keys = tmp_path / "receipt.json", tmp_path / "keys.json"
    receipt.write_text(make(provider).text, "utf-8")
    keys.write_bytes(client.get("/verify/keys.json").content)
    run = [sys.executable, "-c", script, str(receipt), str(keys)]
    assert subprocess.run(run, capture_output=True, check=True, text=True).stdout == "genuine\n"
    receipt.write_text(make(provider, about="Lot 2").text.replace("Lot 2", "Lot 1"), "utf-8")
    assert subprocess.run(run, capture_output=True, check=False).returncode == 1


def test_the_comparison_in_the_documentation_agrees(provider, tmp_path):
    text = (Path(settings_.BASE_DIR) / "docs" / "sealing.md").read_text("utf-8")
    script = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[-2]
    receipt, content = tmp_path / "receipt.json", tmp_path / "line.txt"
    line = receipts.answer_line(label="INS Insurance", content='{"answer":"yes","text":""}')
    receipt.write_text(make(provider, lines=[line]).text, "utf-8")
    content.write_text('{"answer":"yes","text":""}')
    run = [sys.executable, "-c", script, str(receipt), str(content)]
    assert (
        "received as INS Insurance" in subprocess.run(run, capture_output=True, check=True, text=True).stdout
    )
    content.write_text('{"answer":"no","text":""}')
    assert subprocess.run(run, capture_output=True, check=True, text=True).stdout == ""


def test_a_receipt_can_be_read_on_paper(provider, settings):
    receipt = make(provider)
    page = receipts.as_page(receipt)
    assert "Receipt APP-7K3M9" in page
    assert "<strong>Sunday 17 January 2027, 09:29:59.123456 London time</strong>" in page
    assert "The deadline was then Sunday 17 January 2027, 09:30:00.000000 London time" in page
    assert "11 words" in page
    assert receipt.data["lines"][0]["salt"] not in page
    assert "proves no real deadline" not in page
    settings.PORTAL_DEMO = True
    assert "proves no real deadline" in receipts.as_page(make(provider))
    with pikepdf.open(io.BytesIO(receipts.as_pdf(receipt))) as document:
        assert str(document.docinfo["/Title"]) == "Receipt APP-7K3M9"


def test_each_page_on_paper_says_which_receipt_it_is_of_and_where_to_check_it(provider, settings):
    lines = [receipts.answer_line(label=f"Method statement {number}", content=SECRET) for number in range(60)]
    receipt = make(provider, lines=lines)
    content = receipts.as_pdf(receipt)
    with pikepdf.open(io.BytesIO(content)) as document:
        pages = len(document.pages)
    assert pages > 1
    text = pdf_text.words(content)
    foot = (
        f"Receipt APP-7K3M9. Check its JSON file at {settings.PORTAL_URL}/verify/ "
        f"SHA-256 of the receipt: {receipt.digest}"
    )
    assert text.count(foot) == pages
    assert all(f"Page {number + 1} of {pages}" in text for number in range(pages))
    assert "Fingerprint of its facts" not in text
    assert "Letter" not in text


def test_a_kept_receipt_is_read_by_its_provider_alone(provider, writer):
    receipt = make(provider)
    blob = receipts.keep(receipt=receipt, organisation=provider, now=NOW)
    again = receipts.read(blob=blob, actor=writer, now=NOW)
    assert again.data == receipt.data
    assert again.digest == receipt.digest
    lead = factories.person(factories.authority(), Role.LEAD)
    with pytest.raises(sealing.StillSealed):
        receipts.read(blob=blob, actor=lead, now=NOW)


def test_making_a_signing_key_is_recorded(provider):
    make(provider)
    make(provider)
    assert Event.objects.filter(action="signing_key.make").count() == 1


def test_the_command_says_what_a_receipt_proves(provider, tmp_path, capsys):
    file, answer = tmp_path / "receipt.json", tmp_path / "answer.txt"
    file.write_text(make(provider).text, "utf-8")
    answer.write_text(SECRET, "utf-8")
    call_command("verify_receipt", str(file), "--against", str(answer))
    said = capsys.readouterr().out
    assert said.startswith("Genuine.\nAPP-7K3M9: Lot 1, Community Support, EIP-PDPS\nFrom P3 Charity\n")
    assert "was received as: Method statement 1" in said


def test_the_command_names_a_file_as_the_receipt_does_and_says_which_of_several_it_is(
    provider, tmp_path, capsys
):
    file, sent = tmp_path / "receipt.json", tmp_path / "policy.pdf"
    line = receipts.answer_line(label="Method statement 1", content=SECRET) | {
        "name": "policy.pdf",
        "size": 7,
    }
    file.write_text(make(provider, lines=[line], number=2).text, "utf-8")
    sent.write_text(SECRET, "utf-8")
    call_command("verify_receipt", str(file), "--against", str(sent))
    said = capsys.readouterr().out
    assert "APP-7K3M9, number 2: Lot 1" in said
    assert "was received as: Method statement 1: policy.pdf" in said
    sent.write_text(f"{SECRET}\n", "utf-8")
    with pytest.raises(CommandError, match="by an empty line at its end"):
        call_command("verify_receipt", str(file), "--against", str(sent))


def test_the_paper_of_a_second_receipt_says_its_number(provider):
    assert "Receipt APP-7K3M9, number 2" in receipts.as_page(make(provider, number=2))
    assert "number" not in receipts.as_page(make(provider, number=1)).split("<h2>")[0]


def test_the_command_says_when_what_was_sent_at_the_close_was_saved_and_fixed(provider, tmp_path, capsys):
    moments = {"given_at": NOW, "saved_at": NOW, "fixed_at": NOW + timedelta(minutes=3)}
    file = tmp_path / "receipt.json"
    file.write_text(make(provider, standing=moments).text, "utf-8")
    call_command("verify_receipt", str(file))
    said = capsys.readouterr().out
    assert "Sent at the close under a standing instruction:\n  saved at Monday 11 January 2027" in said
    assert (
        "  fixed at Monday 11 January 2027, 09:33:00.000000 London time (2027-01-11T09:33:00+00:00)" in said
    )
    file.write_text(make(provider).text, "utf-8")
    call_command("verify_receipt", str(file))
    assert "standing instruction" not in capsys.readouterr().out


def test_the_command_fails_with_the_reason(provider, tmp_path):
    file, other = tmp_path / "receipt.json", tmp_path / "other.txt"
    other.write_text("something else", "utf-8")
    file.write_text(make(provider).text, "utf-8")
    with pytest.raises(CommandError, match="not among what was received") as error:
        call_command("verify_receipt", str(file), "--against", str(other))
    assert error.value.returncode == 1
    file.write_text(make(provider).text.replace("P3", "P4"), "utf-8")
    with pytest.raises(CommandError, match=r"Not genuine\. The signature does not match"):
        call_command("verify_receipt", str(file))
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("verify_receipt", str(tmp_path / "none.json"))

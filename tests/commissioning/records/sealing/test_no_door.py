"""Nobody can reach the content before the opening, and an attempt is seen (rulebook R22-b, R22-f, R22-g)."""

import io
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.core import serializers
from django.core.files.storage import default_storage
from django.db import connection

from commissioning.audit.models import AccessEntry
from commissioning.audit.services import unit
from commissioning.people.roles import Role
from commissioning.records import models, receipts, sealing, store
from commissioning.web.views import SignedIn
from tests import factories
from tests.commissioning.records import files
from tests.commissioning.records.factories import DEADLINE, NOW, OPENS, SECRET, round_, sealed

pytestmark = pytest.mark.django_db
PRICE = "Price schedule: 14.37 GBP an hour"
FILE = files.PDF.replace(b"endobj", b"% our rota for nights and weekends")
TRACES = [SECRET, PRICE, "14.37 GBP", "our rota for nights"]


@pytest.fixture
def bid():
    """Return the provider, the round and all that a bid leaves behind: answers, prices, a file, a receipt."""
    provider, round = factories.provider("P3 Charity"), round_()
    writer = factories.person(provider, Role.PROVIDER_EDITOR)
    answers = sealed(provider, round)
    prices = sealed(provider, round, content=PRICE.encode(), compartment="price")
    file = sealing.seal_file(
        file=io.BytesIO(FILE), organisation=provider, rounds=[round], compartment="quality", now=NOW
    )
    receipt = receipts.make_receipt(
        reference="BID-7K3M9",
        about="Competition 1",
        agreement="EIP-PDPS",
        organisation=provider,
        received_at=NOW,
        lines=[
            receipts.answer_line(label="Method", content=SECRET),
            receipts.answer_line(label="Price", content=PRICE),
            receipts.file_line(label="Policy", name="policy.pdf", blob=file, actor=writer, now=NOW),
        ],
    )
    kept = receipts.keep(receipt=receipt, organisation=provider, now=NOW)
    return {"round": round, "blobs": [answers, prices, file, kept], "receipt": receipt, "provider": provider}


def everything_that_rests():
    """Yield every value of every row of every table, and every byte under the data folder."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - own tables
            for row in cursor.fetchall():
                for value in row:
                    is_binary = isinstance(value, bytes | memoryview)
                    yield table, bytes(value) if is_binary else str(value).encode()
    for folder in (Path(settings.DATA_DIR), Path(default_storage.path("."))):
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()


def test_no_row_and_no_file_holds_the_content_or_a_salt(bid):
    traces = [trace.encode() for trace in TRACES]
    for line in bid["receipt"].data["lines"]:
        traces += [bytes.fromhex(line["salt"]), line["salt"].encode()]
    for place, held in everything_that_rests():
        for trace in traces:
            assert trace not in held, f"{trace!r} rests in clear in {place}"


def test_no_row_holds_a_private_key_or_the_sealing_key(bid):
    key = bytes(settings.PORTAL_SEALING_KEY)
    for place, held in everything_that_rests():
        # The embedded default keeps the key itself in a folder of its own, apart from database and store.
        if "/keys/" not in place:
            assert key not in held
            assert key.hex().encode() not in held


def test_serialising_every_row_gives_nothing_away(bid):
    for model in (models.SealedBlob, models.Wrap, models.Round, models.DraftKey, models.SigningKey):
        dumped = serializers.serialize("json", model._default_manager.all())
        assert not any(trace in dumped for trace in TRACES)


def test_no_role_reads_before_the_opening_nor_a_superuser_nor_the_portal(bid):
    authority = factories.authority()
    people: list[Any] = [factories.person(authority, role) for role in Role]
    people += [factories.person(bid["provider"], role) for role in Role]
    people += [factories.person(is_staff=True), factories.person(), sealing.signing.SYSTEM]
    for reader in people:
        for blob in bid["blobs"]:
            with pytest.raises(sealing.StillSealed):
                sealing.read_opened(blob=blob, round=bid["round"], reader=reader, now=DEADLINE, what="it")
    assert AccessEntry.objects.filter(outcome="refused").count() == len(people) * len(bid["blobs"])
    assert not AccessEntry.objects.filter(outcome="read").exists()


def test_no_one_else_reads_as_the_provider(bid):
    other = factories.provider()
    lead = factories.person(factories.authority(), Role.LEAD)
    leaver = factories.person(bid["provider"], Role.PROVIDER_ADMIN)
    leaver.memberships.update(left_at=NOW)
    auditor_inside = factories.person(bid["provider"], Role.AUDITOR)
    administrator = factories.person(is_staff=True)
    rival = factories.person(other, Role.PROVIDER_ADMIN)
    for actor in (lead, leaver, auditor_inside, administrator, rival, sealing.signing.SYSTEM):
        for blob in bid["blobs"]:
            with pytest.raises(sealing.StillSealed, match="Only the organisation that wrote this"):
                sealing.read_as_provider(blob=blob, actor=actor, now=NOW)
            with pytest.raises(sealing.StillSealed):
                sealing.fingerprint(blob=blob, actor=actor, now=NOW)


def test_a_refused_attempt_is_kept_although_its_unit_is_rolled_back(bid):
    lead = factories.person(factories.authority(), Role.LEAD)
    with pytest.raises(sealing.StillSealed), unit():
        sealing.read_opened(
            blob=bid["blobs"][0],
            round=bid["round"],
            reader=lead,
            now=NOW,
            what="answers of BID-7K3M9",
            address="192.0.2.7",
        )
    entry = AccessEntry.objects.get()
    assert (entry.user, entry.at, entry.what, entry.address, entry.veil) == (
        lead,
        NOW,
        "answers of BID-7K3M9",
        "192.0.2.7",
        bid["round"].reference,
    )


def test_a_page_that_asks_too_early_is_noted_once_and_behind_the_veil(bid, rf):
    class TooEarly(SignedIn):
        def get(self, request):
            return sealing.read_opened(
                blob=bid["blobs"][0], round=bid["round"], reader=self.actor, now=self.now, what="answers"
            )

    request = rf.get("/")
    request.user, request.received_at = factories.person(factories.authority(), Role.LEAD), NOW
    with pytest.raises(sealing.StillSealed):
        TooEarly.as_view()(request)
    assert AccessEntry.objects.get().veil == bid["round"].reference


def test_neither_logs_nor_errors_repeat_the_content(bid, caplog, settings):
    caplog.set_level(logging.DEBUG)
    writer = factories.person(bid["provider"], Role.PROVIDER_EDITOR)
    sealed(bid["provider"], bid["round"])
    sealing.read_as_provider(blob=bid["blobs"][0], actor=writer, now=NOW)
    models.SealedBlob.objects.update(digest="0" * 64)
    blob = models.SealedBlob.objects.get(pk=bid["blobs"][0].pk)
    with pytest.raises(sealing.Damaged) as error:
        sealing.read_as_provider(blob=blob, actor=writer, now=NOW)
    said = caplog.text + "".join(traceback.format_exception(error.value))
    assert not any(trace in said for trace in TRACES)


def test_the_administration_has_no_page_of_sealed_content_or_keys():
    for model in (models.SealedBlob, models.Wrap, models.DraftKey):
        assert not admin.site.is_registered(model)


def test_prices_rest_sealed_while_quality_is_read(bid):
    lead = factories.person(factories.authority(), Role.LEAD)
    answers, prices, file, _ = bid["blobs"]
    sealing.open_round(round=bid["round"], actor=lead, now=OPENS, blobs=bid["blobs"])
    given = {"round": bid["round"], "reader": lead, "now": OPENS, "what": "a bid"}
    assert sealing.read_opened(blob=answers, **given).decode() == SECRET
    assert sealing.read_opened(blob=file, **given) == FILE
    with pytest.raises(sealing.StillSealed):
        sealing.read_opened(blob=prices, **given)
    assert not any(PRICE.encode() in held for _, held in everything_that_rests())


def test_the_files_of_the_store_are_only_sealed_ones(bid):
    file = bid["blobs"][2]
    assert b"".join(store.chunks(file.path))[:5] != b"%PDF-"

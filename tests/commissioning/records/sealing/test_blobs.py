import io
import threading
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commissioning.people.roles import Role
from commissioning.records import sealing, store
from commissioning.records.models import DraftKey, Round, SealedBlob, Wrap
from commissioning.workflow import Refused
from tests import factories
from tests.commissioning.records.factories import NOW, OPENS, SECRET, round_, sealed


@pytest.fixture
def provider(db):
    return factories.provider()


@pytest.fixture
def writer(provider):
    return factories.person(provider, Role.PROVIDER_EDITOR)


@pytest.fixture
def lead(db):
    return factories.person(factories.authority(), Role.LEAD)


def seal_file(provider, content=b"%PDF-1.7 secret", *rounds):
    return sealing.seal_file(
        file=io.BytesIO(content), organisation=provider, rounds=rounds, compartment="quality", now=NOW
    )


class RoundTrips(TestCase):
    @settings(max_examples=30)
    @given(st.text(max_size=600))
    def test_what_is_sealed_comes_back_as_it_was(self, text):
        provider = factories.provider()
        writer = factories.person(provider, Role.PROVIDER_EDITOR)
        blob = SealedBlob.objects.get(pk=sealed(provider, round_(), content=text.encode()).pk)
        assert sealing.read_as_provider(blob=blob, actor=writer, now=NOW).decode() == text
        assert text.encode() not in bytes(blob.ciphertext) or len(text) < 4


def test_lengths_tell_nothing_of_a_price(provider):
    sizes = {
        len(sealed(provider, content=price.encode(), compartment="price").ciphertext)
        for price in ("9.99", "10.00", "123456.78")
    }
    assert len(sizes) == 1


def test_equal_contents_have_nothing_in_common(provider):
    one, two = sealed(provider), sealed(provider)
    assert bytes(one.ciphertext) != bytes(two.ciphertext)
    assert one.digest != two.digest


def test_the_common_part_is_added_to_a_lot_entered_later(provider, lead):
    first, second = round_(), round_(title="Lot 2")
    blob = sealed(provider, first)
    sealing.add_round(blob=blob, round=second)
    sealing.add_round(blob=blob, round=second)
    assert Wrap.objects.filter(blob=blob).count() == 3
    sealing.open_round(round=second, actor=lead, now=OPENS)
    found = sealing.read_opened(blob=blob, round=second, reader=lead, now=OPENS, what="common part")
    assert found.decode() == SECRET
    with pytest.raises(sealing.StillSealed):
        sealing.read_opened(blob=blob, round=first, reader=lead, now=OPENS, what="common part")


def test_a_round_that_the_content_was_not_sealed_to_reads_nothing(provider, lead):
    round = round_()
    blob = sealed(provider, round_(title="Lot 2"))
    sealing.open_round(round=round, actor=lead, now=OPENS)
    with pytest.raises(sealing.StillSealed):
        sealing.read_opened(blob=blob, round=round, reader=lead, now=OPENS, what="another lot's")


def test_nothing_is_sealed_into_what_is_open(provider, lead):
    round = round_()
    draft = sealed(provider)
    sealing.open_round(round=round, actor=lead, now=OPENS)
    with pytest.raises(Refused, match="opened already"):
        sealed(provider, round)
    with pytest.raises(Refused, match="opened already"):
        sealing.add_round(blob=draft, round=round)
    with pytest.raises(Refused, match="can no longer be moved"):
        sealing.set_not_before(round=round, not_before=OPENS)
    assert not Wrap.objects.filter(round=round).exists()


def test_what_is_the_providers_alone_is_sealed_to_no_round(provider, lead):
    round = round_()
    with pytest.raises(ValueError, match="alone"):
        sealed(provider, round, compartment="private")
    blob = sealed(provider, compartment="private")
    Wrap.objects.create(blob=blob, round=round, wrapped=b"forged")
    sealing.open_round(round=round, actor=lead, now=OPENS)
    with pytest.raises(sealing.StillSealed):
        sealing.read_opened(blob=blob, round=round, reader=lead, now=OPENS, what="a receipt")


def test_a_discarded_draft_leaves_nothing(provider, django_capture_on_commit_callbacks):
    blob = seal_file(provider)
    path = blob.path
    with django_capture_on_commit_callbacks(execute=True):
        sealing.discard(blob=blob)
    assert not SealedBlob.objects.exists()
    assert not Wrap.objects.exists()
    assert path not in set(store.paths())


def test_a_deadline_is_moved_until_the_opening(lead):
    round = round_()
    sealing.set_not_before(round=round, not_before=OPENS)
    with pytest.raises(Refused, match="stays sealed"):
        sealing.open_round(round=round, actor=lead, now=OPENS)
    opens = sealing.opens_from(Round.objects.get())
    assert opens is not None
    assert opens > OPENS


def test_a_round_without_a_deadline_is_not_opened_and_one_is_opened_once(lead):
    with pytest.raises(Refused, match="no deadline yet"):
        sealing.open_round(round=round_(not_before=None), actor=lead, now=OPENS)
    round = round_()
    sealing.open_round(round=round, actor=lead, now=OPENS)
    with pytest.raises(Refused, match="opened already, on Sunday 17 January 2027, 09:33 London time"):
        sealing.open_round(round=round, actor=lead, now=OPENS)


def _change_row(blob):
    sealed_bytes = bytearray(blob.ciphertext)
    sealed_bytes[40] ^= 1
    SealedBlob.objects.filter(pk=blob.pk).update(ciphertext=bytes(sealed_bytes))


def _cut_row(blob):
    SealedBlob.objects.filter(pk=blob.pk).update(ciphertext=bytes(blob.ciphertext)[:-30])


def _change_digest(blob):
    SealedBlob.objects.filter(pk=blob.pk).update(digest="0" * 64)


def _make_it_a_price(blob):
    SealedBlob.objects.filter(pk=blob.pk).update(compartment="price")


def _put_an_earlier_version(blob):
    earlier = sealed(blob.owner, content=b"an earlier version")
    SealedBlob.objects.filter(pk=blob.pk).update(ciphertext=bytes(earlier.ciphertext))
    Wrap.objects.filter(blob=blob, round=None).update(wrapped=bytes(earlier.wraps.get().wrapped))


def _change_wrap(blob):
    Wrap.objects.filter(blob=blob).update(wrapped=b"\x00" * 80)


@pytest.mark.parametrize(
    "tamper", [_change_row, _cut_row, _change_digest, _make_it_a_price, _put_an_earlier_version, _change_wrap]
)
def test_tampering_in_the_database_is_noticed(provider, writer, tamper):
    blob = sealed(provider)
    tamper(blob)
    blob = SealedBlob.objects.get(pk=blob.pk)
    with pytest.raises(sealing.Damaged):
        sealing.read_as_provider(blob=blob, actor=writer, now=NOW)


def test_tampering_in_the_store_is_noticed_before_a_byte_is_given(provider, writer):
    blob = seal_file(provider, b"x" * 300_000)
    resting = Path(default_storage.path(blob.path))
    whole = resting.read_bytes()
    for changed in (whole[:-20], whole[:-1] + bytes([whole[-1] ^ 1]), whole[:65_552]):
        resting.write_bytes(changed)
        with pytest.raises(sealing.Damaged):
            sealing.stream_as_provider(blob=blob, actor=writer, now=NOW)
    resting.unlink()
    with pytest.raises(sealing.Damaged, match="missing from the store"):
        sealing.read_as_provider(blob=blob, actor=writer, now=NOW)


def test_one_damaged_piece_does_not_stop_the_opening_and_is_named(provider, lead):
    round = round_()
    whole, broken = sealed(provider, round), sealed(provider, round)
    price = sealed(provider, round, compartment="price")
    _change_row(broken)
    broken.refresh_from_db()
    found = sealing.open_round(round=round, actor=lead, now=OPENS, blobs=[whole, broken, price])
    assert (found.whole, found.damaged) == (1, [broken])


def test_a_failed_seal_leaves_no_file(provider, monkeypatch):
    before = set(store.paths())
    monkeypatch.setattr(SealedBlob, "save", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seal_file(provider)
    assert set(store.paths()) == before


@pytest.mark.django_db(transaction=True)
def test_two_first_uses_make_one_draft_key():
    provider = factories.provider()

    def use():
        sealing.draft_key_for(organisation=provider, now=NOW)
        connection.close()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DraftKey.objects.count() == 1

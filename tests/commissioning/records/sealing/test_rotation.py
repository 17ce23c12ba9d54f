"""Changing the sealing key and the signing key, done for real (settled 14; docs/sealing.md)."""

import base64
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commissioning.accounts.services import proofs
from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.records import receipts, sealing
from commissioning.records.models import DraftKey, Round, SealedBlob, SigningKey
from commissioning.records.sealing import signing
from tests import factories
from tests.commissioning.accounts.factories import code, enrolled
from tests.commissioning.records.factories import NOW, OPENS, SECRET, round_, sealed

pytestmark = pytest.mark.django_db
NEW = bytes(range(100, 132))
THIRD = bytes(range(50, 82))
TABLES = (Round, DraftKey, SigningKey)


@pytest.fixture
def held(settings):
    """Return a provider's sealed text in a round, with a receipt, all under the configured key."""
    provider, round = factories.provider(), round_()
    blob = sealed(provider, round)
    price = sealed(provider, round, compartment="price")
    receipt = receipts.make_receipt(
        reference="BID-7K3M9",
        about="It",
        agreement="EIP-PDPS",
        organisation=provider,
        received_at=NOW,
        lines=[],
    )
    return {
        "writer": factories.person(provider, Role.PROVIDER_ADMIN),
        "lead": factories.person(factories.authority(), Role.LEAD),
        "round": round,
        "blob": blob,
        "price": price,
        "receipt": receipt,
        "provider": provider,
        "old": bytes(settings.PORTAL_SEALING_KEY),
    }


def rows():
    return [
        [
            {key: bytes(value) if isinstance(value, memoryview) else value for key, value in row.items()}
            for row in table._default_manager.order_by("pk").values()
        ]
        for table in TABLES
    ]


def file_of(folder, key, name="key"):
    path = folder / name
    path.write_bytes(base64.urlsafe_b64encode(key) + b"\n")
    return path


def rotate(**given):
    said = StringIO()
    call_command("rotate_sealing_key", stdout=said, **given)
    return said.getvalue()


def read(held):
    blob = SealedBlob.objects.get(pk=held["blob"].pk)
    return sealing.read_as_provider(blob=blob, actor=held["writer"], now=NOW).decode()


def test_after_the_rotation_all_opens_under_the_new_key_and_nothing_under_the_old(held, tmp_path, settings):
    content = list(SealedBlob.objects.order_by("pk").values_list("sealed_sha256"))
    said = rotate(new=file_of(tmp_path, NEW))
    assert "1 sealed round, 1 draft key, 1 signing key" in said
    assert "Now set PORTAL_SEALING_KEY" in said
    assert list(SealedBlob.objects.order_by("pk").values_list("sealed_sha256")) == content
    with pytest.raises(sealing.SealingKeyWrong):
        read(held)
    settings.PORTAL_SEALING_KEY = NEW
    assert sealing.sealing_key_problem() is None
    assert read(held) == SECRET
    round = Round.objects.get()
    sealing.open_round(round=round, actor=held["lead"], now=OPENS)
    sealing.open_prices(round=round, actor=held["lead"], now=OPENS)
    for name in ("blob", "price"):
        blob = SealedBlob.objects.get(pk=held[name].pk)
        opened = sealing.read_opened(blob=blob, round=round, reader=held["lead"], now=OPENS, what="it")
        assert opened.decode() == SECRET
    receipts.verify_receipt(held["receipt"].text)
    assert (
        signing.sign(data=b"x", purpose="receipt", use="live", now=NOW).key_id == held["receipt"].data["key"]
    )
    event = Event.objects.get(action="sealing_key.rotate")
    assert event.data["rewrapped"] == {"sealed rounds": 1, "draft keys": 1, "signing keys": 1}


def test_a_second_factor_is_wrapped_anew_and_its_codes_go_on(held, tmp_path, settings):
    enrolled(held["lead"], recovery="7K3M-9QXA-2HPD")
    assert "1 second factor." in rotate(new=file_of(tmp_path, NEW))
    settings.PORTAL_SEALING_KEY = NEW
    assert sealing.sealing_key_problem() is None
    for typed in (code(), "7K3M-9QXA-2HPD"):
        proofs.prove(user=held["lead"], password=factories.PASSWORD, code=typed, now=NOW)


def test_a_rehearsal_changes_nothing(held, tmp_path):
    before = rows()
    said = rotate(new=file_of(tmp_path, NEW), dry_run=True)
    assert "Rehearsed, nothing kept" in said
    assert "Now set" not in said
    assert rows() == before
    assert not Event.objects.filter(action="sealing_key.rotate").exists()
    assert read(held) == SECRET


def test_one_key_that_is_not_whole_stops_all_and_nothing_is_changed(held, tmp_path):
    other = round_()
    Round.objects.filter(pk=other.pk).update(price_private=other.quality_private)
    before = rows()
    with pytest.raises(CommandError, match="restore it from a backup"):
        rotate(new=file_of(tmp_path, NEW))
    assert rows() == before


def test_halves_that_do_not_fit_are_noticed(held, tmp_path):
    other = round_()
    Round.objects.filter(pk=other.pk).update(quality_public=held["round"].quality_public)
    with pytest.raises(CommandError, match="do not fit"):
        rotate(new=file_of(tmp_path, NEW))


def test_what_went_on_under_the_old_key_meanwhile_is_done_by_running_it_again(held, tmp_path, settings):
    rotate(new=file_of(tmp_path, NEW))
    late = round_()  # a process that had not been stopped yet
    assert "1 sealed round. 3 were under" in rotate(new=file_of(tmp_path, NEW))
    later = round_()
    settings.PORTAL_SEALING_KEY = NEW
    assert "1 sealed round. 4 were under" in rotate(old=file_of(tmp_path, held["old"], "old"))
    assert sealing.sealing_key_problem() is None
    for one in (late, later):
        sealing.open_round(round=Round.objects.get(pk=one.pk), actor=held["lead"], now=OPENS)
    assert "nothing. 5 were under" in rotate(old=file_of(tmp_path, held["old"], "old"))


def test_a_row_under_a_third_key_stops_all(held, tmp_path, settings):
    settings.PORTAL_SEALING_KEY = THIRD
    round_()
    settings.PORTAL_SEALING_KEY = held["old"]
    before = rows()
    with pytest.raises(CommandError, match=r"neither the old one .* nor the new one .* Nothing was changed"):
        rotate(new=file_of(tmp_path, NEW))
    assert rows() == before


@pytest.mark.parametrize("content", [b"", b"short", b"not base64 !!!", base64.urlsafe_b64encode(b"x" * 31)])
def test_a_file_that_holds_no_key_is_a_sentence(tmp_path, content):
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="does not hold a sealing key"):
        rotate(new=path)
    with pytest.raises(CommandError, match="cannot be read"):
        rotate(new=tmp_path / "none")


def test_the_same_key_twice_is_a_sentence(held, tmp_path):
    with pytest.raises(CommandError, match="are the same"):
        rotate(new=file_of(tmp_path, held["old"]))


def test_with_a_wrong_key_every_command_says_a_sentence_and_changes_nothing(held, tmp_path, settings):
    before = rows()
    settings.PORTAL_SEALING_KEY = THIRD
    with pytest.raises(CommandError, match="Nothing was changed"):
        rotate(new=file_of(tmp_path, NEW))
    with pytest.raises(CommandError, match="set PORTAL_SEALING_KEY to the key"):
        call_command("check", databases=["default"])
    assert rows() == before


def test_the_signing_key_is_rotated_and_old_receipts_stand(held, time_machine):
    time_machine.move_to(OPENS)
    said = StringIO()
    call_command("rotate_signing_key", stdout=said)
    old, new = held["receipt"].data["key"], signing.key_in_use(use="live", now=NOW).key_id
    assert old != new
    assert f"Retired {old}; {new} signs from now on" in said.getvalue()
    assert receipts.verify_receipt(held["receipt"].text).key_id == old
    assert [key.key_id for key in signing.public_keys()] == [old, new]


def test_a_signing_key_that_could_not_be_kept_retires_none(held, settings):
    settings.PORTAL_SEALING_KEY = b""
    with pytest.raises(CommandError, match="PORTAL_SEALING_KEY is not set"):
        call_command("rotate_signing_key")
    assert SigningKey.objects.get().retired_at is None

import pytest

from commissioning.people.roles import Role
from commissioning.records import sealing
from commissioning.records.models import DraftKey, Round
from commissioning.records.sealing.rounds import prove_key
from commissioning.workflow import Refused
from tests import factories
from tests.commissioning.records.factories import NOW, OPENS, SECRET, round_, sealed

pytestmark = pytest.mark.django_db
OTHER_KEY = bytes(range(32))


@pytest.fixture
def provider():
    return factories.provider()


@pytest.fixture
def writer(provider):
    return factories.person(provider, Role.PROVIDER_ADMIN)


@pytest.fixture
def lead():
    return factories.person(factories.authority(), Role.LEAD)


def test_a_wrong_sealing_key_is_a_sentence_that_names_both_keys(provider, writer, settings, caplog):
    blob = sealed(provider)
    needed = DraftKey.objects.get().sealing_key_id
    settings.PORTAL_SEALING_KEY = OTHER_KEY
    with pytest.raises(
        sealing.SealingKeyWrong, match=f"sealing key {needed}.*set PORTAL_SEALING_KEY"
    ) as error:
        sealing.read_as_provider(blob=blob, actor=writer, now=NOW)
    assert isinstance(error.value, Refused)
    assert needed in str(sealing.sealing_key_problem())
    assert f"sealing key {needed}" in caplog.text


def test_with_a_wrong_sealing_key_a_bid_writer_reads_whom_to_tell_and_that_nothing_is_lost(
    provider, writer, settings
):
    blob = sealed(provider)
    needed = DraftKey.objects.get().sealing_key_id
    settings.PORTAL_SEALING_KEY = OTHER_KEY
    with pytest.raises(sealing.SealingKeyWrong) as error:
        sealing.read_as_provider(blob=blob, actor=writer, now=NOW)
    (reason,) = error.value.reasons
    assert "Nothing of yours is lost" in reason.text
    assert "Tell the contact named beside the deadline" in reason.text
    assert needed not in reason.text
    assert "PORTAL_SEALING_KEY" not in reason.text


def test_a_wrong_sealing_key_opens_no_round(lead, settings):
    round = round_()
    settings.PORTAL_SEALING_KEY = OTHER_KEY
    with pytest.raises(sealing.SealingKeyWrong):
        sealing.open_round(round=round, actor=lead, now=OPENS)
    assert not Round.objects.get().is_open


def test_what_was_started_under_a_key_goes_on_being_sealed_to_it(provider, writer, settings):
    round, right = round_(), settings.PORTAL_SEALING_KEY
    sealed(provider)
    settings.PORTAL_SEALING_KEY = OTHER_KEY
    blob = sealed(provider, round)
    settings.PORTAL_SEALING_KEY = right
    assert sealing.read_as_provider(blob=blob, actor=writer, now=NOW).decode() == SECRET


@pytest.mark.parametrize("key", [b"", b"short"])
def test_a_missing_sealing_key_is_a_sentence(key, settings):
    settings.PORTAL_SEALING_KEY = key
    with pytest.raises(sealing.SealingKeyWrong, match="PORTAL_SEALING_KEY is not set, or too short"):
        round_()
    assert "not set" in str(sealing.sealing_key_problem())


def test_the_right_sealing_key_is_no_problem(provider):
    round_()
    sealed(provider)
    assert sealing.sealing_key_problem() is None


@pytest.mark.parametrize("compartment", ["quality", "price"])
def test_a_private_key_exchanged_for_another_rounds_is_noticed(compartment):
    round, other = round_(), round_()
    setattr(round, f"{compartment}_private", getattr(other, f"{compartment}_private"))
    with pytest.raises(sealing.Damaged, match="restore it from a backup"):
        prove_key(round, compartment)


def test_the_two_compartments_do_not_share_a_key():
    round = round_()
    assert bytes(round.quality_public) != bytes(round.price_public)
    round.quality_private = round.price_private
    with pytest.raises(sealing.Damaged):
        prove_key(round, "quality")

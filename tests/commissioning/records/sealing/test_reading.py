import io
from datetime import timedelta

import pytest

from commissioning.audit.models import AccessEntry, Event
from commissioning.people.actors import System
from commissioning.people.roles import Role
from commissioning.records import sealing
from commissioning.records.models import SealedBlob
from commissioning.workflow import Refused
from tests import factories
from tests.commissioning.records.factories import DEADLINE, NOW, OPENS, SECRET, round_, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider():
    return factories.provider()


@pytest.fixture
def writer(provider):
    return factories.person(provider, Role.PROVIDER_EDITOR)


@pytest.fixture
def lead():
    return factories.person(factories.authority(), Role.LEAD)


def read(blob, round, reader, now=OPENS):
    return sealing.read_opened(blob=blob, round=round, reader=reader, now=now, what="an answer").decode()


def test_a_provider_reads_its_own_work_before_the_opening(provider, writer):
    blob = sealed(provider, round_())
    assert sealing.read_as_provider(blob=blob, actor=writer, now=NOW).decode() == SECRET


def test_content_is_read_after_the_recorded_opening_and_the_reading_is_logged(provider, lead):
    round = round_()
    blob = sealed(provider, round)
    found = sealing.open_round(round=round, actor=lead, now=OPENS, blobs=[blob])
    assert (found.whole, found.damaged) == (1, [])
    assert read(blob, round, lead) == SECRET
    entry = AccessEntry.objects.get()
    assert (entry.outcome, entry.user, entry.what, entry.subject) == (
        "read",
        lead,
        "an answer",
        round.reference,
    )
    event = Event.objects.get(action="round.open")
    assert (event.actor, event.at, event.subject) == (lead, OPENS, round.reference)


def test_nobody_reads_before_the_opening_and_each_attempt_is_logged_behind_the_veil(provider, writer, lead):
    round = round_()
    blob = sealed(provider, round)
    # The deadline having passed opens nothing by itself.
    for reader in (lead, writer, System("sweep"), factories.person(is_staff=True)):
        with pytest.raises(sealing.StillSealed):
            read(blob, round, reader, now=OPENS + timedelta(days=9))
    assert set(AccessEntry.objects.values_list("outcome", "veil")) == {("refused", round.reference)}
    assert AccessEntry.objects.count() == 4


def test_an_opening_set_on_the_object_alone_opens_nothing(provider, lead):
    round = round_()
    blob = sealed(provider, round)
    round.opened_at = NOW
    with pytest.raises(sealing.StillSealed):
        read(blob, round, lead)


@pytest.mark.parametrize("early", [timedelta(days=7), timedelta(minutes=3), timedelta(microseconds=1)])
def test_a_round_is_not_opened_before_deadline_timeout_and_margin(lead, early):
    round = round_()
    with pytest.raises(Refused, match="stays sealed until Sunday 17 January 2027, 09:33 London time"):
        sealing.open_round(round=round, actor=lead, now=OPENS - early)
    round.refresh_from_db()
    assert not round.is_open
    assert not Event.objects.exists()


def test_prices_stay_closed_while_quality_is_open(provider, lead):
    round = round_()
    price = sealed(provider, round, compartment="price")
    with pytest.raises(Refused, match="open the submissions first"):
        sealing.open_prices(round=round, actor=lead, now=OPENS)
    sealing.open_round(round=round, actor=lead, now=OPENS)
    with pytest.raises(sealing.StillSealed):
        read(price, round, lead)
    sealing.open_prices(round=round, actor=lead, now=OPENS)
    assert read(price, round, lead) == SECRET


def test_files_are_read_back_in_chunks(provider, writer, lead, rf):
    content = bytes(range(256)) * 1000
    round = round_()
    blob = sealing.seal_file(
        file=io.BytesIO(content), organisation=provider, rounds=[round], compartment="quality", now=NOW
    )
    assert blob.size == len(content)
    assert b"".join(sealing.stream_as_provider(blob=blob, actor=writer, now=NOW)) == content
    sealing.open_round(round=round, actor=lead, now=OPENS, blobs=[blob])
    chunks = list(sealing.stream_opened(blob=blob, round=round, reader=lead, now=OPENS, what="a file"))
    assert b"".join(chunks) == content
    assert len(chunks) > 1
    assert DEADLINE < OPENS


def test_many_are_read_with_as_few_queries_as_one(provider, writer, lead, django_assert_num_queries):
    round = round_()
    pks = [sealed(provider, round, content=f"answer {number}".encode()).pk for number in range(5)]
    sealing.open_round(round=round, actor=lead, now=OPENS)
    writer.roles_in()
    for some in (pks[:1], pks):
        with django_assert_num_queries(2):
            blobs = list(SealedBlob.objects.filter(pk__in=some))
            found = sealing.read_all_as_provider(blobs=blobs, actor=writer, now=NOW)
        assert found == {pk: f"answer {number}".encode() for number, pk in enumerate(some)}
        with django_assert_num_queries(4):
            blobs = list(SealedBlob.objects.filter(pk__in=some))
            again = sealing.read_all_opened(blobs=blobs, round=round, reader=lead, now=OPENS, what="answers")
        assert again == found
    assert AccessEntry.objects.filter(outcome="read").count() == 2


def test_one_that_is_not_open_refuses_them_all(provider, lead):
    round = round_()
    blobs = [sealed(provider, round), sealed(provider, round, compartment="price")]
    sealing.open_round(round=round, actor=lead, now=OPENS)
    with pytest.raises(sealing.StillSealed):
        sealing.read_all_opened(blobs=blobs, round=round, reader=lead, now=OPENS, what="answers")
    rival = factories.person(factories.provider(), Role.PROVIDER_ADMIN)
    with pytest.raises(sealing.StillSealed):
        sealing.read_all_as_provider(blobs=blobs, actor=rival, now=NOW)
    assert set(AccessEntry.objects.values_list("outcome", flat=True)) == {"refused"}


def test_a_blob_whose_key_is_gone_is_damaged(provider, writer):
    blob = sealed(provider)
    blob.wraps.all().delete()
    with pytest.raises(sealing.Damaged, match="restore it from a backup"):
        sealing.read_as_provider(blob=blob, actor=writer, now=NOW)

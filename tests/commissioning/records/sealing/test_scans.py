"""A file that was not found clean leaves by no way but its own provider's."""

from datetime import timedelta

import pytest

from commissioning.people.roles import Role
from commissioning.records import sealing
from commissioning.records.models import FileScan, SealedBlob
from commissioning.records.scanning import Scan, Verdict
from commissioning.records.sealing import scans
from tests import factories as people
from tests.commissioning.records import files
from tests.commissioning.records.sealing.test_blobs import NOW, OPENS, round_

pytestmark = pytest.mark.django_db
NOT_SCANNED = Scan(Verdict.NOT_SCANNED, "the virus scanner does not answer")
WAYS = ("stream_opened", "read_opened")


@pytest.fixture(autouse=True)
def _has_a_scanner(settings):
    settings.CLAMD_URL = "unix:///nowhere/clamd.sock"


@pytest.fixture
def provider():
    return people.provider()


@pytest.fixture
def lead():
    return people.person(people.authority(), Role.LEAD)


@pytest.fixture
def sealed(provider, lead):
    """A way to seal a file with what a scan said of it, into a round that is then opened."""

    def seal(scan):
        made = round_()
        blob = sealing.seal_file(
            file=files.upload(),
            organisation=provider,
            rounds=[made],
            compartment="quality",
            now=NOW,
            scan=scan,
        )
        sealing.open_round(round=made, actor=lead, now=OPENS, blobs=[blob])
        return blob, made

    return seal


def given(way, blob, round, reader):
    return b"".join(
        iter([got])
        if isinstance(
            got := getattr(sealing, way)(blob=blob, round=round, reader=reader, now=OPENS, what="it"), bytes
        )
        else got
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_clean_file_is_given(sealed, lead, way):
    blob, made = sealed(Scan(Verdict.CLEAN))
    assert given(way, blob, made, lead) == files.PDF


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scan", [NOT_SCANNED, None])
def test_one_that_was_not_scanned_is_held_back_and_its_own_people_get_it(sealed, lead, provider, way, scan):
    blob, made = sealed(scan)
    with pytest.raises(sealing.HeldBack, match="could not be scanned"):
        given(way, blob, made, lead)
    writer = people.person(provider, Role.PROVIDER_EDITOR)
    assert b"".join(sealing.stream_as_provider(blob=blob, actor=writer, now=NOW)) == files.PDF


@pytest.mark.parametrize("way", WAYS)
def test_a_file_from_before_files_were_scanned_is_held_as_well(sealed, lead, way):
    blob, made = sealed(Scan(Verdict.CLEAN))
    FileScan.objects.all().delete()
    blob = SealedBlob.objects.get(pk=blob.pk)
    assert not sealing.state_of(blob).is_given_out
    with pytest.raises(sealing.HeldBack):
        given(way, blob, made, lead)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("verdict", ["infected", "damaged"])
@pytest.mark.parametrize("scanner", ["", "unix:///nowhere/clamd.sock"])
def test_virus_and_damage_are_refused_with_and_without_a_scanner_whatever_the_object_says(
    sealed, lead, settings, way, verdict, scanner
):
    blob, made = sealed(Scan(Verdict.CLEAN))
    assert sealing.state_of(blob).is_given_out
    FileScan.objects.update(verdict=verdict)
    settings.CLAMD_URL = scanner
    with pytest.raises(sealing.HeldBack):
        given(way, blob, made, lead)


def test_what_has_a_virus_is_never_sealed(sealed):
    before = SealedBlob.objects.count()
    with pytest.raises(ValueError, match="never sealed"):
        sealed(Scan(Verdict.INFECTED, "Test.Virus"))
    assert SealedBlob.objects.count() == before


def test_what_was_found_stays_found(sealed):
    blob, _ = sealed(NOT_SCANNED)
    assert scans.keep(blob=blob, scan=Scan(Verdict.INFECTED, "Test.Virus"), now=OPENS)
    assert scans.keep(blob=blob, scan=Scan(Verdict.CLEAN), now=OPENS) is None
    assert FileScan.objects.get().verdict == "infected"


def test_the_wait_doubles_to_an_hour(sealed):
    blob, _ = sealed(NOT_SCANNED)
    waits = []
    for _ in range(9):
        scans.keep(blob=blob, scan=NOT_SCANNED, now=OPENS)
        row = FileScan.objects.get()
        assert row.next_at is not None
        waits.append(row.next_at - OPENS)
    minutes = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert waits == [timedelta(minutes=one) for one in minutes]

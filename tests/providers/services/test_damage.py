"""Damage to what was submitted: named for the lead, recorded and told of once, never before the opening."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.audit.models import Event
from commissioning.people.actors import System
from commissioning.people.models import Organisation
from commissioning.people.roles import Role
from commissioning.records import sealing, store, trail
from commissioning.records.models import Damage, FileScan, Message, SealedBlob
from providers import tasks
from providers.queries.damage import damaged_in
from providers.queries.evaluation import read_for_evaluation, stream_opened_file
from providers.queries.files import register, submitted_with
from providers.services import application_files, damage, entries, openings
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def window():
    return f.window()


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


@pytest.fixture
def operator():
    return people.person(is_staff=True)


@pytest.fixture
def entry(window):
    entry = f.fill(f.entry_of(f.application(window)))
    writer = f.writer_of(entry.application)
    given = {"application": entry.application, "submission": entry.submission, "actor": writer, "now": f.NOW}
    application_files.add_file(item="MS1", upload=f.pdf("Zebra plan.pdf"), **given)
    entries.submit(entry=entry, actor=writer, now=f.NOW)
    return entry


def spoil_answer(entry, code="MS1"):
    blob = entry.submission.versions.get(item=code).blob
    SealedBlob.objects.filter(pk=blob.pk).update(ciphertext=b"x" * 40)


def spoil_file(entry):
    blob = entry.submission.files.get().blob
    path = store.default_storage.path(blob.path)
    with open(path, "r+b") as held:  # noqa: PTH123 - one byte of what rests
        held.seek(-1, 2)
        last = held.read(1)
        held.seek(-1, 2)
        held.write(bytes([last[0] ^ 1]))


def opened(window, lead):
    return openings.open_entries(window=window, actor=lead, now=f.AFTER)


def read(entry, reader, *, file=False):
    given = {"reader": reader, "now": f.AFTER}
    with pytest.raises(sealing.Damaged) as refusal:
        _ = (
            stream_opened_file(entry.submission, code="MS1", number=1, **given)
            if file
            else read_for_evaluation(entry.submission, only={"MS1"}, with_common=False, **given)
        )
    return refusal.value.reasons[0].text


def told(*users):
    return [Message.objects.filter(kind="damage_found", recipient=user).count() for user in users]


class TestAtTheOpening:
    def test_it_is_named_in_the_record_in_words_and_told_to_who_can_mend_it(
        self, window, lead, operator, entry
    ):
        spoil_answer(entry)
        spoil_file(entry)
        opened(window, lead)
        name = entry.application.organisation.name
        pieces = [(piece.organisation.name, piece.what) for piece in damaged_in([entry.window_lot.round])]
        assert pieces == [(name, "file 1 of MS1"), (name, "the answer to MS1")]
        lines = trail.lines(trail.events_for(entry, lead), lead)
        said = {line.text for line in lines if line.title == "Find a piece that is not what was submitted"}
        assert said == {
            "damaged: file 1 of MS1; found: at the opening",
            "damaged: the answer to MS1; found: at the opening",
        }
        assert told(lead, operator) == [1, 1]
        body = Message.objects.get(kind="damage_found", recipient=lead).body
        assert f"{name} ({entry.reference}): file 1 of MS1" in body
        assert f"/windows/{window.reference}/open/" in body
        to_operator = Message.objects.get(kind="damage_found", recipient=operator).body
        assert entry.submission.files.get().blob.path in to_operator
        assert name not in to_operator

    def test_its_provider_has_the_name_that_went_in(self, window, lead, entry):
        before = entry.application.organisation.name
        spoil_answer(entry)
        Organisation.objects.filter(pk=entry.application.organisation_id).update(name="Renamed Care")
        opened(window, lead)
        (piece,) = damaged_in([entry.window_lot.round])
        assert piece.applicant == f"{before} (now called Renamed Care)"
        assert f"{piece.applicant} ({entry.reference})" in Message.objects.get(recipient=lead).body
        page = people.client_for(lead).get(reverse("window-unseal", args=[window.reference])).content.decode()
        assert f"{piece.applicant}, {entry.reference}: the answer to MS1" in page

    def test_what_was_told_is_told_once_however_often_the_sweep_runs(self, window, lead, operator, entry):
        spoil_answer(entry)
        opened(window, lead)
        for _ in range(2):
            tasks.sweep(now=f.AFTER)
        read(entry, lead)
        tasks.sweep(now=f.AFTER)
        assert told(lead, operator) == [1, 1]
        assert Event.objects.filter(action="submission.find_damage").count() == 1

    def test_the_leads_list_of_files_says_that_it_is_damaged(self, window, lead, entry):
        spoil_file(entry)
        opened(window, lead)
        round = entry.window_lot.round
        (row,) = register(list(submitted_with(round)), round, reader=lead, now=f.AFTER)
        assert row.state.label == "Damaged"

    def test_a_damaged_name_leaves_the_list_readable(self, window, lead, entry):
        label = entry.submission.files.get().label
        SealedBlob.objects.filter(pk=label.pk).update(ciphertext=b"x" * 40)
        opened(window, lead)
        round = entry.window_lot.round
        (row,) = register(list(submitted_with(round)), round, reader=lead, now=f.AFTER)
        assert row.label.name == "its name is damaged and cannot be read"
        assert [piece.what for piece in damaged_in([round])] == ["the name of file 1 of MS1"]

    def test_where_all_is_whole_nobody_is_written_to(self, window, lead, operator, entry):
        opened(window, lead)
        tasks.sweep(now=f.AFTER)
        assert told(lead, operator) == [0, 0]
        assert damaged_in([entry.window_lot.round]) == []


class TestMetLater:
    @pytest.mark.parametrize("file", [False, True])
    def test_who_meets_it_reads_who_is_told_and_what_follows(self, window, lead, operator, entry, file):
        opened(window, lead)
        (spoil_file if file else spoil_answer)(entry)
        said = read(entry, people.person(window.agreement.lead, Role.EVALUATOR), file=file)
        assert "the procurement lead and the administrators are told by e-mail" in said
        assert "then it can be read here again" in said
        tasks.sweep(now=f.AFTER)
        assert told(lead, operator) == [1, 1]
        (event,) = Event.objects.filter(action="submission.find_damage")
        assert event.data["after"]["found"] == "when it was read"

    def test_a_file_is_held_back_from_then_on(self, window, lead, entry):
        opened(window, lead)
        spoil_file(entry)
        read(entry, lead, file=True)
        assert FileScan.objects.get(blob=entry.submission.files.get().blob).verdict == "damaged"
        with pytest.raises(sealing.HeldBack):
            stream_opened_file(entry.submission, code="MS1", number=1, reader=lead, now=f.AFTER)

    def test_met_by_many_it_is_kept_once(self, window, lead, entry):
        opened(window, lead)
        spoil_answer(entry)
        read(entry, lead)
        read(entry, lead)
        assert Damage.objects.count() == 1


class TestBeforeTheOpening:
    def test_nothing_of_it_is_kept_or_told(self, window, lead, operator, entry):
        spoil_answer(entry)
        spoil_file(entry)
        with pytest.raises(sealing.StillSealed):
            read_for_evaluation(entry.submission, reader=lead, now=f.AFTER, only={"MS1"}, with_common=False)
        writer = f.writer_of(entry.application)
        with pytest.raises(sealing.Damaged):
            applications_read(entry, writer)
        tasks.sweep(now=f.NOW)
        assert not Damage.objects.exists()
        assert told(lead, operator, writer) == [0, 0, 0]
        assert damaged_in([entry.window_lot.round]) == []

    def test_a_round_that_was_not_opened_shows_none(self, window, entry):
        Damage.objects.create(
            blob=entry.submission.versions.get(item="MS1").blob,
            round=entry.window_lot.round,
            found_at=f.NOW,
            at_opening=False,
        )
        assert damaged_in([entry.window_lot.round]) == []


def applications_read(entry, writer):
    blob = entry.submission.versions.get(item="MS1").blob
    return sealing.read_as_provider(blob=SealedBlob.objects.get(pk=blob.pk), actor=writer, now=f.NOW)


def test_many_damaged_pieces_cost_the_queries_of_one(window, lead, entry):
    for code in ("MS1", "MS2"):
        spoil_answer(entry, code)
    other = f.submitted(window)
    spoil_answer(other)
    opened(window, lead)
    rounds = [row.round for row in window.lots.select_related("round")]
    with CaptureQueriesContext(connection) as many:
        assert len(damaged_in(rounds)) == 3
    Damage.objects.exclude(pk=Damage.objects.earliest("pk").pk).delete()
    with CaptureQueriesContext(connection) as one:
        assert len(damaged_in(rounds)) == 1
    assert len(many) == len(one)


def test_the_portal_itself_tells_of_what_was_met(window, lead, entry):
    opened(window, lead)
    spoil_answer(entry)
    read(entry, lead)
    given = {"offered": entry.window_lot, "actor": System("sweep"), "now": f.AFTER}
    assert damage.tell_of_window_lot(**given) == 1
    assert damage.tell_of_window_lot(**given) == 0

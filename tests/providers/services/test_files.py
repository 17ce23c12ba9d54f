"""Files of a draft: what is taken, scanned, kept and replaced; files of what was opened, looked at again."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from commissioning.audit.models import AccessEntry, Event
from commissioning.records import scanning, sealing, store
from commissioning.records.models import FileScan, SealedBlob
from commissioning.workflow import Refused
from providers import tasks
from providers.models import SubmittedFile
from providers.queries import files as queries
from providers.queries import submissions as drafts
from providers.queries.files import Confidential
from providers.services import application_answers, entries, files, openings
from tests import scanner
from tests.providers import factories as f
from tests.providers.papers import standing, upload

pytestmark = pytest.mark.django_db
LATER = f.AFTER + timedelta(minutes=2)
SECRET = Confidential("Our rota, which a rival would copy.", date(2028, 3, 31))


class TestLimits:
    def limit(self, entry, **limits):
        # A published scheme takes no changes: past its own manager.
        type(entry.submission.scheme)._base_manager.update(**limits)
        entry.submission.refresh_from_db()

    def test_a_file_over_the_schemes_size_is_refused_with_that_limit(self, entry, add):
        self.limit(entry, file_megabytes=1)
        with pytest.raises(Refused, match=r"too large.*up to 1 MB"):
            add(f.pdf(size=2**20 + 20))
        add(f.pdf(size=2**20))

    def test_all_files_together_have_a_limit_over_every_question(self, entry, add):
        self.limit(entry, file_megabytes=1, files_megabytes=2)
        add(f.pdf(size=2**20))
        add(f.pdf(size=2**20 - 100), item="MS2")
        with pytest.raises(Refused, match="more than 2 MB together") as refusal:
            add(f.pdf(size=200))
        assert refusal.value.reasons[0].field == "file"

    @pytest.mark.parametrize(
        ("limits", "name", "why"),
        [
            ({"file_name_length": 20}, "a" * 17 + ".pdf", "its name has 21 characters.*up to 20 characters"),
            ({"plain_file_names": True}, "plan;$.pdf", r"its name has \$ ;\..*letters, digits, spaces"),
        ],
    )
    def test_a_name_beyond_the_limits_is_refused_with_them(self, entry, add, limits, name, why):
        self.limit(entry, **limits)
        with pytest.raises(Refused, match=why):
            add(upload(name=name))

    def test_letters_of_every_language_are_plain(self, entry, add):
        self.limit(entry, plain_file_names=True, file_name_length=20)
        add(upload(name="Ünïts (2) & co.pdf"))

    def test_replacing_a_file_counts_its_room_as_free(self, entry, writer, add):
        self.limit(entry, file_megabytes=1, files_megabytes=1)
        kept = add(f.pdf(size=2**20 - 10))
        files.replace_file(
            file=kept, upload=f.pdf(size=2**20), rounds=[f.round_of(entry)], actor=writer, now=f.NOW
        )


class TestScan:
    def test_a_clean_file_is_kept_as_clean(self, clamd, add):
        assert add().blob.scan.verdict == "clean"

    def test_an_infected_file_is_refused_by_name_and_nothing_of_it_is_kept(self, clamd, entry, add):
        paths, blobs = set(store.paths()), SealedBlob.objects.count()
        with pytest.raises(Refused, match=r"“bad\.pdf” was not accepted: the virus scanner found") as refusal:
            add(upload(scanner.INFECTED_PDF, "bad.pdf"))
        assert refusal.value.reasons[0].field == "file"
        assert (set(store.paths()), SealedBlob.objects.count()) == (paths, blobs)
        assert not entry.submission.files.exists()

    def test_an_infected_file_keeps_the_text_of_its_page_from_nothing(self, clamd, entry, writer):
        with pytest.raises(Refused):
            application_answers.save_question(
                application=entry.application,
                submission=entry.submission,
                item="MS1",
                text="New words",
                based_on=1,
                add=upload(scanner.INFECTED_PDF),
                actor=writer,
                now=f.NOW,
            )
        assert entry.submission.versions.filter(item="MS1").count() == 1

    def test_a_page_scans_its_file_once(self, entry, writer, monkeypatch):
        asked = []

        def scan(pieces):
            asked.append(b"".join(pieces))
            return scanning.Scan(scanning.Verdict.CLEAN)

        monkeypatch.setattr(scanning, "scan", scan)
        application_answers.save_question(
            application=entry.application,
            submission=entry.submission,
            item="MS1",
            text="New words",
            based_on=1,
            add=upload(),
            actor=writer,
            now=f.NOW,
        )
        assert asked == [scanner.CLEAN_PDF]

    @pytest.mark.parametrize("content", [scanner.BEYOND_ITS_LIMIT, scanner.CLEAN_PDF])
    def test_what_cannot_be_scanned_is_taken_and_submitted_and_its_own_people_read_it(
        self, clamd, entry, writer, add, content
    ):
        if content == scanner.CLEAN_PDF:
            clamd.kill()
        kept = add(upload(content))
        assert kept.blob.scan.verdict == "not_scanned"
        assert entries.submit(entry=entry, actor=writer, now=f.NOW).files.get() == kept
        (own,) = standing(entry, writer)
        assert b"".join(drafts.stream_own_file(own, actor=writer, now=f.NOW)) == content
        assert (own.state.label, own.state.is_given_out) == ("Not scanned yet", False)


class TestAfterTheOpening:
    def test_a_held_file_is_given_to_nobody_until_the_scanner_is_back(self, clamd, entry, add, opened):
        clamd.kill()
        add()
        given = opened()
        with pytest.raises(sealing.HeldBack, match="could not be scanned"):
            given()
        refused = AccessEntry.objects.filter(outcome="refused", subject=entry.reference)
        assert [row.what for row in refused] == ["file 1 of MS1"]
        assert tasks.sweep_files(now=LATER) == 0
        clamd.start()
        assert tasks.sweep_files(now=LATER) == 1
        assert tasks.sweep_files(now=LATER) == 0
        assert given() == scanner.CLEAN_PDF
        event = Event.objects.get(action="file.release")
        assert event.data["file"] == "file 1 of MS1"
        assert (event.subject, event.chain.name) == (
            entry.reference,
            entry.window_lot.window.agreement.reference,
        )

    def test_a_held_file_with_a_virus_is_never_released_not_even_to_its_provider(
        self, clamd, entry, writer, add, opened
    ):
        clamd.kill()
        add(upload(scanner.INFECTED_PDF))
        given = opened()
        clamd.start()
        assert tasks.sweep_files(now=LATER) == 1
        assert Event.objects.get(action="file.hold_infected").data["after"]["verdict"] == "Virus found"
        with pytest.raises(sealing.HeldBack, match="found"):
            given()
        (own,) = standing(entry, writer)
        with pytest.raises(sealing.HeldBack):
            drafts.stream_own_file(own, actor=writer, now=f.NOW)
        clamd.kill()
        assert tasks.sweep_files(now=LATER + timedelta(days=1)) == 0
        assert FileScan.objects.get().verdict == "infected"

    def test_one_past_the_scanners_limit_waits_longer_each_time_and_holds_up_no_other(
        self, clamd, add, opened
    ):
        clamd.kill()
        add(upload(scanner.BEYOND_ITS_LIMIT))
        add(upload(name="small.pdf"))
        given = opened()
        clamd.start()
        assert tasks.sweep_files(now=LATER) == 1
        assert given(2) == scanner.CLEAN_PDF
        for waited in (1, 2, 4):
            row = FileScan.objects.get(verdict="not_scanned")
            assert row.next_at is not None
            assert queries.due(row.next_at - timedelta(seconds=1)) == []
            tasks.sweep_files(now=row.next_at)
            after = FileScan.objects.get(verdict="not_scanned")
            assert after.next_at == row.next_at + timedelta(minutes=2 * waited)
        assert not Event.objects.filter(action="file.mend").exists()

    def test_no_file_is_looked_at_before_its_opening_nor_one_that_was_not_submitted(
        self, clamd, entry, writer, add, opened
    ):
        clamd.kill()
        submitted, later = add(), None
        entries.submit(entry=entry, actor=writer, now=f.NOW)
        later = add(upload(name="later.pdf"), item="MS2")
        clamd.start()
        assert queries.due(LATER) == []
        with pytest.raises(sealing.StillSealed):
            sealing.scan_opened(blob=submitted.blob, round=f.round_of(entry))
        window = entry.window_lot.window
        openings.open_entries(window=window, actor=f.lead_of(window.agreement), now=f.AFTER)
        assert [due.file for due in queries.due(LATER)] == [submitted]
        assert tasks.sweep_files(now=LATER) == 1
        later.blob.scan.refresh_from_db()
        assert later.blob.scan.verdict == "not_scanned"

    def test_a_file_that_is_not_what_was_submitted_is_recorded_and_never_shown_until_it_is_mended(
        self, entry, add, opened
    ):
        resting = Path(default_storage.path(add().blob.path))
        whole = resting.read_bytes()
        given = opened(lambda: resting.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1])))
        checked = Event.objects.get(action="round.open", subject=f.round_of(entry).reference)
        assert checked.data["damaged"] == [SubmittedFile.objects.get().blob_id]
        assert FileScan.objects.get().verdict == "damaged"
        with pytest.raises(sealing.HeldBack, match="not what its recorded digest says"):
            given()
        assert tasks.sweep_files(now=LATER) == 0
        resting.write_bytes(whole)
        assert tasks.sweep_files(now=LATER + timedelta(hours=1)) == 1
        assert given() == scanner.CLEAN_PDF

    def test_one_damaged_after_it_was_found_clean_is_refused_and_logged(self, clamd, entry, add, opened):
        kept = add()
        given = opened()
        Path(default_storage.path(kept.blob.path)).unlink()
        with pytest.raises(sealing.Damaged):
            given()
        rows = AccessEntry.objects.filter(subject=entry.reference, what="file 1 of MS1")
        assert [row.outcome for row in rows] == ["refused"]

    def test_two_sweeps_at_once_change_a_file_once(self, clamd, entry, add, opened):
        clamd.kill()
        kept = add()
        opened()
        clamd.start()
        again = {"file": kept, "round": f.round_of(entry), "actor": tasks.SWEEP, "now": LATER}
        assert files.look_again(**again).has_changed
        assert not files.look_again(**again).has_changed
        assert Event.objects.filter(action="file.release").count() == 1

    def test_without_a_scanner_files_are_given_out_and_called_not_scanned(self, settings, add, opened):
        settings.CLAMD_URL = ""
        kept = add()
        assert opened()() == scanner.CLEAN_PDF
        state = sealing.state_of(kept.blob)
        assert (state.label, state.is_given_out) == ("Not scanned for viruses", True)
        assert tasks.sweep_files(now=LATER) == 0

    def test_once_a_scanner_is_set_up_what_was_not_scanned_is_held_and_scanned(
        self, clamd, settings, add, opened
    ):
        url, settings.CLAMD_URL = settings.CLAMD_URL, ""
        add()
        given = opened()
        settings.CLAMD_URL = url
        with pytest.raises(sealing.HeldBack):
            given()
        assert tasks.sweep_files(now=LATER) == 1
        given()

    def test_one_files_trouble_holds_up_no_other(self, clamd, add, opened, monkeypatch, caplog):
        clamd.kill()
        first = add()
        add(upload(name="other.pdf"))
        opened()
        clamd.start()
        kept = files.look_again

        def look(*, file, **given):
            if file.pk == first.pk:
                raise OSError("disk")
            return kept(file=file, **given)

        monkeypatch.setattr(files, "look_again", look)
        assert tasks.sweep_files(now=LATER) == 1
        assert "could not be looked at" in caplog.text

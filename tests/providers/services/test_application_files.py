"""A file replaced or labelled: each a version, and what was submitted keeps the one it went in with."""

from datetime import date

import pytest

from commissioning.records.models import SealedBlob
from commissioning.workflow import Refused
from providers.models import SubmittedFile
from providers.queries import evaluation
from providers.queries import submissions as drafts
from providers.queries.files import Confidential
from providers.services import application_files, entries, submissions
from tests import scanner
from tests.providers import factories as f
from tests.providers.papers import standing, upload

pytestmark = pytest.mark.django_db
SECRET = Confidential("Our rota, which a rival would copy.", date(2028, 3, 31))


class TestVersions:
    def replace(self, entry, writer, file, name="better.pdf", now=f.NOW):
        return application_files.replace_file(
            application=entry.application, file=file, upload=upload(name=name), actor=writer, now=now
        )

    def label(self, entry, writer, file, confidential=SECRET, now=f.NOW):
        return application_files.label_file(
            application=entry.application, file=file, confidential=confidential, actor=writer, now=now
        )

    def test_a_replaced_file_stays_in_the_history_and_in_what_was_submitted(self, entry, writer, add, opened):
        first = add()
        given = opened
        entries.submit(entry=entry, actor=writer, now=f.NOW)
        second = self.replace(entry, writer, first)
        (own,) = standing(entry, writer)
        assert (own.name, own.number, own.row) == ("better.pdf", 2, second)
        history = drafts.file_history(own, actor=writer, now=f.NOW)
        assert [one.name for one in history] == ["better.pdf", "plan.pdf"]
        earlier = drafts.own_file(submission=entry.submission, code="MS1", number=1, actor=writer, now=f.NOW)
        assert b"".join(drafts.stream_own_file(earlier, actor=writer, now=f.NOW)) == scanner.CLEAN_PDF
        assert list(entry.submission.packages.get().files.all()) == [first]
        given()
        entry.submission.refresh_from_db()
        assert list(entry.submission.package.files.all()) == [second]

    def test_what_was_removed_and_never_submitted_is_gone(self, entry, writer, add):
        kept = add()
        application_files.remove_file(application=entry.application, file=kept, actor=writer, now=f.NOW)
        find = {"submission": entry.submission, "code": "MS1", "actor": writer, "now": f.NOW}
        assert drafts.own_file(number=1, **find) is None

    def test_a_colleague_who_was_first_is_not_overwritten(self, entry, writer, add):
        first = add()
        self.replace(entry, writer, SubmittedFile.objects.get(pk=first.pk))
        blobs = SealedBlob.objects.count()
        with pytest.raises(Refused, match="replaced or removed meanwhile"):
            self.replace(entry, writer, first)
        with pytest.raises(Refused, match="replaced or removed meanwhile"):
            self.label(entry, writer, first)
        assert SealedBlob.objects.count() == blobs

    def test_two_files_of_one_name_are_two_files(self, entry, writer, add, opened):
        add(upload(scanner.CLEAN_PDF))
        add(upload(scanner.CLEAN_PDF + b"\n%%EOF"))
        assert [(one.name, one.number) for one in standing(entry, writer)] == [
            ("plan.pdf", 1),
            ("plan.pdf", 2),
        ]
        given = opened()
        assert given(1) != given(2)

    def test_a_label_is_sealed_kept_with_the_file_and_read_after_the_opening(
        self, entry, writer, add, opened
    ):
        labelled = self.label(entry, writer, add())
        assert labelled.blob.pk == SubmittedFile.objects.earliest("pk").blob_id
        assert b"rota" not in bytes(labelled.label.ciphertext)
        assert self.label(entry, writer, labelled) == labelled
        replaced = self.replace(entry, writer, labelled)
        (own,) = standing(entry, writer)
        assert (own.row, own.name, own.confidential) == (replaced, "better.pdf", SECRET)
        opened()
        entry.submission.refresh_from_db()
        lead = f.lead_of(entry.window_lot.window.agreement)
        read = evaluation.read_for_evaluation(entry.submission, reader=lead, now=f.AFTER)
        assert read.item("MS1").files[0].confidential == SECRET

    def test_taking_a_label_off_is_a_version_too(self, entry, writer, add):
        labelled = self.label(entry, writer, add())
        package = entries.submit(entry=entry, actor=writer, now=f.NOW)
        also = [entry.application.common]
        assert not drafts.is_changed(entry.submission, package, also=also)
        self.label(entry, writer, labelled, None)
        assert drafts.is_changed(entry.submission, package, also=also)
        assert standing(entry, writer)[0].confidential is None

    def test_a_day_that_is_over_is_no_last_day(self, entry, writer, add):
        with pytest.raises(Refused, match="later than today"):
            self.label(entry, writer, add(), Confidential("Why.", f.NOW.date()))

    def test_nothing_is_changed_after_the_deadline_nor_in_anothers_application(self, entry, writer, add):
        kept = add()
        for act in (self.replace, self.label):
            with pytest.raises(Refused):
                act(entry, writer, kept, now=f.AFTER)
        other = f.entry_of(f.application(entry.window_lot.window))
        for act in (self.replace, self.label):
            with pytest.raises(LookupError):
                act(other, f.writer_of(other.application), kept)

    def test_a_question_full_of_files_takes_a_replacement(self, entry, writer, add):
        add()
        last = add()
        with pytest.raises(Refused, match="up to 2 files"):
            add()
        self.replace(entry, writer, last)
        assert submissions.items.find(entry.submission.scheme, "MS1").files_allowed == 2

"""Applying again: last time's answer with its score and reason beside it; the old entry untouched (G10)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.audit.services import in_unit
from commissioning.policies import Denied
from commissioning.records import scanning
from commissioning.workflow import Refused
from evaluation.models import AgreedScore, Release
from evaluation.services import release
from lots.models import Question, Scheme
from providers.models import AnswerVersion, Entry, Package, Submission
from providers.queries import evaluation
from providers.queries import submissions as queries
from providers.queries.files import Confidential, Label
from providers.services import application_answers, application_files, carrying, entries, files, openings
from providers.services.files import check_file
from tests import factories as people
from tests.evaluation import factories as judging
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

AGAIN = judging.SENDING + timedelta(days=30)
CLOSES = AGAIN + timedelta(days=20)


@pytest.fixture
def case(time_machine):
    """A window that was judged, its letters drafted; the second bidder is not admitted."""
    made = judging.case("drafted", bidders=2)
    time_machine.move_to(AGAIN, tick=False)
    return made


@pytest.fixture
def old(case):
    return next(entry for entry in case.entries if case.assessment(1).submission == entry.submission)


@pytest.fixture
def again(case, old):
    """The same provider's application in the next window of the agreement."""
    window = f.window(case.window.agreement, opens_at=AGAIN - timedelta(days=1), deadline=CLOSES)
    return f.application(window, by=f.writer_of(old.application), now=AGAIN)


@pytest.fixture
def client(again):
    return people.client_for(f.writer_of(again))


def send_letters(case):
    release.release(release=Release.objects.get(), actor=case.second, now=judging.SENDING)


def url(name, application, code="MS1"):
    return reverse(f"entry-{name}", args=[application.reference, 1, code])


def text(response):
    return response.content.decode()


def test_the_answer_is_there_and_its_score_and_reason_once_the_letter_was_sent(case, client, again):
    page = text(client.get(url("question", again)))
    assert "Marmalade MS1 quokka" in page
    assert "Agreed score" not in page
    send_letters(case)
    page = text(client.get(url("question", again)))
    agreed = AgreedScore.objects.get(assessment=case.assessment(1), question__code="MS1")
    assert f"Agreed score: {agreed.score} of 5" in page
    assert agreed.reason in page
    assert "Spring window" in page
    assert "The new panel sees none of this." in page
    Scheme._base_manager.update(panel_sees_last_score=True)
    page = text(client.get(url("question", again)))
    assert "The new panel sees this score and its reason, and not the answer below." in page
    page = text(client.get(url("last-time", again)))
    assert "Whoever scores this window sees of it the agreed score" in page
    assert "Nobody who scores this window sees them." not in page
    Scheme._base_manager.update(panel_sees_last_score=False)
    assert "Nobody who scores this window sees them." in text(client.get(url("last-time", again)))


def test_it_is_taken_over_as_a_new_version_and_marked_until_it_is_changed(case, client, again, old):
    send_letters(case)
    before = (Package.objects.get(stands_for=old.submission).receipt_digest, old.submission.versions.count())
    client.post(url("question", again), {"text": "Begun anew", "version": 0, "then": "stay"})
    assert "Use last time" in text(client.get(url("last-time", again)))
    response = client.post(url("last-time", again), {"version": 1})
    assert response.headers["Location"] == url("question", again)
    own = queries.read_own_item(
        submission=f.entry_of(again).submission, code="MS1", actor=f.writer_of(again), now=AGAIN
    )
    assert (own.value, own.number) == ("Marmalade MS1 quokka", 2)
    assert own.version.carried_from == old.submission.versions.get(item="MS1")
    assert "unchanged since last time" in text(client.get(again.get_absolute_url())).lower()
    check = text(client.get(reverse("entry-submit", args=[again.reference, 1])))
    assert check.count("Unchanged since last time") == 1
    client.post(url("question", again), {"text": "Marmalade MS1 quokka, and more", "version": 2})
    assert "nchanged since last time" not in text(client.get(again.get_absolute_url()))
    client.post(url("question", again), {"text": "Marmalade MS1 quokka", "version": 3})
    assert "nchanged since last time" in text(client.get(again.get_absolute_url()))
    old.refresh_from_db()
    after = (Package.objects.get(stands_for=old.submission).receipt_digest, old.submission.versions.count())
    assert (before, old.state) == (after, "not_admitted")


def test_taking_it_over_overwrites_nobody(case, client, again):
    send_letters(case)
    client.post(url("question", again), {"text": "A colleague's", "version": 0, "then": "stay"})
    assert client.post(url("last-time", again), {"version": 0}).status_code == 422
    assert f.entry_of(again).submission.versions.count() == 1


def test_it_is_matched_by_code_and_title(case, client, again):
    send_letters(case)
    asked = Question.objects.filter(scheme=f.entry_of(again).submission.scheme)
    judging.rewrite(asked.filter(code="MS1"), title="Another question")
    judging.rewrite(asked.filter(code="MS2"), code="MS9")
    for code in ("MS1", "MS9"):
        assert "Last time" not in text(client.get(url("question", again, code)))
        assert client.get(url("last-time", again, code)).status_code == 404
    assert "Last time" in text(client.get(url("question", again, "MS3")))


def test_what_never_went_in_is_not_shown(client, again):
    other = f.application(again.window, by=f.bid_writer(), now=AGAIN)
    page = people.client_for(f.writer_of(other)).get(url("question", other))
    assert "Last time" not in text(page)


def test_another_providers_answer_is_never_taken(case, again, old):
    rival = next(entry for entry in case.entries if entry.pk != old.pk)
    version = rival.submission.versions.get(item="MS1")
    with pytest.raises(LookupError):
        application_answers.take_over(
            application=again,
            submission=f.entry_of(again).submission,
            item="MS1",
            earlier=version,
            based_on=0,
            actor=f.writer_of(again),
            now=AGAIN,
        )
    with pytest.raises(Denied):
        application_answers.take_over(
            application=again,
            submission=f.entry_of(again).submission,
            item="MS1",
            earlier=version,
            based_on=0,
            actor=f.writer_of(rival.application),
            now=AGAIN,
        )


def test_the_common_part_of_last_time_is_there_too(case, client, again):
    send_letters(case)
    page = text(client.get(reverse("common-question", args=[again.reference, "ORG"])))
    assert "Marmalade ORG quokka" in page
    client.post(reverse("common-last-time", args=[again.reference, "ORG"]), {"version": 0})
    assert AnswerVersion.objects.get(submission=again.common, item="ORG").carried_from is not None


def test_the_new_panel_sees_neither_the_old_entry_nor_that_it_was_taken_over(case, client, again):
    send_letters(case)
    for code in ("MS1", "MS2", "MS3", "SV"):
        client.post(url("last-time", again, code), {"version": 0})
    f.fill(f.entry_of(again), now=AGAIN)
    entry = Entry.objects.get(pk=f.entry_of(again).pk)
    entries.submit(entry=entry, actor=f.writer_of(again), now=AGAIN)
    after = CLOSES + timedelta(minutes=10)
    openings.open_entries(window=again.window, actor=case.lead, now=after)
    read = evaluation.read_for_evaluation(entry.submission, reader=case.lead, now=after)
    assert read.item("MS1").text == "Marmalade MS1 quokka"
    assert not {"carried_from", "version", "score"} & set(vars(read.item("MS1")))


class TestFiles:
    """Two files went in with the first question last time."""

    @pytest.fixture
    def old(self, time_machine):
        time_machine.move_to(AGAIN, tick=False)
        entry = f.fill(f.entry_of(f.application()))
        for name, content in (("plan.pdf", b"walrus"), ("people.pdf", b"narwhal")):
            application_files.add_file(
                application=entry.application,
                submission=entry.submission,
                item="MS1",
                upload=f.pdf(name, content),
                actor=f.writer_of(entry.application),
                now=f.NOW,
            )
        entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
        return entry

    @pytest.fixture
    def again(self, old):
        window = f.window(
            old.application.window.agreement, opens_at=AGAIN - timedelta(days=1), deadline=CLOSES
        )
        return f.application(window, by=f.writer_of(old.application), now=AGAIN)

    @pytest.fixture
    def sent(self, old):
        return list(old.submission.files.order_by("pk"))

    def own(self, application):
        return queries.read_own_item(
            submission=f.entry_of(application).submission,
            code="MS1",
            actor=f.writer_of(application),
            now=AGAIN,
        )

    def test_files_of_last_time_are_offered_and_copied_as_chosen_under_new_keys(
        self, client, again, old, sent
    ):
        page = text(client.get(url("question", again)))
        assert "Use last time’s answer and files" in page
        page = text(client.get(url("last-time", again)))
        assert reverse("entry-file", args=[old.application.reference, 1, "MS1", 1]) in page
        response = client.post(url("last-time", again), {"version": 0, "what": ["answer", "file-2"]})
        assert response.headers["Location"] == url("question", again)
        own = self.own(again)
        assert own.value == "Marmalade MS1 quokka"
        (file,) = own.files
        assert (file.name, file.row.carried_from, file.size) == ("people.pdf", sent[1], sent[1].size)
        assert file.row.blob_id != sent[1].blob_id
        assert file.row.blob.wraps.filter(round=f.round_of(f.entry_of(again))).exists()
        content = b"".join(queries.stream_own_file(file, actor=f.writer_of(again), now=AGAIN))
        assert b"narwhal" in content
        assert list(old.submission.files.values_list("pk", "removed_at")) == [(row.pk, None) for row in sent]
        assert "From last time" in text(client.get(url("question", again)))
        assert "From last time" in text(client.get(reverse("entry-submit", args=[again.reference, 1])))

    def test_files_alone_are_taken_over_and_none_twice(self, client, again, sent):
        client.post(url("question", again), {"text": "Begun anew", "version": 0, "then": "stay"})
        client.post(url("last-time", again), {"version": 1, "what": ["file-1"]})
        assert (self.own(again).value, len(self.own(again).files)) == ("Begun anew", 1)
        page = text(client.get(url("last-time", again)))
        assert 'value="file-2"' in page
        assert 'value="file-1"' not in page
        assert client.post(url("last-time", again), {"version": 1, "what": ["file-1"]}).status_code == 422
        client.post(url("last-time", again), {"version": 1, "what": ["answer", "file-2"]})
        assert "Use last time" not in text(client.get(url("question", again)))
        client.post(url("question", again), {"text": "Marmalade MS1 quokka", "version": 2, "remove": "1"})
        assert "Use last time’s files" in text(client.get(url("question", again)))

    def test_nothing_ticked_is_refused_and_so_is_more_than_there_is_room_for(self, client, again, sent):
        response = client.post(url("last-time", again), {"version": 0})
        assert "Select what you want to take over" in text(response)
        client.post(
            url("question", again), {"text": "", "version": 0, "then": "stay", "file": f.pdf("mine.pdf")}
        )
        response = client.post(
            url("last-time", again), {"version": 0, "what": ["answer", "file-1", "file-2"]}
        )
        assert response.status_code == 422
        assert "has room for 1 more" in text(response)
        assert self.own(again).version is None
        assert len(self.own(again).files) == 1

    def test_a_file_is_checked_as_any_upload_is(self, client, again, sent, monkeypatch):
        def refuse(*args, **kwargs):
            raise Refused("This file was refused.", field="file")

        monkeypatch.setattr("commissioning.records.uploads.check_upload", refuse)
        response = client.post(url("last-time", again), {"version": 0, "what": ["file-1"]})
        assert response.status_code == 422
        assert "This file was refused." in text(response)
        assert self.own(again).files == []

    def test_a_question_that_takes_no_files_now_offers_none(self, client, again, sent):
        asked = Question.objects.filter(scheme=f.entry_of(again).submission.scheme, code="MS1")
        judging.rewrite(asked, files_allowed=0)
        assert "plan.pdf" not in text(client.get(url("question", again)))

    def test_another_organisations_files_are_never_taken(self, again, sent):
        rival = f.application(again.window, by=f.bid_writer(), now=AGAIN)
        files = [queries.OwnFile(row, 1, Label("plan.pdf", "application/pdf")) for row in sent]
        with pytest.raises(LookupError):
            carrying.take_over(
                application=rival,
                submission=f.entry_of(rival).submission,
                item="MS1",
                answer=None,
                files=files,
                based_on=0,
                actor=f.writer_of(rival),
                now=AGAIN,
            )

    def take(self, again, files, item="MS1", answer=None, now=AGAIN):
        return carrying.take_over(
            application=again,
            submission=f.entry_of(again).submission,
            item=item,
            answer=answer,
            files=files,
            based_on=0,
            actor=f.writer_of(again),
            now=now,
        )

    def sent_of(self, old):
        return queries.read_own_item(
            submission=old.submission, code="MS1", actor=f.writer_of(old.application), now=AGAIN
        ).files

    def test_no_lock_is_held_while_a_file_is_scanned(self, again, old, monkeypatch):
        held = []

        def scan(pieces):
            held.append(in_unit())
            return scanning.Scan(scanning.Verdict.CLEAN)

        monkeypatch.setattr("commissioning.records.scanning.scan", scan)
        self.take(again, self.sent_of(old))
        assert held == [False, False]

    def test_all_files_are_checked_before_anything_is_saved(self, again, old, monkeypatch):
        scans = iter(
            [scanning.Scan(scanning.Verdict.CLEAN), scanning.Scan(scanning.Verdict.INFECTED, "Walrus")]
        )
        monkeypatch.setattr("commissioning.records.scanning.scan", lambda pieces: next(scans))
        with pytest.raises(Refused, match="virus scanner found Walrus"):
            self.take(again, self.sent_of(old), answer=old.submission.versions.get(item="MS1"))
        assert (self.own(again).version, self.own(again).files) == (None, [])

    def test_together_they_keep_within_the_megabytes(self, again):
        Scheme._base_manager.update(files_megabytes=1)
        huge = [f.pdf(name, size=600_000) for name in ("a.pdf", "b.pdf")]
        submission = Submission.objects.get(pk=f.entry_of(again).submission.pk)
        first = check_file(submission=submission, item="MS1", upload=huge[0])
        with pytest.raises(Refused, match="more than 1 MB together"):
            check_file(submission=submission, item="MS1", upload=huge[1], beside=[first])

    @pytest.mark.parametrize(
        ("until", "kept"), [(AGAIN.date() + timedelta(days=1), True), (AGAIN.date(), False)]
    )
    def test_what_is_confidential_stays_so_until_its_last_day(self, client, again, old, sent, until, kept):
        secret = Confidential("Our rota.", until)
        files.label_file(
            file=sent[0],
            confidential=secret,
            rounds=[f.round_of(old)],
            actor=f.writer_of(old.application),
            now=f.NOW,
        )
        entries.submit(entry=Entry.objects.get(pk=old.pk), actor=f.writer_of(old.application), now=f.NOW)
        page = text(client.get(url("last-time", again)))
        ticks = [key for key in ("file-1", "file-2", "file-3") if f'value="{key}"' in page]
        typed = {"version": 0, "what": ["answer", *ticks]}
        page = text(client.post(url("last-time", again), typed, follow=True))
        (file,) = [one for one in self.own(again).files if one.name == "plan.pdf"]
        assert file.confidential == (secret if kept else None)
        assert ("its last day is over: “plan.pdf”" in page) is not kept

    def test_a_label_leaves_it_taken_over_and_another_file_does_not(self, again, old):
        self.take(again, self.sent_of(old)[:1])
        given = {"rounds": [f.round_of(f.entry_of(again))], "actor": f.writer_of(again), "now": AGAIN}
        (own,) = self.own(again).files
        secret = Confidential("Our rota.", CLOSES.date())
        labelled = files.label_file(file=own.row, confidential=secret, **given)
        assert labelled.carried_from == own.row.carried_from
        assert files.replace_file(file=labelled, upload=f.pdf("new.pdf"), **given).carried_from is None

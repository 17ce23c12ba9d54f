"""What scoring keeps from whom: others' scores, the line, answers before the opening and past a conflict."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.audit.models import AccessEntry
from commissioning.people.models import RoleGrant
from commissioning.records.models import Round
from evaluation.models import Score, StandardDecision
from lots.models import Question
from providers.services import application_files, entries
from tests.evaluation import factories as f
from tests.evaluation.pages import denied, main, read, send

pytestmark = pytest.mark.django_db

ANSWER = "Marmalade MS1 quokka"


class TestAlone:
    def test_no_evaluator_sees_anothers_score_or_reason_before_or_after_handing_in(self):
        found = f.case("declared")
        f.decide_standards(found)
        one, other = found.evaluators
        client = f.client(one)
        send(client, found.answer_url(), score="5", reason="Xylophone reasons.")
        f.score_for(found, found.lay)
        f.scoring.hand_in(exercise=found.fresh(), actor=found.lay, now=f.NOW)
        for user in (other, found.lay, found.moderator, found.lead, found.second):
            reader = f.client(user)
            for tail in ("", "scores/", "moderation/", "results/", "standards/"):
                page = reader.get(found.url(tail)).content.decode()
                assert "Xylophone" not in page, f"{user} at {tail}"
                assert "Score 5" not in page
                assert found.lay.name + " finds" not in page or user == found.lay
            for page in ("scores", "moderation"):
                shown = reader.get(found.answer_url(page)).content.decode()
                assert "Xylophone" not in shown, f"{user} at an answer"
        assert "Xylophone reasons." in read(client, found.answer_url())

    def test_the_lead_sees_how_many_are_saved_and_not_which(self):
        found = f.case("declared")
        send(f.client(found.lay), found.answer_url(), score="5", reason="Xylophone.")
        page = main(read(f.client(found.lead), found.url()))
        assert "1 of 8" in page
        assert "0 of 8" in page
        assert "Xylophone" not in page

    def test_neither_total_nor_threshold_is_shown_while_scores_are_agreed(self, later):
        found = f.case("scored")
        f.rewrite(Question.objects.filter(scheme=found.exercise.scheme, code="MS1"), floor=3)
        everybody = [user for user, _ in found.panel] + [found.lead, found.second]
        pages = ["", "scores/", "hand-in/", "declare/", "begin-moderation/", "moderation/"]
        pages += ["close-moderation/", "standards/", "terms/", "appoint/", "results/", "declare/later/"]
        answers = [found.answer_url(), found.answer_url("moderation"), reverse("home"), "/exercises/"]
        urls = [found.url(page) for page in pages] + [
            *answers,
            f"/windows/{found.window.reference}/outcomes/",
        ]

        def look():
            for user in everybody:
                client = f.client(user)
                for url in urls:
                    page = main(client.get(url).content.decode())
                    for line in ("65%", "65.00", "hreshold", "inimum score", "72%", "62%"):
                        assert line not in page, f"{user.name} reads {line} at {url}"

        look()
        f.hand_in_all(found)
        later()
        f.begin(found)
        look()
        f.agree_all(found)
        look()

    def test_after_the_close_the_line_may_be_seen(self, later):
        found = f.case("closed")
        later()
        assert "The quality threshold is 65%." in read(f.client(found.lead), found.url())


class TestReading:
    def test_nothing_is_read_before_the_recorded_opening(self):
        found = f.case("declared")
        Round.objects.filter(pk=found.exercise.round_id).update(opened_at=None)
        for user in [*found.scorers, found.moderator]:
            client = f.client(user)
            for url in (
                found.answer_url(),
                found.answer_url("moderation"),
                found.answer_url("answers") + "1/",
                found.url("scores/"),
                found.url("moderation/"),
            ):
                response = client.get(url)
                assert response.status_code == 403, f"{user} at {url}: {response.status_code}"
                assert "quokka" not in response.content.decode()

    def test_a_panel_appointed_before_the_opening_finds_no_bidder_and_no_answer(self):
        found = f.case("sealed", bidders=1)
        offered = list(found.window.lots.select_related("lot", "scheme", "round", "window"))
        found.exercises = f.panels.set_up_for_lots(
            window_lots=offered, actor=found.lead, now=f.NOW, minimum_panel=3, quorum=2
        )
        f.panels.appoint_all(exercises=found.exercises, places=found.panel, actor=found.lead, now=f.NOW)
        bidder = found.entries[0].application.organisation
        for user in (found.lay, found.moderator, found.lead):
            client = f.client(user)
            page = read(client, found.url())
            assert bidder.name not in page
            for tail in (f"scores/{bidder.reference}/MS1/", f"answers/{bidder.reference}/MS1/1/"):
                response = client.get(found.url(tail))
                assert response.status_code in (403, 404)
                assert bidder.name not in response.content.decode()
        assert "The submissions are sealed." in read(f.client(found.lay), found.url())

    def test_the_lead_reads_no_answer(self):
        found = f.case("declared")
        client = f.client(found.lead)
        denied(client.get(found.answer_url()), "Your role does not allow you to score")
        denied(client.get(found.answer_url("answers") + "1/"), "Only the panel of this exercise reads")

    def test_a_role_that_was_withdrawn_ends_the_reading(self):
        found = f.case("declared")
        client = f.client(found.lay)
        read(client, found.answer_url())
        RoleGrant.objects.filter(membership__user=found.lay).update(withdrawn_at=f.NOW - timedelta(hours=1))
        assert client.get(found.answer_url()).status_code == 404
        assert client.post(found.answer_url(), {"score": "3", "reason": "x"}).status_code == 404
        assert not Score.objects.exists()

    def test_an_undecided_conflict_closes_the_posting_too(self):
        found = f.case("scoring")
        f.declare(found, found.lay, conflict=1)
        client = f.client(found.lay)
        refusal = client.post(found.answer_url(), {"score": "3", "reason": "Fits."})
        denied(refusal, "You have declared an interest")
        assert not Score.objects.exists()


class TestFiles:
    @pytest.fixture
    def found(self):
        case = f.case("sealed", bidders=0)
        writer = f.providers.bid_writer()
        entry = f.providers.fill(f.providers.entry_of(f.providers.application(case.window, by=writer)))
        application_files.add_file(
            application=entry.application,
            submission=entry.submission,
            item="MS1",
            upload=f.providers.pdf("Plan of work.pdf", b"narwhal"),
            actor=writer,
            now=f.providers.NOW,
        )
        entries.submit(entry=entry, actor=writer, now=f.providers.NOW)
        f.openings.open_entries(window=case.window, actor=case.lead, now=f.OPENED)
        case.window.refresh_from_db()
        f._judge(case, "declared")
        return case

    def test_a_file_comes_as_an_attachment_and_the_reading_is_logged(self, found):
        client, url = f.client(found.lay), found.answer_url("answers") + "1/"
        page = read(client, found.answer_url())
        assert "Plan of work.pdf" in page
        assert f'href="{url}"' in page
        response = client.get(url)
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert b"narwhal" in b"".join(response.streaming_content)
        assert AccessEntry.objects.filter(user=found.lay, what__contains="file 1 of MS1").exists()

    def test_a_file_that_is_not_there_is_404(self, found):
        client = f.client(found.lay)
        assert client.get(found.answer_url("answers") + "2/").status_code == 404
        assert client.get(found.answer_url("answers", code="MS2") + "1/").status_code == 404

    def test_a_conflict_and_a_failed_standard_close_it(self, found):
        url = found.answer_url("answers") + "1/"
        standard = found.fresh().standards()[0]
        row = StandardDecision.objects.create(
            assessment=found.assessment(), standard=standard, is_met=False, reason="No.", decided_at=f.NOW
        )
        denied(f.client(found.evaluators[0]).get(url), "This bidder failed a minimum standard")
        row.delete()
        f.interests.declare_later(
            exercise=found.fresh(),
            organisation=found.assessment().organisation,
            nature="A friend.",
            actor=found.lay,
            now=f.NOW,
        )
        denied(f.client(found.lay).get(url), "You have declared an interest")
        assert f.client(found.evaluators[0]).get(url).status_code == 200

"""Each evaluator scores alone: the list, one answer at a time, the handing in."""

import pytest

from commissioning.audit.models import AccessEntry, Event
from commissioning.records.models import Message
from evaluation.models import Score
from lots.models import ScaleLevel
from providers.services import application_answers, entries
from tests.evaluation import factories as f
from tests.evaluation.pages import denied, done, main, read, refused, send

pytestmark = pytest.mark.django_db

ANSWER = "Marmalade MS1 quokka"


class TestOneAnswer:
    def test_shows_the_answer_the_question_and_the_scale_and_logs_the_reading(self):
        found = f.case("declared", names=("Cam Sight", "P3 Charity"))
        page = read(f.client(found.evaluators[0]), found.answer_url())
        assert ANSWER in page
        assert "MS2 quokka" not in page
        assert "How will you do MS1?" in page
        assert "As 4" in page
        assert "Bidder 1 of 2" in page
        assert "0 of 8" in page
        assert "Friday 5 February 2027" in page
        assert "Not saved yet." in page
        logged = AccessEntry.objects.filter(user=found.evaluators[0], outcome="read")
        assert any("MS1" in row.what for row in logged)

    def test_saving_keeps_score_and_reason_and_goes_on_to_the_next_bidder(self):
        found = f.case("declared", names=("Cam Sight", "P3 Charity"))
        client = f.client(found.evaluators[0])
        response = send(client, found.answer_url(), score="4", reason="Clear, with figures.")
        done(response, client, found.answer_url(place=1), "Saved: Cam Sight, Method statement 1.")
        kept = Score.objects.get()
        assert (kept.score, kept.reason, kept.panellist) == (
            4,
            "Clear, with figures.",
            found.seat(found.evaluators[0]),
        )
        page = read(client, found.answer_url())
        assert "Clear, with figures." in page
        assert "Saved on Thursday 21 January 2027" in page

    def test_saving_may_lead_to_the_list_instead(self):
        found = f.case("declared")
        client = f.client(found.lay)
        response = send(client, found.answer_url(), score="4", reason="Good.", stay="1")
        done(response, client, found.url("scores/"), "Saved: ")

    @pytest.mark.parametrize(
        ("given", "lack"),
        [
            ({"score": "4"}, "It still lacks a reason."),
            ({"score": "0"}, "It still lacks a reason."),
            ({"reason": "Thin."}, "It still lacks a score."),
        ],
    )
    def test_a_draft_may_lack_one_and_the_page_says_which(self, given, lack):
        found = f.case("declared")
        client = f.client(found.lay)
        done(send(client, found.answer_url(), **given), client, found.answer_url(place=1), lack)
        assert Score.objects.count() == 1
        assert not Score.objects.complete().exists()

    @pytest.mark.parametrize("score", ["6", "-1", "3.5", "good"])
    def test_what_is_not_on_the_scale_is_refused_and_the_reason_is_kept(self, score):
        found = f.case("declared")
        typed = {"score": score, "reason": "They heard people."}
        page = refused(f.client(found.lay).post(found.answer_url(), typed), "Select your score from the list")
        assert "They heard people." in page
        assert ANSWER in page
        assert not Score.objects.exists()

    def test_what_lies_past_the_word_limit_is_not_shown(self):
        found = f.case("sealed", bidders=0)
        writer = f.providers.bid_writer()
        entry = f.providers.fill(f.providers.entry_of(f.providers.application(found.window, by=writer)))
        application_answers.save_answers(
            application=entry.application,
            submission=entry.submission,
            values={"SV": "one two three four five sixth"},
            actor=writer,
            now=f.providers.NOW,
        )
        entries.submit(entry=entry, actor=writer, now=f.providers.NOW)
        f.openings.open_entries(window=found.window, actor=found.lead, now=f.OPENED)
        found.window.refresh_from_db()
        f._judge(found, "declared")
        page = read(f.client(found.evaluators[0]), found.answer_url(code="SV"))
        assert "one two three four five" in page
        assert "sixth" not in page
        assert "1 of them lie past the limit" in page

    def test_after_the_handing_in_it_is_shown_and_no_longer_changed(self):
        found = f.case("handed_in")
        client = f.client(found.lay)
        page = read(client, found.answer_url())
        assert "finds that it fits score 4" in page
        assert "this can no longer be changed" in page
        assert 'name="score"' not in page
        typed = {"score": "1", "reason": "On a second reading."}
        refused(client.post(found.answer_url(), typed), "You have handed in your scores")
        assert not Score.objects.filter(score=1).exists()

    def test_during_the_moderation_an_evaluator_reads_on_and_changes_nothing(self, later):
        found = f.case("moderating")
        later()
        client = f.client(found.evaluators[0])
        page = read(client, found.answer_url())
        assert ANSWER in page
        assert 'name="score"' not in page
        refused(client.post(found.answer_url(), {"score": "1", "reason": "Now I see."}))

    def test_once_closed_the_panel_reads_nothing_more(self, later):
        found = f.case("closed")
        later()
        client = f.client(found.evaluators[0])
        for url in (found.answer_url(), found.url("scores/")):
            assert ANSWER not in denied(client.get(url), "so its panel reads nothing now")

    def test_a_bidder_or_question_that_is_not_there_is_404(self):
        found, other = f.case("declared"), f.case("declared")
        client = f.client(found.lay)
        for url in (
            found.answer_url(code="ORG"),
            found.answer_url(code="INS"),
            found.answer_url(code="HOUR"),
            found.url(f"scores/{other.assessment().organisation.reference}/MS1/"),
            found.url("scores/ORG-NONE/MS1/"),
        ):
            assert client.get(url).status_code == 404, url
            assert client.post(url, {"score": "3", "reason": "x"}).status_code == 404, url
        assert not Score.objects.exists()


class TestOrder:
    """One question for every bidder, then the next question: like is compared with like."""

    def walk(self, found, client, start):
        """Save one answer after the other as the portal leads, and return what was passed."""
        passed, url = [], start
        while url != found.url("scores/"):
            passed.append(tuple(url.rstrip("/").split("/")[-2:]))
            assert len(passed) <= 12, "it goes round in a circle"
            response = send(client, url, score="3", reason="Fits.")
            url = response.headers["Location"]
        return passed

    def in_order(self, found, codes=("MS1", "MS2", "MS3", "SV")):
        names = [found.assessment(place).organisation.reference for place in range(3)]
        return [(name, code) for code in codes for name in names]

    def test_save_and_next_passes_each_answer_once_and_ends_at_the_list(self):
        found = f.case("declared", bidders=3)
        client = f.client(found.lay)
        start = client.get(found.url("scores/next/")).headers["Location"]
        assert start == found.answer_url()
        assert self.walk(found, client, start) == self.in_order(found)
        assert client.get(found.url("scores/next/")).headers["Location"] == found.url("scores/")

    def test_from_the_middle_it_goes_round_to_what_lies_before_and_skips_what_is_done(self):
        found = f.case("declared", bidders=3)
        client = f.client(found.lay)
        send(client, found.answer_url(code="MS3"), score="2", reason="Done before.")
        passed = self.walk(found, client, found.answer_url(place=1, code="MS2"))
        order = self.in_order(found)
        order.remove(order[6])
        here = order.index((found.assessment(1).organisation.reference, "MS2"))
        assert passed == [*order[here:], *order[:here]]

    def test_a_draft_is_passed_over_and_comes_back_at_the_end(self):
        found = f.case("declared", bidders=3)
        client = f.client(found.lay)
        response = send(client, found.answer_url(), score="3")
        passed = self.walk(found, client, response.headers["Location"])
        order = self.in_order(found)
        assert passed == [*order[1:], order[0]]

    def test_a_done_answer_changed_goes_on_from_where_it_stands(self):
        found = f.case("declared", bidders=3)
        client = f.client(found.lay)
        for place in range(3):
            send(client, found.answer_url(place=place), score="3", reason="Done.")
        response = send(client, found.answer_url(place=1), score="4", reason="Better.")
        assert response.headers["Location"] == found.answer_url(code="MS2")

    def test_the_links_beside_an_answer_go_the_same_way(self):
        found = f.case("declared", bidders=3)
        client = f.client(found.evaluators[0])
        page = read(client, found.answer_url(place=1, code="MS2"))
        beside = page.partition('aria-label="Other answers"')[2].partition("</nav>")[0]
        links = [
            found.answer_url(place=0, code="MS2"),
            found.answer_url(place=2, code="MS2"),
            found.answer_url(place=1, code="MS1"),
            found.answer_url(place=1, code="MS3"),
        ]
        assert [beside.index(f'href="{url}"') for url in links] == sorted(
            beside.index(f'href="{url}"') for url in links
        )
        assert beside.count("href=") == 4
        first = read(client, found.answer_url())
        assert "First bidder" in first
        assert "Last bidder" in read(client, found.answer_url(place=2))

    def test_what_failed_a_standard_is_passed_over(self):
        found = f.case("declared", bidders=3)
        insurance = next(row for row in found.fresh().standards() if row.code == "INS")
        f.standards.decide_standard(
            assessment=found.assessment(1),
            standard=insurance,
            is_met=False,
            reason="Ended.",
            actor=found.lead,
            now=f.NOW,
        )
        client = f.client(found.lay)
        response = send(client, found.answer_url(), score="3", reason="Fits.")
        assert response.headers["Location"] == found.answer_url(place=2)
        assert "Bidder 2 of 2" in read(f.client(found.evaluators[0]), found.answer_url(place=2))


class TestLay:
    def test_the_lay_evaluators_page_is_plain_and_one_answer_at_a_time(self):
        found = f.case("declared", names=("Cam Sight", "P3 Charity"))
        f.rewrite(ScaleLevel.objects.filter(scheme=found.exercise.scheme, score=4), plain="Good: I trust it.")
        client = f.client(found.lay)
        page = main(read(client, found.answer_url()))
        assert "portal-plain" in page
        assert "What Cam Sight says" in page
        assert ANSWER in page
        assert "Good: I trust it." in page
        assert "As 4" not in page
        assert "As 3" in page, "where the scheme has no plain words, its own stand"
        assert "In your own words" in page
        assert "Weight" not in page
        assert "Use single keys" not in page
        response = send(client, found.answer_url(), score="4", reason="I would go there.")
        done(response, client, found.answer_url(place=1), "Saved: Cam Sight")

    def test_the_evaluators_page_has_the_schemes_own_words(self):
        found = f.case("declared")
        f.rewrite(ScaleLevel.objects.filter(scheme=found.exercise.scheme, score=4), plain="Good: I trust it.")
        page = main(read(f.client(found.evaluators[0]), found.answer_url()))
        assert "portal-plain" not in page
        assert "As 4" in page
        assert "Good: I trust it." not in page
        assert "Weight 30%" in page
        assert "Use single keys" in page

    def test_the_lay_list_says_what_is_to_do(self):
        found = f.case("declared")
        client = f.client(found.lay)
        page = main(read(client, found.url("scores/")))
        assert "Read the first answer" in page
        assert page.count("To do") == 8
        send(client, found.answer_url(), score="4", reason="Good.")
        send(client, found.answer_url(place=1), score="4")
        page = main(read(client, found.url("scores/")))
        assert "Read the next answer" in page
        assert "You gave 4" in page
        assert page.count("Half done") == 1
        assert page.count("To do") == 6


class TestList:
    def test_a_row_a_bidder_in_order_and_a_cell_a_question(self):
        found = f.case("declared", names=("Cam Sight", "P3 Charity"))
        client = f.client(found.evaluators[0])
        send(client, found.answer_url(), score="4", reason="Good.")
        send(client, found.answer_url(place=1), score="2")
        send(client, found.answer_url(code="MS2"), reason="Thin.")
        page = main(read(client, found.url("scores/")))
        assert page.index("Cam Sight") < page.index("P3 Charity")
        assert "Score 4<" in page
        assert "Score 2, no reason" in page
        assert "Reason, no score" in page
        assert page.count("Not scored") == 5
        assert "1 of 8" in page
        assert "Score the next answer" in page
        assert found.url("hand-in/") not in page


class TestHandingIn:
    def test_all_scores_are_handed_in_for_good(self):
        found = f.case("scored")
        client, url = f.client(found.lay), found.url("hand-in/")
        assert found.url("hand-in/") in read(client, found.url("scores/"))
        page = read(client, url)
        assert "You have scored 8 of 8 answers." in page
        assert "your scores can no longer be changed" in page
        page = done(send(client, url), client, found.url(), "You have handed in your scores. Thank you.")
        assert found.seat(found.lay).handed_in_at == f.NOW
        assert "You handed in your scores on Thursday 21 January 2027" in page
        refused(client.post(url), "You have handed in your scores.")

    def test_the_last_one_calls_the_moderator(self):
        found = f.case("scored")
        for user in found.scorers:
            assert not Message.objects.filter(kind="panel_all_handed_in").exists()
            send(f.client(user), found.url("hand-in/"))
        assert Message.objects.get(kind="panel_all_handed_in").recipient == found.moderator

    def test_what_is_missing_stands_there_with_the_way_to_it(self):
        found = f.case("declared")
        f.decide_standards(found)
        client = f.client(found.lay)
        send(client, found.answer_url(), score="4", reason="Good.")
        page = read(client, found.url("hand-in/"))
        assert "7 scores still lack a number or a reason." in page
        assert f'href="{found.url("scores/next/")}"' in page
        assert ">Hand in my scores</button>" not in page
        refused(client.post(found.url("hand-in/")), "7 scores still lack a number or a reason.")
        assert found.seat(found.lay).handed_in_at is None
        assert not Event.objects.filter(action="exercise.hand_in").exists()

    def test_waits_for_the_minimum_standards(self):
        found = f.case("declared")
        f.score_for(found, found.lay)
        client = f.client(found.lay)
        waiting = "6 minimum standards wait for a decision by the procurement lead."
        assert waiting in read(client, found.url("hand-in/"))
        refused(client.post(found.url("hand-in/")), waiting)
        assert "Please come back later to hand in" in read(client, found.url("scores/"))
        other = f.client(found.evaluators[0])
        f.score_for(found, found.evaluators[0])
        assert "6 still wait" in read(other, found.url("scores/"))

    def test_the_moderator_has_no_scores_to_hand_in(self):
        found = f.case("scored")
        client = f.client(found.moderator)
        denied(client.get(found.url("hand-in/")), "Your role does not allow you to score")
        denied(client.post(found.url("hand-in/")), "Your role does not allow you to score")

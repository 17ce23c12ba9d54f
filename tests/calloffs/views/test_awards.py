"""An award from its ranking to the issued contract, by the pages people use."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calloffs.models import Award, Contract
from calloffs.services import awards
from commissioning.audit.models import Event
from commissioning.records.models import Letter, Message
from lots.models import Question
from providers.models import Admission
from tests import factories as people
from tests.calloffs import factories as f

pytestmark = pytest.mark.django_db
WORDS = {"reasons": "First by the published ranking.", "advantages": "A dated plan with named partners."}


@pytest.fixture
def ground(time_machine):
    time_machine.move_to(f.JUDGED, tick=False)
    return f.ground()


def text(response):
    return response.content.decode()


def url(name, thing):
    return reverse(name, args=[thing.reference])


def see(user, name, thing):
    return people.client_for(user).get(url(name, thing))


def post(user, name, thing, **typed):
    return people.client_for(user).post(url(name, thing), typed)


def cells(page):
    """Return the rows of the ranking as their texts."""
    table = page.partition('aria-label="Ranking"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    plain = [
        [re.sub(r"<[^>]*>", " ", cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", row)] for row in rows
    ]
    return [[" ".join(cell.split()) for cell in row] for row in plain]


class TestRanking:
    def test_the_lead_reads_quality_social_value_price_and_total_exactly(self, ground):
        competition = f.judged(ground)
        first, second = cells(text(see(ground.lead, "award", competition)))
        # Quality 70: four of five points are 56; a tenth of it is social value. Price 30: £20 leads £25.
        assert [first[0], *first[2:7]] == ["1", "56", "5.6", "£4,000.00", "30", "86"]
        assert [second[0], *second[2:7]] == ["2", "42", "4.2", "£5,000.00", "24", "66"]
        assert ground.providers[0].name in first[1]

    def test_the_notes_name_the_formula_the_tie_break_and_low_prices(self, ground):
        page = text(see(ground.lead, "award", f.judged(ground)))
        assert "the points of each bid depend on the other bids" in page
        assert "the higher quality total; the lower price" in page
        assert "No bid is dropped for its price by a rule" in page

    def test_equal_totals_say_what_parted_them(self, ground):
        asked = f.scheme(ground, tie_break=["first_question", "quality", "lot"])
        page = text(
            see(ground.lead, "award", f.judged(ground, asked=asked, scores=(3, 3), prices=("20", "20")))
        )
        assert "the higher score on the question with the most weight" in page
        assert f"Tied with {ground.providers[1].name}" in page

    def test_no_social_value_column_where_the_scheme_asks_none(self, ground):
        asked = f.scheme(ground)
        Question._base_manager.filter(scheme=asked, kind="social_value").update(kind="method")
        page = text(see(ground.lead, "award", f.judged(ground, asked=asked)))
        assert "of which social value" not in page
        assert [row[-2] for row in cells(page)] == ["86", "66"]

    def test_before_the_prices_are_open_nobody_sees_a_ranking(self, ground):
        competition = f.opened(ground)
        f.judge(ground, competition.exercise, {one.pk: 3 for one in ground.providers})
        page = text(see(ground.lead, "award", competition))
        assert "once the prices have been opened" in page
        assert 'aria-label="Ranking"' not in page
        assert ground.providers[0].name not in page

    def test_before_a_recommendation_the_lead_alone_sees_it(self, ground):
        competition = f.judged(ground)
        for reader in (ground.commissioner, ground.director, ground.partner_commissioner):
            page = text(see(reader, "award", competition))
            assert "recommends the award next" in page
            assert ground.providers[0].name not in page

    def test_strangers_providers_and_panels_see_no_award(self, ground):
        competition = f.judged(ground)
        assert see(ground.writers[0], "award", competition).status_code == 404
        assert see(people.person(people.authority(), "lead"), "award", competition).status_code == 404
        refused = see(people.person(ground.authority, "evaluator"), "award", competition)
        assert refused.status_code == 403
        assert "read the award" in text(refused)

    def test_a_frozen_ranking_costs_the_same_with_three_bids_as_with_one(self, time_machine):
        costs = []
        for number in (1, 3):
            ground = f.ground(pool=number)
            prices, scores = ("20.00", "25.00", "28.00")[:number], (4, 3, 2)[:number]
            award = f.lettered(ground, prices=prices, scores=scores)
            client = people.client_for(ground.lead)
            client.get(url("award", award))
            with CaptureQueriesContext(connection) as caught:
                assert client.get(url("award", award)).status_code == 200
            costs.append(len(caught))
        assert costs[0] == costs[1]


class TestRecommending:
    def test_the_first_is_recommended_with_its_reasons(self, ground):
        competition = f.judged(ground)
        first, second = (competition.bids.get(organisation=one) for one in ground.providers[:2])
        page = text(see(ground.lead, "award-recommend", competition))
        assert f'value="{first.reference}"' in page
        assert f'value="{second.reference}"' not in page
        assert not Award.objects.exists()
        answer = post(ground.lead, "award-recommend", competition, bid=first.reference, **WORDS)
        assert answer.headers["Location"] == url("award", competition)
        award = Award.objects.get()
        assert (award.bid, award.reasons, award.advantages) == (first, *WORDS.values())

    def test_what_is_missing_is_named_and_the_rest_kept(self, ground):
        competition = f.judged(ground)
        first = competition.bids.get(organisation=ground.providers[0])
        typed = {"bid": first.reference, "reasons": WORDS["reasons"], "advantages": ""}
        answer = post(ground.lead, "award-recommend", competition, **typed)
        assert answer.status_code == 422
        assert "Enter what the winning bid did better" in text(answer)
        assert WORDS["reasons"] in text(answer)
        assert not Award.objects.exists()

    def test_a_bid_that_is_not_first_cannot_be_chosen(self, ground):
        competition = f.judged(ground)
        second = competition.bids.get(organisation=ground.providers[1])
        answer = post(ground.lead, "award-recommend", competition, bid=second.reference, **WORDS)
        assert answer.status_code == 422
        assert not Award.objects.exists()

    def test_too_early_and_a_second_time_it_says_why_not(self, ground):
        competition = f.opened(ground)
        assert "once the panel has closed" in text(see(ground.lead, "award-recommend", competition))
        other = f.recommended(ground)
        assert "has been recommended already" in text(see(ground.lead, "award-recommend", other))

    def test_it_is_the_leads_act(self, ground):
        competition = f.judged(ground)
        refused = see(ground.commissioner, "award-recommend", competition)
        assert refused.status_code == 403
        assert ground.providers[0].name not in text(refused)


class TestSigning:
    def test_the_director_sees_all_it_rests_on_and_signs(self, ground):
        award = f.recommended(ground)
        f.govern(ground, award.calloff, now=f.JUDGED)
        page = text(see(ground.director, "award-sign", award))
        for words in (
            *WORDS.values(),
            "3 members of the lot",
            "DEC/1",
            "Cabinet Member for Adult Social Care",
            "No conflict was declared",
            "Joint project board",
            "A standstill is kept",
            "the points of each bid depend on the other bids",
        ):
            assert words in page
        assert len(cells(page)) == 2
        unsure = post(ground.director, "award-sign", award)
        assert unsure.status_code == 422
        answer = post(ground.director, "award-sign", award, declared="on")
        assert answer.headers["Location"] == url("award", award)
        award.refresh_from_db()
        assert (award.state, award.signed_by) == ("signed", ground.director)
        page = text(see(ground.commissioner, "award", award))
        assert award.record.reference in page

    def test_each_blocker_leads_to_where_it_is_mended(self, ground):
        award = f.recommended(ground)
        Admission.objects.filter(organisation=ground.providers[0]).update(state="suspended")
        place = ["admission", [ground.agreement.reference, 1, ground.providers[0].reference]]
        for name in ("award", "award-sign"):
            page = text(see(ground.director, name, award))
            assert page.count(f'href="{url("calloff", award)}#governance"') == 2
            assert f'href="{reverse(place[0], args=place[1])}"' in page
        page = text(see(ground.lead, "award", award))
        assert page.count(f'href="{url("calloff-governance", award)}"') == 1
        assert "Suspended or removed from the pool" in page
        assert post(ground.director, "award-sign", award, declared="on").status_code == 422
        award.refresh_from_db()
        assert award.state == "recommended"

    def test_who_recommended_does_not_sign(self, ground):
        people.member(ground.lead, ground.authority, "director")
        award = f.recommended(ground)
        f.govern(ground, award.calloff, now=f.JUDGED)
        assert "another director must sign" in text(see(ground.lead, "award-sign", award))
        assert post(ground.lead, "award-sign", award, declared="on").status_code == 422
        assert see(ground.commissioner, "award-sign", award).status_code == 403

    def test_sent_back_with_a_reason_it_is_history_on_the_page(self, ground):
        award = f.recommended(ground)
        empty = post(ground.director, "award-return", award, reason="")
        assert empty.status_code == 422
        post(ground.director, "award-return", award, reason="The reasons are too thin.")
        award.refresh_from_db()
        assert award.state == "returned"
        page = text(see(ground.lead, "award", award))
        assert "The reasons are too thin." in page
        assert url("award-recommend", award) in page
        assert see(ground.director, "award-sign", award).status_code == 404


class TestHolds:
    def test_a_hold_stops_the_signature_until_it_is_lifted(self, ground):
        award = f.recommended(ground)
        f.govern(ground, award.calloff, now=f.JUDGED)
        assert post(ground.lead, "award-hold", award, reason="").status_code == 422
        post(ground.lead, "award-hold", award, reason="A claim of 14 February.")
        page = text(see(ground.director, "award-sign", award))
        assert "A claim of 14 February." in page
        assert url("award-lift-hold", award) not in page
        assert post(ground.director, "award-sign", award, declared="on").status_code == 422
        page = text(see(ground.lead, "award", award))
        assert "On legal hold" in page
        assert url("award-lift-hold", award) in page
        post(ground.lead, "award-lift-hold", award, reason="Withdrawn.")
        award.refresh_from_db()
        assert award.legal_hold_reason == ""
        assert post(ground.director, "award-sign", award, declared="on").status_code == 302
        assert "There is no legal hold to lift" in text(see(ground.lead, "award-lift-hold", award))

    def test_holding_is_the_leads_act(self, ground):
        award = f.recommended(ground)
        for name in ("award-hold", "award-lift-hold"):
            assert see(ground.director, name, award).status_code == 403
        assert url("award-hold", award) not in text(see(ground.director, "award", award))


class TestLetters:
    def test_they_are_drafted_for_a_day_and_shown_with_their_progress(self, ground):
        award = f.signed(ground)
        typed = {"planned_on_day": "1", "planned_on_month": "3", "planned_on_year": "2027"}
        answer = post(ground.lead, "award-draft-letters", award, **typed)
        assert answer.headers["Location"] == url("award", award)
        award.refresh_from_db()
        assert award.batch.planned_on == date(2027, 3, 1)
        page = text(see(ground.lead, "award", award))
        assert "<strong>0 of 2</strong> letters ready" in page
        assert 'data-refresh="3"' in page
        letters = Letter.objects.filter(batch=award.batch)
        assert all(letter.get_absolute_url() in page for letter in letters)
        letters.filter(kind="award_winner").update(attempts=5, problem="No font")
        assert "Problem" in text(see(ground.lead, "award", award))
        f.pretend_rendered()
        page = text(see(ground.releaser, "award", award))
        assert all(reverse("letter-pdf", args=[letter.reference]) in page for letter in letters)
        assert "They can be released on that day." in page
        assert "Thursday 11 March 2027" in page

    @pytest.mark.parametrize(("day", "sentence"), [("31", "real date"), ("1", "has not passed")])
    def test_a_day_that_cannot_be_is_refused_beside_its_field(self, ground, day, sentence):
        award = f.signed(ground)
        typed = {"planned_on_day": day, "planned_on_month": "2", "planned_on_year": "2027"}
        answer = post(ground.lead, "award-draft-letters", award, **typed)
        assert answer.status_code == 422
        assert sentence in text(answer)
        assert not Letter.objects.filter(batch__isnull=False).exists()

    def test_a_day_from_which_standstill_cannot_be_counted_is_refused_beside_its_field(self, ground):
        award = f.signed(ground)
        typed = {"planned_on_day": "5", "planned_on_month": "2", "planned_on_year": "2090"}
        answer = post(ground.lead, "award-draft-letters", award, **typed)
        assert answer.status_code == 422
        assert "The bank holidays of England and Wales in 2090 are not on record" in text(answer)
        assert not Letter.objects.filter(batch__isnull=False).exists()

    def test_a_second_person_tells_everybody_on_the_day(self, ground, time_machine):
        award = f.lettered(ground)
        time_machine.move_to(f.SENT, tick=False)
        mine = text(see(ground.lead, "award-release", award))
        assert mine.count("somebody else must release") == 1
        assert "a second person must release them" not in mine
        page = text(see(ground.releaser, "award-release", award))
        assert "Tell 2 bidders the outcome now" in page
        assert ground.providers[0].name in page
        assert "Not successful" in page
        assert not Message.objects.filter(kind="letters_released").exists()
        answer = post(ground.releaser, "award-release", award)
        assert answer.headers["Location"] == url("award", award)
        told = Message.objects.filter(kind="letters_released")
        assert {message.organisation for message in told} == set(ground.providers[:2])
        award.refresh_from_db()
        assert award.state == "released"

    def test_before_its_day_the_page_says_when_and_releases_nothing(self, ground):
        award = f.lettered(ground)
        page = text(see(ground.releaser, "award-release", award))
        assert "can be released on that day" in page
        assert "the outcome now</button>" not in page
        assert post(ground.releaser, "award-release", award).status_code == 422
        award.refresh_from_db()
        assert award.state == "lettered"

    def test_taken_back_they_can_be_drafted_again(self, ground):
        award = f.lettered(ground)
        assert post(ground.lead, "award-take-letters-back", award, reason="").status_code == 422
        post(ground.lead, "award-take-letters-back", award, reason="A wrong day.")
        award.refresh_from_db()
        assert (award.state, award.batch) == ("signed", None)
        assert url("award-draft-letters", award) in text(see(ground.lead, "award", award))
        assert see(ground.director, "award-take-letters-back", award).status_code == 403

    def test_others_than_leads_may_not(self, ground):
        award = f.lettered(ground)
        for name in ("award-draft-letters", "award-release", "award-take-letters-back"):
            refused = see(ground.director, name, award)
            assert refused.status_code == 403
            assert "procurement lead" in text(refused)


class TestStandstillAndContract:
    def test_the_calendar_counts_to_the_last_day_by_the_law(self, ground, time_machine):
        award = f.released(ground)
        time_machine.move_to(f.SENT + timedelta(days=2), tick=False)
        page = text(see(ground.director, "award", award))
        calendar = page.partition('class="portal-standstill"')[2].partition("</section>")[0]
        assert "<strong>Thursday 11 March 2027</strong>" in calendar
        assert "(last day)" in calendar.partition("portal-row--strong")[2]
        assert calendar.count("✓ passed") == 2
        assert "Public Contracts Regulations" in calendar

    def test_the_contract_waits_for_the_end_and_is_then_issued(self, ground, time_machine):
        award = f.released(ground)
        time_machine.move_to(f.SENT, tick=False)
        assert "standstill lasts to the end of Thursday 11 March 2027" in text(
            see(ground.lead, "award-contract", award)
        )
        assert post(ground.lead, "award-contract", award).status_code == 422
        time_machine.move_to(f.MADE, tick=False)
        assert see(ground.director, "award-contract", award).status_code == 403
        page = text(see(ground.lead, "award-contract", award))
        assert "£4,000.00" in page
        assert not Contract.objects.exists()
        answer = post(ground.lead, "award-contract", award)
        contract = Contract.objects.get()
        assert answer.headers["Location"] == contract.get_absolute_url()
        assert "issued already" in text(see(ground.lead, "award-contract", award))
        assert Event.objects.get(action="contract.issue").actor == ground.lead
        assert contract.reference in text(see(ground.commissioner, "award", award))

    def test_one_drafted_for_today_alone_may_go_today(self, ground):
        award = f.signed(ground)
        awards.draft_letters(award=award, planned_on=f.JUDGED.date(), actor=ground.lead, now=f.JUDGED)
        f.pretend_rendered()
        award.refresh_from_db()
        assert awards.release_refusals(award, actor=ground.releaser, now=f.JUDGED) == []
        (late,) = awards.release_refusals(award, actor=ground.releaser, now=f.JUDGED + timedelta(days=1))
        assert "take them back and draft them again" in late.text

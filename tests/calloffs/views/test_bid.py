"""Writing, submitting and withdrawing a bid in the browser, and what is shown once it was decided."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from calloffs.models import Bid
from calloffs.services import bids, clarifications, competitions, endings
from commissioning.people.models import Organisation
from commissioning.records import receipts
from commissioning.records.models import Letter, Message
from lots.models import Agreement
from providers.models import AnswerVersion
from providers.queries import items
from tests import factories as people
from tests.calloffs import factories as f
from tests.pages import press
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def at(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def ground(at):
    return f.ground()


@pytest.fixture
def ana(ground):
    return ground.writers[0]


@pytest.fixture
def client(ana):
    return people.client_for(ana)


@pytest.fixture
def competition(ground):
    return f.published(ground)


@pytest.fixture
def bid(competition, ana):
    return f.started(competition, ana)


def url(name, bid, *more):
    return reverse(name, args=[bid.competition.reference, *more])


def text(response):
    return response.content.decode()


def answer(client, bid, code="MS1", **given):
    typed = {"text": "Some words", "version": 0, "then": "stay", **given}
    return client.post(url("bid-question", bid, code), typed)


def price(client, bid, hour="20.00", setting_up="100", **given):
    return client.post(url("bid-prices", bid), {"HOUR": hour, "SET": setting_up, **given})


class TestWriting:
    def test_a_question_is_saved_and_leads_on(self, client, bid):
        page = text(client.get(url("bid-question", bid, "MS1")))
        assert "How will you do MS1?" in page
        assert "0 of 500 words" in page
        assert answer(client, bid).headers["Location"] == url("bid-question", bid, "MS1")
        onwards = answer(client, bid, text="More words", version=1, then="next")
        assert onwards.headers["Location"] == url("bid-question", bid, "MS2")
        last = answer(client, bid, "SV", text="Jobs", then="next")
        assert last.headers["Location"] == url("bid-prices", bid)

    def test_a_question_that_is_not_asked_is_404(self, client, bid):
        for code in ("NOPE", "INS", "HOUR"):
            assert client.get(url("bid-question", bid, code)).status_code == 404
            assert answer(client, bid, code).status_code == 404

    def test_a_colleagues_newer_text_is_shown_beside_what_was_typed(self, client, bid):
        ben = people.person(bid.organisation, "provider_editor", name="Ben Editor")
        answer(people.client_for(ben), bid, text="Ben's words")
        response = answer(client, bid, text="Ana's words")
        assert response.status_code == 422
        page = text(response)
        assert "Ben Editor saved" in page
        assert "Ben&#x27;s words" in page
        assert "Ana&#x27;s words" in page
        assert AnswerVersion.objects.count() == 1
        assert answer(client, bid, text="Both", version=1).status_code == 302

    def test_a_file_is_added_given_back_and_removed(self, client, bid):
        answer(client, bid, file=providers.pdf("Walrus plan.pdf"))
        question = url("bid-question", bid, "MS1")
        assert "Walrus plan.pdf" in text(client.get(question))
        given = client.get(url("bid-file", bid, "MS1", 1))
        assert given.headers["Content-Disposition"].startswith("attachment")
        assert b"walrus" in b"".join(given.streaming_content)
        client.post(question, {"text": "Some words", "version": 1, "remove": "1"})
        assert client.get(url("bid-file", bid, "MS1", 1)).status_code == 404

    def test_a_file_that_cannot_be_taken_saves_nothing_and_keeps_the_text(self, client, bid):
        wrong = providers.pdf("tool.pdf")
        wrong.seek(0)
        wrong.write(b"MZ-exe-")
        response = answer(client, bid, text="Typed with care", file=wrong)
        assert response.status_code == 422
        assert "Typed with care" in text(response)
        assert not AnswerVersion.objects.exists()

    def test_declarations_are_saved_together_and_lead_to_the_questions(self, client, bid):
        typed = {"met_INS": "yes", "INS": "Zurich 12", "met_SAFE": "no", "SAFE": "By May", "then": "next"}
        response = client.post(url("bid-standards", bid), typed)
        assert response.headers["Location"] == url("bid-question", bid, "MS1")
        assert "Zurich 12" in text(client.get(url("bid-standards", bid)))


class TestPrices:
    def test_where_two_met_one_chooses_and_both_stay_in_the_history(self, client, bid):
        ben = people.client_for(people.person(bid.organisation, "provider_editor", name="Ben Editor"))
        price(ben, bid, hour="21.00", setting_up="")
        response = price(client, bid, hour="22.50")
        assert response.status_code == 422
        page = text(response)
        assert "£21.00" in page
        assert "Save what is in the boxes" in page
        given = {"version_HOUR": 1, "then": "theirs", "mine": response.context["mine"]}
        assert price(client, bid, hour="22.50", **given).status_code == 302
        history = text(client.get(url("bid-price-versions", bid, "HOUR")))
        assert "Version 3" in history
        assert "£22.50 for each hour" in text(client.get(url("bid-price-version", bid, "HOUR", 2)))
        assert "£21.00 for each hour" in text(client.get(url("bid-price-version", bid, "HOUR", 3)))
        assert AnswerVersion.objects.filter(item="SET").count() == 1

    def test_an_earlier_price_is_brought_back(self, client, bid):
        price(client, bid, hour="21.00")
        price(client, bid, hour="22.50", version_HOUR=1, version_SET=1)
        assert url("bid-price-versions", bid, "HOUR") in text(client.get(url("bid-prices", bid)))
        assert client.post(url("bid-price-version", bid, "HOUR", 1), {"version": 2}).status_code == 302
        assert 'value="21.00"' in text(client.get(url("bid-prices", bid)))
        assert client.get(url("bid-price-versions", bid, "MS1")).status_code == 404

    def test_show_unit_quantity_and_ceiling_before_typing(self, client, bid):
        page = text(client.get(url("bid-prices", bid)))
        assert "for each hour, no more than £30.00; quantity 100" in page
        assert "sealed apart" in page

    def test_are_saved_in_a_compartment_of_their_own(self, client, bid):
        response = price(client, bid, then="next")
        assert response.headers["Location"] == url("bid-submit", bid)
        assert {row.blob.compartment for row in AnswerVersion.objects.all()} == {"price"}
        page = text(client.get(url("bid-prices", bid)))
        assert 'value="20.00"' in page
        assert "Done" in text(client.get(url("bid", bid)))

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("30.01", "must be £30.00 or less for each hour"),
            ("0", "must be more than £0"),
            ("cheap", "must be an amount in pounds"),
        ],
    )
    def test_that_cannot_be_taken_save_nothing_and_are_kept(self, client, bid, typed, sentence):
        response = price(client, bid, hour=typed)
        assert response.status_code == 422
        page = text(response)
        assert sentence in page
        assert f'value="{typed}"' in page
        assert 'value="100"' in page
        assert 'href="#id_HOUR"' in page
        assert not AnswerVersion.objects.exists()

    def test_of_a_colleague_are_shown_beside_what_was_typed(self, client, bid):
        ben = people.person(bid.organisation, "provider_editor", name="Ben Editor")
        price(people.client_for(ben), bid, hour="19.00")
        response = price(client, bid, hour="21.00")
        assert response.status_code == 422
        assert "£19.00 for each hour" in text(response)
        assert 'value="21.00"' in text(response)
        again = price(client, bid, hour="21.00", version_HOUR=1, version_SET=1)
        assert again.status_code == 302

    def test_are_only_read_after_the_deadline(self, ana, bid, at):
        bids.save(bid=bid, values={"HOUR": Decimal("22.50")}, actor=ana, now=f.NOW)
        at(f.AFTER)
        client = people.client_for(ana)
        page = text(client.get(url("bid-prices", bid)))
        assert "£22.50" in page
        assert 'name="HOUR"' not in page
        assert price(client, bid).status_code == 422


class TestSubmitting:
    def test_the_check_names_what_is_missing_and_links_to_it(self, client, bid):
        page = text(client.get(url("bid-submit", bid)))
        assert "“Method statement 2” is not complete." in page
        assert url("bid-question", bid, "MS2") in page
        assert f"{url('bid-prices', bid)}#id_HOUR" in page
        assert "Submit your bid</button>" not in page
        assert client.post(url("bid-submit", bid)).status_code == 422
        assert Bid.objects.get().state == "draft"

    def test_gives_a_receipt_that_proves_itself(self, client, bid, competition, ana):
        f.filled(competition, ana)
        check = text(client.get(url("bid-submit", bid)))
        assert "Marmalade MS1 quokka" in check
        assert "£20.00 for each hour" in check
        response = press(client, url("bid-submit", bid))
        assert response.headers["Location"] == url("bid-receipt", bid, 1)
        page = text(client.get(response.headers["Location"]))
        assert "Bid submitted" in page
        assert "Your prices stay sealed" in page
        given = client.get(url("bid-receipt-json", bid, 1))
        assert given.headers["Content-Disposition"].startswith("attachment")
        assert receipts.verify_receipt(given.content).lines_that_hold(b"Marmalade MS1 quokka")
        assert client.get(url("bid-receipt-pdf", bid, 1)).content.startswith(b"%PDF-")
        assert "Marmalade MS1 quokka" in text(client.get(url("bid-sent", bid, 1)))
        assert client.get(url("bid-receipt", bid, 2)).status_code == 404

    def test_each_line_of_its_receipt_can_be_compared_prices_and_standards_too(
        self, client, competition, ana
    ):
        bid = f.submitted(competition, ana)
        verified = receipts.verify_receipt(client.get(url("bid-receipt-json", bid, 1)).content)
        shown = text(client.get(url("bid-sent", bid, 1)))
        proved = []
        written = [(1, item.code) for item in items.of_scheme(bid.submission.scheme)]
        for place in [(0, "details"), *written]:
            assert url("bid-sent-exact", bid, 1, *place) in shown
            proved += verified.lines_that_hold(client.get(url("bid-sent-exact", bid, 1, *place)).content)
        assert {line.sha256 for line in proved} == {line.sha256 for line in verified.lines}

    def test_what_is_changed_after_it_is_a_draft_until_it_is_sent_again(self, client, competition, ana):
        bid = f.submitted(competition, ana)
        assert "would go in. Received" in text(client.get(url("bid", bid)))
        answer(client, bid, text="Better words", version=1)
        page = text(client.get(url("bid", bid)))
        assert "as you submitted it, without your changes" in page
        assert "Better words" not in text(client.get(url("bid-sent", bid, 1)))
        press(client, url("bid-submit", bid))
        assert "took its place." in text(client.get(url("bid-receipt", bid, 1)))
        assert "Better words" in text(client.get(url("bid-sent", bid, 2)))

    def test_what_a_colleague_saved_meanwhile_is_shown_before_it_goes_in(self, client, competition, ana):
        bid = f.filled(competition, ana)
        page = text(client.get(url("bid-submit", bid)))
        mark = unescape(re.findall(r'name="seen" value="([^"]*)"', page)[0])
        ben = people.person(bid.organisation, "provider_editor", name="Ben Editor")
        bids.save(bid=bid, values={"HOUR": "19.00"}, actor=ben, now=f.NOW)
        response = client.post(url("bid-submit", bid), {"seen": mark})
        assert response.status_code == 422
        assert "Ben Editor saved “One hour of support”" in text(response)
        assert Bid.objects.get().state == "draft"
        fresh = unescape(re.findall(r'name="seen" value="([^"]*)"', text(response))[0])
        assert client.post(url("bid-submit", bid), {"seen": fresh}).status_code == 302

    def test_a_name_changed_after_the_deadline_is_shown_beside_the_one_submitted(self, competition, ana):
        bid = f.submitted(competition, ana)
        sent = bid.organisation.name
        Organisation.objects.filter(pk=bid.organisation_id).update(name="Totally Renamed Care")
        assert Bid.objects.get().bidder == f"{sent} (now called Totally Renamed Care)"

    def test_withdrawing_asks_first_and_keeps_the_draft(self, client, competition, ana):
        bid = f.submitted(competition, ana)
        assert "Your draft stays as it is" in text(client.get(url("bid-withdraw", bid)))
        assert Bid.objects.get().state == "submitted"
        assert client.post(url("bid-withdraw", bid)).headers["Location"] == url("bid", bid)
        assert Bid.objects.get().state == "withdrawn"
        assert "It was withdrawn on" in text(client.get(url("bid-receipt", bid, 1)))
        assert "complete, but not submitted" in text(client.get(url("bid", bid)))

    def test_one_microsecond_late_is_refused_with_both_times(self, ana, competition, at):
        bid = f.filled(competition, ana)
        at(f.DEADLINE + MICROSECOND)
        response = people.client_for(ana).post(url("bid-submit", bid))
        assert response.status_code == 422
        assert "12:00:00.000001 London time" in text(response)
        assert "12:00:00.000000 London time" in text(response)
        assert Bid.objects.get().state == "draft"

    def test_at_the_deadline_itself_it_is_in(self, ana, competition, at):
        bid = f.filled(competition, ana)
        at(f.DEADLINE)
        assert press(people.client_for(ana), url("bid-submit", bid)).status_code == 302

    def test_after_the_deadline_all_can_be_read_and_nothing_written(self, ana, competition, at):
        bid = f.submitted(competition, ana)
        at(f.AFTER)
        client = people.client_for(ana)
        page = text(client.get(url("bid", bid)))
        assert "When bids closed" in page
        assert "went in" in page
        page = text(client.get(url("bid-question", bid, "MS1")))
        assert "Marmalade MS1 quokka" in page
        assert "<textarea" not in page
        assert answer(client, bid, text="Late words", version=1).status_code == 422
        assert client.post(url("bid-withdraw", bid)).status_code == 422
        assert Bid.objects.get().state == "submitted"


class TestOutcome:
    def shown(self, who, award):
        client, bid = people.client_for(who), award.bid
        names = ("bid", "bid-invitation")
        return "".join(text(client.get(url(name, bid))) for name in names) + text(
            client.get(reverse("invitations"))
        )

    @pytest.mark.parametrize("stage", [f.recommended, f.signed, f.lettered])
    def test_is_not_seen_before_the_release(self, ground, at, stage):
        award = stage(ground)
        at(f.JUDGED)
        for writer in ground.writers[:2]:
            page = self.shown(writer, award)
            assert "Being evaluated" in page
            assert "uccessful" not in page
            assert not any(letter.reference in page for letter in Letter.objects.all())

    def test_is_seen_with_the_own_letter_after_it(self, ground, at):
        award = f.released(ground)
        at(f.SENT)
        letters = {letter.organisation: letter for letter in Letter.objects.filter(batch=award.batch)}
        winner, loser = ground.providers[:2]
        won, lost = (self.shown(writer, award) for writer in ground.writers[:2])
        assert "Successful" in won
        assert "Not successful this time" in lost
        assert reverse("letter", args=[letters[winner].reference]) in won
        assert reverse("letter", args=[letters[loser].reference]) in lost
        assert letters[winner].reference not in lost

    def test_leads_the_winner_to_sign_the_contract(self, ground, at):
        contract = f.issued(ground)
        at(f.MADE)
        won, lost = (self.shown(writer, contract.award) for writer in ground.writers[:2])
        sign = reverse("contract-sign", args=[contract.reference])
        assert sign in won
        assert contract.reference not in lost


def test_the_addresses_in_the_messages_are_those_of_the_pages(ground, competition, client, ana):
    bid = f.submitted(competition, ana)
    asked = clarifications.ask(
        invitation=f.invitation(competition, ana), question="May we?", actor=ana, now=f.NOW
    )
    clarifications.answer(
        clarification=asked, published_question="May we?", text="Yes.", actor=ground.commissioner, now=f.NOW
    )
    later = f.DEADLINE + timedelta(days=1)
    competitions.extend(
        competition=competition, deadline=later, reason="More time.", actor=ground.lead, now=f.NOW
    )
    bids.withdraw(bid=bid, actor=ana, now=f.NOW)
    bids.lapse(
        bid=f.started(competition, ground.writers[1]), actor=bids.SWEEP, now=later + timedelta(hours=1)
    )
    endings.abandon(calloff=competition.calloff, reason="No money.", actor=ground.lead, now=f.NOW)
    messages = Message.objects.filter(recipient__in=ground.writers[:2])
    assert {row.kind for row in messages} == {
        "invitation_to_bid",
        "question_answered",
        "competition_extended",
        "competition_abandoned",
        "bid_received",
        "bid_withdrawn",
        "bid_lapsed",
    }
    for row in messages:
        (path,) = re.findall(r"https?://[^/\s]+(/[^\s#]*)", row.body)
        assert people.client_for(row.recipient).get(path).status_code == 200, f"{row.kind}: {path}"


def test_where_the_agreement_says_so_submitting_asks_for_the_password(client, bid):
    Agreement.objects.update(signature="proved_again")
    people.prove(client, ago=timedelta(minutes=11))
    for code in ("MS1", "MS2", "MS3", "SV", "DEL"):
        if bid.submission.scheme.questions.filter(code=code).exists():
            answer(client, bid, code)
    page = client.post(url("bid-submit", bid))
    assert "Confirm that it is you" in text(page)
    bid.refresh_from_db()
    assert bid.state == "draft"


def test_before_that_its_page_says_how_long_a_password_counts(competition, client, ana):
    Agreement.objects.update(signature="proved_again")
    bid = f.filled(competition, ana)
    said = text(client.get(url("bid-submit", bid)))
    assert (
        "asked for your password once more, to confirm that it is you, unless you gave it in the last" in said
    )

"""Regulation 22 at the opening and after: who reads what, who opens, who no longer reads (R22-d to R22-f)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from calloffs.queries import ranking
from calloffs.services import competitions
from commissioning.accounts.services import leaving, roles
from commissioning.audit.models import AccessEntry, Event
from commissioning.people.models import RoleGrant
from commissioning.people.roles import AUTHORITY_ROLES, Role
from commissioning.policies import Denied
from commissioning.records import sealing
from commissioning.records.models import OpeningProposal, SealedBlob
from commissioning.workflow import Refused
from evaluation import queries as judging
from evaluation.services import interests, panels
from providers.queries import evaluation
from providers.services import openings
from tests import factories as people
from tests.calloffs import factories as c
from tests.evaluation import factories as e
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
ANSWER = "Marmalade MS1 quokka"


def shown(who, url):
    response = people.client_for(who).get(url)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, content.decode(errors="replace")


@pytest.fixture
def at(time_machine):
    time_machine.move_to(e.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


class TestR22dWhoReadsWhichPart:
    def test_a_panellist_reads_its_own_exercise_and_no_other(self, at):
        mine, other = e.case("declared"), e.case("declared")
        reader = mine.evaluators[0]
        assert ANSWER in shown(reader, mine.answer_url())[1]
        status, page = shown(reader, other.answer_url())
        assert (status, ANSWER in page) == (404, False)
        with pytest.raises(Denied):
            judging.read_answer(other.fresh(), other.assessment(), other.question(), reader=reader, now=e.NOW)
        assert AccessEntry.objects.filter(outcome="refused", user=reader).exists()

    def test_a_panellist_of_one_lot_does_not_read_the_next(self, at):
        found = e.case("declared", lots=2)
        reader = found.evaluators[0]
        panels.stand_down(panellist=found.seat(reader, 1), reason="One lot.", actor=found.lead, now=e.NOW)
        with pytest.raises(Denied, match="Only the panel"):
            judging.insist_on_reading(found.fresh(1), reader)
        assert judging.insist_on_reading(found.fresh(0), reader)

    def test_no_role_reads_answers_without_a_place_on_the_panel(self, at):
        found = e.case("declared")
        for role in sorted(AUTHORITY_ROLES):
            who = people.person(found.authority, role)
            status, page = shown(who, found.answer_url())
            assert status in {403, 404}, role
            assert ANSWER not in page
        everybody = people.person(found.authority, *AUTHORITY_ROLES, is_staff=True)
        assert ANSWER not in shown(everybody, found.answer_url())[1]

    def test_prices_stay_closed_to_everybody_until_quality_is_agreed(self, time_machine):
        time_machine.move_to(c.AFTER, tick=False)
        ground = c.ground()
        competition = c.opened(ground)
        prices = SealedBlob.objects.filter(compartment="price")
        assert prices.exists()
        readers = [people.person(ground.authority, role) for role in sorted(AUTHORITY_ROLES)]
        for who in [*readers, ground.lead]:
            for blob in prices:
                with pytest.raises(sealing.StillSealed):
                    sealing.read_opened(
                        blob=blob, round=competition.round, reader=who, now=c.AFTER, what="a price"
                    )
        with pytest.raises(sealing.StillSealed):
            ranking.prices(competition, reader=ground.lead, now=c.AFTER)
        with pytest.raises(Refused):
            competitions.unseal_prices(competition=competition, actor=ground.lead, now=c.AFTER)
        url = reverse("competition-prices", args=[competition.reference])
        assert people.client_for(ground.lead).post(url, {"sure": "on"}).status_code == 422
        competition.round.refresh_from_db()
        assert not competition.round.prices_are_open


class TestR22eWhoOpensAndWhen:
    @pytest.fixture
    def window(self, at):
        made = f.window(f.agreement(security_level="raised"))
        for row in made.lots.select_related("round"):
            row.round.opened_by_two = True
            row.round.save(update_fields=["opened_by_two"])
        f.submitted(made)
        at(f.AFTER)
        return made

    def is_open(self, window):
        return window.lots.filter(round__opened_at__isnull=False).exists()

    def test_no_other_role_and_no_stranger_opens(self, at):
        window = f.window()
        entry = f.submitted(window)
        at(f.AFTER)
        lead = window.agreement.lead
        others = [people.person(lead, role) for role in sorted(AUTHORITY_ROLES - {Role.LEAD})]
        others += [f.bid_writer(), f.lead_of(f.agreement()), people.person(is_staff=True)]
        others.append(f.writer_of(entry.application))
        for who in others:
            for name in ("window-unseal", "window-propose-opening"):
                url = reverse(name, args=[window.reference])
                assert people.client_for(who).post(url, {"sure": "on"}).status_code in {403, 404}
            with pytest.raises(Denied):
                openings.open_entries(window=window, actor=who, now=f.AFTER)
        assert not self.is_open(window)

    @pytest.mark.parametrize("seconds", [-1, 0, 1, 179])
    def test_the_lead_does_not_open_before_the_date_and_the_margin(self, at, seconds):
        window = f.window()
        now = f.DEADLINE + timedelta(seconds=seconds)
        at(now)
        lead = f.lead_of(window.agreement)
        url = reverse("window-unseal", args=[window.reference])
        assert people.client_for(lead).post(url, {"sure": "on"}).status_code == 422
        for row in window.lots.select_related("round"):
            with pytest.raises(Refused, match="sealed until"):
                sealing.open_round(round=row.round, actor=lead, now=now)
        assert not self.is_open(window)

    def test_where_two_are_asked_for_the_pages_take_both(self, window):
        first, second = f.lead_of(window.agreement), f.lead_of(window.agreement)
        unseal = reverse("window-unseal", args=[window.reference])
        propose = reverse("window-propose-opening", args=[window.reference])
        one, two = people.client_for(first), people.client_for(second)
        assert one.get(unseal)["Location"] == propose
        assert one.post(unseal, {"sure": "on"}).status_code == 422
        assert one.post(propose).status_code == 302
        assert not self.is_open(window)
        assert "a second person must confirm it" in one.get(unseal).content.decode()
        assert one.post(unseal, {"sure": "on"}).status_code == 422
        assert "Confirm the opening" in two.get("/home/").content.decode()
        assert "Confirm the opening" not in one.get("/home/").content.decode()
        assert two.get(propose)["Location"] == unseal
        assert first.name in two.get(unseal).content.decode()
        assert not self.is_open(window)
        assert two.post(unseal, {"sure": "on"}).status_code == 302
        assert self.is_open(window)
        page = two.get(unseal).content.decode()
        assert first.name in page
        assert second.name in page

    def test_a_proposal_is_withdrawn_on_its_page_and_opens_nothing(self, window):
        first, second = f.lead_of(window.agreement), f.lead_of(window.agreement)
        people.client_for(first).post(reverse("window-propose-opening", args=[window.reference]))
        url = reverse("opening-withdraw", args=[OpeningProposal.objects.get().reference])
        for stranger in (f.bid_writer(), f.lead_of(f.agreement()), people.person(is_staff=True)):
            assert people.client_for(stranger).post(url).status_code == 404
        evaluator = people.person(window.agreement.lead, Role.EVALUATOR)
        assert people.client_for(evaluator).post(url).status_code == 403
        assert people.client_for(second).post(url).status_code == 302
        unseal = reverse("window-unseal", args=[window.reference])
        assert people.client_for(second).post(unseal, {"sure": "on"}).status_code == 422
        assert not self.is_open(window)

    def test_bids_and_prices_of_such_an_agreement_take_two_as_well(self, time_machine):
        ground = c.ground(security_level="raised")
        competition = c.closed(ground)
        time_machine.move_to(c.AFTER, tick=False)
        assert competition.round.opened_by_two
        names = ("competition-unseal", "competition-propose-opening")
        unseal, propose = (reverse(name, args=[competition.reference]) for name in names)
        one, two = people.client_for(ground.lead), people.client_for(ground.releaser)
        assert one.post(unseal, {"sure": "on"}).status_code == 422
        assert one.post(propose).status_code == 302
        assert one.post(unseal, {"sure": "on"}).status_code == 422
        assert two.post(unseal, {"sure": "on"}).status_code == 302
        competition.round.refresh_from_db()
        assert competition.round.opened_by == ground.releaser
        propose = reverse("competition-propose-prices", args=[competition.reference])
        assert one.post(propose).status_code == 422  # quality is not agreed yet
        assert Event.objects.filter(action="opening.propose").count() == 1


class TestR22fWhoNoLongerReads:
    @pytest.fixture
    def found(self, at):
        case = e.case("declared")
        assert ANSWER in shown(case.lay, case.answer_url())[1]
        return case

    def reads_nothing(self, found, who):
        for url in (found.answer_url(), found.url("scores/"), f"{found.answer_url()}files/1/"):
            status, page = shown(who, url)
            assert status in {403, 404}, url
            assert ANSWER not in page
        with pytest.raises(Denied):
            judging.read_answer(
                found.fresh(),
                found.assessment(),
                found.question(),
                reader=type(who).objects.get(pk=who.pk),
                now=e.NOW,
            )

    def test_who_left_the_panel(self, found):
        panels.stand_down(panellist=found.seat(found.lay), reason="Left.", actor=found.lead, now=e.NOW)
        self.reads_nothing(found, found.lay)

    def test_whose_role_was_withdrawn(self, found):
        admin = people.person(found.authority, Role.AUTHORITY_ADMIN)
        grant = RoleGrant.objects.get(membership__user=found.lay, role=Role.LAY_EVALUATOR)
        roles.withdraw(grant=grant, actor=admin, now=e.NOW)
        self.reads_nothing(found, found.lay)

    def test_who_left_the_authority(self, found):
        leaving.end_membership(membership=found.lay.memberships.get(), actor=found.lay, now=e.NOW)
        self.reads_nothing(found, found.lay)

    def test_who_has_come_to_have_a_conflict(self, found):
        interests.declare_later(
            exercise=found.fresh(),
            organisation=found.assessment().organisation,
            nature="My sister works there now.",
            actor=found.lay,
            now=e.NOW,
        )
        self.reads_nothing(found, found.lay)

    def test_the_lead_who_opened_reads_no_answer(self, found):
        assert ANSWER not in shown(found.lead, found.answer_url())[1]

    def test_a_rival_reads_nothing_after_the_opening_either(self, found):
        entry = found.entries[0]
        rival = f.writer_of(found.entries[1].application)
        for name, more in (("entry-sent", [1]), ("entry-receipt", [1]), ("entry-question", ["MS1"])):
            url = reverse(name, args=[entry.application.reference, 1, *more])
            assert people.client_for(rival).get(url).status_code == 404
        own = evaluation.read_for_evaluation(entry.submission, reader=found.lead, now=e.NOW)
        assert own.item("MS1").text == ANSWER

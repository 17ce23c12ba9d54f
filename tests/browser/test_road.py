"""The whole road, walked in a browser: from an empty portal to a signed call-off contract.

Only pages are used. Outside them happen what happens outside a portal: mail is read and time passes.
Each person signs in through the sign-in page, has a browser of their own, and meets every kind of page with
axe looking on. It is walked once with scripts and once without.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import (
    stage_agreement,
    stage_applying,
    stage_award,
    stage_bidding,
    stage_calling_off,
    stage_judging,
)
from tests.browser.road import Road, Stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STAGES: tuple[Stage, ...] = (
    stage_agreement.set_up_the_agreement,
    stage_agreement.write_the_schemes,
    stage_agreement.announce_a_window,
    stage_applying.register_a_provider,
    stage_applying.invite_a_colleague,
    stage_applying.apply_for_two_lots,
    stage_applying.meet_a_second_editor,
    stage_applying.lose_the_session,
    stage_applying.submit_and_verify,
    stage_applying.nobody_reads_before_the_opening,
    stage_applying.the_deadline_passes,
    stage_applying.the_lead_opens,
    stage_judging.set_up_the_panels,
    stage_judging.declare_interests,
    stage_judging.decide_the_standards,
    stage_judging.score_alone,
    stage_judging.moderate,
    stage_judging.draft_and_release_the_letters,
    stage_judging.providers_read_their_outcomes,
    stage_judging.the_standstill_passes,
    stage_calling_off.draft_a_call_off,
    stage_calling_off.complete_the_file,
    stage_calling_off.decide_at_the_board,
    stage_calling_off.meet_the_condition_and_record_the_decisions,
    stage_calling_off.write_the_competitions_scheme,
    stage_calling_off.publish_the_mini_competition,
    stage_bidding.ask_a_question,
    stage_bidding.bid,
    stage_bidding.nobody_reads_a_bid_before_the_opening,
    stage_bidding.the_bids_are_opened,
    stage_award.score_the_bids,
    stage_award.moderate_the_bids,
    stage_award.open_the_prices_and_recommend,
    stage_award.sign_the_record_and_release_the_letters,
    stage_award.bidders_read_the_outcome,
    stage_award.make_the_contract,
)


@pytest.fixture(params=(True, False), ids=("with scripts", "without scripts"))
def road(request, browser: Browser, live_server, settings) -> Iterator[Road]:
    settings.PORTAL_DEMO = True
    with Road(browser, live_server.url, scripts=request.param) as made:
        yield made


def test_the_road_leads_from_an_application_to_a_signed_contract(road):
    for stage in STAGES:
        stage(road)
    assert road.faults() == []

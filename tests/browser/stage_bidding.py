"""Invited providers ask, bid and submit; nobody reads a bid before the recorded opening."""

from datetime import UTC, datetime, timedelta

from tests.browser.road import Road
from tests.browser.stage_applying import ANA, PDF, RIA
from tests.browser.stage_calling_off import TITLE
from tests.browser.walker import Walker

DEADLINE = datetime(2027, 4, 9, 11, 0, tzinfo=UTC)
QUESTION = "May a visit begin before six in winter?"
ANSWER = "Yes, from four o'clock between November and February."
PRICES = {"ana": "27.50", "rival": "25.00"}
PAGE = "We come each evening, and whoever cannot come is replaced within the hour."


def ask_a_question(road: Road) -> None:
    """Asked privately and answered to all, without who asked."""
    road.at(datetime(2027, 3, 29, 9, 0, tzinfo=UTC))
    ana, lead, rival = road.as_("ana"), road.as_("lead"), road.as_("rival")
    invitation = f"{road.found['calloff']}invitation/"
    ana.home(TITLE)
    ana.go("/invitations/")
    ana.follow(TITLE)
    ana.on(invitation)
    ana.sees("Forty people", "Bids close")
    ana.narrow(invitation)
    assert ana.download("Download Specification").read_bytes() == PDF["buffer"]
    ana.follow("Say whether you will bid")
    ana.refused("Save", "whether you will bid")
    ana.fill(intention="will_bid")
    ana.press("Save")
    ana.follow("Ask a question")
    ana.fill(question=f"Fenland Helpers asks: {QUESTION}")
    ana.refused("Send the question", "Take out your organisation's name")
    ana.fill(question=QUESTION)
    ana.press("Send the question")
    ana.sees("Yours, not answered yet")
    rival.go(invitation)
    rival.sees_no(QUESTION)
    lead.home(TITLE)
    lead.go(f"{road.found['calloff']}competition/")
    lead.sees_no("will bid", "Will bid")
    lead.follow("Answer the question asked on")
    lead.sees_no("Fenland")
    lead.fill(answer="As Rival Care knows.")
    lead.refused("Publish the question and answer to all", "Rival Care")
    lead.fill(answer=ANSWER)
    lead.press("Publish the question and answer to all")
    rival.go(invitation)
    rival.sees(QUESTION, ANSWER)
    assert road.told(RIA, TITLE)


def bid(road: Road) -> None:
    """Two bids, each with its receipt; the prices apart from the answers."""
    for name in ("ana", "rival"):
        walker = road.as_(name)
        walker.go(f"{road.found['calloff']}invitation/")
        walker.follow("Start your bid")
        walker.press("Start your bid")
        walker.on(f"{road.found['calloff']}bid/")
        _writes(walker, PRICES[name], look=name == "ana")
        walker.press("Submit your bid")
        walker.sees("Received and sealed")
        if name == "ana":
            assert walker.download("Download as PDF").read_bytes().startswith(b"%PDF")
    assert road.told(ANA, TITLE)


def _writes(walker: Walker, price: str, *, look: bool) -> None:
    walker.follow("Minimum standards")
    walker.fill(met_CALL="yes", CALL="Our own night team answers.")
    walker.press("Save and next")
    walker.fill(text=PAGE)
    walker.press("Save and next")
    walker.sees("Prices are sealed apart from your answers")
    if look:
        walker.fill(VISIT="30.01")
        walker.refused("Save and next", "30.00")
    walker.fill(VISIT=price)
    walker.press("Save and next")
    walker.sees(PAGE, price)


def nobody_reads_a_bid_before_the_opening(road: Road) -> None:
    """Neither who bid, nor how many, nor who means to: not to the lead, the panel or a rival."""
    lead, competition = road.as_("lead"), f"{road.found['calloff']}competition/"
    lead.go(competition)
    lead.sees("Bids are sealed")
    lead.sees_no(PAGE, *PRICES.values(), "BID-")
    lead.go(f"{competition}open/")
    lead.sees("This cannot be done yet")
    for walker in (lead, road.as_("commissioner"), road.as_("chair")):
        walker.go(f"{road.found['calloff']}bid/", status=404)
        walker.go(f"{road.found['calloff']}bid/questions/Q1/", status=404)
    lead.go(f"{road.found['calloff']}award/")
    lead.sees_no("Fenland", "Rival", *PRICES.values())


def the_bids_are_opened(road: Road) -> None:
    """A moment after the deadline nothing is taken; then one recorded act opens all, but no price."""
    rival, lead = road.as_("rival"), road.as_("lead")
    rival.go(f"{road.found['calloff']}bid/prices/")
    rival.fill(VISIT="24.00")
    road.at(DEADLINE + timedelta(seconds=1))
    rival.refused("Save", "after the deadline of Friday 9 April 2027, 12:00:00.000000", links=False)
    road.at(DEADLINE + timedelta(minutes=10))
    lead.home(TITLE)
    lead.go(f"{road.found['calloff']}competition/")
    lead.follow("Open the bids")
    lead.refused("Open the bids now", "cannot be undone")
    lead.fill(sure=True)
    lead.press("Open the bids now")
    lead.sees("2 bids are open. The prices stay sealed.", "2 of 2 invited providers bid")
    road.found["panel"] = lead.addresses(r"/exercises/EX-\w+/")[0]
    lead.go(f"{road.found['calloff']}competition/prices/")
    lead.sees("This cannot be done yet")
    lead.sees_no(*PRICES.values())

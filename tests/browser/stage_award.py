"""From the panel's scores and the opened prices to a signed contract in the register."""

from datetime import UTC, datetime

from tests.browser.road import AGREEMENT, Road
from tests.browser.stage_applying import ANA, RIA
from tests.browser.stage_bidding import PAGE, PRICES
from tests.browser.stage_calling_off import TITLE
from tests.browser.walker import Walker

# Quality of 60 per cent and price of 40: 60 and 36.36 for Fenland Helpers, 36 and 40 for Rival Care.
AGREED = {"Fenland Helpers": 5, "Rival Care": 3}
BETTER = "It named who comes when somebody is ill, and within what time."


def score_the_bids(road: Road) -> None:
    """Two evaluators on the terms of a small panel; none of them sees a price."""
    road.at(datetime(2027, 4, 12, 9, 0, tzinfo=UTC))
    lead, panel = road.as_("lead"), road.found["panel"]
    lead.go(panel)
    lead.follow("Change date, size and quorum")
    lead.fill(minimum_panel=2, quorum=2, scores_due_on=(14, 4, 2027))
    lead.refused("Change", "the reason")
    lead.fill(reason="Two know the evenings.")
    lead.press("Change")
    lead.go(f"{panel}appoint/")
    places = {"chair": "Evaluator", "member": "Evaluator", "moderator": "Moderator"}
    lead.fill(**{f"part_{road.people[who].reference}": part for who, part in places.items()})
    lead.press("Appoint")
    lead.go(panel)
    lead.follow("Start the scoring")
    lead.press("Start the scoring")
    for who in places:
        walker = road.as_(who)
        walker.go(f"{panel}declare/")
        walker.fill(conflict="no", undertaking=True)
        walker.press("Declare")
    lead.go(f"{panel}standards/")
    lead.follow("Decide the next bidder")
    for _ in AGREED:
        lead.tick_every_yes()
        lead.press("Record and go to the next bidder")
    for who in ("chair", "member"):
        _scores(road.as_(who), panel)


def _scores(walker: Walker, panel: str) -> None:
    walker.go(f"{panel}scores/next/")
    while "/scores/ORG-" in walker.path:
        walker.sees(PAGE)
        walker.sees_no(*PRICES.values())
        walker.fill(score=AGREED[walker.caption()], reason="The answer says how.")
        walker.press("Save and go to the next")
    walker.follow("Hand in your scores")
    walker.press("Hand in my scores")


def moderate_the_bids(road: Road) -> None:
    moderator, panel = road.as_("moderator"), road.found["panel"]
    moderator.go(f"{panel}begin-moderation/")
    moderator.press("Start the moderation")
    moderator.follow("Agree the next score")
    while "/moderation/ORG-" in moderator.path:
        moderator.tick("present")
        moderator.fill(score=AGREED[moderator.caption()], reason="The panel read the same in it.")
        moderator.press("Save and go to the next")
    moderator.follow("Close the moderation")
    moderator.press("Close the moderation")


def open_the_prices_and_recommend(road: Road) -> None:
    """The prices are opened once quality is closed; the ranking follows from the published formula."""
    lead, chair, award = road.as_("lead"), road.as_("chair"), f"{road.found['calloff']}award/"
    road.at(datetime(2027, 4, 16, 9, 0, tzinfo=UTC))
    lead.home(TITLE)
    lead.go(f"{road.found['calloff']}competition/")
    lead.follow("Open the prices")
    lead.refused("Open the prices now", "cannot be undone")
    lead.fill(sure=True)
    lead.press("Open the prices now")
    lead.on(award)
    lead.sees("Ranking", "96.36", "76", "£165,000.00", "£150,000.00")
    chair.go(award, status=403)
    lead.follow("Recommend the award")
    lead.refused("Recommend to the director", "the reasons for the award", "did better")
    lead.fill(reasons="First by the published formula.", advantages=BETTER)
    lead.press("Recommend to the director")
    lead.sees("Moira Lead recommended Fenland Helpers")
    lead.go(f"{award}sign/", status=403)


def sign_the_record_and_release_the_letters(road: Road) -> None:
    """The director signs; one drafts the letters and another releases them, to all bidders at once."""
    director, lead, second = road.as_("director"), road.as_("lead"), road.as_("second")
    award = f"{road.found['calloff']}award/"
    director.home(TITLE)
    director.go(award)
    director.follow("Sign the contract award record")
    director.refused("Sign the record", "sign")
    director.fill(declared=True)
    director.press("Sign the record")
    director.sees("Dora Director signed the contract award record")
    lead.go(award)
    lead.follow("Draft the letters")
    before = road.messages(RIA)
    lead.press("Draft the letters")
    road.sweep()
    lead.go(award)
    lead.sees("letters ready")
    lead.go(f"{award}letters/release/")
    lead.sees("This cannot be done yet")
    assert road.messages(RIA) == before
    second.home(TITLE)
    second.go(award)
    second.follow("Release the letters")
    second.press("Tell 2 bidders the outcome now")
    second.sees("The standstill has begun")
    assert road.messages(RIA) == before + 1


def bidders_read_the_outcome(road: Road) -> None:
    rival, ana = road.as_("rival"), road.as_("ana")
    assert road.told(ANA, TITLE)
    ana.go(f"{road.found['calloff']}bid/")
    ana.sees("Successful")
    rival.home(TITLE)
    rival.go(f"{road.found['calloff']}bid/")
    rival.sees("Not successful this time")
    letter = rival.addresses(r"/letters/LET-\w+/")[0]
    rival.go(letter)
    assert rival.download("Download the letter").read_bytes().startswith(b"%PDF")
    ana.go(letter, status=404)
    lead = road.as_("lead")
    lead.go(f"{road.found['calloff']}award/contract/")
    lead.sees("This cannot be done yet")


def make_the_contract(road: Road) -> None:
    """After the standstill both sign, the provider first; the register shows it with its file."""
    road.at(datetime(2027, 5, 5, 9, 0, tzinfo=UTC))
    lead, ana, director = road.as_("lead"), road.as_("ana"), road.as_("director")
    lead.home(TITLE)
    lead.go(f"{road.found['calloff']}award/")
    lead.follow("Issue the contract")
    lead.press("Issue the contract for signature")
    contract = lead.path
    road.sweep()
    road.as_("rival").go(contract, status=404)
    ana.home(TITLE)
    ana.go(contract)
    ana.follow("Sign")
    ana.refused("Sign the contract", "sign")
    ana.fill(declared=True)
    ana.press("Sign the contract")
    director.go(contract)
    director.follow("Sign")
    director.refused("Sign and make the contract", "sign")
    director.fill(declared=True)
    director.press("Sign and make the contract")
    director.sees("Both have signed")
    assert road.told(ANA, TITLE)
    lead.go("/contracts/")
    lead.sees(TITLE, "Fenland Helpers")
    lead.narrow("/contracts/", contract)
    lead.go(contract)
    assert lead.download("PDF").read_bytes().startswith(b"%PDF")
    visitor = road.stranger()
    visitor.go(f"/agreements/{AGREEMENT}/")
    visitor.sees(TITLE, "Fenland Helpers")

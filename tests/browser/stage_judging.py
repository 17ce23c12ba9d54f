"""Panels are appointed and score, each member alone; the moderator closes what they agreed."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.road import AGREEMENT, Road
from tests.browser.stage_applying import ANA, RIA
from tests.browser.walker import Walker

LOT_1, LOT_2 = ("Community support", "Outreach")
CHOIR = "My sister sings in the choir that Rival Care runs."
# Weights of 60 and 40: what the panels agree comes to 84 and 68 in the first lot, to 68 and 64 in the second,
# where 65 is the line.
AGREED = {
    (LOT_1, "Fenland Helpers"): {"MS1": 5, "SV1": 3},
    (LOT_1, "Rival Care"): {"MS1": 3, "SV1": 4},
    (LOT_2, "Fenland Helpers"): {"MS1": 3, "SV1": 4},
    (LOT_2, "Rival Care"): {"MS1": 4, "SV1": 2},
}
LETTER = r"/letters/LET-\w+/"
BETTER = "They named who answers at night, and showed what became of each concern."


def set_up_the_panels(road: Road) -> None:
    """The first lot gets a whole panel, the second, small one, a single evaluator."""
    road.at(datetime(2027, 2, 18, 9, 0, tzinfo=UTC))
    lead = road.as_("lead")
    lead.home("What needs you", "Spring window")
    lead.go(f"/windows/{road.found['window']}/outcomes/")
    lead.follow("Set up the panels")
    lead.untick("lots", "2")
    lead.fill(minimum_panel=3, quorum=4, scores_due_on=(26, 2, 2027))
    lead.refused("Set up", "at most the smallest panel")
    lead.fill(quorum=3)
    lead.press("Set up")
    road.found[LOT_1] = lead.reference
    lead.refused("Appoint", "Choose a part for at least one person", links=False)
    _appoint(road, lead, chair="Evaluator", member="Evaluator", lay="Lay evaluator", moderator="Moderator")
    lead.go(f"/windows/{road.found['window']}/panels/")
    lead.fill(minimum_panel=1, quorum=1, scores_due_on=(26, 2, 2027))
    lead.press("Set up")
    road.found[LOT_2] = lead.reference
    _appoint(road, lead, chair="Evaluator", moderator="Moderator")
    for title in (LOT_1, LOT_2):
        lead.go(f"/exercises/{road.found[title]}/")
        lead.follow("Start the scoring")
        lead.press("Start the scoring")
    assert road.told("mei@ccc.example", LOT_1)


def _appoint(road: Road, lead: Walker, **places: str) -> None:
    lead.fill(**{f"part_{road.people[who].reference}": part for who, part in places.items()})
    lead.press("Appoint")


def declare_interests(road: Road) -> None:
    """Before anything is read; whoever has a conflict waits for somebody else's decision."""
    for who in ("chair", "lay", "moderator"):
        _declares_none(road.as_(who), road.found[LOT_1])
    for who in ("chair", "moderator"):
        _declares_none(road.as_(who), road.found[LOT_2])
    member, lead = road.as_("member"), road.as_("lead")
    panel = f"/exercises/{road.found[LOT_1]}/"
    member.home("Declare your interests")
    member.go(f"{panel}scores/", status=403)
    member.go(f"{panel}declare/")
    member.refused("Declare", "whether you have a conflict", "confidential")
    member.fill(conflict="yes", undertaking=True)
    member.refused("Declare", "Tick each bidder")
    member.page.get_by_label("Rival Care", exact=True).check()
    member.refused("Declare", "what your conflict with Rival Care is")
    member.page.get_by_label("What is your conflict with Rival Care?").fill(CHOIR)
    member.press("Declare")
    member.go(f"{panel}scores/", status=403)
    lead.home("Decide about a conflict of interest")
    lead.go(panel)
    lead.sees(CHOIR)
    lead.follow("Decide about")
    lead.refused("Record the decision", "what happens", "the measures")
    lead.fill(decision="may_judge", measures="The moderator looks at her scores of Rival Care first.")
    lead.press("Record the decision")
    assert road.told("mei@ccc.example", "looks at her scores of Rival Care first")


def _declares_none(walker: Walker, exercise: str) -> None:
    walker.go(f"/exercises/{exercise}/")
    walker.follow("Declare your interests")
    walker.fill(conflict="no", undertaking=True)
    walker.press("Declare")


def decide_the_standards(road: Road) -> None:
    lead = road.as_("lead")
    for title in (LOT_1, LOT_2):
        lead.go(f"/exercises/{road.found[title]}/standards/")
        lead.follow("Decide the next bidder")
        for bidder in range(2):
            if (title, bidder) == (LOT_1, 0):
                lead.refused("Record and go to the next bidder", "Insurance", "Safeguarding")
            lead.sees("As we say.")
            lead.tick_every_yes()
            lead.press("Record and go to the next bidder")
        lead.sees("All are decided")


def score_alone(road: Road) -> None:
    """Each with a reason; nobody sees another's, and what is unfinished cannot be handed in."""
    for who in ("chair", "member", "lay"):
        _scores(road, who, LOT_1)
    _scores(road, "chair", LOT_2)
    lead = road.as_("lead")
    lead.go(f"/exercises/{road.found[LOT_1]}/")
    lead.sees("Handed in")
    lead.go(f"/exercises/{road.found[LOT_1]}/results/", status=409)


def _scores(road: Road, who: str, lot: str) -> None:
    walker, exercise = road.as_(who), f"/exercises/{road.found[lot]}/"
    is_lay = who == "lay"
    if is_lay:
        walker.home("Score", "Lot 1: Community support")
    walker.go(f"{exercise}scores/")
    if is_lay:
        walker.follow("Read the first answer")
        walker.narrow(f"{exercise}scores/", walker.path)
    else:
        walker.follow("Score the next answer")
    is_first = True
    while "/scores/ORG-" in walker.path:
        bidder, code = walker.caption(), walker.path.split("/")[-2]
        walker.sees(f"This is {code} for lot")
        score = AGREED[lot, bidder][code] - (who == "member" and code == "SV1")
        if who == "chair" and lot == LOT_1 and is_first:
            _first_by_keys(walker, score)
        walker.fill(score=score, reason=f"{code}: the examples say so.")
        walker.press("Save and go on" if is_lay else "Save and go to the next")
        is_first = False
    walker.on(f"{exercise}scores/")
    walker.follow("Hand in my scores" if is_lay else "Hand in your scores")
    walker.press("Hand in my scores")
    walker.sees("You have handed in your scores")


def _first_by_keys(walker: Walker, score: int) -> None:
    """Save a draft without its reason, which cannot be handed in; with scripts, by the keys alone."""
    here, page = walker.path, walker.page
    if walker.twin is None:
        page.locator("h1").click()
        page.keyboard.press(str(score))
        expect(page.locator(f'main [name="score"][value="{score}"]')).to_be_checked()
        page.keyboard.press("j")
        page.wait_for_url(lambda address: not address.endswith(here))
        assert walker.path.endswith("/MS1/")
        page.keyboard.press("k")
        page.wait_for_url(f"**{here}")
        page.keyboard.press("l")
        page.wait_for_url("**/SV1/")
        page.keyboard.press("h")
        page.wait_for_url(f"**{here}")
        page.get_by_label("Use single keys on these pages").uncheck()
        page.locator("h1").click()
        page.keyboard.press(str(score))
        expect(page.locator('main [name="score"]:checked')).to_have_count(0)
        page.get_by_label("Use single keys on these pages").check()
    walker.fill(score=score)
    if walker.twin is None:
        with page.expect_navigation():
            page.locator("textarea").press("Control+Enter")
    else:
        walker.press("Save and go to the next")
    walker.page.locator(".govuk-notification-banner").get_by_text("It still lacks a reason").wait_for()
    exercise = here.split("scores/")[0]
    walker.go(f"{exercise}hand-in/")
    walker.sees("This cannot be done yet", "still lack")
    walker.go(here)


def moderate(road: Road) -> None:
    """Whole scores with reasons, agreed and never averaged; then nothing changes any more."""
    road.at(datetime(2027, 2, 24, 10, 0, tzinfo=UTC))
    moderator = road.as_("moderator")
    moderator.home("Start the moderation")
    for lot in (LOT_1, LOT_2):
        moderator.go(f"/exercises/{road.found[lot]}/")
        moderator.follow("Start the moderation")
        moderator.press("Start the moderation")
        moderator.on(f"/exercises/{road.found[lot]}/moderation/")
        moderator.sees_no("84", "68", "64")
        moderator.go(f"/exercises/{road.found[lot]}/close-moderation/")
        moderator.sees("This cannot be done yet")
        moderator.go(f"/exercises/{road.found[lot]}/moderation/")
        moderator.follow("Agree the next score")
        _agrees(moderator, lot)
        moderator.follow("Close the moderation")
        moderator.press("Close the moderation")
    assert road.told("lead@pcc.example", LOT_2)


def _agrees(moderator: Walker, lot: str) -> None:
    is_first = lot == LOT_1
    while "/moderation/ORG-" in moderator.path:
        code = moderator.path.split("/")[-2]
        score = AGREED[lot, moderator.caption()][code]
        moderator.tick("present")
        if is_first:
            moderator.narrow()
            moderator.refused("Save and go to the next", "agreed score", "panel's reason")
            moderator.fill(score=0, reason="We agreed.")
            moderator.refused("Save and go to the next", "outside what the evaluators gave")
            is_first = False
        moderator.fill(
            score=score,
            reason=f"{code}: the panel found the examples told and proven.",
            why_not_higher="" if score == 5 else "One gap is left.",
            why_not_lower="The whole question is answered.",
        )
        moderator.press("Save and go to the next")


def draft_and_release_the_letters(road: Road) -> None:
    """One drafts, another releases; all are told at once, each of its own outcome alone."""
    lead, second = road.as_("lead"), road.as_("second")
    outcomes = f"/windows/{road.found['window']}/outcomes/"
    road.at(datetime(2027, 3, 1, 10, 0, tzinfo=UTC))
    lead.go(f"/exercises/{road.found[LOT_2]}/results/")
    lead.sees("68%", "64%", "Not admitted")
    lead.go(f"/exercises/{road.found[LOT_1]}/results/")
    lead.sees("84%", "68%", "What if one score were one point different?")
    lead.go(outcomes)
    lead.follow("Draft the letters")
    lead.refused("Draft the letters", "better")
    lead.fill(**{f"advantages_{road.found[LOT_2]}": BETTER})
    lead.press("Draft the letters")
    lead.sees("0 of 4")
    road.sweep()
    lead.go(outcomes)
    lead.sees("4 of 4", "somebody else must release them", "3 admitted")
    lead.follow("LET-")
    assert lead.download("Download the letter").read_bytes().startswith(b"%PDF")
    lead.go(f"{outcomes}release/")
    lead.sees("This cannot be done yet")
    assert not road.told(ANA, "LET-")
    second.home("Spring window")
    second.go(outcomes)
    second.follow("Look through and release")
    second.sees("3 of 4 entries admitted")
    second.press("Tell 2 providers their 4 outcomes now")
    second.sees("The standstill has begun")


def providers_read_their_outcomes(road: Road) -> None:
    """Admitted to one lot and not to the other: each by a letter of its own, at home and in messages."""
    ana, rival, lead = road.as_("ana"), road.as_("rival"), road.as_("lead")
    assert road.told(RIA, "LET-")
    rival.home("Early help in Fenshire")
    rival.go(road.found["rival application"])
    rival.sees("Admitted", "Not admitted")
    rival.go("/messages/")
    letters = rival.addresses(LETTER)
    assert len(letters) == 2
    for letter in letters:
        rival.go(letter)
        assert rival.download("Download the letter").read_bytes().startswith(b"%PDF")
        ana.go(letter, status=404)
    ana.go("/letters/")
    ana.go(ana.addresses(LETTER)[0])
    visitor = road.stranger()
    visitor.go("/verify/letter/")
    visitor.refused("Check the letter", "letter")
    lead.go(f"/agreements/{AGREEMENT}/pool/")
    lead.sees("Fenland Helpers", "Rival Care", "Not yet in force")


def the_standstill_passes(road: Road) -> None:
    road.at(datetime(2027, 3, 12, 0, 1, tzinfo=UTC))
    lead, visitor = road.as_("lead"), road.stranger()
    lead.go(f"/agreements/{AGREEMENT}/pool/")
    lead.sees("In the pool")
    lead.follow("Fenland Helpers")
    lead.sees("In the pool since")
    visitor.go(f"/agreements/{AGREEMENT}/")
    visitor.sees("Community support")

"""A commissioner drafts a call-off, the board and the authorities decide, the lead publishes it for bids."""

from datetime import UTC, datetime

from tests.browser.road import AGREEMENT, Road
from tests.browser.stage_applying import ANA, PDF, RIA
from tests.browser.walker import Walker

TITLE = "Evening visits in Fenshire"
CONDITION = "Name who answers the telephone at night."
TESTS = ("integrated", "duplication", "fit", "pool")


def draft_a_call_off(road: Road) -> None:
    """Not under a lot that is not activated, and to the board only when all is there."""
    road.at(datetime(2027, 3, 15, 9, 0, tzinfo=UTC))
    commissioner = road.as_("commissioner")
    commissioner.home("What needs you")
    commissioner.go("/calloffs/")
    commissioner.go(f"/agreements/{AGREEMENT}/calloffs/new/")
    commissioner.refused("Save the draft", "Enter the title", "the lot")
    commissioner.fill(
        title=TITLE,
        need="Forty people who live alone need a visit each evening. Nobody comes after six o'clock today.",
        value="180,000",
        starts_on=(1, 7, 2027),
        ends_on=(30, 6, 2028),
        option_months=12,
        funding="own",
        contract_form="council",
    )
    commissioner.choose("Lot 2: Outreach")
    commissioner.refused("Save the draft", "established but not activated")
    commissioner.choose("Lot 1: Community support")
    commissioner.press("Save the draft")
    road.found["calloff"] = commissioner.path
    commissioner.sees("What stands before the board", "Missing: the specification.")
    commissioner.go(f"{road.found['calloff']}table/")
    commissioner.sees("This cannot be done yet")


def complete_the_file(road: Road) -> None:
    commissioner, file = road.as_("commissioner"), road.found["calloff"]
    commissioner.go(file)
    commissioner.follow("Share it out")
    _shares(road, commissioner, "150,000", "20,000")
    commissioner.refused("Save", "must total the value")
    _shares(road, commissioner, "150,000", "30,000")
    commissioner.press("Save")
    commissioner.follow("Upload the specification")
    commissioner.refused("Upload the specification", "specification")
    commissioner.fill(title="Specification", file=PDF)
    commissioner.press("Upload the specification")
    commissioner.follow("Write on co-production")
    commissioner.fill(
        coproduction="Twelve people who will use it chose the hours.",
        impact_assessments="Equality and data protection, 1 March 2027: no ground against it.",
        tupe="Nobody transfers: the service is new.",
    )
    commissioner.press("Save")
    commissioner.follow("Write the case")
    commissioner.fill(**{f"case_{test}": f"The case: {test}." for test in TESTS})
    commissioner.press("Save")
    commissioner.follow("Put to the board")
    commissioner.refused("Put it to the board", "the day by which the board is to decide")
    commissioner.fill(decide_by=(31, 3, 2027))
    commissioner.press("Put it to the board")
    commissioner.sees("To be decided by", "With the board")
    road.found["paper"] = commissioner.path
    assert road.told("mei@ccc.example", TITLE)


def _shares(road: Road, walker: Walker, *amounts: str) -> None:
    """Fill in what the two authorities bear, the lead first."""
    names = ("Exampleton City Council", "Fenshire County Council")
    for name, amount in zip(names, amounts, strict=True):
        walker.page.get_by_label(name, exact=True).fill(amount)


def decide_at_the_board(road: Road) -> None:
    """Each declares, answers the four tests and votes; one condition is set; the chair closes."""
    chair, member, paper = road.as_("chair"), road.as_("member"), road.found["paper"]
    chair.home(TITLE)
    chair.go("/papers/")
    chair.go(paper)
    chair.sees("declare your interests", "The case: fit.")
    assert chair.download("Download the specification as tabled").read_bytes() == PDF["buffer"]
    chair.go(f"{paper}vote/")
    chair.sees("This cannot be done yet")
    chair.go(f"{paper}interest/")
    chair.refused("Declare", "whether you have an interest")
    chair.fill(has_interest="no")
    chair.press("Declare")
    chair.follow("Answer the four tests")
    chair.refused("Save the answers", "Answer the test", "Say in a sentence why")
    _answers_the_tests(chair)
    chair.follow("Set a condition")
    chair.refused("Set the condition", "the condition", "who must meet")
    chair.fill(text=CONDITION, owner="Exampleton", due_on=(24, 3, 2027))
    chair.press("Set the condition")
    chair.go(f"{paper}vote/")
    chair.refused("Cast the vote", "your authority’s vote")
    chair.fill(value="for")
    chair.press("Cast the vote")
    chair.narrow(paper)
    member.home(TITLE)
    member.go(f"{paper}interest/")
    member.fill(has_interest="no")
    member.press("Declare")
    member.follow("Answer the four tests")
    _answers_the_tests(member)
    member.go(f"{paper}vote/")
    member.fill(value="for")
    member.press("Cast the vote")
    chair.go(paper)
    chair.follow("Close the vote")
    chair.fill(note="A good paper.")
    chair.press("Close the vote and tell everybody")
    chair.sees("Approved with", "A good paper.")
    assert road.told("need@pcc.example", TITLE)


def _answers_the_tests(walker: Walker) -> None:
    walker.fill(**dict.fromkeys(TESTS, "met"), **{f"{test}_reason": "It is shown." for test in TESTS})
    walker.press("Save the answers")


def meet_the_condition_and_record_the_decisions(road: Road) -> None:
    """What the board asked for is shown, and each authority records that it may award."""
    commissioner, partner, lead = road.as_("commissioner"), road.as_("partner"), road.as_("lead")
    lead.go(f"{road.found['calloff']}publish/")
    lead.sees("This cannot be done yet")
    commissioner.go(road.found["paper"])
    commissioner.follow("Record that it is met")
    commissioner.refused("Record that it is met", "what shows that the condition is met")
    commissioner.fill(evidence="The rota of 16 March names three people.")
    commissioner.press("Record that it is met")
    commissioner.sees("The rota of 16 March")
    for walker, number in ((commissioner, "PCC/27/118"), (partner, "CCC/27/12")):
        walker.go(f"{road.found['calloff']}governance/")
        if walker is commissioner:
            walker.refused("Record the decision", "who decided", "key decision")
        walker.fill(
            body="The cabinet member for adults",
            decision_reference=number,
            decided_on=(15, 3, 2027),
            is_key_decision="no",
        )
        walker.press("Record the decision")


def write_the_competitions_scheme(road: Road) -> None:
    """One question, one minimum standard and one price line; quality counts 60."""
    lead = road.as_("lead")
    lead.go(f"/agreements/{AGREEMENT}/setup/")
    lead.follow("Begin a scheme")
    lead.fill(kind="competition", title="Evening visits", proposed=False)
    lead.press("Save and go on")
    lead.follow("Change the title")
    lead.fill(price_weight=40)
    lead.refused("Save", "choose a price formula")
    lead.fill(price_formula="The lowest price", tie_break_1="The higher quality", tie_break_2="Drawing lots")
    lead.press("Save")
    lead.follow("Add a minimum standard")
    lead.fill(code="CALL", title="Calls at night", text="We answer the telephone at any hour.")
    lead.press("Save the minimum standard")
    lead.follow("Add a question")
    lead.refused("Save the question", "the title", "the word limit")
    lead.fill(
        kind="method",
        code="Q1",
        title="The evenings",
        text="Say how you keep each evening's visit.",
        word_limit=300,
        weight=100,
    )
    lead.press("Save the question")
    lead.follow("Add a price line")
    lead.refused("Save the price line", "the unit", "the quantity")
    lead.fill(code="VISIT", title="A visit of an hour", unit="hour", quantity=6000, ceiling="30.00")
    lead.press("Save the price line")
    lead.follow("Publish the scheme")
    lead.press("Publish and freeze the scheme")


def publish_the_mini_competition(road: Road) -> None:
    """Everybody in the lot's pool is invited in the same minute, and nobody else."""
    lead = road.as_("lead")
    lead.go(road.found["calloff"])
    lead.follow("Publish the mini-competition")
    lead.refused("Publish and invite 2 providers", "deadline for bids", "the scheme")
    lead.choose("Evening visits", exact=False)
    lead.fill(
        questions_close_at=(12, 4, 2027, "17:00"),
        deadline=(9, 4, 2027, "12:00"),
        expected_award_on=(30, 4, 2027),
    )
    lead.refused("Publish and invite 2 providers", "question")
    lead.fill(questions_close_at=(2, 4, 2027, "17:00"))
    lead.press("Publish and invite 2 providers")
    lead.on(f"{road.found['calloff']}competition/")
    lead.sees("Bids are sealed", "Fenland Helpers", "Rival Care")
    for email in (ANA, RIA):
        assert road.told(email, TITLE)

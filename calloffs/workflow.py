"""The steps of call-offs, mini-competitions, bids, awards and contracts: from, verb, to."""

from commissioning.workflow import Machine, Step
from providers.rules import is_to_be_sent

from . import rules

CALLOFF = Machine(
    "calloff",
    called="call-off",
    states=(
        ("draft", "Draft"),
        ("with_board", "With the board"),
        ("returned", "Returned"),
        ("refused", "Not approved"),
        ("approved", "Approved"),
        ("open", "Open for bids"),
        ("evaluating", "Closed, being evaluated"),
        ("recommended", "Award recommended"),
        ("standstill", "Standstill"),
        ("contracted", "Contract signed"),
        ("abandoned", "Abandoned"),
        ("no_award", "No award"),
    ),
    steps=(
        Step(
            "table",
            ("draft", "returned"),
            "with_board",
            "Put to the board",
            (rules.agreement_is_live, rules.lot_is_active, rules.facts_hold, rules.calloff_is_complete),
        ),
        Step("take_back", ("with_board",), "draft", "Take back from the board"),
        Step("board_approved", ("with_board",), "approved", "Board approved", (rules.paper_is_decided,)),
        Step("board_returned", ("with_board",), "returned", "Board returned", (rules.paper_is_decided,)),
        Step("board_refused", ("with_board",), "refused", "Board did not approve", (rules.paper_is_decided,)),
        Step("revise", ("approved", "returned", "refused"), "draft", "Change the call-off"),
        Step(
            "invite",
            ("approved",),
            "open",
            "Publish the mini-competition",
            (
                rules.agreement_is_live,
                rules.lot_is_active,
                rules.approval_still_stands,
                rules.conditions_are_met,
            ),
        ),
        Step("close", ("open",), "evaluating", "Close to bids"),
        Step("recommend", ("evaluating",), "recommended", "Recommend the award"),
        Step("reconsider", ("recommended",), "evaluating", "Send the recommendation back"),
        Step("award", ("recommended",), "standstill", "Release the award letters"),
        Step("contract", ("standstill",), "contracted", "Contract signed"),
        Step(
            "end_without_award",
            ("evaluating", "recommended", "standstill"),
            "no_award",
            "End without an award",
        ),
        Step(
            "abandon",
            ("draft", "returned", "refused", "approved", "open"),
            "abandoned",
            "Abandon the call-off",
            (rules.bids_have_not_closed,),
        ),
    ),
)

COMPETITION = Machine(
    "competition",
    called="mini-competition",
    states=(
        ("open", "Open for bids"),
        ("closed", "Closed, sealed"),
        ("unsealed", "Being evaluated"),
        ("decided", "Decided"),
        ("abandoned", "Abandoned"),
    ),
    steps=(
        Step("close", ("open",), "closed", "Close", (rules.competition_deadline_has_passed,)),
        Step("unseal", ("closed",), "unsealed", "Open the bids", (rules.bids_may_be_opened,)),
        Step("decide", ("unsealed",), "decided", "Mark as decided"),
        Step("abandon", ("open", "closed", "unsealed"), "abandoned", "Abandon"),
    ),
)

BID = Machine(
    "bid",
    states=(
        ("draft", "Draft"),
        ("submitted", "Submitted (received, sealed)"),
        ("withdrawn", "Withdrawn"),
        ("opened", "Being evaluated"),
        ("won", "Successful"),
        ("lost", "Not successful this time"),
        ("lapsed", "Not submitted"),
        ("ended", "Ended without an award"),
    ),
    steps=(
        Step(
            "submit",
            ("draft", "submitted", "withdrawn"),
            "submitted",
            "Submit",
            (rules.competition_takes_bids,),
        ),
        Step("withdraw", ("submitted",), "withdrawn", "Withdraw", (rules.competition_takes_bids,)),
        Step("open", ("submitted",), "opened", "Open"),
        Step(
            "send_at_close",
            ("draft",),
            "submitted",
            "Send at the close",
            (rules.requests_have_ended, is_to_be_sent),
        ),
        Step("lapse", ("draft",), "lapsed", "Mark as not submitted", (rules.requests_have_ended,)),
        Step("win", ("opened",), "won", "Successful"),
        Step("lose", ("opened",), "lost", "Not successful"),
        Step("end", ("draft", "submitted", "opened", "won"), "ended", "End without an award"),
    ),
)

AWARD = Machine(
    "award",
    states=(
        ("recommended", "Waiting for the director"),
        ("returned", "Sent back by the director"),
        ("signed", "Award record signed"),
        ("lettered", "Letters drafted"),
        ("released", "Letters sent"),
        ("made", "Contract made"),
        ("ended", "Ended without a contract"),
    ),
    steps=(
        Step(
            "sign",
            ("recommended",),
            "signed",
            "Sign the contract award record",
            (
                rules.signatory_did_not_recommend,
                rules.signatory_did_not_evaluate,
                rules.award_blockers_are_gone,
                rules.award_is_not_held,
            ),
        ),
        Step("return", ("recommended",), "returned", "Send back"),
        Step(
            "draft_letters",
            ("signed",),
            "lettered",
            "Draft the letters",
            (rules.award_is_not_held,),
        ),
        Step("take_letters_back", ("lettered",), "signed", "Take the letters back"),
        Step(
            "release",
            ("lettered",),
            "released",
            "Release the letters",
            (
                rules.releaser_is_a_second_person,
                rules.releaser_did_not_evaluate,
                rules.award_blockers_are_gone,
                rules.award_is_not_held,
            ),
        ),
        Step("make", ("released",), "made", "Contract made", (rules.contract_may_be_made,)),
        Step("abandon", ("recommended", "signed", "lettered", "released"), "ended", "End without an award"),
    ),
)

CONTRACT = Machine(
    "contract",
    states=(
        ("issued", "Waiting for the provider's signature"),
        ("provider_signed", "Waiting for the authority's signature"),
        ("signed", "In force"),
        ("withdrawn", "Withdrawn before both signed"),
    ),
    steps=(
        Step(
            "sign_provider", ("issued",), "provider_signed", "Sign for the provider", (rules.award_lets_sign,)
        ),
        Step(
            "sign_authority",
            ("provider_signed",),
            "signed",
            "Sign for the authority",
            (rules.award_lets_sign,),
        ),
        Step("withdraw", ("issued", "provider_signed"), "withdrawn", "Withdraw the contract"),
    ),
)

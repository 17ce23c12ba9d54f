"""Facts of a call-off's letters in tests: award, record, contract, the board's decision, an extension."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from calloffs.letters import (
    AwardRecord,
    AwardUnsuccessfulLetter,
    AwardWinnerLetter,
    ContractLetter,
    OwnDecision,
    PricedLine,
    RankedBid,
)
from commissioning import regimes
from commissioning.board.letters import (
    AuthorityAnswer,
    BoardDecisionLetter,
    BoardTest,
    ConditionRow,
    VoteRow,
)
from commissioning.records import letter_parts
from commissioning.records.letter_parts import (
    Addressee,
    Line,
    PriceRow,
    ScoreRow,
    Scores,
    Signatory,
    Standstill,
)
from lots.letters import ExtensionNotice
from tests.commissioning.records.facts import REASONS, SCALE, TITLES, admission, letterhead, signatory

CALLOFF = "Community Support (Stroke)"
CALLOFF_PARTICULARS = (
    Line(label="Agreement", text="Early Intervention and Prevention (EIP-PDPS)"),
    Line(label="Lot", text="Lot 3, Community Support"),
    Line(label="Call-off", text=f"{CALLOFF} (CO-4TR7K)"),
    Line(label="Your bid", text="BID-9QW2H"),
)
CALLOFF_SENT_ON = date(2021, 8, 17)


def calloff_standstill() -> Standstill:
    profile = regimes.chosen(regimes.PCR_LTR, standstill_call_off="voluntary")
    return letter_parts.standstill(profile, regimes.Stage.CALL_OFF, sent_on=CALLOFF_SENT_ON)


def bid_scores(own: tuple[int, ...], winner: tuple[int, ...] | None = None) -> Scores:
    rows = []
    for index, ((title, weight, _), reason) in enumerate(zip(TITLES, REASONS, strict=True)):
        rows.append(
            ScoreRow(
                title=title,
                weight=Decimal(weight),
                score=own[index],
                points=Decimal(weight) * own[index] / 5,
                reason=reason,
                winner_score=winner[index] if winner else None,
                winner_points=Decimal(weight) * winner[index] / 5 if winner else None,
                winner_reason="Named partners, figures of two earlier services and a dated plan."
                if winner
                else "",
            )
        )
    quality = sum((row.points for row in rows), Decimal(0))
    better = sum((row.winner_points or Decimal(0) for row in rows), Decimal(0))
    price, other = Decimal("318400.00"), Decimal("309750.00")
    points = Decimal(30) * other / price if winner else Decimal(30)
    return Scores(
        rows=tuple(rows),
        maximum=5,
        scale=SCALE,
        total=quality * 70 / 100 + points,
        quality=quality,
        quality_weight=Decimal(70),
        price=PriceRow(
            weight=Decimal(30),
            price=price if winner else other,
            points=points,
            formula="The lowest price gets all points; each other price gets the lowest divided by it.",
            winner_price=other if winner else None,
            winner_points=Decimal(30) if winner else None,
        ),
        winner_quality=better if winner else None,
        winner_total=better * 70 / 100 + 30 if winner else None,
    )


def _bid_letter(notice: str) -> dict[str, Any]:
    return {
        "authority": letterhead(),
        "to": Addressee(name="Stroke Association", address=("240 City Road", "London EC1V 2PR")),
        "sent_on": CALLOFF_SENT_ON,
        "signatory": signatory(),
        "particulars": CALLOFF_PARTICULARS,
        "notice": notice,
        "rights": regimes.PCR_LTR.rights,
        "calloff": CALLOFF,
        "agreement": "Early Intervention and Prevention Pseudo Dynamic Purchasing System",
        "standstill": calloff_standstill(),
        "questions_to": "procurement@pcc.example, Monday to Friday, 9:00 to 17:00",
    }


def award_winner() -> AwardWinnerLetter:
    return AwardWinnerLetter(
        **_bid_letter(regimes.PCR_LTR.letter_award),
        scores=bid_scores((4, 4, 5, 4)),
        value=Decimal("309750.00"),
        starts_on=date(2021, 10, 4),
        ends_on=date(2024, 10, 3),
        option_months=12,
        conditions=("Before the contract is issued, upload your insurance certificate for the coming year.",),
    )


def award_unsuccessful() -> AwardUnsuccessfulLetter:
    return AwardUnsuccessfulLetter(
        **{
            **_bid_letter(regimes.PCR_LTR.letter_unsuccessful),
            "to": Addressee(
                name="Care Network Cambridgeshire", address=("Arthur Rank Centre", "Cambridge CB22 3FJ")
            ),
        },
        scores=bid_scores((4, 3, 4, 3), (4, 4, 5, 4)),
        winner="Stroke Association",
        advantages=(
            "The winner’s plan names the ward staff it works with, measures each person’s recovery at "
            "the start, at 12 weeks and at six months with one recognised scale, and covers absence "
            "from a second team in the county. It also commits to four paid traineeships with dates "
            "and to a yearly report on them."
        ),
        feedback_until=date(2021, 9, 14),
    )


def award_record() -> AwardRecord:
    return AwardRecord(
        authority=letterhead(),
        to=Addressee(name="The record of the call-off"),
        sent_on=date(2021, 8, 16),
        signatory=Signatory(
            name="Adaeze Obi", job_title="Director of Adult Services", authority="Peterborough City Council"
        ),
        particulars=CALLOFF_PARTICULARS[:3],
        calloff=CALLOFF,
        winner="Stroke Association",
        value=Decimal("309750.00"),
        basis=(
            Line(
                label="Need",
                text="Help after a stroke: at home, in groups and for carers, in both council areas.",
            ),
            Line(label="Term", text="4 October 2021 to 3 October 2024, with an option of 12 months"),
            Line(
                label="Funding",
                text="Section 75 of the National Health Service Act 2006 (pooled with the NHS)",
            ),
            Line(
                label="Shares",
                text="Peterborough City Council £110,000; Cambridgeshire County Council £199,750",
            ),
        ),
        route=(
            Line(
                label="Board",
                text="Approved on 14 June 2021 with one condition, met on 28 June 2021 (PAP-3KD8M)",
            ),
            Line(label="Invited", text="12 providers, all current members of the lot"),
            Line(
                label="Bids", text="4 received by the deadline, Friday 23 July 2021, 12:00 noon London time"
            ),
            Line(label="Panel", text="3 evaluators, one of them lay, and a moderator"),
        ),
        ranking=(
            RankedBid(
                place=1,
                name="Stroke Association",
                reference="BID-9QW2H",
                quality_points=Decimal("60.2"),
                price=Decimal("309750.00"),
                price_points=Decimal(30),
                total=Decimal("90.2"),
            ),
            RankedBid(
                place=2,
                name="Care Network Cambridgeshire",
                reference="BID-2MC6T",
                quality_points=Decimal("50.4"),
                price=Decimal("318400.00"),
                price_points=Decimal(30) * 309750 / 318400,
                total=Decimal("50.4") + Decimal(30) * 309750 / 318400,
            ),
            RankedBid(
                place=3,
                name="British Red Cross",
                reference="BID-7HR4X",
                quality_points=Decimal("47.6"),
                price=Decimal("331000.00"),
                price_points=Decimal(30) * 309750 / 331000,
                total=Decimal("47.6") + Decimal(30) * 309750 / 331000,
            ),
            RankedBid(
                place=None,
                name="Cam Sight",
                reference="BID-5VN3K",
                quality_points=None,
                price=None,
                price_points=None,
                total=None,
                note="Out of the ranking: below the threshold",
            ),
        ),
        tie_break="No two bids were equal, so the published tie-break was not used.",
        reasons=(
            "The bid reached the highest total by the published weights. Its quality is well above "
            "the threshold and its price lies within the value that the board approved."
        ),
        advantages=award_unsuccessful().advantages,
        decisions=(
            OwnDecision(
                authority="Peterborough City Council",
                body="Cabinet Member for Adult Social Care",
                reference="JUL21/CMDN/18",
                decided_on=date(2021, 7, 29),
                note="Call-in ended on 4 August 2021",
            ),
            OwnDecision(
                authority="Cambridgeshire County Council",
                body="Adults and Health Committee",
                reference="2021/044",
                decided_on=date(2021, 7, 15),
            ),
        ),
        conflicts=(
            (
                "One evaluator volunteered for a bidder until 2017: decided by the procurement lead, "
                "may judge, second-marked."
            ),
        ),
        standstill_plan="Voluntary, by regulation 87: ten days from the day on which the letters are sent.",
        signed_at=datetime(2021, 8, 16, 14, 5, tzinfo=UTC),
    )


def contract() -> ContractLetter:
    return ContractLetter(
        authority=letterhead(),
        to=Addressee(name="Stroke Association", address=("240 City Road", "London EC1V 2PR")),
        sent_on=date(2021, 9, 1),
        signatory=signatory(),
        particulars=(*CALLOFF_PARTICULARS[:3], Line(label="Contract", text="CON-8DF5Q")),
        calloff=CALLOFF,
        provider="Stroke Association",
        form="Peterborough City Council’s terms for services, under the agreement named above",
        need=(
            "Help after a stroke for adults in Peterborough and Cambridgeshire: visits at home within "
            "five working days of leaving hospital, groups in each district, and advice for carers."
        ),
        value=Decimal("309750.00"),
        starts_on=date(2021, 10, 4),
        ends_on=date(2024, 10, 3),
        option_months=12,
        shares=(
            Line(label="Peterborough City Council", text="£110,000"),
            Line(label="Cambridgeshire County Council", text="£199,750"),
        ),
        prices=(
            PricedLine(title="Visit at home", unit="visit", quantity=Decimal(3000), price=Decimal("54.50")),
            PricedLine(title="Group session", unit="session", quantity=Decimal(450), price=Decimal("225.00")),
            PricedLine(title="Advice line", unit="month", quantity=Decimal(36), price=Decimal("1250.00")),
        ),
        incorporated=(
            Line(
                label="The agreement",
                text="EIP-PDPS, version 2 of 3 May 2021, which the provider accepted on 7 May 2021",
            ),
            Line(
                label="Specification",
                text="Stroke support specification v3.pdf, SHA-256 "
                "9f2c1d8b7a6e5f40312233445566778899aabbccddeeff00112233445566778899",
            ),
            Line(label="The bid", text="BID-9QW2H as submitted on 22 July 2021, 16:41 London time"),
        ),
        terms=(
            "Invoices are paid within 30 days of receipt.",
            "The provider reports each quarter on the outcomes of the specification, through the portal.",
            "Prices change only by a yearly uplift that the authority decides and records.",
        ),
    )


def board_decision() -> BoardDecisionLetter:
    return BoardDecisionLetter(
        authority=letterhead(),
        to=Addressee(name="All authorities with a seat"),
        sent_on=date(2021, 6, 14),
        signatory=Signatory(name="Harriet Lowe", job_title="Chair", authority="EIP PDPS Joint Project Board"),
        particulars=(
            *CALLOFF_PARTICULARS[:3],
            Line(label="Paper", text="PAP-3KD8M"),
        ),
        board="EIP PDPS Joint Project Board",
        paper_title=CALLOFF,
        paper_reference="PAP-3KD8M",
        paper_fingerprint="5a1f" * 16,
        outcome="approved with 1 condition",
        note="The board thanks the authors for working with stroke survivors on the specification.",
        tests=tuple(
            BoardTest(
                test=test,
                answers=tuple(
                    AuthorityAnswer(authority=authority, answer="Met", reason=reason)
                    for authority in AUTHORITIES
                ),
            )
            for test, reason in (
                (
                    "There has been an integrated approach, if appropriate",
                    "One specification for both councils and the NHS.",
                ),
                (
                    "Duplication of commissioning has been considered",
                    "The hospital’s own service ends in September.",
                ),
                (
                    "The call-off fits the aims of the agreement and of the lot",
                    "It serves four of the lot’s outcomes.",
                ),
                (
                    "The provider pool is able to respond",
                    "Twelve providers in the lot, five with this experience.",
                ),
            )
        ),
        votes=tuple(
            VoteRow(authority=authority, member=member, vote="For")
            for authority, member in zip(
                AUTHORITIES, ("Harriet Lowe", "Tom Adeyemi", "Dr Priya Nair"), strict=True
            )
        ),
        quorum="Three of three authorities voted; the quorum is two.",
        interests=(
            "Ms Jean Park (deputy, Peterborough City Council) declared an interest and took no part.",
        ),
        conditions=(
            ConditionRow(
                text="The impact assessment is published before the mini-competition opens.",
                owner="Peterborough City Council",
                due_on=date(2021, 6, 28),
            ),
        ),
        decided_at=datetime(2021, 6, 14, 10, 30, tzinfo=UTC),
    )


AUTHORITIES = (
    "Peterborough City Council",
    "Cambridgeshire County Council",
    "NHS Cambridgeshire and Peterborough",
)


def extension_notice() -> ExtensionNotice:
    return ExtensionNotice(
        authority=letterhead(),
        to=admission().to,
        sent_on=date(2026, 3, 2),
        signatory=signatory(),
        particulars=CALLOFF_PARTICULARS[:1],
        agreement="Early Intervention and Prevention agreement",
        lots=("Lot 1, Hospital Discharge and Admission Avoidance", "Lot 2, Information and Advice"),
        old_end=date(2026, 5, 2),
        new_end=date(2028, 5, 2),
        decision="Cabinet Member for Adult Social Care, 16 February 2026, reference FEB26/CMDN/07.",
        reason=(
            "The agreement allowed for five years and two more. The authorities have used it for nine "
            "services, and new providers have joined at each round; they want to keep the pool while "
            "they plan what follows."
        ),
        questions_to="procurement@pcc.example, Monday to Friday, 9:00 to 17:00",
    )

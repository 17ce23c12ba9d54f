"""The frozen facts of the award record, the bidders' letters and the contract."""

from datetime import date, datetime, timedelta
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
from calloffs.models import Award, Bid, CallOff, Competition, Contract
from calloffs.queries import ranking as ranks
from commissioning import regimes
from commissioning.clock import london_date
from commissioning.clock.queries import holidays_in_force
from commissioning.people.models import User
from commissioning.records import letter_parts as parts
from commissioning.records.letter_parts import Line
from commissioning.web.text import day, money
from evaluation import queries as judging
from evaluation.models import Declaration
from evaluation.queries import Result
from evaluation.services.outcome_letters import points
from lots.models import Question
from lots.services import letterheads

FEEDBACK_DAYS = 28
FORMULAS = {
    "lowest": "The lowest price earns the full weight; others the lowest over their own, times the weight.",
    "benchmark": "The published benchmark over the price, times the weight, never more than the weight.",
    "fixed": "The price was fixed in advance, so price does not part the bids.",
}


def award_record(award: Award, *, signatory: User, now: datetime) -> AwardRecord:
    """Return what the director signs, with everything it rests on (rulebook E10)."""
    calloff, competition = award.calloff, award.competition
    winner = next(row for row in award.ranking if row["bid"] == award.bid.reference)
    profile = regimes.from_data(calloff.agreement.profile)
    return AwardRecord(
        **_head(calloff, award.bid, london_date(now), signatory)
        | {"to": parts.Addressee(name=f"The record of {calloff.reference}")},
        calloff=calloff.title,
        winner=award.bid.bidder,
        value=_value(award, winner),
        basis=_basis(calloff),
        route=_route(competition),
        ranking=tuple(_ranked(row) for row in award.ranking),
        tie_break=_tie_break(winner),
        reasons=award.reasons,
        advantages=award.advantages,
        decisions=tuple(
            OwnDecision(
                authority=row.organisation.name,
                body=row.body,
                reference=row.decision_reference,
                decided_on=row.decided_on,
                note=_governance_note(row),
            )
            for row in calloff.governance.select_related("organisation")
        ),
        conflicts=tuple(_conflicts(competition)),
        standstill_plan=_standstill_plan(profile),
        signed_at=now,
    )


def outcome_letters(
    award: Award, *, sent_on: date, signatory: User, now: datetime
) -> list[tuple[AwardWinnerLetter | AwardUnsuccessfulLetter, Bid]]:
    """Return the facts of every bidder's letter: the winner's, and each other's with both sets of scores."""
    rows = ranks.ranking(award.competition, reader=signatory, now=now)
    winner = next(row for row in rows if row.bid.pk == award.bid_id)
    return [
        (
            _winner_letter(award, row, sent_on, signatory)
            if row.bid.pk == award.bid_id
            else _other_letter(award, row, winner, sent_on, signatory),
            row.bid,
        )
        for row in rows
    ]


def contract_facts(contract: Contract, *, signatory: User, prices: ranks.Priced | None) -> ContractLetter:
    """Return the contract's frozen terms, as both will sign them."""
    calloff, scheme = contract.calloff, contract.award.competition.scheme
    document = calloff.specification
    return ContractLetter(
        **_head(calloff, contract.award.bid, london_date(contract.issued_at), signatory)
        | {"particulars": (*_particulars(calloff), Line(label="Contract", text=contract.reference))},
        calloff=calloff.title,
        provider=contract.organisation.name,
        form=f"{calloff.authority.name}: {calloff.get_contract_form_display()}",
        need=calloff.need,
        value=contract.value,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        option_months=contract.option_months,
        shares=_shares(calloff),
        prices=tuple(
            PricedLine(
                title=line.title, unit=line.unit, quantity=line.quantity, price=prices.lines[line.code]
            )
            for line in scheme.price_lines.all()
        )
        if prices
        else (),
        incorporated=(
            *(
                [
                    Line(
                        label="Specification",
                        text=f"{document.title} ({document.reference}), SHA-256 {document.sha256}",
                    )
                ]
                if document
                else []
            ),
            Line(label="The provider's bid", text=contract.award.bid.reference),
            Line(label="The agreement", text=f"{calloff.agreement.title} ({calloff.agreement.reference})"),
        ),
        terms=(
            "The provider delivers the service as the specification and its bid describe.",
            "The authority pays for what is delivered, at the prices above. No further volume is guaranteed.",
            "The terms named above govern the contract; where the bid differs, the terms come first.",
        ),
    )


def _winner_letter(award: Award, row: ranks.Ranked, sent_on: date, signatory: User) -> AwardWinnerLetter:
    calloff = award.calloff
    return AwardWinnerLetter(
        **_bid_letter(award, row, row, sent_on, signatory, "award"),
        value=row.price if row.price is not None else calloff.value,
        starts_on=calloff.starts_on,
        ends_on=calloff.ends_on,
        option_months=calloff.option_months,
    )


def _other_letter(
    award: Award, row: ranks.Ranked, winner: ranks.Ranked, sent_on: date, signatory: User
) -> AwardUnsuccessfulLetter:
    grounds = (f"{row.out_because}, so the bid was not ranked.",) if row.out_because else ()
    return AwardUnsuccessfulLetter(
        **_bid_letter(award, row, winner, sent_on, signatory, "unsuccessful"),
        winner=winner.bid.bidder,
        advantages=award.advantages,
        feedback_until=sent_on + timedelta(days=FEEDBACK_DAYS),
        grounds=grounds,
    )


def _bid_letter(
    award: Award, row: ranks.Ranked, winner: ranks.Ranked, sent_on: date, signatory: User, notice: str
) -> dict[str, Any]:
    calloff = award.calloff
    profile = regimes.from_data(calloff.agreement.profile)
    return {
        **_head(calloff, row.bid, sent_on, signatory),
        "notice": profile.letter(notice),
        "rights": profile.rights,
        "calloff": calloff.title,
        "agreement": calloff.agreement.title,
        "scores": _scores(award.competition, row, winner),
        "standstill": parts.standstill(
            profile, regimes.Stage.CALL_OFF, sent_on=sent_on, holidays=holidays_in_force()
        ),
        "questions_to": award.competition.support_contact or calloff.authority.name,
    }


def _head(calloff: CallOff, bid: Bid, sent_on: date, signatory: User) -> dict[str, Any]:
    return {
        "authority": letterheads.authority_block(calloff.agreement, calloff.authority),
        "to": letterheads.addressee(bid.organisation, bid.bidder),
        "sent_on": sent_on,
        "signatory": letterheads.signatory(signatory, calloff.authority),
        "particulars": (*_particulars(calloff), Line(label="Bid", text=bid.reference)),
    }


def _particulars(calloff: CallOff) -> tuple[Line, ...]:
    return (
        Line(label="Agreement", text=f"{calloff.agreement.title} ({calloff.agreement.reference})"),
        Line(label="Lot", text=str(calloff.lot)),
        Line(label="Call-off", text=f"{calloff.title} ({calloff.reference})"),
    )


def _scores(competition: Competition, row: ranks.Ranked, winner: ranks.Ranked) -> parts.Scores | None:
    """Return both sets of scores side by side; nothing for a bid that failed a minimum standard.

    A bid out of the ranking was not compared by price, so its letter compares quality alone.
    """
    result, best, scheme = row.result, winner.result, competition.scheme
    if result.total is None or best.total is None or competition.exercise is None:
        return None
    other, ranked = row.bid.pk != winner.bid.pk, row.place is not None
    rows = tuple(
        _score_row(question, result, best if other else None, scheme.maximum)
        for question in judging.scored_questions(competition.exercise)
    )
    price = None
    if ranked and scheme.price_weight and row.price is not None and winner.price is not None:
        price = parts.PriceRow(
            weight=scheme.price_weight,
            price=row.price,
            points=ranks.as_decimal(row.price_points),
            formula=FORMULAS[scheme.price_formula],
            winner_price=winner.price if other else None,
            winner_points=ranks.as_decimal(winner.price_points) if other else None,
        )
    return parts.Scores(
        rows=rows,
        maximum=scheme.maximum,
        scale=tuple(
            parts.ScaleStep(score=level.score, meaning=level.descriptor) for level in scheme.scale.all()
        ),
        total=ranks.as_decimal(row.total) if ranked else result.total,
        quality=result.total,
        quality_weight=scheme.quality_weight,
        threshold=scheme.threshold,
        price=price,
        winner_quality=best.total if other else None,
        winner_total=(ranks.as_decimal(winner.total) if ranked else best.total) if other else None,
    )


def _score_row(question: Question, result: Result, best: Result | None, maximum: int) -> parts.ScoreRow:
    own = {row.question_id: row for row in result.assessment.agreed.all()}[question.pk]
    theirs = {row.question_id: row for row in best.assessment.agreed.all()}[question.pk] if best else None
    return parts.ScoreRow(
        title=question.title,
        weight=question.weight or Decimal(0),
        score=own.score,
        points=points(question.weight, own.score, maximum),
        reason=own.reason,
        winner_score=theirs.score if theirs else None,
        winner_points=points(question.weight, theirs.score, maximum) if theirs else None,
        winner_reason=theirs.reason if theirs else "",
    )


def _value(award: Award, winner: dict[str, Any]) -> Decimal:
    return Decimal(winner["price"]) if winner["price"] is not None else award.calloff.value


def _ranked(row: dict[str, Any]) -> RankedBid:
    placed = row["place"] is not None
    return RankedBid(
        place=row["place"],
        name=row["organisation"],
        reference=row["bid"],
        quality_points=Decimal(row["quality"]) if placed else None,
        price=Decimal(row["price"]) if row["price"] is not None else None,
        price_points=Decimal(row["price_points"]) if placed else None,
        total=Decimal(row["total"]) if placed else None,
        note=row["out_because"],
    )


def _basis(calloff: CallOff) -> tuple[Line, ...]:
    months = calloff.option_months
    return (
        Line(label="Lot", text=str(calloff.lot)),
        Line(label="Value of the call-off", text=money(calloff.value)),
        Line(label="Term", text=f"{day(calloff.starts_on)} to {day(calloff.ends_on)}"),
        Line(label="Option to extend", text=f"{months} months" if months else "none"),
        Line(label="Funding", text=calloff.get_funding_display()),
        Line(label="Form of contract", text=calloff.get_contract_form_display()),
        *_shares(calloff),
    )


def _shares(calloff: CallOff) -> tuple[Line, ...]:
    return tuple(
        Line(label=f"Share of {share.organisation.name}", text=money(share.amount))
        for share in calloff.shares.select_related("organisation")
    )


def _route(competition: Competition) -> tuple[Line, ...]:
    paper = competition.calloff.current_paper()
    panel = competition.exercise.current_panel() if competition.exercise else []
    board = f"{paper.reference}, {paper.state_label.lower()} on {day(paper.decided_at)}" if paper else "none"
    return (
        Line(label="Joint project board", text=board),
        Line(label="Invited", text=f"{competition.invitations.count()} members of the lot's pool"),
        Line(
            label="Bids evaluated",
            text=str(competition.bids.filter(state__in=["opened", "won", "lost"]).count()),
        ),
        Line(label="Deadline", text=day(competition.deadline)),
        Line(label="Panel", text=", ".join(sorted(seat.get_part_display() for seat in panel))),
    )


def _conflicts(competition: Competition) -> list[str]:
    if competition.exercise is None:
        return []
    declared = Declaration.objects.filter(panellist__exercise=competition.exercise, has_conflict=True)
    rows = declared.with_names().select_related("panellist", "organisation")
    return [
        f"{row.panellist.get_part_display()} on {row.bidder}: {row.nature} "
        f"{row.get_decision_display() or 'Not decided'}. {row.measures}"
        for row in rows
    ]


def _tie_break(winner: dict[str, Any]) -> str:
    if winner["tied_with"]:
        return f"Tied with {', '.join(winner['tied_with'])}; the published tie-break does not part them."
    if winner["parted_by"]:
        return "Equal totals were parted by the published tie-break."
    return "The published tie-break was not needed."


def _governance_note(row: Any) -> str:
    if not row.is_key_decision:
        return ""
    return (
        f"Key decision; notice of {day(row.notice_published_on)}, call-in ended {day(row.call_in_ended_on)}."
    )


def _standstill_plan(profile: regimes.Profile) -> str:
    if not profile.has_standstill(regimes.Stage.CALL_OFF):
        return "No standstill is kept for this call-off."
    return f"A standstill is kept. {profile.standstill_rule}"

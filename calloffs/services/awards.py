"""The verbs on an award: recommend, sign, letter, release, hold (product 44; rulebook B13-B16)."""

from datetime import date, datetime, time

from calloffs import rules
from calloffs.models import Award, Bid, Competition
from calloffs.queries import awards as shown
from calloffs.queries import ranking as ranks
from calloffs.workflow import AWARD, BID, CALLOFF, COMPETITION
from commissioning import policies, regimes
from commissioning.audit.services import record, unit
from commissioning.clock import at_london, contract_from, standstill_last_day
from commissioning.clock.queries import holidays_in_force
from commissioning.people.models import User
from commissioning.records.services import letters
from commissioning.workflow import Reason, Refused, lock
from evaluation.workflow import EXERCISE

from . import award_letters

NOON = time(12)


def recommend(
    *, competition: Competition, bid: Bid, reasons: str, advantages: str, actor: User, now: datetime
) -> Award:
    """Recommend the bid in first place, with the frozen ranking, the reasons and the winner's advantages.

    A bid that is not first is refused; where the published tie-break leaves two first, either may be
    recommended and the reasons must say why.
    """
    with unit():
        policies.require(actor, "award.recommend", competition)
        lock(competition)
        if competition.state != "unsealed":
            raise Refused(f"The mini-competition is “{competition.state_label}”.")
        rows = ranks.ranking(competition, reader=actor, now=now)
        chosen = next((row for row in rows if row.bid.pk == bid.pk), None)
        problems = []
        if chosen is None or chosen.place != 1:
            problems.append(
                Reason("Recommend the bid in first place; the published ranking decides.", field="bid")
            )
        elif chosen.price is not None and (
            above := rules.price_above_value(chosen.price, competition.calloff.value)
        ):
            problems.append(Reason(above, field="bid"))
        if not reasons.strip():
            problems.append(Reason("Give the reasons for the award.", field="reasons"))
        if not advantages.strip():
            problems.append(
                Reason(
                    "Say what the winning bid did better: the letters to the others must tell them.",
                    field="advantages",
                )
            )
        if problems:
            raise Refused(problems)
        CALLOFF.move(competition.calloff, "recommend", actor=actor, now=now)
        award = Award.objects.create(
            competition=competition,
            bid=bid,
            ranking=ranks.frozen(rows),
            reasons=reasons.strip(),
            advantages=advantages.strip(),
            recommended_at=now,
            recommended_by=actor,
            state="recommended",
            state_since=now,
        )
        record(
            "award.recommend",
            award,
            actor=actor,
            at=now,
            bid=bid.reference,
            ranking=award.ranking,
            reasons=reasons,
        )
    return award


def sign(*, award: Award, actor: User, now: datetime) -> None:
    """Sign the contract award record as a director; what blocks the award is refused, each named."""
    with unit():
        AWARD.move(award, "sign", actor=actor, now=now, changes={"signed_at": now, "signed_by": actor})
        award.record = letters.draft(
            facts=award_letters.award_record(award, signatory=actor, now=now),
            organisation=award.calloff.authority,
            about=award.reference,
            chain=award.audit_chain,
            actor=actor,
            now=now,
        )
        award.save(update_fields=["record"])


def send_back(*, award: Award, reason: str, actor: User, now: datetime) -> None:
    """Send the recommendation back to the procurement lead, with the reason."""
    if not reason.strip():
        raise Refused("Say why you send it back.", field="reason")
    with unit():
        AWARD.move(award, "return", actor=actor, now=now, changes={"end_reason": reason.strip()})
        CALLOFF.move(award.calloff, "reconsider", actor=actor, now=now, reason=reason.strip())


def draft_letters(*, award: Award, planned_on: date, actor: User, now: datetime) -> None:
    """Draft the winner's letter and those to the others, resting on the planned date of sending."""
    with letters.resting_on(planned_on, now=now), unit():
        policies.require(actor, "award.draft_letters", award)
        batch = letters.draft_batch(
            title=f"Award of {award.calloff.title}",
            authority=award.calloff.authority,
            planned_on=planned_on,
            chain=award.audit_chain,
            actor=actor,
            now=now,
        )
        changes = {"batch": batch, "standstill_ends_on": standstill_for(award, planned_on)}
        AWARD.move(award, "draft_letters", actor=actor, now=now, changes=changes)
        for facts, bid in award_letters.outcome_letters(award, sent_on=planned_on, signatory=actor, now=now):
            letters.draft(
                facts=facts,
                organisation=bid.organisation,
                about=bid.reference,
                chain=award.audit_chain,
                actor=actor,
                now=now,
                batch=batch,
            )


def take_letters_back(*, award: Award, reason: str, actor: User, now: datetime) -> None:
    """Take drafted letters back before they are released; they stay on record and are never sent."""
    if not reason.strip():
        raise Refused("Say why the letters are taken back.", field="reason")
    with unit():
        lock(award)
        batch, changes = award.batch, {"batch": None, "standstill_ends_on": None}
        AWARD.move(award, "take_letters_back", actor=actor, now=now, changes=changes, reason=reason.strip())
        if batch is not None:
            letters.withdraw_batch(batch=batch, actor=actor, now=now, reason=reason.strip())


def release(*, award: Award, actor: User, now: datetime) -> None:
    """Release letters, bids' outcomes and the standstill in one transaction; a second person's act."""
    with unit():
        competition = award.competition
        if award.batch is None:
            raise Refused("Draft the letters first.")
        last_day = award.standstill_ends_on
        from_when = contract_from(last_day) if last_day else now
        AWARD.move(
            award, "release", actor=actor, now=now, changes={"released_at": now, "contract_from": from_when}
        )
        letters.release_batch(batch=award.batch, actor=actor, now=now)
        for bid in competition.bids.filter(state="opened"):
            BID.move(bid, "win" if bid.pk == award.bid_id else "lose", actor=actor, now=now)
        EXERCISE.move(competition.exercise, "release", actor=actor, now=now)
        COMPETITION.move(competition, "decide", actor=actor, now=now)
        CALLOFF.move(award.calloff, "award", actor=actor, now=now, standstill=last_day)


def release_refusals(award: Award, *, actor: User, now: datetime) -> list[Reason]:
    """Return why this person cannot release the letters now, each with its mend; empty: nothing stands so."""
    found = shown.in_the_way(award, "release", actor, now)
    if award.batch is None or award.state != "lettered":
        return found
    said = letters.refusals(award.batch, actor=actor, now=now)
    # Both say that a second person is needed; once is enough.
    is_first = actor.pk == award.batch.drafted_by_id
    return found + [Reason(one) for one in said if not (is_first and one.startswith("You drafted"))]


def place_hold(*, award: Award, reason: str, actor: User, now: datetime) -> None:
    """Place a legal hold: no letter is released and nothing is signed until it is lifted (rulebook B16)."""
    if not reason.strip():
        raise Refused("Say what the hold rests on, such as a claim and its date.", field="reason")
    with unit():
        policies.require(actor, "award.hold", award)
        lock(award)
        if award.state in {"made", "ended", "returned"}:
            raise Refused(f"The award is “{award.state_label}”, so there is nothing left to hold.")
        if award.legal_hold_reason:
            raise Refused(
                f"A legal hold stands already: {award.legal_hold_reason} Lift it to replace it by another."
            )
        award.legal_hold_reason = reason.strip()
        award.save(update_fields=["legal_hold_reason"])
        record("award.hold", award, actor=actor, at=now, reason=reason.strip())


def lift_hold(*, award: Award, reason: str, actor: User, now: datetime) -> None:
    """Lift the legal hold, with the reason."""
    if not reason.strip():
        raise Refused("Say why the hold is lifted.", field="reason")
    with unit():
        policies.require(actor, "award.lift_hold", award)
        lock(award)
        if not award.legal_hold_reason:
            raise Refused("There is no legal hold to lift.")
        before, award.legal_hold_reason = award.legal_hold_reason, ""
        award.save(update_fields=["legal_hold_reason"])
        record("award.lift_hold", award, actor=actor, at=now, before=before, reason=reason.strip())


def standstill_for(award: Award, sent_on: date) -> date | None:
    """Return the last day of the call-off's standstill by the agreement's regime, if it has one (G15-G17)."""
    profile = regimes.from_data(award.calloff.agreement.profile)
    if not profile.has_standstill(regimes.Stage.CALL_OFF):
        return None
    return standstill_last_day(profile.standstill_algorithm, at_london(sent_on, NOON), holidays_in_force())

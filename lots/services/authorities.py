"""Verbs on an authority's place in an agreement, its succession, and the seats of the board."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.board import services as board_services
from commissioning.board.models import Seat
from commissioning.clock import london_date
from commissioning.people.models import Organisation, User
from commissioning.workflow import Reason, Refused, lock
from lots import queries
from lots.models import Agreement, AgreementAuthority, Succession
from lots.models.agreements import Funding
from lots.queries import standing
from lots.rules.ended import refusal_of_succeeded, refusal_to_succeed, refusal_to_take_out

from .checks import draft, insist_it_goes_on, refuse_any, refuse_if, refuse_overtaken

LONGEST_CALL_IN = 30


def add(
    *,
    agreement: Agreement,
    organisation: Organisation,
    actor: User,
    now: datetime,
    may_call_off_alone: bool = True,
    may_call_off_jointly: bool = True,
    spend_cap: Decimal | None = None,
) -> AgreementAuthority:
    """Add a partner authority with its rights and cap to a draft agreement.

    One that was succeeded in this agreement, or in any that was published, takes no new place. Raises Denied,
    Refused.
    """
    with unit():
        draft(agreement, actor, now)
        if not organisation.is_authority:
            raise Refused("Only a commissioning authority can be a partner.", field="organisation")
        if organisation.pk in agreement.sighted_by:
            raise Refused(f"{organisation} is in this agreement already.", field="organisation")
        refuse_any(_refusal_of_succeeded(organisation, agreement, "organisation"))
        refuse_any(_rights_refusals(may_call_off_alone, may_call_off_jointly, spend_cap))
        place = AgreementAuthority.objects.create(
            agreement=agreement,
            organisation=organisation,
            since=agreement.starts_on,
            may_call_off_alone=may_call_off_alone,
            may_call_off_jointly=may_call_off_jointly,
            spend_cap=spend_cap,
        )
        record("agreement.add_authority", place, actor=actor, at=now, after=_rights(place))
    return place


def change(
    *,
    place: AgreementAuthority,
    may_call_off_alone: bool,
    may_call_off_jointly: bool,
    spend_cap: Decimal | None,
    actor: User,
    now: datetime,
    reason: str = "",
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Change an authority's rights or cap; once the agreement is published only with a reason, recorded.

    `seen` is what stood when the page was drawn (`queries.standing.rights`). The same again changes nothing.
    Raises Denied, Refused, and Overtaken where something else stands by now.
    """
    with unit():
        lock(place)
        policies.require(actor, "agreement.change", place.agreement)
        insist_it_goes_on(place.agreement, now)
        if place.until is not None:
            raise Refused(f"{place.organisation} has left this agreement.")
        before, stands = _rights(place), standing.rights(place)
        place.may_call_off_alone, place.may_call_off_jointly = may_call_off_alone, may_call_off_jointly
        place.spend_cap = spend_cap
        given = standing.rights(place)
        changed = standing.last_change(place, "agreement.change_authority")
        refuse_overtaken(seen=seen, stands=stands, given=given, changed=changed)
        refuse_any(_rights_refusals(may_call_off_alone, may_call_off_jointly, spend_cap))
        if standing.is_same(stands, given):
            return
        if place.agreement.state != "draft" and not reason.strip():
            raise Refused("The agreement is published: give the reason for this change.", field="reason")
        place.save(update_fields=["may_call_off_alone", "may_call_off_jointly", "spend_cap"])
        record(
            "agreement.change_authority",
            place,
            actor=actor,
            at=now,
            before=before,
            after=_rights(place),
            reason=reason.strip() or None,
        )


def set_governance(
    *,
    place: AgreementAuthority,
    decided_by: str,
    key_decision_from: Decimal | None,
    call_in_days: int | None,
    funding_routes: Iterable[str],
    actor: User,
    now: datetime,
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Say how an authority decides and where its money comes from: proposals to its call-offs (product 2).

    `key_decision_from` is GBP of its share, `call_in_days` working days. The lead authority's procurement
    lead says it, or the authority's own. `seen` is what stood when the page was drawn
    (`queries.standing.governance`). Raises Denied, Refused, and Overtaken where something else stands by now.
    """
    with unit():
        lock(place)
        policies.require(actor, "authority.govern", place)
        insist_it_goes_on(place.agreement, now)
        if place.until is not None:
            raise Refused(f"{place.organisation} has left this agreement.")
        routes = [route.value for route in Funding if route in set(funding_routes)]
        before, stands = _governance(place), standing.governance(place)
        place.decided_by, place.key_decision_from = decided_by.strip(), key_decision_from
        place.call_in_days, place.funding_routes = call_in_days, routes
        given = standing.governance(place)
        changed = standing.last_change(place, "authority.govern")
        refuse_overtaken(seen=seen, stands=stands, given=given, changed=changed)
        refuse_any(_governance_refusals(key_decision_from, call_in_days))
        if standing.is_same(stands, given):
            return
        place.save(update_fields=["decided_by", "key_decision_from", "call_in_days", "funding_routes"])
        record("authority.govern", place, actor=actor, at=now, before=before, after=_governance(place))


def remove(*, place: AgreementAuthority, actor: User, now: datetime) -> None:
    """Take a partner out of a draft agreement, its seats on the board with it. Raises Denied, Refused."""
    agreement = place.agreement
    with unit():
        draft(agreement, actor, now)
        refuse_if(refusal_to_take_out(place))
        _vacate_all(agreement, place.organisation, actor, now)
        record("agreement.remove_authority", place, actor=actor, at=now, before=_rights(place))
        place.delete()


def succeed(
    *,
    place: AgreementAuthority,
    successor: Organisation,
    effective_on: date,
    reason: str,
    actor: User,
    now: datetime,
) -> Succession:
    """Record that another authority took over this one's place, rights and cap (settled 36).

    The board seats of the one that left end; seat the successor's people anew. Of an abandoned agreement it
    is recorded too, since contracts under it run on; of a discarded draft it is not. Raises Denied, Refused.
    """
    agreement = place.agreement
    with unit():
        lock(agreement)
        lock(place)
        policies.require(actor, "agreement.succeed", agreement)
        refuse_if(refusal_to_succeed(agreement, now))
        refuse_any(_succession_refusals(place, successor, effective_on, reason, now))
        place.until = effective_on - timedelta(days=1)
        place.save(update_fields=["until"])
        taken = AgreementAuthority.objects.create(
            agreement=agreement,
            organisation=successor,
            is_lead=place.is_lead,
            since=effective_on,
            may_call_off_alone=place.may_call_off_alone,
            may_call_off_jointly=place.may_call_off_jointly,
            spend_cap=place.spend_cap,
        )
        _vacate_all(agreement, place.organisation, actor, now)
        succession = Succession.objects.create(
            place=place,
            successor=taken,
            effective_on=effective_on,
            reason=reason.strip(),
            recorded_at=now,
            recorded_by=actor,
        )
        record(
            "agreement.succeed",
            agreement,
            actor=actor,
            at=now,
            before={"authority": place.organisation.reference},
            after={"authority": successor.reference},
            effective_on=effective_on,
            reason=succession.reason,
        )
    return succession


def change_board(
    *,
    agreement: Agreement,
    name: str,
    quorum: int,
    chair_has_casting_vote: bool,
    actor: User,
    now: datetime,
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Name the joint project board and set its quorum and casting vote.

    `seen` is what stood when the page was drawn (`queries.standing.board`). The same again changes nothing.
    Raises Denied, Refused, and Overtaken where something else stands by now.
    """
    policies.require(actor, "agreement.change", agreement)
    insist_it_goes_on(agreement, now)
    authorities = len(agreement.current_authorities())
    given = {"name": name, "quorum": quorum, "chair_has_casting_vote": chair_has_casting_vote}
    with unit():
        lock(agreement.board)
        stands = standing.board(agreement)
        changed = standing.last_change(agreement.board, "board.change")
        refuse_overtaken(seen=seen, stands=stands, given=given, changed=changed)
        if agreement.state != "draft" and not 1 <= quorum <= authorities:
            words = f"The quorum must be 1 to {authorities}, the number of authorities."
            raise Refused(words, field="quorum")
        if standing.is_same(stands, given):
            return
        board_services.change(
            board=agreement.board,
            name=name,
            quorum=quorum,
            chair_has_casting_vote=chair_has_casting_vote,
            chain=agreement.reference,
            actor=actor,
            now=now,
        )


def seat(
    *, agreement: Agreement, organisation: Organisation, user: User, kind: str, actor: User, now: datetime
) -> Seat:
    """Seat a person on the board for an authority of the agreement. Raises Denied, Refused."""
    policies.require(actor, "agreement.change", agreement)
    insist_it_goes_on(agreement, now)
    if organisation.pk not in agreement.sighted_by:
        raise Refused(f"{organisation} is not in this agreement.", field="user")
    return board_services.seat(
        board=agreement.board,
        organisation=organisation,
        user=user,
        kind=kind,
        chain=agreement.reference,
        actor=actor,
        now=now,
    )


def vacate(*, agreement: Agreement, seat: Seat, actor: User, now: datetime) -> None:
    """End a person's seat on the board; what they answered and voted stays on record. Raises Denied."""
    policies.require(actor, "agreement.change", agreement)
    if seat.board_id != agreement.board_id:
        raise Refused("This seat is on another board.")
    board_services.vacate(seat=seat, chain=agreement.reference, actor=actor, now=now)


def _vacate_all(agreement: Agreement, organisation: Organisation, actor: User, now: datetime) -> None:
    for held in agreement.board.current_seats():
        if held.organisation_id == organisation.pk:
            board_services.vacate(seat=held, chain=agreement.reference, actor=actor, now=now)


def _rights_refusals(alone: bool, jointly: bool, cap: Decimal | None) -> list[Reason]:
    problems = []
    if not alone and not jointly:
        problems.append(
            Reason(
                "An authority that may call off neither alone nor jointly has no part in it.",
                field="may_call_off_jointly",
            )
        )
    if cap is not None and cap <= 0:
        problems.append(Reason("The cap must be more than £0, or left empty.", field="spend_cap"))
    return problems


def _governance_refusals(key_decision_from: Decimal | None, call_in_days: int | None) -> list[Reason]:
    problems = []
    if key_decision_from is not None and key_decision_from <= 0:
        problems.append(Reason("The value must be more than £0, or left empty.", field="key_decision_from"))
    if call_in_days is not None and not 1 <= call_in_days <= LONGEST_CALL_IN:
        problems.append(
            Reason(f"Give 1 to {LONGEST_CALL_IN} working days, or leave it empty.", field="call_in_days")
        )
    return problems


def _succession_refusals(
    place: AgreementAuthority, successor: Organisation, effective_on: date, reason: str, now: datetime
) -> list[Reason]:
    if place.until is not None:
        return [Reason(f"{place.organisation} has left this agreement already.")]
    problems = []
    if not successor.is_authority:
        problems.append(Reason("Only a commissioning authority can succeed.", field="successor"))
    elif successor.pk in place.agreement.sighted_by:
        problems.append(Reason(f"{successor} is in this agreement already.", field="successor"))
    problems += _refusal_of_succeeded(successor, place.agreement, "successor")
    if not place.since < effective_on <= london_date(now):
        problems.append(
            Reason("Record a succession from the day it took effect, not before.", field="effective_on")
        )
    if not reason.strip():
        problems.append(Reason("Give the reason, such as the law or order.", field="reason"))
    return problems


def _refusal_of_succeeded(organisation: Organisation, agreement: Agreement, field: str) -> list[Reason]:
    refusal = refusal_of_succeeded(organisation, queries.successor_of(organisation, agreement))
    return [Reason(refusal, field=field)] if refusal else []


def _rights(place: AgreementAuthority) -> dict[str, Any]:
    return {
        "authority": place.organisation.reference,
        "may_call_off_alone": place.may_call_off_alone,
        "may_call_off_jointly": place.may_call_off_jointly,
        "spend_cap": place.spend_cap,
    }


def _governance(place: AgreementAuthority) -> dict[str, Any]:
    return {
        "authority": place.organisation.reference,
        "decided_by": place.decided_by,
        "key_decision_from": place.key_decision_from,
        "call_in_days": place.call_in_days,
        "funding_routes": place.funding_routes,
    }

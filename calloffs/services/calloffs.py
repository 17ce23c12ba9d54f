"""The verbs on a call-off before its mini-competition: draft, change, sight, put to the board, govern."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from calloffs import rules
from calloffs.models import CallOff, CallOffPaper, Governance, Share
from calloffs.queries.papers import paper_facts
from calloffs.workflow import CALLOFF
from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.board.models import Paper
from commissioning.board.services import papers as board
from commissioning.people.models import Organisation, User
from commissioning.records.models import Document
from commissioning.records.services import documents
from commissioning.workflow import Reason, Refused, lock
from lots.models import Lot

# What a commissioner writes; the lot and the authorities are given apart.
FIELDS = (
    "title",
    "also_known_as",
    "need",
    "value",
    "starts_on",
    "ends_on",
    "option_months",
    "funding",
    "contract_form",
    "coproduction",
    "impact_assessments",
    "tupe",
    "case_integrated",
    "case_duplication",
    "case_fit",
    "case_pool",
)


def create(
    *, lot: Lot, authority: Organisation, facts: Mapping[str, Any], actor: User, now: datetime
) -> CallOff:
    """Draft a call-off under a lot, led by one authority, which at first bears the whole value.

    A lot that is not active, an authority that may not call off, and impossible dates or sums are refused
    with the reason (rulebook G9, G25).
    """
    with unit():
        calloff = CallOff(
            agreement=lot.agreement,
            lot=lot,
            authority=authority,
            state="draft",
            state_since=now,
            created_at=now,
            created_by=actor,
            **_known(facts),
        )
        if authority.pk not in lot.agreement.sighted_by:
            raise Refused(f"{authority.short_name} is not an authority of this agreement.", field="authority")
        policies.require(actor, "calloff.create", calloff)
        policies.require(actor, "calloff.change", calloff)
        closed = rules.agreement_is_live(calloff, actor, now) or rules.lot_is_active(calloff, actor, now)
        if closed:
            raise Refused(closed, field="lot")
        _insist(*rules.fact_problems(calloff, now))
        calloff.save()
        Share.objects.create(calloff=calloff, organisation=authority, amount=calloff.value)
        record("calloff.create", calloff, actor=actor, at=now, after=calloff.substance())
    return calloff


def change(*, calloff: CallOff, facts: Mapping[str, Any], actor: User, now: datetime) -> None:
    """Change what is given of a draft or returned call-off; an approved one is taken back to draft first.

    Raises Refused for what is impossible in the facts given, Denied.
    """
    with unit():
        before = _open_to_change(calloff, actor)
        for name, value in _known(facts).items():
            setattr(calloff, name, value)
        _insist(*(problem for problem in rules.fact_problems(calloff, now) if problem.field in facts))
        calloff.save(update_fields=list(_known(facts)))
        _keep_a_single_share_whole(calloff)
        record("calloff.change", calloff, actor=actor, at=now, before=before, after=calloff.substance())


def share_out(
    *, calloff: CallOff, amounts: Mapping[Organisation, Decimal], actor: User, now: datetime
) -> None:
    """Set which authorities share the value; the shares must add up to it to the penny (rulebook E8)."""
    with unit():
        before = _open_to_change(calloff, actor)
        _insist(
            rules.shares_add_up(calloff.value, list(amounts.values())),
            *(rules.may_take_part(calloff, place) for place in _places(calloff, amounts)),
        )
        if calloff.authority not in amounts:
            raise Refused("The lead authority must bear a share.", field="shares")
        Share.objects.filter(calloff=calloff).delete()
        Share.objects.bulk_create(
            Share(calloff=calloff, organisation=organisation, amount=amount)
            for organisation, amount in amounts.items()
        )
        record("calloff.share_out", calloff, actor=actor, at=now, before=before, after=calloff.substance())


def upload_specification(
    *, calloff: CallOff, title: str, upload: Any, actor: User, now: datetime
) -> Document:
    """Keep an uploaded file as the call-off's specification, in place of the version before; return it.

    Raises Refused, naming both limits, for a file that cannot be taken; Denied.
    """
    policies.require(actor, "calloff.change", calloff)
    checked = documents.check(file=upload, field="file")
    with unit():
        _open_to_change(calloff, actor)
        document = documents.add(
            organisation=calloff.authority,
            title=title,
            file=upload,
            actor=actor,
            now=now,
            replaces=calloff.specification,
            audit_chain=calloff.audit_chain,
            checked=checked,
        )
        before, calloff.specification = calloff.specification, document
        calloff.save(update_fields=["specification"])
        record(
            "calloff.attach_specification",
            calloff,
            actor=actor,
            at=now,
            before=before.sha256 if before else None,
            after=document.sha256,
        )
    return document


def put_to_board(*, calloff: CallOff, decide_by: date, actor: User, now: datetime) -> Paper:
    """Freeze the call-off into a paper with its fingerprint (product 36); everyone on the board is told.

    Raises Refused with what is still missing.
    """
    with unit():
        CALLOFF.move(calloff, "table", actor=actor, now=now)
        paper = board.table(
            board=calloff.agreement.board,
            authority=calloff.authority,
            title=calloff.title,
            about=calloff.reference,
            chain=calloff.audit_chain,
            facts=paper_facts(calloff),
            decide_by=decide_by,
            actor=actor,
            now=now,
        )
        CallOffPaper.objects.create(calloff=calloff, paper=paper, substance_fingerprint=calloff.fingerprint())
    return paper


def take_back(*, calloff: CallOff, reason: str, actor: User, now: datetime) -> None:
    """Withdraw the paper that is with the board and return the call-off to draft; the board is told."""
    with unit():
        CALLOFF.move(calloff, "take_back", actor=actor, now=now, reason=reason.strip())
        paper = calloff.current_paper()
        if paper is not None:
            board.withdraw(paper=paper, reason=reason, actor=actor, now=now)


def close_vote(*, paper: Paper, note: str, actor: User, now: datetime) -> CallOff:
    """Close the board's vote and carry its answer over to the call-off."""
    with unit():
        board.close_vote(paper=paper, note=note, actor=actor, now=now)
        step = {"approved": "board_approved", "refused": "board_refused"}[paper.state]
        return _carry_over(paper, step, actor, now)


def return_to_author(*, paper: Paper, note: str, actor: User, now: datetime) -> CallOff:
    """Send the paper, and with it the call-off, back to its author."""
    with unit():
        board.return_to_author(paper=paper, note=note, actor=actor, now=now)
        return _carry_over(paper, "board_returned", actor, now)


def revise(*, calloff: CallOff, actor: User, now: datetime) -> None:
    """Take an approved, returned or refused call-off back to draft; it must come to the board again."""
    with unit():
        CALLOFF.move(calloff, "revise", actor=actor, now=now)


def record_governance(
    *,
    calloff: CallOff,
    authority: Organisation,
    body: str,
    decision_reference: str,
    decided_on: date,
    is_key_decision: bool,
    notice_published_on: date | None,
    call_in_ended_on: date | None,
    actor: User,
    now: datetime,
    reason: str = "",
) -> Governance:
    """Record an authority's own decision that it may award (rulebook G14, E9); it covers what now stands.

    Only the authority's own people record it, once the board has approved and until the award is signed;
    recorded again it replaces what stood, with a reason, and the record keeps both. The same once more
    changes nothing. A key decision needs its 28 clear days' notice and the end of its call-in period.
    """
    with unit():
        policies.require(actor, "calloff.record_governance", calloff)
        if authority.pk not in actor.organisation_ids("commissioner", "lead"):
            raise Refused(f"Only people of {authority.short_name} record its decision.", field="authority")
        if not calloff.shares.filter(organisation=authority).exists():
            raise Refused(f"{authority.short_name} bears no share of this call-off.", field="authority")
        lock(calloff)
        if refusal := rules.refusal_to_govern(calloff):
            raise Refused(refusal)
        standing = Governance.objects.filter(calloff=calloff, organisation=authority).first()
        before = _governance_facts(standing) if standing else None
        covered = standing.substance_fingerprint if standing else ""
        governance = standing or Governance(calloff=calloff, organisation=authority)
        governance.body, governance.decision_reference = body.strip(), decision_reference.strip()
        governance.decided_on, governance.is_key_decision = decided_on, is_key_decision
        governance.notice_published_on = notice_published_on if is_key_decision else None
        governance.call_in_ended_on = call_in_ended_on if is_key_decision else None
        governance.substance_fingerprint = calloff.fingerprint()
        after = _governance_facts(governance)
        if before == after and covered == governance.substance_fingerprint:
            return governance
        governance.recorded_at, governance.recorded_by = now, actor
        _insist(
            *rules.governance_problems(governance, now, since=calloff.agreement.starts_on),
            *rules.replacement_problems(before, authority, reason),
        )
        governance.save()
        record(
            "calloff.record_governance",
            calloff,
            actor=actor,
            at=now,
            before=before,
            after=after,
            authority=authority.short_name,
            reason=reason.strip() if before else None,
        )
    return governance


def _carry_over(paper: Paper, step: str, actor: User, now: datetime) -> CallOff:
    calloff = CallOff.objects.get(paper_links__paper=paper)
    CALLOFF.move(calloff, step, actor=actor, now=now, paper=paper.reference)
    return calloff


def _open_to_change(calloff: CallOff, actor: User) -> dict[str, Any]:
    """Lock the call-off, insist that it may be changed, and return its substance as it was."""
    policies.require(actor, "calloff.change", calloff)
    lock(calloff)
    if calloff.state not in rules.CHANGEABLE:
        raise Refused(
            f"This call-off is “{calloff.state_label}”. Take it back to draft before changing it; "
            "the board then decides on it again."
        )
    return calloff.substance()


def _keep_a_single_share_whole(calloff: CallOff) -> None:
    shares = list(calloff.shares.all())
    if len(shares) == 1 and shares[0].amount != calloff.value:
        shares[0].amount = calloff.value
        shares[0].save(update_fields=["amount"])


def _places(calloff: CallOff, amounts: Mapping[Organisation, Decimal]) -> list[Any]:
    places = {place.organisation_id: place for place in calloff.agreement.current_authorities()}
    return [places.get(organisation.pk) for organisation in amounts]


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in FIELDS if name in facts}


def _governance_facts(row: Governance) -> dict[str, Any]:
    return {
        "body": row.body,
        "decision": row.decision_reference,
        "decided_on": row.decided_on,
        "is_key_decision": row.is_key_decision,
        "notice_published_on": row.notice_published_on,
        "call_in_ended_on": row.call_in_ended_on,
    }


def _insist(*answers: str | Reason | None) -> None:
    problems = [answer for answer in answers if answer]
    if problems:
        raise Refused(problems)

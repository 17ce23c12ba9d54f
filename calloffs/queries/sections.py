"""The sections of a call-off's file: each with its own state, and only those that are there."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from calloffs import rules
from calloffs.models import Award, CallOff, Competition, Contract
from commissioning import policies
from commissioning.board.rules import TESTS
from commissioning.people.models import Organisation, User
from commissioning.web.context import address
from commissioning.web.states import tone_of
from commissioning.web.text import day, money

from .calloffs import pool_size

MISSING = ("Missing", "yellow")
WRITTEN = ("Written", "green")


def may_read_award(calloff: CallOff, user: User) -> bool:
    """Return whether the person may read the call-off's award: panels and boards do not."""
    return policies.may(user, "award.read", calloff).allowed


def rail(
    calloff: CallOff,
    competition: Competition | None,
    award: Award | None,
    contract: Contract | None,
    user: User,
) -> list[dict[str, Any]]:
    """Return the sections for the rail: label, address, state and its colour."""
    rows = [*_written(calloff), *_decided(calloff), *_made(calloff, competition, award, contract, user)]
    return [
        {"label": label, "url": url, "status": status, "tone": tone} for label, url, (status, tone) in rows
    ]


def _written(calloff: CallOff) -> Iterator[tuple[str, str, tuple[str, str]]]:
    sharing = len(calloff.shares.all())
    cases = sum(bool(getattr(calloff, f"case_{code}")) for code, _ in TESTS)
    yield "Need", "#need", WRITTEN
    yield "Authorities and shares", "#shares", ("One" if sharing == 1 else f"{sharing} share it", "")
    yield "Specification", "#specification", ("Uploaded", "green") if calloff.specification_id else MISSING
    for label, anchor, text in (
        ("Co-production", "#coproduction", calloff.coproduction),
        ("Impact assessments", "#impact", calloff.impact_assessments),
        ("TUPE", "#tupe", calloff.tupe),
    ):
        yield label, anchor, WRITTEN if text else MISSING
    yield "Pool forecast", "#pool", (f"{pool_size(calloff)} can be invited", "")
    whole = cases == len(TESTS)
    yield "The four tests", "#tests", WRITTEN if whole else (f"{cases} of {len(TESTS)}", "yellow")


def _decided(calloff: CallOff) -> Iterator[tuple[str, str, tuple[str, str]]]:
    if paper := calloff.current_paper():
        yield "Papers", "#papers", (paper.state_label, tone_of(paper.state))
    if shows_governance(calloff):
        wanted, missing = len(calloff.shares.all()), len(calloff.governance_missing())
        tone = "yellow" if missing else "green"
        yield "Governance", "#governance", (f"{wanted - missing} of {wanted} in", tone)


def _made(
    calloff: CallOff,
    competition: Competition | None,
    award: Award | None,
    contract: Contract | None,
    user: User,
) -> Iterator[tuple[str, str, tuple[str, str]]]:
    if competition is not None:
        stands = (competition.state_label, tone_of(competition.state))
        yield "Competition", competition.get_absolute_url(), stands
    if award is not None:
        stands = (award.state_label, tone_of(award.state))
        yield "Award", reverse("award", args=[calloff.reference]), stands
    if contract is not None:
        yield "Contract", contract.get_absolute_url(), (contract.state_label, tone_of(contract.state))
    url = address("record", calloff.reference)
    if url and policies.may(user, "record.read", calloff).allowed:
        yield "Record", url, ("", "")


def need(calloff: CallOff) -> list[dict[str, str]]:
    """Return the particulars of the need, in words."""
    option = f", with an option of up to {calloff.option_months} months more" if calloff.option_months else ""
    also = [{"key": "Also known as", "text": calloff.also_known_as}] if calloff.also_known_as else []
    return [
        *also,
        {"key": "Lot", "text": str(calloff.lot)},
        {"key": "Lead authority", "text": calloff.authority.name},
        {"key": "Value over the whole life", "text": money(calloff.value)},
        {"key": "Term", "text": f"{day(calloff.starts_on)} to {day(calloff.ends_on)}{option}"},
        {"key": "Funding", "text": calloff.get_funding_display()},
        {"key": "Form of contract", "text": calloff.get_contract_form_display()},
    ]


def shows_governance(calloff: CallOff) -> bool:
    """Return whether the authorities' own decisions are wanted by now, or some are in."""
    return calloff.state in rules.GOVERNED or bool(calloff.governance.all())


def governance(calloff: CallOff) -> list[dict[str, Any]]:
    """Return each sharing authority with its recorded decision, and with what it still owes."""
    recorded = {row.organisation_id: row for row in calloff.governance.all()}
    missing = {authority.pk: words for authority, words in calloff.governance_missing()}
    return [
        {
            "authority": share.organisation,
            "decision": recorded.get(share.organisation_id),
            "missing": missing.get(share.organisation_id, ""),
        }
        for share in calloff.shares.all()
    ]


def usual_governance(calloff: CallOff) -> list[dict[str, Any]]:
    """Return what each sharing authority said of its own governance, with what follows for its share."""
    places = {one.organisation_id: one for one in calloff.agreement.current_authorities()}
    rows = []
    for share in calloff.shares.all():
        place = places.get(share.organisation_id)
        if place is not None and (place.decided_by or place.key_decision_from or place.call_in_days):
            is_key = place.is_key_decision(share.amount)
            rows.append({"place": place, "share": share.amount, "is_key_decision": is_key})
    return rows


def proposed_decision(calloff: CallOff, authority: Organisation) -> dict[str, Any]:
    """Return what the form of an authority's own decision begins with: what stands, else what is usual."""
    standing = next((row for row in calloff.governance.all() if row.organisation_id == authority.pk), None)
    if standing is not None:
        return {"body": standing.body, "is_key_decision": "yes" if standing.is_key_decision else "no"}
    for row in usual_governance(calloff):
        if row["place"].organisation_id == authority.pk:
            answers = {True: "yes", False: "no", None: ""}
            return {
                "body": row["place"].decided_by,
                "is_key_decision": answers[row["is_key_decision"]],
            }
    return {}


def ways_on(calloff: CallOff, contract: Contract | None, user: User) -> Iterator[dict[str, Any]]:
    """Yield where the work on the call-off goes on from here, for the action bar."""
    here = [calloff.reference]
    running = user.organisation_ids("commissioner", "lead")
    if calloff.state in {"open", "evaluating"}:
        yield _way("Go to the mini-competition", reverse("competition", args=here))
    if contract is not None:
        yield _way("Go to the contract", contract.get_absolute_url())
    elif calloff.state in {"recommended", "standstill"} and may_read_award(calloff, user):
        yield _way("Go to the award", reverse("award", args=here))
    if calloff.state in rules.GOVERNED and any(
        authority.pk in running for authority, _ in calloff.governance_missing()
    ):
        yield _way("Record your authority’s own decision", reverse("calloff-governance", args=here))


def _way(label: str, url: str) -> dict[str, Any]:
    return {"label": label, "url": url, "allowed": True, "reason": "", "step": ""}

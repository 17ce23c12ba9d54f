"""Verbs on a lot: add it, change it while in draft, state its skills and outcomes, activate or remove it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused, lock
from lots import rules
from lots.models import Agreement, Lot, LotPoint, PointVersion, Window
from lots.queries import standing
from lots.rules import ended
from lots.rules.decisions import day_refusals
from lots.rules.points import given_twice
from lots.workflow import LOT

from . import windows
from .checks import decision_refusals, draft, insist_it_goes_on, refuse_any, refuse_if, refuse_overtaken

STARTING_STATES = ("active", "established")
LONGEST_POINT = 300


def add(
    *,
    agreement: Agreement,
    number: int,
    title: str,
    annual_value: Decimal,
    term_value: Decimal,
    actor: User,
    now: datetime,
    description: str = "",
    cpv_codes: Sequence[str] = (),
    state: str = "active",
    skills: Sequence[str] = (),
    outcomes: Sequence[str] = (),
) -> Lot:
    """Add a lot to a draft agreement; `state` is active, or established: applications yes, call-offs no (G9).

    Values are indicative, in GBP. Raises Denied, Refused.
    """
    with unit():
        draft(agreement, actor, now)
        if state not in STARTING_STATES:
            raise Refused("A lot begins active, or established and not activated.", field="state")
        codes = _codes(cpv_codes)
        _check(agreement, None, number, annual_value, term_value, codes)
        lot = Lot.objects.create(
            agreement=agreement,
            number=number,
            title=title.strip(),
            description=description.strip(),
            annual_value=annual_value,
            term_value=term_value,
            cpv_codes=codes,
            state=state,
            state_since=now,
        )
        record("lot.add", lot, actor=actor, at=now, after=_facts(lot))
        for kind, texts in ((LotPoint.Kind.SKILL, skills), (LotPoint.Kind.OUTCOME, outcomes)):
            if texts:
                set_points(lot=lot, kind=kind, texts=texts, actor=actor, now=now)
    return lot


def change(
    *,
    lot: Lot,
    number: int,
    title: str,
    description: str,
    annual_value: Decimal,
    term_value: Decimal,
    cpv_codes: Sequence[str],
    state: str,
    actor: User,
    now: datetime,
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Change a lot while its agreement is a draft; the same again changes nothing.

    `seen` is what stood when the page was drawn (`queries.standing.lot_facts`). Raises Denied, Refused, and
    Overtaken where something else stands by now.
    """
    with unit():
        draft(lot.agreement, actor, now)
        lock(lot)
        codes = _codes(cpv_codes)
        before, stands = _facts(lot), standing.lot_facts(lot)
        # By the number it still has: the record goes by it.
        changed = standing.last_change(lot, "lot.change")
        lot.number, lot.title, lot.description = number, title.strip(), description.strip()
        lot.annual_value, lot.term_value, lot.cpv_codes = annual_value, term_value, codes
        lot.state = state
        given = standing.lot_facts(lot)
        refuse_overtaken(seen=seen, stands=stands, given=given, changed=changed)
        if state not in STARTING_STATES:
            raise Refused("A lot begins active, or established and not activated.", field="state")
        _check(lot.agreement, lot, number, annual_value, term_value, codes)
        if standing.is_same(stands, given):
            return
        lot.save()
        record("lot.change", lot, actor=actor, at=now, before=before, after=_facts(lot))


def take_out(*, lot: Lot, actor: User, now: datetime) -> None:
    """Take a lot out of a draft agreement; one that a window names stays. Raises Denied, Refused."""
    with unit():
        draft(lot.agreement, actor, now)
        refuse_if(ended.refusal_to_take_lot_out(lot))
        record("lot.take_out", lot, actor=actor, at=now, before=_facts(lot))
        for rows in (lot.zones, lot.rate_bands, lot.points):
            rows.all().delete()
        lot.point_versions.all().delete()
        lot.delete()


def set_points(
    *, lot: Lot, kind: str, texts: Sequence[str], actor: User, now: datetime, reason: str = ""
) -> int:
    """State the lot's skills or outcomes whole, in their order, as a new version; return its number.

    The same list again makes no new version. Earlier versions are kept with their day and reason, and an
    announced window goes on by the one it was announced with (rulebook A1.21). Raises Denied, Refused for
    an empty or overlong line or one written twice, and without a reason once the agreement is published.
    """
    wanted = [text.strip() for text in texts]
    if kind not in LotPoint.Kind.values:
        raise ValueError(f"“{kind}” is neither skill nor outcome.")
    field = f"{kind}s"
    if not wanted or not all(wanted):
        raise Refused(f"Write at least one {kind}, one on each line.", field=field)
    if any(len(text) > LONGEST_POINT for text in wanted):
        raise Refused(f"Each line must be {LONGEST_POINT} characters or fewer.", field=field)
    if twice := given_twice(wanted):
        raise Refused(f"“{twice}” is written twice; keep it once.", field=field)
    with unit():
        lock(lot)
        policies.require(actor, "agreement.change", lot.agreement)
        insist_it_goes_on(lot.agreement, now)
        lot = Lot.objects.select_related("agreement").prefetch_related("points").get(pk=lot.pk)
        version = lot.version_of(kind)
        if [point.text for point in lot.points_of(kind)] == wanted:
            return version
        if lot.agreement.state != "draft" and not reason.strip():
            raise Refused("The agreement is published: give the reason for this change.", field="reason")
        version += 1
        LotPoint.objects.bulk_create(
            LotPoint(lot=lot, kind=kind, version=version, position=position, text=text)
            for position, text in enumerate(wanted, start=1)
        )
        PointVersion.objects.create(
            lot=lot, kind=kind, version=version, made_at=now, made_by=actor, reason=reason.strip()
        )
        record(
            f"lot.set_{kind}s",
            lot,
            actor=actor,
            at=now,
            after=wanted,
            version=version,
            reason=reason.strip() or None,
        )
    return version


def state(
    *,
    lot: Lot,
    skills: Sequence[str],
    outcomes: Sequence[str],
    actor: User,
    now: datetime,
    reason: str = "",
    seen: Mapping[str, Any] | None = None,
) -> None:
    """State skills and outcomes at once, all or none, as `set_points` does.

    `seen` is what stood when the page was drawn (`queries.standing.points`). Raises as `set_points`, and
    Overtaken where something else stands by now.
    """
    given = {"skills": [one.strip() for one in skills], "outcomes": [one.strip() for one in outcomes]}
    with unit():
        lock(lot)
        policies.require(actor, "agreement.change", lot.agreement)
        insist_it_goes_on(lot.agreement, now)
        stands = standing.points(lot)
        if standing.is_same(stands, given):
            return
        changed = standing.last_change(lot, "lot.set_skills", "lot.set_outcomes")
        refuse_overtaken(seen=seen, stands=stands, given=given, changed=changed)
        for kind, texts in ((LotPoint.Kind.SKILL, skills), (LotPoint.Kind.OUTCOME, outcomes)):
            set_points(lot=lot, kind=kind, texts=texts, actor=actor, now=now, reason=reason)


def activate(
    *, lot: Lot, decision_reference: str, decided_on: date, reason: str, actor: User, now: datetime
) -> None:
    """Activate an established lot by recorded decision: from now on it takes call-offs (G9).

    Raises Denied, Refused.
    """
    with unit():
        _decide(lot, "activate", decision_reference, decided_on, reason, actor, now)


def remove(
    *, lot: Lot, decision_reference: str, decided_on: date, reason: str, actor: User, now: datetime
) -> list[Window]:
    """Remove a lot by recorded decision: no more windows or call-offs; contracts run on.

    Refused while an announced window offers it. Rolling entries to it that nobody has submitted are
    stopped and returned; telling their providers is `providers.services.endings`. Raises Denied, Refused.
    """
    with unit():
        _decide(lot, "remove", decision_reference, decided_on, reason, actor, now)
        stopped = list(Window.with_unsent.filter(lots__lot=lot, state="open", received_at=None))
        for window in stopped:
            windows.stop(window=window, reason=f"{lot} was removed: {reason.strip()}", actor=actor, now=now)
    return stopped


def _decide(
    lot: Lot, step: str, decision: str, decided_on: date, reason: str, actor: User, now: datetime
) -> None:
    insist_it_goes_on(lot.agreement, now)
    refuse_any([*decision_refusals(decision, reason), *day_refusals(lot.agreement, decided_on, now)])
    changes = {
        "state_decision": decision.strip(),
        "state_decided_on": decided_on,
        "state_reason": reason.strip(),
    }
    LOT.move(lot, step, actor=actor, now=now, changes=changes)


def _check(
    agreement: Agreement,
    lot: Lot | None,
    number: int,
    annual_value: Decimal,
    term_value: Decimal,
    codes: list[str],
) -> None:
    problems = rules.lot_refusals(
        number=number, annual_value=annual_value, term_value=term_value, cpv_codes=codes
    )
    others = agreement.lots.exclude(pk=lot.pk) if lot else agreement.lots.all()
    if others.filter(number=number).exists():
        problems.append(Reason(f"There is a lot {number} already.", field="number"))
    refuse_any(problems)


def _codes(codes: Sequence[str]) -> list[str]:
    return [code.strip() for code in codes if code.strip()]


def _facts(lot: Lot) -> dict[str, Any]:
    return {
        "number": lot.number,
        "title": lot.title,
        "annual_value": lot.annual_value,
        "term_value": lot.term_value,
        "cpv_codes": lot.cpv_codes,
        "state": lot.state,
    }

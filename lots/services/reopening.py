"""The verb that says when an agreement opens again, and which of its lots take entries at any time."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused, lock
from lots import rules
from lots.models import Agreement, Lot, ReopeningChange, Scheme
from lots.queries import standing
from lots.rules.ended import refusal_to_reopen

from .checks import decision_refusals, refuse_any, refuse_if, refuse_overtaken


def settle(
    *,
    agreement: Agreement,
    reopen_every_months: int | None,
    reopen_week: int,
    reopen_weekday: int,
    reopen_at: time,
    reopen_weeks: int,
    rolling: Mapping[Lot, Scheme],
    rolling_common_scheme: Scheme | None,
    actor: User,
    now: datetime,
    decision_reference: str = "",
    reason: str = "",
    seen: Mapping[str, Any] | None = None,
) -> ReopeningChange | None:
    """Set when the agreement is planned to open again, and the scheme of each lot that takes rolling entries.

    Freely while it is a draft; once it is published by a recorded decision with its reason, which is
    returned. Entries that were begun keep the scheme they began with. `seen` is what stood when the page was
    drawn (`queries.standing.opening`). Raises Denied, Refused, and Overtaken where something else stands by
    now.
    """
    with unit():
        lock(agreement)
        policies.require(actor, "agreement.reopen", agreement)
        refuse_if(refusal_to_reopen(agreement, now))
        before, old, stands = _facts(agreement), in_words(agreement), standing.opening(agreement)
        agreement.reopen_every_months = reopen_every_months
        agreement.reopen_week, agreement.reopen_weekday = reopen_week, reopen_weekday
        agreement.reopen_at, agreement.reopen_weeks = reopen_at, reopen_weeks
        agreement.rolling_common_scheme = rolling_common_scheme
        given = standing.reopening(agreement, rolling)
        changed = standing.last_change(agreement, "agreement.reopen")
        refuse_overtaken(seen=seen, stands=stands, given=given, changed=changed)
        problems = rules.reopening_refusals(agreement.reopening) if agreement.reopening else []
        problems += _scheme_refusals(agreement, rolling, rolling_common_scheme)
        if agreement.state != "draft":
            problems += decision_refusals(decision_reference, reason)
        refuse_any(problems)
        agreement.save()
        for lot in agreement.lots.all():
            lot.rolling_scheme = rolling.get(lot)
            lot.save(update_fields=["rolling_scheme"])
        after = _facts(agreement)
        if before == after:
            raise Refused("This is how it opens already: nothing was changed.")
        record(
            "agreement.reopen",
            agreement,
            actor=actor,
            at=now,
            before=before,
            after=after,
            decision=decision_reference.strip() or None,
            reason=reason.strip() or None,
        )
        if agreement.state == "draft":
            return None
        return ReopeningChange.objects.create(
            agreement=agreement,
            old=old,
            new=in_words(agreement),
            decision_reference=decision_reference.strip(),
            reason=reason.strip(),
            recorded_at=now,
            recorded_by=actor,
        )


def in_words(agreement: Agreement) -> str:
    """Return when the agreement opens, for a reader: by its rule, at any time, and at discretion."""
    parts = [str(agreement.reopening)] if agreement.reopening else []
    rolling = [str(lot.number) for lot in agreement.lots.all() if lot.rolling_scheme_id]
    if rolling:
        parts.append(f"at any time for Lot {', '.join(rolling)}")
    always = "when the lead authority so decides"
    return "; ".join([*parts, f"and {always}"]) if parts else always


def _scheme_refusals(
    agreement: Agreement, rolling: Mapping[Lot, Scheme], common: Scheme | None
) -> list[Reason]:
    problems = []
    for lot, scheme in rolling.items():
        field = f"rolling_{lot.number}"
        if lot.agreement_id != agreement.pk or scheme.agreement_id != agreement.pk:
            problems.append(Reason("A lot and its scheme must be of this agreement.", field=field))
        elif scheme.kind != Scheme.Kind.ADMISSION or scheme.state != "published":
            problems.append(
                Reason(f"“{scheme}” must be a published scheme for admission to a lot.", field=field)
            )
        elif lot.state == "removed":
            problems.append(Reason(f"{lot} is removed: it takes no entries.", field=field))
    if common is not None and (
        common.agreement_id != agreement.pk
        or common.kind != Scheme.Kind.COMMON
        or common.state != "published"
    ):
        problems.append(
            Reason(
                f"“{common}” must be a published common part of this agreement.",
                field="rolling_common_scheme",
            )
        )
    return problems


def _facts(agreement: Agreement) -> dict[str, Any]:
    common = agreement.rolling_common_scheme
    return {
        "rule": str(agreement.reopening) if agreement.reopening else None,
        "rolling": {
            str(lot.number): lot.rolling_scheme.reference
            for lot in agreement.lots.select_related("rolling_scheme")
            if lot.rolling_scheme
        },
        "common": common.reference if common else None,
    }

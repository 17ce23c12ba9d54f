"""What stands, by the name of the box in which it is written.

A page is drawn with it, and a service compares it, under its lock, with what stands by then.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Model

from commissioning.audit import queries as audit
from commissioning.audit.models import Event
from commissioning.regimes import CHOICES
from lots.models import (
    Agreement,
    AgreementAuthority,
    Lot,
    MinimumStandard,
    PriceLine,
    Question,
    ScaleLevel,
    Scheme,
    Window,
)

Standing = dict[str, Any]

DETAILS = (
    *("title", "description", "regime", "starts_on", "initial_years", "extension_years"),
    *("term_justification", "published_maximum", "maximum_is_inferred", "security_level"),
    *("signature", "signature_reason"),
)
REFERENCES = (
    *("council_reference", "portal_reference", "notice_reference", "ocid"),
    *("support_contact", "support_hours"),
)
REOPENING = ("reopen_every_months", "reopen_week", "reopen_weekday", "reopen_at", "reopen_weeks")
GOVERNANCE = ("decided_by", "key_decision_from", "call_in_days", "funding_routes")
RIGHTS = ("may_call_off_alone", "may_call_off_jointly", "spend_cap")
BOARD = ("name", "quorum", "chair_has_casting_vote")
LOT = ("number", "title", "description", "annual_value", "term_value", "state")
DATES = ("title", "opens_at", "deadline", "questions_close_at", "expected_decision_on")
SETTINGS = (
    *("title", "threshold", "price_weight", "price_formula", "price_benchmark"),
    *("file_megabytes", "files_megabytes", "file_name_length", "plain_file_names"),
    *("panel_sees_last_score", "asks_consortium"),
)
TIE_BREAK_PLACES = ("tie_break_1", "tie_break_2", "tie_break_3")


def details(agreement: Agreement) -> Standing:
    """Return what an agreement is, runs for and is worth."""
    chosen = {name: agreement.profile.get(name) for name in CHOICES}
    return {name: getattr(agreement, name) for name in DETAILS} | chosen


def references(agreement: Agreement) -> Standing:
    """Return an agreement's references and whom to ask."""
    return {name: getattr(agreement, name) for name in REFERENCES}


def opening(agreement: Agreement) -> Standing:
    """Return when an agreement opens again, and the scheme of each lot that takes entries at any time."""
    found = agreement.lots.select_related("rolling_scheme")
    return reopening(agreement, {lot: lot.rolling_scheme for lot in found if lot.rolling_scheme})


def reopening(agreement: Agreement, rolling: Mapping[Lot, Scheme]) -> Standing:
    """Return when an agreement opens again as it says itself, with these lots taking entries at any time."""
    common = agreement.rolling_common_scheme
    stands = {name: getattr(agreement, name) for name in REOPENING}
    stands["rolling_common_scheme"] = common.reference if common else ""
    chosen = {lot.pk: scheme.reference for lot, scheme in rolling.items()}
    for lot in agreement.lots.all():
        stands[f"rolling_{lot.number}"] = chosen.get(lot.pk, "")
    return stands


def governance(place: AgreementAuthority) -> Standing:
    """Return how an authority decides and where its money comes from."""
    return {name: getattr(place, name) for name in GOVERNANCE}


def rights(place: AgreementAuthority) -> Standing:
    """Return what an authority may do in the agreement, and its cap."""
    return {name: getattr(place, name) for name in RIGHTS}


def board(agreement: Agreement) -> Standing:
    """Return the board's name, quorum and casting vote."""
    return {name: getattr(agreement.board, name) for name in BOARD}


def lot_facts(lot: Lot) -> Standing:
    """Return a lot's number, title, codes and values."""
    return {name: getattr(lot, name) for name in LOT} | {"cpv_codes": "\n".join(lot.cpv_codes)}


def points(lot: Lot) -> Standing:
    """Return a lot's skills and outcomes, one on each line."""
    shown = {"skills": lot.skills, "outcomes": lot.outcomes}
    return {name: "\n".join(point.text for point in rows) for name, rows in shown.items()}


def rates(lot: Lot) -> Standing:
    """Return a lot's zones and rate bands as its page takes them, one on each line."""
    return {
        "zones": "\n".join(zone.name for zone in lot.zones.all()),
        "bands": "\n".join(band(row.name, row.unit, row.ceiling) for row in lot.rate_bands.all()),
    }


def band(name: str, unit: str, ceiling: Decimal | None) -> str:
    """Return a rate band as the page takes it, on a line of its own."""
    return "; ".join([name, unit, *([f"{ceiling:.2f}"] if ceiling else [])])


def hold_rule(lot: Lot) -> Standing:
    """Return what must be in date for a lot's members to be invited."""
    return {"documents": lot.holding_documents, "lowest_rating": lot.lowest_rating}


def window(window: Window, lots: Iterable[tuple[Lot, Scheme]] | None = None) -> Standing:
    """Return a window's dates, and the scheme by which each lot is in it, or is to be by `lots`."""
    common = window.common_scheme
    stands = {name: getattr(window, name) for name in DATES}
    stands["common_scheme"] = common.reference if common else ""
    if lots is None:
        lots = [(row.lot, row.scheme) for row in window.lots.select_related("lot", "scheme")]
    chosen = {lot.pk: scheme.reference for lot, scheme in lots}
    for lot in window.agreement.lots.all():
        stands[f"scheme_{lot.number}"] = chosen.get(lot.pk, "")
    return stands


def settings(scheme: Scheme) -> Standing:
    """Return a scheme's own settings; what price leaves of 100 is quality's."""
    places = [*scheme.tie_break, "", "", ""]
    return {name: getattr(scheme, name) for name in SETTINGS} | dict(
        zip(TIE_BREAK_PLACES, places, strict=False)
    )


def scale(levels: Iterable[ScaleLevel]) -> Standing:
    """Return the label, descriptor and plainer wording of each score."""
    return {
        f"{name}_{level.score}": getattr(level, name)
        for level in levels
        for name in ("label", "descriptor", "plain")
    }


def part(part: Question | MinimumStandard | PriceLine) -> Standing:
    """Return a question, minimum standard or price line, with its place in the order."""
    fields = (field.name for field in part._meta.fields)
    return {name: getattr(part, name) for name in fields if name not in {"id", "scheme"}}


def as_text(stands: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands as texts that can be carried by a page and compared: "" for what is not given."""
    return {name: _text(value) for name, value in stands.items()}


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether both say the same, however it was typed."""
    return as_text(one) == as_text(other)


def last_change(subject: Model, *actions: str) -> Event | None:
    """Return the event of the last time that one of these was done to the subject."""
    return audit.about(subject).filter(action__in=actions).last()


def last_change_of_part(scheme: Scheme, action: str, stands: Standing) -> Event | None:
    """Return the event of the last change of one part of a scheme, if that is how it came to its place."""
    for event in audit.about(scheme).filter(action=action).reverse():
        after = event.data["after"]
        if after["code"] == stands["code"]:
            return event if after["position"] == stands["position"] else None
    return None


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime) and value.tzinfo is not None:
        # The same moment is the same text, by whichever clock it was typed.
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "\n".join(_text(one) for one in value)
    return str(value).replace("\r\n", "\n").strip()

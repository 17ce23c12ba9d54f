"""A lot's zones, and its rate bands with their ceilings (product 3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused, lock
from lots.models import Lot, RateBand, Window, Zone
from lots.queries import standing
from lots.rules.ended import refusal_to_set_rates

from .checks import insist_it_goes_on, refuse_any, refuse_if, refuse_overtaken

LONGEST_NAME, LONGEST_UNIT = 100, 40
HIGHEST_CEILING = Decimal("99999999.99")

Band = tuple[str, str, Decimal | None]
"""A rate band: its name, its unit, and its ceiling in GBP a unit or None."""


def set_rates(
    *,
    lot: Lot,
    zones: Sequence[str],
    bands: Sequence[Band],
    actor: User,
    now: datetime,
    reason: str = "",
    seen: Mapping[str, Any] | None = None,
) -> None:
    """State the lot's zones and rate bands whole, in their order; either may be none.

    What stood before is in the event; `seen` is what stood when the page was drawn
    (`queries.standing.rates`). Raises Denied; Overtaken where something else stands by now; Refused for a
    name given twice or too long, a band without a unit, a ceiling of nothing, a removed lot, one that an
    announced window offers, and without a reason once the agreement is published.
    """
    zones = [name.strip() for name in zones]
    bands = [(name.strip(), of.strip(), ceiling) for name, of, ceiling in bands]
    with unit():
        lock(lot)
        policies.require(actor, "agreement.change", lot.agreement)
        insist_it_goes_on(lot.agreement, now)
        refuse_if(refusal_to_set_rates(lot, announced(lot, now)))
        before, after = _facts(lot), {"zones": zones, "bands": [list(band) for band in bands]}
        changed = standing.last_change(lot, "lot.set_rates")
        given = {"zones": "\n".join(zones), "bands": "\n".join(standing.band(*band) for band in bands)}
        refuse_overtaken(seen=seen, stands=standing.rates(lot), given=given, changed=changed)
        refuse_any([*_name_refusals(zones, "zones"), *_band_refusals(bands)])
        if before == after:
            return
        if lot.agreement.state != "draft" and not reason.strip():
            raise Refused("The agreement is published: give the reason for this change.", field="reason")
        lot.zones.all().delete()
        lot.rate_bands.all().delete()
        Zone.objects.bulk_create(
            Zone(lot=lot, position=place, name=name) for place, name in enumerate(zones, start=1)
        )
        RateBand.objects.bulk_create(
            RateBand(lot=lot, position=place, name=name, unit=of, ceiling=ceiling)
            for place, (name, of, ceiling) in enumerate(bands, start=1)
        )
        record(
            "lot.set_rates",
            lot,
            actor=actor,
            at=now,
            before=before,
            after=after,
            reason=reason.strip() or None,
        )


def announced(lot: Lot, now: datetime) -> Window | None:
    """Return a window for which providers read the lot's rates now, if there is one; its dates decide."""
    ahead = Window.objects.dated().filter(lots__lot=lot, state__in=("scheduled", "open"), deadline__gte=now)
    return ahead.order_by("deadline").first()


def _facts(lot: Lot) -> dict[str, Any]:
    return {
        "zones": list(lot.zones.values_list("name", flat=True)),
        "bands": [[band.name, band.unit, band.ceiling] for band in lot.rate_bands.all()],
    }


def _name_refusals(names: Sequence[str], field: str) -> list[Reason]:
    if any(not name or len(name) > LONGEST_NAME for name in names):
        return [Reason(f"Each name must have 1 to {LONGEST_NAME} characters.", field=field)]
    if len({name.casefold() for name in names}) != len(names):
        return [Reason("A name is given twice; keep it once.", field=field)]
    return []


def _band_refusals(bands: Sequence[Band]) -> list[Reason]:
    problems = _name_refusals([name for name, _, _ in bands], "bands")
    for name, of, ceiling in bands:
        if not of or len(of) > LONGEST_UNIT:
            problems.append(
                Reason(
                    f"“{name}” needs a unit of at most {LONGEST_UNIT} characters, like hour.", field="bands"
                )
            )
        if ceiling is not None and not 0 < ceiling <= HIGHEST_CEILING:
            words = f"must be more than £0 and at most £{HIGHEST_CEILING:,}"
            problems.append(Reason(f"The ceiling of “{name}” {words}.", field="bands"))
    return problems

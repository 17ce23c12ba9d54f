"""What stands, in words, by the name of the box in which it is written: a page is drawn with it."""

from commissioning.audit import queries as audit
from commissioning.audit.models import Event
from commissioning.web.text import money
from lots.models import AgreementAuthority, Lot, RateBand


def governance(place: AgreementAuthority) -> dict[str, str]:
    """Return how an authority decides and where its money comes from; "" for what it has not said."""
    return {
        "decided_by": place.decided_by,
        "key_decision_from": money(place.key_decision_from) if place.key_decision_from else "",
        "call_in_days": f"{place.call_in_days} working days" if place.call_in_days else "",
        "funding_routes": ", ".join(place.funding_words),
    }


def rates(lot: Lot) -> dict[str, str]:
    """Return a lot's zones and rate bands as its page takes them, one on each line; "" where it has none."""
    return {
        "zones": "\n".join(zone.name for zone in lot.zones.all()),
        "bands": "\n".join(_written(band) for band in lot.rate_bands.all()),
    }


def last_change(subject: AgreementAuthority | Lot, action: str) -> Event | None:
    """Return the event of the last time that this was done to the subject."""
    return audit.about(subject).filter(action=action).last()


def _written(band: RateBand) -> str:
    return "; ".join([band.name, band.unit, *([str(band.ceiling)] if band.ceiling else [])])

"""An outage in today's open window, on which the lead has still to decide."""

from datetime import datetime, timedelta

from commissioning.records.services import outages

LONG = 14


def tell(now: datetime) -> None:
    """Let saves have failed for some minutes two days ago; the portal gives a sign of life now."""
    began_at = (now - timedelta(days=2)).replace(second=0, microsecond=0)
    failed = [began_at + timedelta(minutes=minute) for minute in range(LONG)]
    outages.live(real=now, ahead=timedelta(0), actor=outages.WEB, now=now)
    outages.fail(minutes=failed, ahead=timedelta(0), actor=outages.SWEEP, now=now)

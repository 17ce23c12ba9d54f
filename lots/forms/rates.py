"""The form of a lot's zones, and its rate bands with their ceilings."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError

from commissioning.web.fields import TextField
from commissioning.web.forms import PortalForm

from .agreements import lines

AMOUNT = re.compile(r"£?[0-9][0-9,]{0,9}(\.[0-9]{1,2})?")
LIKE = "Write it like “Rural; hour; 24.50”."


class Rates(PortalForm):
    """Zones and rate bands, one on each line; a lot that uses none leaves both empty."""

    zones = TextField(
        label="Zones, one on each line",
        required=False,
        rows=6,
        help_text="The parts of the area in which the service is wanted. Leave empty where there are none.",
    )
    bands = TextField(
        label="Rate bands, one on each line",
        required=False,
        rows=5,
        help_text="Name, unit and the most that may be asked for a unit in pounds, parted by semicolons: "
        "“Rural; hour; 24.50”. Leave the amount out where there is no ceiling.",
    )
    reason = TextField(
        label="Reason for the change",
        required=False,
        rows=3,
        help_text="Needed once the agreement is published.",
    )
    nouns = {"zones": "the zones", "bands": "the rate bands"}

    def clean_zones(self) -> list[str]:
        return lines(self.cleaned_data["zones"])

    def clean_bands(self) -> list[tuple[str, str, Decimal | None]]:
        return [_band(line) for line in lines(self.cleaned_data["bands"])]


def _band(line: str) -> tuple[str, str, Decimal | None]:
    name, unit, amount, *more = [*(part.strip() for part in line.split(";")), "", ""]
    if any(more):
        raise ValidationError(f"“{line}” has too many parts. {LIKE}")
    if not amount:
        return name, unit, None
    if not AMOUNT.fullmatch(amount):
        raise ValidationError(f"“{amount}” is no amount in pounds and pence. {LIKE}")
    return name, unit, Decimal(amount.lstrip("£").replace(",", "")).quantize(Decimal("0.01"))

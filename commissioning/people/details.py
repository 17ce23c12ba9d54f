"""What an organisation says of itself, now and before: what it submits holds the details of that moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

NAMES: Mapping[str, str] = {
    "name": "Name",
    "address": "Address",
    "sector": "Kind",
    "is_vcse": "Voluntary, community or social enterprise",
    "company_number": "Company number",
    "charity_number": "Charity number",
    "cqc_provider_id": "CQC provider ID",
    "ppon": "Public Procurement Organisation Number",
    "share_code": "Share code",
    "size": "Size",
    "areas_served": "Areas served",
}
"""The details that go in with what a provider submits, by column, in the order in which they are read."""


class FormerDetails(models.Model):
    """What was changed or cleared of an organisation's details at one moment, as it stood until then."""

    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="former_details")
    details = models.JSONField(help_text="By column, those alone that were changed; empty: there was none.")
    until = models.DateTimeField(help_text="From this moment others, or none, stood in their place.")

    class Meta:
        ordering = ["organisation_id", "until", "pk"]

    def __str__(self) -> str:
        return f"details of {self.organisation} until {self.until:%Y-%m-%d %H:%M}"


def at(organisation: Any, moment: datetime) -> dict[str, Any]:
    """Return the details that an organisation had at a moment, by column.

    What was changed at the very moment counts, as an answer saved at the deadline does.
    """
    found = {column: getattr(organisation, column) for column in NAMES}
    later = [one for one in organisation.former_details.all() if one.until > moment]
    for one in reversed(later):
        found |= {column: value for column, value in one.details.items() if column in NAMES}
    return found


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the columns in which two sets of details differ, in the order in which they are read."""
    return [column for column in NAMES if before.get(column) != after.get(column)]


def called(before: str, now: str) -> str:
    """Return a name as it stood when something was submitted, with the one of now where it is another."""
    return before if not before or before == now else f"{before} (now called {now})"

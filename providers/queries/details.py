"""The details of an organisation that go in with what it submits, and how they differ from those of now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commissioning.audit.hashing import canonical
from commissioning.people import details
from commissioning.people.models import Organisation
from providers.models import Package

LABEL = "Name, address and numbers"
"""What a receipt calls them, as the task list does."""
PLACE = (0, "details")
"""Where they are among what went in together, for their address: before the first part, under this code."""


def in_words(found: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return details as they are read, a row each; those that the package does not know are left out."""
    return [
        {"key": label, "value": _in_words(column, found[column])}
        for column, label in details.NAMES.items()
        if column in found
    ]


def as_sealed(found: Mapping[str, Any]) -> str:
    """Return the canonical text of details, over which a receipt's fingerprint is taken."""
    return canonical(dict(found))


def changed_since(
    package: Package, organisation: Organisation, deadline: datetime, *, asks_share_code: bool
) -> list[str]:
    """Return by their names the details that differ from what went in with a package.

    Those of now count or, once it has passed, of the deadline, like the answers: what is changed later
    changes nothing. The share code counts where the law asks for one (rulebook C20).
    """
    now = organisation.details_at(deadline)
    sent = package.details or {**now, "share_code": package.share_code}
    left_out = set() if asks_share_code else {"share_code"}
    return [details.NAMES[column] for column in details.changed(sent, now) if column not in left_out]


def _in_words(column: str, value: Any) -> str:
    if column == "sector":
        return dict(Organisation.Sector.choices).get(value, value)
    if column == "size":
        return dict(Organisation.Size.choices).get(value, value)
    return ("Yes" if value else "No") if column == "is_vcse" else str(value)

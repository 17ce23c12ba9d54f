"""The share codes that an organisation had before: a deadline is judged by the code of its moment."""

from datetime import datetime
from typing import Any

from django.db import models


class FormerShareCode(models.Model):
    """A share code that was changed or cleared; an empty one says that until then there was none."""

    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="former_share_codes")
    code = models.CharField(max_length=8, blank=True)
    until = models.DateTimeField(help_text="From this moment another code, or none, stood in its place.")

    class Meta:
        ordering = ["organisation_id", "until", "pk"]

    def __str__(self) -> str:
        return f"share code of {self.organisation} until {self.until:%Y-%m-%d %H:%M}"


def at(organisation: Any, moment: datetime) -> str:
    """Return the share code that an organisation had at a moment, or an empty text (rulebook C20).

    What was changed at the very moment counts, as an answer saved at the deadline does.
    """
    former = organisation.former_share_codes.all()
    later = (one.code for one in former if one.until > moment)
    return next(later, organisation.share_code)

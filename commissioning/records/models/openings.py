"""A proposed opening, for agreements whose sealed content is opened by two people (settled 14, R22-e)."""

from django.conf import settings
from django.db import models

from commissioning.people.models import Organisation
from commissioning.people.references import Referenced
from commissioning.records.workflow import OPENING
from commissioning.workflow import Stateful

from .sealing import Round, SealedBlob


class OpeningProposal(Referenced, Stateful):
    """One person's proposal to open rounds, which another confirms within a day, or nobody does."""

    PREFIX = "OPN"
    MACHINE = OPENING

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    about = models.CharField(max_length=40, help_text="The public reference of what is opened.")
    what = models.CharField(max_length=250, help_text="What is opened, in words.")
    rounds = models.ManyToManyField(Round, related_name="proposals")
    compartment = models.CharField(max_length=8, choices=SealedBlob.Compartment)
    audit_chain = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ends_at = models.DateTimeField(help_text="Until when a second person may confirm it.")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who confirmed or withdrew it.",
    )

    class Meta:
        ordering = ["-proposed_at", "-id"]
        verbose_name = "proposed opening"
        constraints = [
            models.UniqueConstraint(
                fields=["about", "compartment"],
                condition=models.Q(state="proposed"),
                name="opening_proposed_once_at_a_time",
            )
        ]

    @property
    def run_by(self) -> set[int]:
        return {self.authority_id}

"""Those named in an entry, as its opening made them known."""

from django.db import models

from providers.consortium import ROLES

from .submissions import Submission


class KnownAssociate(models.Model):
    """A consortium member or subcontractor of a submission that was opened.

    SECURITY: rows are made by the recorded opening, never before it (settled 18). They hold what an interest
    is declared against and nothing of what is said about it: that stays sealed, and its reading logged.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="associates")
    number = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=14, choices=tuple(ROLES.items()))
    name = models.CharField(max_length=200)
    matching_name = models.CharField(
        max_length=200, help_text="The name in the form by which organisations are found to be one."
    )
    company_number = models.CharField(max_length=8, blank=True)
    charity_number = models.CharField(max_length=14, blank=True)

    class Meta:
        ordering = ["submission_id", "number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="associate_number_once")]

    def __str__(self) -> str:
        return self.name

"""A lot's zones, and its rate bands with their ceilings, where it uses them."""

from django.db import models

from .lots import Lot


class Zone(models.Model):
    """A part of the area, in its order, in which a service of the lot is wanted."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="zones")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["lot_id", "position"]
        constraints = [models.UniqueConstraint(fields=["lot", "name"], name="zone_name_once_a_lot")]

    def __str__(self) -> str:
        return self.name


class RateBand(models.Model):
    """A kind of rate, such as rural or urban, for a unit, with the most that may be asked."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="rate_bands")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    unit = models.CharField(max_length=40)
    ceiling = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="GBP a unit; empty where none."
    )

    class Meta:
        ordering = ["lot_id", "position"]
        constraints = [models.UniqueConstraint(fields=["lot", "name"], name="band_name_once_a_lot")]

    def __str__(self) -> str:
        return f"{self.name}, {self.unit}"

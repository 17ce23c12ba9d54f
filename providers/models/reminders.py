"""A reminder: that an application was looked at so long before its deadline, and whether anybody was told."""

from django.db import models

from .applications import Application


class Reminder(models.Model):
    """One reminder of one application, dealt with once; another deadline has reminders of its own."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="reminders")
    deadline = models.DateTimeField(help_text="The window's deadline at that time.")
    hours_before = models.PositiveSmallIntegerField()
    dealt_with_at = models.DateTimeField()
    was_sent = models.BooleanField(help_text="False where nothing was missing.")

    class Meta:
        ordering = ["dealt_with_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "deadline", "hours_before"], name="reminder_once_a_deadline"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.hours_before} hours before {self.deadline:%d %B %Y %H:%M}"

"""Tables of applications, submissions and admissions."""

from .admissions import Admission, Suspension
from .applications import Application, Entry, StandingInstruction
from .reminders import Reminder
from .submissions import AnswerVersion, Package, Submission, SubmittedFile

__all__ = [
    "Admission",
    "AnswerVersion",
    "Application",
    "Entry",
    "Package",
    "Reminder",
    "StandingInstruction",
    "Submission",
    "SubmittedFile",
    "Suspension",
]

"""Tables of applications, submissions and admissions."""

from .admissions import Admission, DebarmentCheck, PlatformConfirmation, Suspension
from .applications import Application, Entry, StandingInstruction
from .associates import KnownAssociate
from .declarations import Declaration
from .instructions import Instructed, Instruction
from .profile import ProfileDocument, Rating
from .reminders import Reminder
from .submissions import AnswerVersion, Package, Submission, SubmittedFile

__all__ = [
    "Admission",
    "AnswerVersion",
    "Application",
    "DebarmentCheck",
    "Declaration",
    "Entry",
    "Instructed",
    "Instruction",
    "KnownAssociate",
    "Package",
    "PlatformConfirmation",
    "ProfileDocument",
    "Rating",
    "Reminder",
    "StandingInstruction",
    "Submission",
    "SubmittedFile",
    "Suspension",
]

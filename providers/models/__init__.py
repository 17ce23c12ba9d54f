"""Tables of applications, submissions and admissions."""

from .admissions import Admission, DebarmentCheck, Suspension
from .applications import Application, Entry
from .declarations import Declaration
from .profile import ProfileDocument, Rating
from .submissions import AnswerVersion, Package, Submission, SubmittedFile

__all__ = [
    "Admission",
    "AnswerVersion",
    "Application",
    "DebarmentCheck",
    "Declaration",
    "Entry",
    "Package",
    "ProfileDocument",
    "Rating",
    "Submission",
    "SubmittedFile",
    "Suspension",
]

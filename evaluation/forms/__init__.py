"""Shape and wording of what judging asks people to type; services say whether it may stand."""

from .interests import ConflictDecision, Interests, LaterConflict
from .judging import (
    Appointments,
    ChangeOfTerms,
    Consensus,
    DraftRelease,
    OwnScore,
    Reason,
    SetUp,
    Terms,
)
from .standards import AskForEvidence, Evidence, Standards

__all__ = [
    "Appointments",
    "AskForEvidence",
    "ChangeOfTerms",
    "ConflictDecision",
    "Consensus",
    "DraftRelease",
    "Evidence",
    "Interests",
    "LaterConflict",
    "OwnScore",
    "Reason",
    "SetUp",
    "Standards",
    "Terms",
]

"""Tables of judging, and of documents asked for after the opening."""

from .evidence import EvidenceRequest, MissingEvidence, SuppliedEvidence
from .exercises import (
    AgreedScore,
    Assessment,
    Declaration,
    Exercise,
    Panellist,
    Release,
    Score,
    StandardDecision,
    WindowExercise,
)

__all__ = [
    "AgreedScore",
    "Assessment",
    "Declaration",
    "EvidenceRequest",
    "Exercise",
    "MissingEvidence",
    "Panellist",
    "Release",
    "Score",
    "StandardDecision",
    "SuppliedEvidence",
    "WindowExercise",
]

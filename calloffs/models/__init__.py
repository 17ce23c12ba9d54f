"""Tables of call-offs, mini-competitions, awards and contracts."""

from .awards import Award, Contract
from .calloffs import CallOff, CallOffPaper, Governance, Share
from .competitions import Bid, BidInstruction, Clarification, Competition, CompetitionChange, Invitation

__all__ = [
    "Award",
    "Bid",
    "BidInstruction",
    "CallOff",
    "CallOffPaper",
    "Clarification",
    "Competition",
    "CompetitionChange",
    "Contract",
    "Governance",
    "Invitation",
    "Share",
]

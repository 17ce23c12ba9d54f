"""Tables of agreements, lots, schemes, windows, questions about them and notices."""

from .agreements import (
    Agreement,
    AgreementAuthority,
    ReopeningChange,
    Succession,
    TermExtension,
)
from .documents import AgreementDocument, DocumentIssue
from .lots import Lot, LotPoint, PointVersion
from .notices import AgreementNotice, EventChange, EventSignUp, Follower
from .outages import OutageDecision
from .questions import WindowAnswer, WindowAnswerVersion, WindowQuestion
from .rates import RateBand, Zone
from .schemes import FrozenError, MinimumStandard, PriceLine, Question, ScaleLevel, Scheme
from .windows import DeadlineChange, Window, WindowLot

__all__ = [
    "Agreement",
    "AgreementAuthority",
    "AgreementDocument",
    "AgreementNotice",
    "DeadlineChange",
    "DocumentIssue",
    "EventChange",
    "EventSignUp",
    "Follower",
    "FrozenError",
    "Lot",
    "LotPoint",
    "MinimumStandard",
    "OutageDecision",
    "PointVersion",
    "PriceLine",
    "Question",
    "RateBand",
    "ReopeningChange",
    "ScaleLevel",
    "Scheme",
    "Succession",
    "TermExtension",
    "Window",
    "WindowAnswer",
    "WindowAnswerVersion",
    "WindowLot",
    "WindowQuestion",
    "Zone",
]

"""Tables of agreements, lots, schemes and windows."""

from .agreements import Agreement, AgreementAuthority, Lot, LotPoint, Succession, TermExtension
from .outages import OutageDecision
from .schemes import FrozenError, MinimumStandard, PriceLine, Question, ScaleLevel, Scheme
from .windows import DeadlineChange, Window, WindowLot

__all__ = [
    "Agreement",
    "AgreementAuthority",
    "DeadlineChange",
    "FrozenError",
    "Lot",
    "LotPoint",
    "MinimumStandard",
    "OutageDecision",
    "PriceLine",
    "Question",
    "ScaleLevel",
    "Scheme",
    "Succession",
    "TermExtension",
    "Window",
    "WindowLot",
]

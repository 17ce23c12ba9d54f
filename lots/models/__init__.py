"""Tables of agreements, lots, schemes and windows."""

from .agreements import (
    Agreement,
    AgreementAuthority,
    Lot,
    LotPoint,
    PointVersion,
    ReopeningChange,
    Succession,
    TermExtension,
)
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
    "PointVersion",
    "PriceLine",
    "Question",
    "ReopeningChange",
    "ScaleLevel",
    "Scheme",
    "Succession",
    "TermExtension",
    "Window",
    "WindowLot",
]

"""The verbs of the board; the only writers of its tables. Those on papers are in `papers`."""

from .boards import change, seat, set_up, vacate

__all__ = ["change", "seat", "set_up", "vacate"]

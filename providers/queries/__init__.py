"""What pages and other apps read of applications, submissions and admissions."""

from .home import waits, worklist

__all__ = ["waits", "worklist"]

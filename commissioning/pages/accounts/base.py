"""The base of the doors' pages, on which somebody who is not signed in does something."""

from commissioning.web.public_acts import PublicAct

__all__ = ["PublicAct"]

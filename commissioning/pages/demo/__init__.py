"""The demonstration: the real first window of the EIP pseudo-DPS, replayed through the portal's own services.

Facts and figures come from `eip.json`. Scores, texts, people and the providers that were not admitted are
invented, and say so. Each chapter knows whether it has been told already, so loading again adds nothing.
"""

from .loader import load

__all__ = ["load"]

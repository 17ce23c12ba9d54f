"""The grounds for exclusion as data, a file a law: what must be declared, and how far back it counts.

Each ground is a statement that is true or not. A scheme copies the statements when it is begun and freezes
them when it is published, so that a later change here touches no window (rulebook B20, C19, C28).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final


class GroundKind(StrEnum):
    """Whether an authority must exclude, must for unpaid tax that was found for good, or may."""

    MANDATORY = "mandatory"
    TAX = "tax"
    DISCRETIONARY = "discretionary"


@dataclass(frozen=True)
class Ground:
    """One ground, as a statement that it does not apply; `look_back_years` None: for as long as it lasts."""

    code: str
    kind: GroundKind
    title: str
    statement: str
    look_back_years: int | None


@dataclass(frozen=True)
class Exclusions:
    """What one law asks about exclusion; its debarment list, where it has one, is looked at by the lead.

    `associates` says of whom else the grounds are declared: consortium members, those relied on to meet a
    condition, and subcontractors (rulebook B20, C19).
    """

    key: str
    law: str
    debarment_list: bool
    share_code: bool
    associates: tuple[str, ...]
    grounds: tuple[Ground, ...]


def _ground(data: Mapping[str, Any]) -> Ground:
    years = data["look_back_years"]
    return Ground(
        code=data["code"],
        kind=GroundKind(data["kind"]),
        title=data["title"],
        statement=data["text"].format(years=years),
        look_back_years=years,
    )


def _shipped(key: str) -> Exclusions:
    data = json.loads(Path(__file__).with_name(f"{key}.json").read_text("utf-8"))
    # A law that takes another's grounds takes its words too, so that what was declared serves under both.
    grounds = _shipped(data["grounds_of"]).grounds if "grounds_of" in data else ()
    return Exclusions(
        key=data["key"],
        law=data["law"],
        debarment_list=data["debarment_list"],
        share_code=data["share_code"],
        associates=tuple(data["associates"]),
        grounds=grounds or tuple(_ground(one) for one in data["grounds"]),
    )


LAWS: Final[Mapping[str, Exclusions]] = MappingProxyType(
    {key: _shipped(key) for key in ("pcr", "pa23", "psr")}
)
_LAW_OF: Final = MappingProxyType(
    {"PCR_LTR": "pcr", "PA23_LTR_FRAMEWORK": "pa23", "PA23_OPEN_FRAMEWORK": "pa23", "PSR": "psr"}
)


def with_debarment_list() -> list[str]:
    """Return the regimes under which the debarment list is looked at before a provider is admitted."""
    return [regime for regime, law in _LAW_OF.items() if LAWS[law].debarment_list]


def of_regime(regime: str) -> Exclusions:
    """Return what a regime asks about exclusion. Raises KeyError for a regime the portal does not know."""
    return LAWS[_LAW_OF[regime]]

"""Who acts: a signed-in person, or the portal itself under a name of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .roles import SYSTEM

if TYPE_CHECKING:
    from .models import User


@dataclass(frozen=True)
class System:
    """Background work that names itself, such as `System("windows sweep")`."""

    name: str
    pk: None = None

    @property
    def audit_name(self) -> str:
        return f"system: {self.name}"

    def roles_in(self, organisation_ids: Iterable[int] | None = None) -> frozenset[str]:
        """Return the one role the system has, whatever the organisation."""
        return frozenset({SYSTEM})


Actor: TypeAlias = "User | System"

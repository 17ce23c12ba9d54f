"""The pages that are measured. A list may take six times the floor, a page of details five times.

Home joins what every app wants of a person, so that it may take as long as three lists.
"""

from collections.abc import Callable
from dataclasses import dataclass

from commissioning.people.models import User

from .world import World

LIST, DETAILS, HOME = "list", "details", "home"
LIMITS = {LIST: 6.0, DETAILS: 5.0, HOME: 18.0}


@dataclass(frozen=True)
class Measured:
    """One page: who looks at it, and its address in a world."""

    name: str
    kind: str
    who: Callable[[World], User]
    address: Callable[[World], str]


def lead(world: World) -> User:
    return world.lead


def writer(world: World) -> User:
    return world.writer


def evaluator(world: World) -> User:
    return world.evaluator


def moderator(world: World) -> User:
    return world.moderator


PAGES = (
    Measured("home", HOME, lead, lambda _: "/home/"),
    Measured("agreements", LIST, lead, lambda _: "/agreements/"),
    Measured("agreement", DETAILS, lead, lambda world: f"/agreements/{world.agreement.reference}/"),
    Measured("windows", LIST, lead, lambda _: "/windows/"),
    Measured("window", DETAILS, lead, lambda world: f"/windows/{world.window.reference}/"),
    Measured("pool", LIST, lead, lambda world: f"/agreements/{world.agreement.reference}/pool/"),
    Measured("record", LIST, lead, lambda world: f"/record/{world.window.reference}/"),
    Measured("panels", LIST, lead, lambda _: "/exercises/"),
    Measured("panel", DETAILS, lead, lambda world: world.scoring.get_absolute_url()),
    Measured("standards", LIST, lead, lambda world: f"{world.scoring.get_absolute_url()}standards/"),
    Measured("scores", LIST, evaluator, lambda world: f"{world.scoring.get_absolute_url()}scores/"),
    Measured("workbench", LIST, moderator, lambda world: f"{world.moderating.get_absolute_url()}moderation/"),
    Measured("outcomes", LIST, lead, lambda world: f"/windows/{world.window.reference}/outcomes/"),
    Measured("call-offs", LIST, lead, lambda _: "/calloffs/"),
    Measured("call-off", DETAILS, lead, lambda world: world.calloff.get_absolute_url()),
    Measured("messages", LIST, lead, lambda _: "/messages/"),
    Measured("my applications", LIST, writer, lambda _: "/applications/"),
    Measured("application", DETAILS, writer, lambda world: f"/applications/{world.mine.reference}/"),
)

"""The world of the journey: its people, its mail, and time, which only the training clock moves."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from types import TracebackType

from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Browser

from commissioning.clock import real_now
from commissioning.clock.training import reset_training_clock, set_training_clock
from commissioning.people.models import User
from commissioning.people.roles import Role
from tests.browser.twin import Twin
from tests.browser.walker import Walker
from tests.factories import authority, member, person

AGREEMENT = "ROAD-PDPS"


class Road:
    """The people of two authorities, their browsers, and what a walk along the road leaves behind.

    `found` holds the references that pages gave, by a name of this journey's own.
    """

    def __init__(self, browser: Browser, base: str, *, scripts: bool) -> None:
        self.browser, self.base = browser, base
        self.twin = None if scripts else Twin(browser, base)
        self.walkers: dict[str, Walker] = {}
        self.looked_at: set[str] = set()
        self.found: dict[str, str] = {}
        self.now = datetime(2027, 1, 11, 9, 30, tzinfo=UTC)
        self.at(self.now)
        self.people = dict(_people())

    def __enter__(self) -> "Road":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        reset_training_clock()
        for walker in self.walkers.values():
            walker.context.close()
        if self.twin:
            self.twin.context.close()

    def stranger(self) -> Walker:
        """Return a browser of somebody who is not signed in."""
        return self.walkers.setdefault("", self._walker())

    def newcomer(self, name: str) -> Walker:
        """Return a fresh browser, kept under this name: its owner signs in by a link."""
        return self.walkers.setdefault(name, self._walker())

    def as_(self, name: str) -> Walker:
        """Return the browser of one of the people, signed in through the page the first time."""
        if name not in self.walkers:
            self.walkers[name] = self._walker()
            self.walkers[name].sign_in(self.people[name])
        return self.walkers[name]

    def _walker(self) -> Walker:
        return Walker(self.browser, self.base, twin=self.twin, looked_at=self.looked_at)

    def at(self, moment: datetime) -> None:
        """Make it this time, and let all that is due be done, as each minute does."""
        self.now = set_training_clock(moment, real=real_now())
        self.sweep()

    def sweep(self) -> None:
        """Do what is due: what beat has the workers do each minute."""
        call_command("tick", stdout=StringIO())

    def link_for(self, email: str) -> str:
        """Return the secret link of the newest message to the address, once it was sent."""
        self.sweep()
        sent = [message for message in mail.outbox if email in message.to]
        assert sent, f"no message to {email}"
        found = re.search(r"https?://[^/\s]+(/\S+)", str(sent[-1].body))
        assert found is not None, sent[-1].body
        return found[1]

    def told(self, email: str, words: str) -> bool:
        """Tell whether some message to the address has these words in its subject or text."""
        self.sweep()
        return any(email in one.to and words in f"{one.subject}\n{one.body}" for one in mail.outbox)

    def messages(self, email: str) -> int:
        """Return how many messages the address has been sent."""
        self.sweep()
        return sum(email in one.to for one in mail.outbox)

    def faults(self) -> list[str]:
        """Return what browsers complained of."""
        return [fault for walker in self.walkers.values() for fault in walker.faults]


def _people() -> list[tuple[str, User]]:
    pcc = authority("PCC", name="Exampleton City Council")
    ccc = authority("CCC", name="Fenshire County Council")
    made = [
        ("lead", person(pcc, Role.LEAD, name="Moira Lead", email="lead@pcc.example")),
        ("second", person(pcc, Role.LEAD, Role.DIRECTOR, name="Sam Second", email="second@pcc.example")),
        ("commissioner", person(pcc, Role.COMMISSIONER, name="Cora Need", email="need@pcc.example")),
        (
            "chair",
            person(pcc, Role.BOARD_CHAIR, Role.EVALUATOR, name="Chad Chair", email="chair@pcc.example"),
        ),
        (
            "member",
            person(ccc, Role.BOARD_MEMBER, Role.EVALUATOR, name="Mei Member", email="mei@ccc.example"),
        ),
        ("lay", person(pcc, Role.LAY_EVALUATOR, name="Lee Lay", email="lay@pcc.example")),
        ("partner", person(ccc, Role.COMMISSIONER, name="Petra Partner", email="partner@ccc.example")),
        ("director", person(pcc, Role.DIRECTOR, name="Dora Director", email="director@pcc.example")),
        ("moderator", person(pcc, Role.MODERATOR, name="Mo Moderator", email="mo@pcc.example")),
    ]
    member(dict(made)["lead"], pcc)
    return made


Stage = Callable[[Road], None]

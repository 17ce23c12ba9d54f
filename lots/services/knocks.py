"""What people who have not registered may do here, and how often."""

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from commissioning.people.actors import System
from commissioning.workflow import Refused
from lots.queries import questions
from lots.rules.questions import KNOCKS_AN_HOUR

# Acts by a secret link are the portal's: whoever holds the link is nobody whom the portal knows.
BY_LINK = System("secret links")


def network_of(address: str) -> str:
    """Return a keyed digest that stands for a network address; the address itself is kept nowhere."""
    return (
        salted_hmac("lots.services.knocks", address, algorithm="sha256").hexdigest()[:40] if address else ""
    )


def insist_not_flooded(network: str, *, now: datetime) -> None:
    """Refuse what comes from a network that sent too much in the last hour; others are not held up by it."""
    if questions.knocks(network, now - timedelta(hours=1)) >= KNOCKS_AN_HOUR:
        raise Refused(
            "A lot was sent from your network in the last hour. Try again in an hour, or write to the "
            "support contact."
        )

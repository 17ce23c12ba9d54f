"""Rounds and sealed content for tests."""

from datetime import timedelta
from typing import Any

from commissioning.people.models import Organisation
from commissioning.records import sealing
from commissioning.records.models import Round, SealedBlob
from tests import factories

NOW = factories.NOW
DEADLINE = NOW + timedelta(days=6)
OPENS = DEADLINE + timedelta(minutes=3)
SECRET = "We shall hold the café open until nine — £14.37 an hour."


def round_(**given: Any) -> Round:
    """Return a saved round whose deadline is `DEADLINE` and which may be opened from `OPENS`."""
    return sealing.create_round(**{"title": "Lot 1", "not_before": DEADLINE, "now": NOW, **given})


def sealed(organisation: Organisation, *rounds: Round, **given: Any) -> SealedBlob:
    """Return `SECRET` sealed for this provider to these rounds, quality unless told otherwise."""
    given = {"content": SECRET.encode(), "compartment": "quality", "now": NOW, **given}
    return sealing.seal(organisation=organisation, rounds=rounds, **given)

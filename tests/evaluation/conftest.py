import json

import pytest

from commissioning.audit.models import Event


@pytest.fixture
def recorded():
    """Return the payloads recorded under an action, oldest first."""

    def found(action: str) -> list[dict]:
        return [json.loads(event.payload) for event in Event.objects.filter(action=action).order_by("pk")]

    return found

import pytest

from commissioning.audit.models import AccessBatch, AccessEntry
from commissioning.audit.services import note_access
from commissioning.audit.tasks import sweep
from commissioning.people.actors import System
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_the_sweep_closes_all_that_waits_and_may_run_again(monkeypatch):
    monkeypatch.setattr("commissioning.audit.services.BATCH_SIZE", 2)
    monkeypatch.setattr("commissioning.audit.tasks.BATCH_SIZE", 2)
    for number in range(5):
        note_access(AccessEntry.Outcome.READ, f"APP-{number}", actor=System("x"), at=NOW, what="read")
    assert sweep(NOW) == 5
    assert [batch.count for batch in AccessBatch.objects.all()] == [2, 2, 1]
    assert sweep(NOW) == 0

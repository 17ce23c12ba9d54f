import pytest
from django.test import Client

from tests.bench import last_minute
from tests.bench.floor import FLOOR
from tests.bench.pages import LIMITS, PAGES
from tests.bench.world import build, references


@pytest.mark.django_db
@pytest.mark.urls("tests.bench.floor")
def test_every_page_that_is_measured_is_there_for_whom_it_is_measured():
    world = build(3)
    for page in PAGES:
        client = Client()
        client.force_login(page.who(world), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(page.address(world)).status_code == 200, page.name
        assert client.get(FLOOR).status_code == 200
        assert page.kind in LIMITS


def test_references_made_in_bulk_differ():
    assert len(set(references("ORG", 2000))) == 2000


def sent(seconds=0.1, *, is_receipt=True):
    return last_minute.Sent(302 if is_receipt else 503, seconds, is_receipt)


ALL_IN = {"packages": 30, "receipts that verify": 30}


@pytest.mark.parametrize(
    ("minute", "together", "found", "status"),
    [
        ([sent()] * 10, [sent()] * 10, ALL_IN, 0),
        ([sent(3.9)] * 10, [sent()] * 10, ALL_IN, 0),
        ([sent(4.1)] * 10, [sent()] * 10, ALL_IN, 1),
        ([sent()] * 10, [*[sent()] * 9, sent(is_receipt=False)], ALL_IN, 1),
        ([sent()] * 10, [sent()] * 10, ALL_IN | {"packages": 29}, 1),
        ([sent()] * 10, [sent()] * 10, ALL_IN | {"receipts that verify": 29}, 1),
    ],
    ids=["all in", "slow enough", "too slow", "one refused", "one lost", "one that does not verify"],
)
def test_the_last_minute_fails_where_one_is_lost_or_the_slowest_wait_too_long(
    minute, together, found, status
):
    assert last_minute.report([sent()] * 10, minute, together, found) == status

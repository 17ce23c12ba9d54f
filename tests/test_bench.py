import pytest
from django.test import Client

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

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.pages import frame, guide
from tests import factories as people
from tests.lots import factories as lots

pytestmark = pytest.mark.django_db


def test_every_part_of_the_guide_that_is_named_is_there(client):
    shown = client.get("/help/").content.decode()
    there = set(re.findall(r'<h2 class="govuk-heading-m" id="([^"]+)"', shown))
    assert there == {section for section, _ in guide.SECTIONS}
    assert set(frame.SECTIONS.values()) <= there


def test_the_statement_says_what_holds_and_whom_to_tell(client):
    shown = client.get("/accessibility/").content.decode()
    assert "level AA" in shown
    assert "Equality and Human Rights Commission" in shown
    assert 'href="/agreements/"' in shown


def test_what_is_kept_about_people_names_each_agreements_controller(client):
    setting = lots.agreement()
    draft = lots.agreement(published=False)
    shown = client.get("/privacy/").content.decode()
    assert setting.agreement.title in shown
    assert setting.lead_authority.name in shown
    assert setting.agreement.support in shown
    assert draft.agreement.title not in shown
    for words in ("public task", "At least 3 years", "Who is responsible", "Information Commissioner"):
        assert words in shown
    assert "Deleted 30 days after the event" in shown
    assert "may tell of their health" in shown
    assert "Nobody’s health or care is recorded" not in shown
    assert draft.agreement.title not in people.client_for(draft.lead).get("/privacy/").content.decode()


def test_it_is_linked_from_every_page_and_from_where_somebody_gives_an_address(client):
    setting = lots.agreement()
    reference = setting.agreement.reference
    assert client.get("/").content.decode().count('href="/privacy/"') == 1
    for url in (reverse("register"), f"/agreements/{reference}/follow/"):
        assert client.get(url).content.decode().count('href="/privacy/"') == 2


def test_the_controllers_cost_as_much_for_three_agreements_as_for_one(client, django_assert_num_queries):
    lots.agreement()
    with CaptureQueriesContext(connection) as captured:
        client.get("/privacy/")
    lots.agreement()
    lots.agreement()
    with django_assert_num_queries(len(captured)):
        client.get("/privacy/")

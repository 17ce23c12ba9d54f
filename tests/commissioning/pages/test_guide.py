import re

import pytest

from commissioning.pages import frame, guide

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

"""The page that extends an agreement's term promises notices only where somebody is sent one."""

import pytest
from django.urls import reverse

from tests import factories as people
from tests.pages import get
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


def test_its_button_speaks_of_notices_once_somebody_is_in_a_pool(time_machine):
    time_machine.move_to(f.NOW)
    agreement = f.agreement(extension_years=2)
    lead, url = f.lead_of(agreement), reverse("agreement-extend", args=[agreement.reference])
    page = get(lead, url)
    assert "Record the extension" in page
    assert "send the notices" not in page
    f.admission(agreement.lots.first(), people.provider())
    assert "Record the extension and send the notices" in get(lead, url)

"""What the checks of a supplier share: who may, on which day, and by whom they are kept."""

from datetime import timedelta

import pytest

from commissioning.policies import Denied
from commissioning.workflow import Refused
from providers.services import debarment, platform
from tests.evaluation.factories import SHARE_CODE
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
TODAY = f.NOW.date()


@pytest.fixture
def place():
    return f.admission(f.agreement(lots=1, regime="PA23_OPEN_FRAMEWORK").lots.get())


def look(place, actor, day=TODAY):
    found = debarment.Finding(checked_on=day)
    return debarment.record_check(admission=place, found=found, actor=actor, now=f.NOW)


def see(place, actor, day=TODAY):
    seen = platform.Sighting(confirmed_on=day, share_code=SHARE_CODE)
    return platform.confirm(admission=place, seen=seen, actor=actor, now=f.NOW)


@pytest.mark.parametrize(("check", "field"), [(look, "checked_on"), (see, "confirmed_on")])
class TestACheckOfAPlace:
    def test_is_kept_of_it_with_who_and_when(self, place, check, field):
        lead = f.lead_of(place.lot.agreement)
        made = check(place, lead)
        assert (made.admission, made.application) == (place, None)
        assert (made.recorded_by, made.recorded_at) == (lead, f.NOW)

    def test_is_the_leads(self, place, check, field):
        with pytest.raises(Denied):
            check(place, f.bid_writer(place.organisation))

    def test_is_of_no_day_to_come(self, place, check, field):
        with pytest.raises(Refused, match="cannot be after today") as refused:
            check(place, f.lead_of(place.lot.agreement), TODAY + timedelta(days=1))
        assert [one.field for one in refused.value.reasons] == [field]

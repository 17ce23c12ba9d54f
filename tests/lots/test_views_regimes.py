"""Setting an agreement up where a rule of the whole stands in the way, and what its law calls it."""

import pytest
from django.urls import reverse

from commissioning.people.roles import Role
from commissioning.workflow import Refused
from lots.services import agreements, authorities
from lots.workflow import WINDOW
from tests.factories import NOW, authority, client_for, member
from tests.lots import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("regime", "called"),
    [
        ("PCR_LTR", "a pseudo dynamic purchasing system"),
        ("PA23_OPEN_FRAMEWORK", "an open framework"),
        ("PA23_LTR_FRAMEWORK", "a light-touch framework"),
        ("PSR", "a framework"),
    ],
)
def test_an_agreement_is_called_what_its_law_calls_it(regime, called):
    agreement = factories.agreement(regime=regime, term_justification="It needs time.").agreement
    page = client_for().get(agreement.get_absolute_url()).content.decode()
    assert f"is <strong>{called}</strong>" in page
    assert ("pseudo dynamic" in page) is ("pseudo" in called)


class TestAnAuthorityThatWasSucceeded:
    @pytest.fixture
    def succeeded(self):
        setting = factories.agreement()
        successor = authority()
        place = setting.agreement.authorities.get(is_lead=True)
        authorities.succeed(
            place=place,
            successor=successor,
            effective_on=NOW.date(),
            reason="Reorganisation.",
            actor=setting.lead,
            now=NOW,
        )
        return setting, successor

    def test_is_told_before_anything_is_typed_that_it_sets_up_nothing(self, succeeded):
        setting, successor = succeeded
        page = client_for(setting.lead).get(reverse("agreement-new")).content.decode()
        page = page.partition("<main")[2].partition("</main>")[0]
        assert f"{setting.lead_authority} was succeeded by {successor}, and takes no new place." in page
        assert "This cannot be done<" in page
        assert f"A procurement lead of {successor} can set up an agreement." in page
        assert '<form method="post"' not in page

    def test_is_refused_by_the_service_and_not_offered_beside_one_that_goes_on(self, succeeded):
        setting, _ = succeeded
        with pytest.raises(Refused, match="was succeeded by"):
            agreements.create(
                lead=setting.lead_authority,
                reference="NEW-1",
                title="New",
                description="New.",
                regime="PCR_LTR",
                starts_on=NOW.date(),
                initial_years=1,
                published_maximum=1,
                actor=setting.lead,
                now=NOW,
            )
        member(setting.lead, other := authority(), Role.LEAD)
        page = client_for(setting.lead).get(reverse("agreement-new")).content.decode()
        assert f'value="{other.reference}"' in page
        assert f'value="{setting.lead_authority.reference}"' not in page


def test_choosing_no_lot_for_an_open_framework_is_one_mistake_with_one_reason():
    setting = factories.agreement(regime="PA23_OPEN_FRAMEWORK", now=NOW)
    window = factories.window(setting, announced=False, lots=[])
    found = WINDOW.refusals(window, "announce", actor=setting.lead, now=NOW)
    missing = ", ".join(str(lot) for lot in setting.lots)
    (reason,) = found
    assert reason.text.startswith("An open framework opens again with all its lots together.")
    assert reason.text.endswith(f"missing: {missing}.")

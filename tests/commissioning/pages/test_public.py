import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calloffs.models import CallOff
from commissioning.pages import public
from commissioning.people.roles import Role
from tests.calloffs import factories as calloffs
from tests.factories import client_for, member, person, provider
from tests.lots import factories as lots
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db


def page(agreement, user=None):
    response = client_for(user).get(agreement.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_reads_who_is_in_each_pool():
    setting = lots.agreement()
    inside = providers.admission(setting.lot)
    coming = providers.admission(setting.lot, state="standstill")
    gone = providers.admission(setting.lot, state="removed")
    text = page(setting.agreement)
    assert inside.organisation.name in text
    assert coming.organisation.name not in text
    assert gone.organisation.name not in text


def test_a_long_pool_is_counted_here_and_listed_on_its_own_page(monkeypatch):
    monkeypatch.setattr(public, "NAMES_SHOWN", 1)
    setting = lots.agreement()
    first, _ = providers.admission(setting.lot), providers.admission(setting.lot)
    text = page(setting.agreement)
    assert first.organisation.name not in text
    assert f"/agreements/{setting.agreement.reference}/pool/?lot=1" in text


def test_a_need_is_public_once_the_board_has_approved_it_and_until_its_contract():
    ground = calloffs.ground()
    draft = calloffs.draft(ground, title="Drafted need")
    approved = calloffs.approved(ground, title="Approved need")
    text = page(ground.agreement)
    assert draft.title not in text
    assert approved.title in text
    assert "Approved, bids are invited next" in text
    for state in ("evaluating", "recommended", "standstill"):
        CallOff.objects.filter(pk=approved.pk).update(state=state)
        assert "Being decided" in page(ground.agreement)
    CallOff.objects.filter(pk=approved.pk).update(state="abandoned")
    assert approved.title not in page(ground.agreement)


def test_what_was_approved_is_no_coming_need_once_the_agreement_is_over():
    ground = calloffs.ground()
    approved, begun = calloffs.approved(ground), calloffs.approved(ground)
    CallOff.objects.filter(pk=approved.pk).update(title="Approved need")
    CallOff.objects.filter(pk=begun.pk).update(title="Need being decided", state="evaluating")
    type(ground.agreement).objects.update(state="abandoned")
    text = page(ground.agreement)
    assert "Approved need" not in text
    assert "Need being decided" in text
    assert "These providers joined." in text


def test_a_contract_is_public_once_both_have_signed():
    ground = calloffs.ground()
    contract = calloffs.issued(ground)
    assert contract.reference not in page(ground.agreement)
    contract.state = "signed"
    contract.save()
    text = page(ground.agreement)
    assert contract.reference in text
    assert contract.organisation.name in text


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("scheduled", False),
        ("open", True),
        ("closed", True),
        ("unsealed", True),
        ("decided", True),
        ("cancelled", False),
    ],
)
def test_the_lead_finds_the_judging_of_a_window_from_its_opening_on(state, offered):
    window = providers.window(state=state)
    way = f'href="/windows/{window.reference}/outcomes/"'
    address = f"/windows/{window.reference}/"
    found = client_for(providers.lead_of(window.agreement)).get(address).content.decode()
    assert (way in found) is offered
    commissioner = person(window.agreement.lead, "commissioner")
    for other in (commissioner, providers.bid_writer(), None):
        assert way not in client_for(other).get(address).content.decode()


def test_empty_parts_say_what_will_appear():
    text = page(lots.agreement().agreement)
    assert "Nobody yet" in text
    assert "once the joint project board has approved" in text
    assert "once both sides have signed" in text


def test_queries_do_not_grow_with_pools_calloffs_and_contracts():
    def cost(size):
        setting = lots.agreement()
        for _ in range(size):
            providers.admission(setting.lot)
        with CaptureQueriesContext(connection) as found:
            page(setting.agreement)
        return len(found)

    assert cost(1) == cost(4)


class TestAWindowForWhoeverApplies:
    @pytest.fixture
    def window(self, time_machine):
        time_machine.move_to(providers.NOW, tick=False)
        return providers.window()

    def test_leads_on_to_the_application_that_was_started(self, window):
        writer = providers.bid_writer()
        assert "Apply now" in page(window, writer)
        application = providers.application(window, by=writer)
        text = page(window, writer)
        assert "Apply now" not in text
        assert f'href="{application.get_absolute_url()}"' in text
        assert "Go on with your application<" in text
        assert "Go on with your application" not in page(window, providers.bid_writer())
        assert "Go on with your application" not in page(window)

    def test_of_several_organisations_names_each_and_leads_in_for_the_others(self, window):
        writer = providers.bid_writer()
        first, second = providers.provider_of(writer), provider()
        member(writer, second, Role.PROVIDER_EDITOR)
        providers.application(window, by=providers.bid_writer(first))
        text = page(window, writer)
        assert f"Go on with your application for {first.name}" in text
        assert "Apply now" in text
        providers.application(window, by=providers.bid_writer(second))
        text = page(window, writer)
        assert f"Go on with your application for {second.name}" in text
        assert "Apply now" not in text

"""Contracts: who finds which in the register, what a page shows to whom, and the two signatures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calloffs.models import Contract
from calloffs.services import awards
from commissioning.records.models import Letter, Message
from commissioning.records.services import letters
from tests import factories as people
from tests.calloffs import factories as f

pytestmark = pytest.mark.django_db
REGISTER = "/contracts/"


@pytest.fixture
def ground(time_machine):
    time_machine.move_to(f.MADE, tick=False)
    return f.ground()


def text(response):
    return response.content.decode()


def url(name, thing):
    return reverse(name, args=[thing.reference])


def see(user, name, thing):
    return people.client_for(user).get(url(name, thing))


def sign(user, name, thing, **typed):
    return people.client_for(user).post(url(name, thing), typed)


class TestRegister:
    def test_an_authority_sees_the_agreements_and_a_provider_its_own(self, ground):
        contract, other = f.issued(ground), f.in_force(f.ground())
        for user in (ground.lead, ground.partner_commissioner, ground.writers[0]):
            page = text(people.client_for(user).get(REGISTER))
            assert contract.reference in page
            assert other.reference not in page
            assert "£4,000.00" in page
        page = text(people.client_for(ground.writers[1]).get(REGISTER))
        assert contract.reference not in page
        assert "Contracts appear here" in page

    def test_it_is_narrowed_by_words_and_state(self, ground):
        contract = f.issued(ground)
        client = people.client_for(ground.lead)
        for query in (f"words={contract.organisation.name}", "state=issued", f"words={contract.reference}"):
            assert url("contract", contract) in text(client.get(f"{REGISTER}?{query}"))
        for query in ("words=nothing+like+it", "state=signed"):
            page = text(client.get(f"{REGISTER}?{query}"))
            assert url("contract", contract) not in page
            assert "Nothing matches these filters." in page

    def test_it_costs_the_same_with_three_rows_as_with_one(self, ground):
        f.issued(ground)
        client = people.client_for(ground.lead)

        def cost():
            client.get(REGISTER)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(REGISTER).status_code == 200
            return len(caught)

        one = cost()
        f.issued(ground)
        f.issued(ground)
        assert Contract.objects.count() == 3
        assert cost() == one


class TestPage:
    def test_each_party_reads_what_was_agreed_and_what_comes_next(self, ground):
        contract = f.issued(ground)
        for user, next_step in (
            (ground.writers[0], "An administrator of your organisation reads and signs it next"),
            (ground.lead, f"An administrator of {contract.organisation.name} signs next"),
        ):
            page = text(see(user, "contract", contract))
            for words in ("£4,000.00", "Tuesday 1 June 2027", "12 months", "Not signed", next_step):
                assert words in page
        assert url("award", contract.calloff) in text(see(ground.lead, "contract", contract))
        mine = text(see(ground.writers[0], "contract", contract))
        assert url("award", contract.calloff) not in mine
        assert ground.lead.name not in mine
        assert url("contract-sign", contract) in mine

    def test_strangers_find_nothing(self, ground):
        contract = f.issued(ground)
        for user in (ground.writers[1], people.person(people.authority(), "director")):
            for name in ("contract", "contract-pdf", "contract-sign", "contract-sign-authority"):
                assert see(user, name, contract).status_code == 404

    def test_the_file_is_an_attachment(self, ground):
        contract = f.issued(ground)
        Letter.objects.filter(pk=contract.letter_id).update(rendered_at=None)
        early = see(ground.writers[0], "contract-pdf", contract)
        assert early.status_code == 409
        assert "still being made" in text(early)
        assert "Open this page again in a minute" in text(see(ground.writers[0], "contract", contract))
        assert letters.render(contract.letter_id)
        for user in (ground.writers[0], ground.partner_commissioner):
            answer = see(user, "contract-pdf", contract)
            assert answer.content.startswith(b"%PDF")
            assert answer.headers["Content-Disposition"].startswith("attachment")


class TestSigning:
    def test_both_declare_and_sign_and_the_contract_is_made(self, ground):
        contract = f.issued(ground)
        admin = ground.writers[0]
        assert "I sign it" in text(see(admin, "contract-sign", contract))
        unsure = sign(admin, "contract-sign", contract)
        assert unsure.status_code == 422
        assert "Tick" in text(unsure)
        contract.refresh_from_db()
        assert contract.state == "issued"
        assert sign(admin, "contract-sign", contract, declared="on").headers["Location"] == url(
            "contract", contract
        )
        page = text(see(ground.director, "contract-sign-authority", contract))
        assert f"{contract.organisation.name} signed on Friday 12 March 2027" in page
        assert admin.name in page
        assert sign(ground.director, "contract-sign-authority", contract).status_code == 422
        done = sign(ground.director, "contract-sign-authority", contract, declared="on")
        assert done.status_code == 302
        contract.refresh_from_db()
        contract.calloff.refresh_from_db()
        assert (contract.state, contract.calloff.state) == ("signed", "contracted")
        told = Message.objects.filter(kind="contract_signed")
        assert {message.organisation for message in told} == {contract.organisation}
        page = text(see(admin, "contract", contract))
        assert admin.name in page
        assert ground.director.name in page
        assert "Both have signed" in page

    def test_out_of_turn_and_without_the_file_it_says_why_not(self, ground):
        contract = f.issued(ground)
        page = text(see(ground.director, "contract-sign-authority", contract))
        assert "Waiting for the provider" in page
        assert sign(ground.director, "contract-sign-authority", contract, declared="on").status_code == 422
        Letter.objects.filter(pk=contract.letter_id).update(rendered_at=None)
        assert "still being prepared" in text(see(ground.writers[0], "contract-sign", contract))
        assert sign(ground.writers[0], "contract-sign", contract, declared="on").status_code == 422

    def test_a_legal_hold_stops_both_and_the_provider_is_not_told_its_grounds(self, ground):
        contract = f.issued(ground)
        awards.place_hold(award=contract.award, reason="A claim by X.", actor=ground.lead, now=f.MADE)
        assert "On legal hold" in text(see(ground.lead, "contract", contract))
        page = text(see(ground.writers[0], "contract-sign", contract))
        assert "I sign it" not in page
        assert "A legal hold stops it" in page
        refused = sign(ground.writers[0], "contract-sign", contract, declared="on")
        assert refused.status_code == 422
        shown = text(see(ground.writers[0], "contract", contract))
        assert "A claim by X." not in page + text(refused) + shown

    def test_only_an_administrator_and_a_director_sign(self, ground):
        contract = f.issued(ground)
        editor = people.person(contract.organisation, "provider_editor")
        refused = see(editor, "contract-sign", contract)
        assert refused.status_code == 403
        assert "provider administrator" in text(refused)
        assert see(ground.lead, "contract-sign-authority", contract).status_code == 403
        assert see(ground.lead, "contract-sign", contract).status_code == 403
        partner = people.person(ground.partner, "director")
        assert see(partner, "contract-sign-authority", contract).status_code == 403

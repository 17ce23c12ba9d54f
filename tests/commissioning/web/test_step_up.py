from datetime import timedelta

import pytest
from django.test import Client

from commissioning.people.roles import Role
from tests.commissioning.accounts.factories import code, enrolled
from tests.factories import PASSWORD, client_for, person, prove, provider

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.commissioning.web.workshop")]
TYPED = {"name": "Kept <name>"}
LONG_AGO = timedelta(minutes=11)


@pytest.fixture
def charity():
    return provider("P3 Charity")


@pytest.fixture
def admin(charity):
    return person(charity, Role.PROVIDER_ADMIN)


@pytest.fixture
def address(charity):
    return f"/workshop/{charity.reference}/sign/"


@pytest.fixture
def client(admin):
    client = client_for(admin)
    prove(client, ago=LONG_AGO)
    return client


def text(response):
    return response.content.decode()


def name_of(row):
    row.refresh_from_db()
    return row.name


def test_a_proof_of_less_than_ten_minutes_ago_is_enough(admin, address, charity):
    client = client_for(admin)
    prove(client, ago=timedelta(minutes=9))
    assert client.post(address, TYPED).status_code == 302
    assert name_of(charity) == "Kept <name>"


def test_an_older_one_is_asked_for_again_with_what_was_typed_kept(client, address, charity):
    assert client.get(address).status_code == 200
    page = client.post(address, TYPED)
    assert page.status_code == 401
    assert "Confirm that it is you" in text(page)
    assert '<input type="hidden" name="name" value="Kept &lt;name&gt;">' in text(page)
    assert name_of(charity) == "P3 Charity"

    page = client.post(address, TYPED | {"prove_password": "wrong"})
    assert page.status_code == 422
    assert "The password or the code is not right" in text(page)
    assert 'href="#id_prove_password"' in text(page)
    assert 'value="Kept &lt;name&gt;"' in text(page)
    assert "wrong" not in text(page)
    assert name_of(charity) == "P3 Charity"

    assert client.post(address, TYPED | {"prove_password": PASSWORD}).status_code == 302
    assert name_of(charity) == "Kept <name>"
    assert client.post(address, {"name": "At once"}).status_code == 302


def test_an_empty_box_is_named(client, address):
    page = client.post(address, TYPED | {"prove_password": ""})
    assert page.status_code == 422
    assert "Enter your password" in text(page)


def test_whoever_has_a_second_factor_gives_its_code_too(admin, client, address, charity):
    enrolled(admin)
    assert "prove_code" in text(client.post(address, TYPED))
    page = client.post(address, TYPED | {"prove_password": PASSWORD, "prove_code": "000000"})
    assert page.status_code == 422
    given = TYPED | {"prove_password": PASSWORD, "prove_code": code()}
    assert client.post(address, given).status_code == 302
    assert name_of(charity) == "Kept <name>"


def test_after_five_wrong_tries_it_says_until_when_and_keeps_what_was_typed(client, address, charity):
    for _ in range(5):
        client.post(address, TYPED | {"prove_password": "wrong"})
    page = client.post(address, TYPED | {"prove_password": PASSWORD})
    assert page.status_code == 429
    assert "Try again after" in text(page)
    assert 'value="Kept &lt;name&gt;"' in text(page)
    assert name_of(charity) == "P3 Charity"


def test_what_is_wrong_with_the_form_is_said_before(client, address):
    page = client.post(address, {"name": ""})
    assert page.status_code == 422
    assert "prove_password" not in text(page)


def test_nobody_without_the_role_is_asked(charity, address):
    client = client_for(person(charity, Role.PROVIDER_EDITOR))
    prove(client, ago=LONG_AGO)
    assert client.post(address, TYPED).status_code == 403
    stranger = client_for(person(provider(), Role.PROVIDER_ADMIN))
    prove(stranger, ago=LONG_AGO)
    assert stranger.post(address, TYPED).status_code == 404


def test_other_acts_do_not_ask(client, charity):
    assert client.post(f"/workshop/{charity.reference}/rename/", {"name": "P3"}).status_code == 302


def test_a_proof_in_the_future_is_none(client, address):
    prove(client, ago=timedelta(minutes=-1))
    assert client.post(address, TYPED).status_code == 401


def test_signing_in_again_after_a_lost_session_is_a_proof(admin, address, charity):
    kept = TYPED | {"sign_in_again_email": admin.email, "sign_in_again_password": PASSWORD}
    assert Client().post(address, kept).status_code == 302
    assert name_of(charity) == "Kept <name>"


class TestALostSessionOfSomebodyWithASecondFactor:
    def kept(self, admin, **more):
        return TYPED | {
            "sign_in_again_email": admin.email,
            "sign_in_again_password": PASSWORD,
            **more,
        }

    def test_wants_the_code_too(self, admin, address, charity):
        enrolled(admin)
        for wrong in ({}, {"sign_in_again_code": "000000"}):
            page = Client().post(address, self.kept(admin, **wrong))
            assert page.status_code == 401
            assert "the password or the code is not right" in text(page)
        assert name_of(charity) == "P3 Charity"
        assert Client().post(address, self.kept(admin, sign_in_again_code=code())).status_code == 302
        assert name_of(charity) == "Kept <name>"

    def test_is_locked_out_with_what_was_typed_kept(self, admin, address):
        enrolled(admin)
        for _ in range(5):
            Client().post(address, self.kept(admin, sign_in_again_code="000000"))
        page = Client().post(address, self.kept(admin, sign_in_again_code=code()))
        assert page.status_code == 429
        assert 'value="Kept &lt;name&gt;"' in text(page)


def test_too_many_wrong_passwords_keep_what_was_typed_too(admin, address):
    kept = TYPED | {"sign_in_again_email": admin.email, "sign_in_again_password": "wrong"}
    pages = [Client().post(address, kept) for _ in range(6)]
    assert pages[-1].status_code == 429
    assert "Try again after" in text(pages[-1])
    assert 'value="Kept &lt;name&gt;"' in text(pages[-1])

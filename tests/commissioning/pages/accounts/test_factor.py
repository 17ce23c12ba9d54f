import re

import pytest
from django.test import Client

from commissioning.people.roles import Role
from commissioning.people.signing_in import SecondFactor
from tests.commissioning.accounts.factories import code, enrolled, fresh
from tests.factories import PASSWORD, authority, client_for, person

pytestmark = pytest.mark.django_db
SIGN_IN, CODE = "/account/sign-in/", "/account/sign-in/code/"
ON, CODES, OFF = (f"/account/second-factor/{page}/" for page in ("on", "codes", "off"))


def text(response):
    return response.content.decode()


def half_in(user, **more):
    """Return a browser in which the right password was given, and the code not yet."""
    client = Client()
    response = client.post(SIGN_IN, {"email": user.email, "password": PASSWORD, **more})
    assert response.url.startswith(CODE)
    return client


class TestSigningIn:
    def test_the_password_alone_lets_nobody_in(self):
        user = person()
        enrolled(user)
        client = half_in(user)
        assert "_auth_user_id" not in client.session
        assert client.get("/account/").status_code == 302
        assert "Enter the code of your app" in text(client.get(CODE))

    def test_the_code_does_and_leads_to_where_one_came_from(self):
        user = person()
        enrolled(user)
        client = half_in(user, next="/account/details/")
        response = client.post(CODE, {"code": code(), "next": "/account/details/"})
        assert response.url == "/account/details/"
        assert client.session["_auth_user_id"] == str(user.pk)

    def test_a_recovery_code_stands_in_once(self):
        user = person()
        enrolled(user)
        assert half_in(user).post(CODE, {"code": "7k3m-9qxa-2hpd"}).status_code == 302
        assert half_in(user).post(CODE, {"code": "7k3m-9qxa-2hpd"}).status_code == 422

    def test_a_wrong_code_says_so(self):
        user = person()
        enrolled(user)
        page = half_in(user).post(CODE, {"code": "000000"})
        assert page.status_code == 422
        assert "The code is not right" in text(page)
        assert 'href="#id_code"' in text(page)

    def test_five_wrong_codes_close_the_door_in_every_browser(self):
        user = person()
        enrolled(user)
        for _ in range(5):
            half_in(user).post(CODE, {"code": "000000"})
        page = half_in(user).post(CODE, {"code": code()})
        assert page.status_code == 429
        assert "Try again after" in text(page)
        assert "London time" in text(page)

    def test_without_the_password_there_is_no_such_page(self):
        assert Client().get(CODE).url == SIGN_IN
        assert Client().post(CODE, {"code": code()}).url == SIGN_IN

    def test_a_password_changed_meanwhile_ends_it(self):
        user = person()
        enrolled(user)
        client = half_in(user)
        user.set_password("seven paper boats adrift")
        user.save()
        assert client.post(CODE, {"code": code()}).url == SIGN_IN

    def test_it_never_leads_to_another_site(self):
        user = person()
        enrolled(user)
        response = half_in(user).post(CODE, {"code": code(), "next": "https://evil.example/"})
        assert "evil" not in response.url


class TestSwitchingOn:
    def typed(self, page, **more):
        offered = re.search(r'name="offered" value="([^"]+)"', text(page))
        secret = re.search(r'portal-mono portal-break">([A-Z2-7 ]+)<', text(page))
        assert offered
        assert secret
        return offered[1], secret[1].replace(" ", "")

    def test_the_whole_way(self):
        user = person()
        client = client_for(user)
        page = client.get(ON)
        assert "<svg" in text(page)
        assert not SecondFactor.objects.exists()
        offered, secret = self.typed(page)
        page = client.post(ON, {"offered": offered, "password": PASSWORD, "code": "000000"})
        assert page.status_code == 422
        assert self.typed(page) == (offered, secret)
        page = client.post(ON, {"offered": offered, "password": PASSWORD, "code": code(0, secret)})
        assert page.status_code == 200
        assert len(re.findall(r"<li class=\"portal-mono\">[\w-]{14}</li>", text(page))) == 10
        assert page["Cache-Control"] == "no-store"
        assert fresh(user).has_second_factor
        assert "10</strong> recovery codes left" in text(client.get("/account/second-factor/"))

    def test_each_visit_offers_another_secret(self):
        client = client_for(person())
        assert self.typed(client.get(ON)) != self.typed(client.get(ON))

    def test_who_has_one_is_told_so(self):
        user = person()
        enrolled(user)
        page = text(client_for(user).get(ON))
        assert "switched on already" in page
        assert "<svg" not in page

    def test_a_page_that_is_too_old_says_what_to_do(self):
        page = client_for(person()).post(ON, {"offered": "x", "password": PASSWORD, "code": "1"})
        assert page.status_code == 422
        assert "Open it again" in text(page)


def test_fresh_codes_are_shown_once_for_password_and_code():
    user = person()
    enrolled(user)
    client = client_for(user)
    assert client.post(CODES, {"password": PASSWORD, "code": "000000"}).status_code == 422
    page = client.post(CODES, {"password": PASSWORD, "code": code()})
    assert text(page).count('<li class="portal-mono">') == 10


def test_switching_off():
    user = person()
    enrolled(user)
    client = client_for(user)
    assert client.post(OFF, {"password": "wrong", "code": code()}).status_code == 422
    assert client.post(OFF, {"password": PASSWORD, "code": code()}).url == "/account/second-factor/"
    assert not SecondFactor.objects.exists()
    assert "switched off" in text(client.get(OFF))


class TestSomebodyWithASensitiveRole:
    @pytest.fixture(autouse=True)
    def _required(self, settings):
        settings.SECOND_FACTOR_REQUIRED = True

    def test_is_led_to_switch_it_on_and_may_then_act(self):
        council = authority("PCC")
        admin = person(council, Role.AUTHORITY_ADMIN)
        client = client_for(admin)
        assert "Switch on your second factor" in text(client.get("/home/"))
        assert "Your role counts only with a second factor" in text(client.get("/account/"))
        invite = f"/organisations/{council.reference}/people/invite/"
        page = client.get(invite)
        assert page.status_code == 403
        assert "switch on the second factor" in text(page)
        enrolled(admin)
        assert client.get(invite).status_code == 200
        assert "Switch on your second factor" not in text(client.get("/home/"))

    def test_the_administration_is_closed_without_one(self):
        user = person(is_staff=True)
        client = client_for(user)
        page = client.get("/admin/", follow=True)
        assert page.status_code == 403
        assert "second factor" in text(page)
        enrolled(user)
        assert client.get("/admin/").status_code == 200

    def test_others_are_asked_for_nothing(self):
        client = client_for(person(authority(), Role.EVALUATOR))
        assert "Switch on your second factor" not in text(client.get("/home/"))

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from commissioning import clock
from commissioning.accounts import links
from commissioning.accounts.services import invitations, registration
from commissioning.people.models import Organisation, Registration, User
from commissioning.people.roles import Role
from commissioning.records.models import Message
from commissioning.records.services import outbox
from tests.commissioning.accounts.factories import details, fresh, sent
from tests.factories import PASSWORD, authority, client_for, person, provider

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/sign-in/"
WRONG = "The e-mail address or the password is not right"
NEW = "seven paper boats adrift"
TYPED = {
    "organisation_name": "Cam Sight",
    "sector": "charity",
    "company_number": "",
    "charity_number": "1123456",
    "cqc_provider_id": "",
    "address": "1 Mill Lane",
    "name": "Ana Bell",
    "job_title": "",
    "email": "ana@camsight.example",
}


@pytest.fixture(autouse=True)
def _home(settings):
    settings.LOGIN_REDIRECT_URL = "/account/"


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"email": email, "password": password, **more})


def text(response):
    return response.content.decode()


def link_of(kind):
    """Send the last message of a kind and return the path of the link in it."""
    message = Message.objects.filter(kind=kind).latest("pk")
    assert outbox.deliver(message.pk, now=message.queued_at)
    found = re.search(r"https?://[^/\s]+(/account/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


class TestSigningIn:
    def test_by_address_in_any_case_and_password(self):
        user = person(email="ana@example.org")
        client = Client()
        response = sign_in(client, " ANA@example.org")
        assert (response.status_code, response.url) == (302, "/account/")
        assert client.session["_auth_user_id"] == str(user.pk)

    @pytest.mark.parametrize("email", ["ana@example.org", "nobody@example.org", "off@example.org"])
    def test_one_answer_to_every_wrong_try(self, email):
        person(email="ana@example.org")
        person(email="off@example.org", is_active=False, password="not this one at all")
        response = sign_in(Client(), email, "wrong")
        assert response.status_code == 422
        assert WRONG in text(response)
        assert email in text(response)
        assert 'value="wrong"' not in text(response)

    def test_an_account_that_is_off_is_no_account_even_with_its_password(self):
        person(email="off@example.org", is_active=False)
        assert WRONG in text(sign_in(Client(), "off@example.org"))

    def test_an_empty_form_names_its_boxes(self):
        page = text(sign_in(Client(), "", ""))
        assert "Enter your e-mail address" in page
        assert "Enter your password" in page
        assert 'href="#id_email"' in page

    def test_one_goes_back_to_where_one_came_from(self):
        person(email="ana@example.org")
        response = sign_in(Client(), "ana@example.org", next="/organisations/ORG-1/people/?a=b")
        assert response.url == "/organisations/ORG-1/people/?a=b"

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_but_never_to_another_site(self, elsewhere):
        person(email="ana@example.org")
        assert sign_in(Client(), "ana@example.org", next=elsewhere).url == "/account/"

    def test_a_signed_in_person_goes_on(self):
        assert client_for(person()).get(SIGN_IN).url == "/account/"

    def test_a_page_for_members_sends_to_this_one_and_back(self):
        assert Client().get("/account/").url == "/account/sign-in/?next=/account/"

    def test_the_session_key_changes_with_signing_in(self):
        client = Client()
        client.get(SIGN_IN)
        session = client.session
        session["before"] = True
        session.save()
        before = client.session.session_key
        sign_in(client, person().email)
        assert client.session.session_key != before

    def test_nothing_of_a_signed_in_page_is_kept_by_browsers(self):
        assert client_for(person()).get("/account/")["Cache-Control"] == "no-store"


class TestLockingOut:
    @pytest.mark.parametrize("known", [True, False])
    def test_five_wrong_passwords_close_the_door_and_say_until_when(self, known):
        email = person().email if known else "nobody@example.org"
        client = Client()
        for _ in range(4):
            assert sign_in(client, email, "wrong").status_code == 422
        response = sign_in(client, email, "wrong")
        assert response.status_code == 429
        assert "Opens again" in text(response)
        assert "London time" in text(response)
        assert sign_in(client, email).status_code == 429
        assert "_auth_user_id" not in client.session

    def test_it_is_closed_at_one_address_only(self):
        user = person()
        for _ in range(5):
            sign_in(Client(REMOTE_ADDR="192.0.2.1"), user.email, "wrong")
        assert sign_in(Client(REMOTE_ADDR="192.0.2.1"), user.email).status_code == 429
        assert sign_in(Client(REMOTE_ADDR="192.0.2.2"), user.email).status_code == 302

    def test_it_opens_again_when_it_said(self, settings):
        user = person()
        for _ in range(5):
            sign_in(Client(), user.email, "wrong")
        settings.AXES_COOLOFF_TIME = timedelta(0)
        assert sign_in(Client(), user.email).status_code == 302


class TestTryingTooOften:
    def test_registering_is_refused_with_when_to_try_again_and_keeps_what_was_typed(self):
        for number in range(10):
            typed = {**TYPED, "email": f"ana{number}@camsight.example"}
            assert Client().post("/account/register/", typed).status_code == 302
        answer = Client().post("/account/register/", TYPED)
        assert answer.status_code == 429
        assert "Try again after" in text(answer)
        assert "London time" in text(answer)
        assert "1 Mill Lane" in text(answer)
        elsewhere = Client(REMOTE_ADDR="192.0.2.9").post("/account/register/", TYPED)
        assert elsewhere.status_code == 302

    def test_so_is_asking_for_new_passwords_whoever_is_asked_for(self):
        known = person().email
        for number in range(10):
            email = known if number % 2 else f"nobody{number}@example.org"
            assert Client().post("/account/password/forgotten/", {"email": email}).status_code == 302
        for email in (known, "nobody@example.org"):
            answer = Client().post("/account/password/forgotten/", {"email": email})
            assert answer.status_code == 429
            assert f'value="{email}"' in text(answer)

    def test_a_form_with_errors_is_no_try(self):
        for _ in range(12):
            assert Client().post("/account/password/forgotten/", {"email": ""}).status_code == 422

    @pytest.mark.parametrize(
        ("url", "typed"),
        [
            ("/verify/", {"text": "no receipt"}),
            ("/verify/letter/", {"reference": "LET-22222", "fingerprint": "abcdef0123456789"}),
        ],
    )
    def test_checking_is_open_to_all_and_not_to_machines(self, url, typed):
        codes = [Client().post(url, typed).status_code for _ in range(31)]
        assert 429 not in codes[:30]
        assert codes[30] == 429


def test_signing_out_is_a_post_and_ends_the_session():
    client = client_for(person())
    assert client.get("/account/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session
    assert client.post("/account/sign-out/").url == SIGN_IN
    assert "_auth_user_id" not in client.session


class TestTheDemonstration:
    def test_lists_its_accounts_and_their_password(self, settings):
        person(authority("PCC"), Role.LEAD, email="lead@pcc.example", name="Moira")
        person(email="admin@portal.example", is_staff=True)
        person(authority("X"), Role.LEAD, email="real@pcc.gov.uk")
        settings.PORTAL_DEMO = True
        page = text(Client().get(SIGN_IN))
        assert "demo-portal-2026" in page
        assert "lead@pcc.example" in page
        assert "Procurement lead" in page
        assert "admin@portal.example" in page
        assert "real@pcc.gov.uk" not in page

    def test_elsewhere_nothing_is_listed(self):
        person(authority("PCC"), Role.LEAD, email="lead@pcc.example")
        page = text(Client().get(SIGN_IN))
        assert "demo-portal" not in page
        assert "lead@pcc.example" not in page


class TestRegistering:
    def register(self, **typed):
        return Client().post("/account/register/", {**TYPED, **typed})

    def test_the_whole_way_in(self):
        assert self.register().url == "/account/register/sent/"
        assert "Check your e-mail" in text(Client().get("/account/register/sent/"))
        assert not Organisation.objects.exists()
        link = link_of("confirm_email")
        client = Client()
        assert "Cam Sight" in text(client.get(link))
        assert Registration.objects.exists()
        response = client.post(link, {"password": NEW})
        assert (response.status_code, response.url) == (302, "/account/")
        user = User.objects.get()
        assert client.session["_auth_user_id"] == str(user.pk)
        assert Organisation.objects.get().charity_number == "1123456"
        assert sign_in(Client(), "ana@camsight.example", NEW).status_code == 302

    def test_the_answer_never_tells_what_is_known(self):
        person(email="ana@camsight.example")
        provider("Hunts Forum", charity_number="203644")
        known = self.register()
        taken = self.register(email="ben@hunts.example", charity_number="203644")
        new = self.register(email="cy@new.example", organisation_name="New", charity_number="")
        assert {(answer.status_code, answer.url) for answer in (known, taken, new)} == {
            (302, "/account/register/sent/")
        }
        assert [kind for kind, _ in sent()] == ["account_exists", "organisation_exists", "confirm_email"]

    @pytest.mark.parametrize(
        ("typed", "sentence", "box"),
        [
            ({"organisation_name": ""}, "Enter the name of the organisation", "organisation_name"),
            ({"organisation_name": "..."}, "must have letters or digits", "organisation_name"),
            ({"sector": ""}, "Select the kind of organisation", "sector_0"),
            ({"company_number": "12"}, "The company number must be 8 digits", "company_number"),
            ({"sector": "company"}, "Enter the company number", "company_number"),
            ({"charity_number": "abc"}, "The charity number must be", "charity_number"),
            ({"cqc_provider_id": "7"}, "The CQC provider ID must be", "cqc_provider_id"),
            ({"address": ""}, "Enter the postal address", "address"),
            ({"name": ""}, "Enter your name", "name"),
            ({"email": "ana"}, "Your e-mail address must be like", "email"),
            ({"name": "x" * 121}, "Your name must be 120 characters or fewer", "name"),
        ],
    )
    def test_what_is_wrong_is_named_and_the_rest_is_kept(self, typed, sentence, box):
        response = self.register(**typed)
        assert response.status_code == 422
        assert sentence in text(response)
        assert f'href="#id_{box}"' in text(response)
        assert "1 Mill Lane" in text(response) or "address" in typed
        assert not Message.objects.exists()

    def test_a_weak_password_is_refused_on_the_page_of_the_link(self):
        self.register()
        link = link_of("confirm_email")
        response = Client().post(link, {"password": "password1234"})
        assert response.status_code == 422
        assert 'href="#id_password"' in text(response)
        assert not User.objects.exists()

    def test_a_used_link_says_so(self):
        self.register()
        link = link_of("confirm_email")
        Client().post(link, {"password": NEW})
        response = Client().get(link)
        assert response.status_code == 410
        assert "This link no longer works" in text(response)

    def test_who_is_signed_in_registers_another(self):
        assert client_for(person()).get("/account/register/").url == "/account/register-another/"

    def test_the_time_over_is_said_when_it_was_over_by_the_portals_clock(self):
        registration.register(
            details=details(), name="Ana", email="a@b.example", now=clock.now() - timedelta(days=9)
        )
        link = link_of("confirm_email")
        response = Client().post(link, {"password": NEW})
        assert response.status_code in (410, 422)
        assert not User.objects.exists()


class TestAForgottenPassword:
    def ask(self, email):
        return Client().post("/account/password/forgotten/", {"email": email})

    def test_a_link_sets_a_new_one_once_and_ends_other_sessions(self):
        user = person()
        elsewhere = client_for(user)
        assert self.ask(user.email).url == "/account/password/forgotten/sent/"
        link = link_of("new_password")
        response = Client().post(link, {"password": NEW})
        assert response.url == SIGN_IN
        assert fresh(user).check_password(NEW)
        assert Client().get(link).status_code == 410
        assert elsewhere.get("/account/").status_code == 302

    def test_one_answer_to_every_address(self):
        user = person()
        known, unknown = self.ask(user.email), self.ask("nobody@example.org")
        assert (known.status_code, known.url) == (unknown.status_code, unknown.url)

    def test_signing_in_meanwhile_makes_the_link_void(self):
        user = person()
        self.ask(user.email)
        link = link_of("new_password")
        sign_in(Client(), user.email)
        assert Client().get(link).status_code == 410

    @pytest.mark.parametrize("link", ["", "?link=", "?link=PER-22222.abc.def", "?link=" + "x" * 3000])
    def test_an_invented_link_opens_nothing(self, link):
        response = Client().get(f"/account/password/new/{link}")
        assert response.status_code == 410

    def test_a_link_of_another_kind_opens_nothing(self):
        user = person()
        token = links.token(links.PASSWORD, user.reference)
        assert Client().get(f"/account/invitation/?link={token}").status_code == 410


class TestAnInvitation:
    @pytest.fixture
    def invitation(self):
        charity = provider("Cam Sight")
        return invitations.invite(
            organisation=charity,
            email="ben@camsight.example",
            name="Ben Cole",
            roles=[Role.PROVIDER_EDITOR],
            actor=person(charity, Role.PROVIDER_ADMIN, name="Ana Bell"),
            now=clock.now(),
        )

    def test_a_newcomer_chooses_a_password_and_is_in(self, invitation):
        link = link_of("invitation")
        client = Client()
        page = text(client.get(link))
        assert "Ana Bell has invited you" in page
        assert "Provider editor" in page
        assert "Ben Cole" in page
        response = client.post(link, {"name": "Ben Cole", "password": NEW})
        assert response.url == "/account/"
        user = User.objects.get(email="ben@camsight.example")
        assert client.session["_auth_user_id"] == str(user.pk)
        assert user.roles_in([invitation.organisation_id]) == {Role.PROVIDER_EDITOR}
        assert Client().get(link).status_code == 410

    def test_who_has_an_account_signs_in_and_accepts(self, invitation):
        user = person(email="ben@camsight.example")
        link = link_of("invitation")
        page = text(Client().get(link))
        assert "You have an account" in page
        assert "next=%2Faccount%2Finvitation" in page
        assert Client().post(link).status_code == 422
        client = client_for(user)
        assert "Accept and join" in text(client.get(link))
        assert client.post(link).status_code == 302
        assert fresh(user).roles_in([invitation.organisation_id]) == {Role.PROVIDER_EDITOR}

    def test_somebody_else_is_told_whose_it_is(self, invitation):
        link = link_of("invitation")
        client = client_for(person())
        assert "for another address" in text(client.get(link))
        assert client.post(link).status_code == 422
        assert fresh(invitation).accepted_at is None

    def test_reading_the_link_changes_nothing(self, invitation):
        link = link_of("invitation")
        Client().get(link)
        Client().head(link)
        assert fresh(invitation).accepted_at is None

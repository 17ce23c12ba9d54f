import re

import pytest
from django.test import Client

from commissioning.people.models import Organisation
from commissioning.people.roles import Role
from tests.commissioning.accounts.factories import fresh
from tests.factories import PASSWORD, authority, client_for, person, provider

pytestmark = pytest.mark.django_db
NEW = "seven paper boats adrift"
PAGES = [
    "/account/",
    "/account/details/",
    "/account/calendar/",
    "/account/calendar/make/",
    "/account/calendar/end/",
    "/account/password/",
    "/account/register-another/",
]


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("url", PAGES)
def test_ones_own_account_is_for_those_signed_in(url):
    assert Client().get(url).url == f"/account/sign-in/?next={url}"
    assert client_for(person()).get(url).status_code == 200


def test_the_account_lists_organisations_and_roles_held_and_waiting():
    council = authority("PCC", name="Peterborough")
    user = person(council, Role.EVALUATOR)
    user.memberships.get().grants.create(role=Role.LEAD, given_at=user.created_at)
    page = text(client_for(user).get("/account/"))
    assert "Peterborough" in page
    assert "Evaluator" in page
    assert "Waits for a second person" in page


def test_who_belongs_nowhere_is_told_what_to_do():
    assert "You belong to no organisation" in text(client_for(person()).get("/account/"))


def test_changing_ones_name():
    user = person(name="Ana")
    response = client_for(user).post("/account/details/", {"name": "Ana Bell", "job_title": "Writer"})
    assert response.url == "/account/"
    assert fresh(user).name == "Ana Bell"
    response = client_for(user).post("/account/details/", {"name": "", "job_title": "Writer"})
    assert response.status_code == 422
    assert "Enter your name" in text(response)


def test_changing_ones_password_keeps_this_session_and_ends_the_others():
    user = person()
    here, elsewhere = client_for(user), client_for(user)
    response = here.post("/account/password/", {"current": PASSWORD, "password": NEW})
    assert response.url == "/account/"
    assert fresh(user).check_password(NEW)
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_a_wrong_present_password_changes_nothing():
    user = person()
    response = client_for(user).post("/account/password/", {"current": "no", "password": NEW})
    assert response.status_code == 422
    assert "This is not your present password" in text(response)
    assert NEW not in text(response)
    assert fresh(user).check_password(PASSWORD)


def test_registering_another_organisation():
    user = person(provider(), Role.PROVIDER_EDITOR)
    typed = {"organisation_name": "Second Charity", "sector": "charity", "address": "1 Mill Lane"}
    typed |= {"size": "micro", "is_vcse": "on", "areas_served": "Fenland\r\nEly"}
    typed |= {"ppon": "pbcd-1234-fghj", "share_code": "tB7gKp9d"}
    response = client_for(user).post("/account/register-another/", typed)
    made = Organisation.objects.get(name="Second Charity")
    assert response.url == f"/organisations/{made.reference}/"
    assert (made.size, made.is_vcse, made.areas_served) == ("micro", True, "Fenland\nEly")
    assert (made.ppon, made.share_code) == ("PBCD-1234-FGHJ", "tB7gKp9d")
    assert fresh(user).roles_in([made.pk]) == {Role.PROVIDER_ADMIN}
    response = client_for(user).post("/account/register-another/", typed)
    assert response.status_code == 422
    assert 'href="#id_organisation_name"' in text(response)


def calendar_in(response):
    (address,) = set(re.findall(r"/calendar/[\w-]{43}\.ics", text(response)))
    return address


def test_the_calendar_address_is_shown_once_and_works_until_it_is_ended():
    user = person(provider(), Role.PROVIDER_EDITOR)
    client = client_for(user)
    assert "You have no calendar address now." in text(client.get("/account/calendar/"))
    address = calendar_in(client.post("/account/calendar/make/"))
    assert Client().get(address).status_code == 200
    for url in ("/account/", "/account/calendar/", "/account/calendar/make/"):
        page = text(client.get(url))
        assert address not in page
    assert "ends as soon as you make the new one" in page
    again = calendar_in(client.post("/account/calendar/make/"))
    assert Client().get(address).status_code == 404
    assert Client().get(again).status_code == 200
    assert client.post("/account/calendar/end/").url == "/account/calendar/"
    assert Client().get(again).status_code == 404
    assert client.post("/account/calendar/end/").status_code == 422


def test_asking_for_the_page_makes_no_address():
    user = person(provider(), Role.PROVIDER_EDITOR)
    for url in PAGES:
        client_for(user).get(url)
    assert not user.calendar_feeds.exists()


def test_who_belongs_nowhere_is_told_why_there_is_no_calendar():
    client = client_for(person())
    assert "Join one first" in text(client.get("/account/calendar/make/"))
    assert client.post("/account/calendar/make/").status_code == 422

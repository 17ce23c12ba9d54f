import pytest

from commissioning.people.signing_in import Session
from tests.factories import client_for, person

pytestmark = pytest.mark.django_db
LIST = "/account/sessions/"


def text(response):
    return response.content.decode()


def name(client):
    return Session.objects.get(pk=client.session.session_key).public_name


def test_each_sees_their_own_with_this_one_marked_and_how_long_they_last():
    user, other = person(), person()
    here, elsewhere, strangers = client_for(user), client_for(user), client_for(other)
    page = text(here.get(LIST))
    assert page.count('scope="row"') == 2
    assert page.count("This one") == 1
    assert f"/account/sessions/{name(elsewhere)}/end/" in page
    assert name(strangers) not in page
    assert elsewhere.session.session_key not in page
    assert "after 2 hours without use, and 12 hours after signing in" in page


def test_one_is_ended_after_asking():
    user = person()
    here, elsewhere = client_for(user), client_for(user)
    address = f"/account/sessions/{name(elsewhere)}/end/"
    assert here.get(address).status_code == 200
    assert elsewhere.get(LIST).status_code == 200
    assert here.post(address).url == LIST
    assert elsewhere.get(LIST).status_code == 302
    assert here.get(address).status_code == 404


def test_somebody_elses_is_as_if_it_were_not_there():
    other = client_for(person())
    address = f"/account/sessions/{name(other)}/end/"
    assert client_for(person()).post(address).status_code == 404
    assert other.get(LIST).status_code == 200


def test_all_others_are_ended_at_once():
    user = person()
    here, others = client_for(user), [client_for(user), client_for(user)]
    page = here.post("/account/sessions/end-others/", follow=True)
    assert "2 other sessions ended" in text(page)
    assert [client.get(LIST).status_code for client in others] == [302, 302]


def test_the_list_costs_as_much_for_many_as_for_one(django_assert_max_num_queries):
    user = person()
    here = client_for(user)
    here.get(LIST)
    with django_assert_max_num_queries(6) as one:
        here.get(LIST)
    for _ in range(3):
        client_for(user)
    with django_assert_max_num_queries(len(one)):
        here.get(LIST)

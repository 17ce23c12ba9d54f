from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.test import Client

from commissioning import clock
from commissioning.accounts import queries
from commissioning.people.signing_in import Session
from tests.factories import PASSWORD, client_for, person

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def later(monkeypatch):
    """Move real time on."""
    real = clock.real_now

    def move(**span):
        monkeypatch.setattr(clock, "real_now", lambda: real() + timedelta(**span))

    return move


def is_in(client):
    return client.get("/account/details/").status_code == 200


def test_signing_in_notes_whose_it_is_and_the_browser_in_words():
    user = person()
    client = Client(headers={"user-agent": FIREFOX})
    client.post("/account/sign-in/", {"email": user.email, "password": PASSWORD})
    (row,) = queries.sessions_of(user)
    assert (row.user, row.browser) == (user, "Firefox on a Windows computer")
    assert row.public_name not in row.session_key
    assert "192" not in row.browser


def test_a_session_ends_after_two_hours_without_use(later):
    client = client_for(person())
    later(minutes=119)
    assert is_in(client)
    later(hours=3, minutes=55)
    assert is_in(client)
    later(hours=5, minutes=56)
    assert not is_in(client)


def test_a_session_ends_twelve_hours_after_signing_in_however_much_it_is_used(later):
    client = client_for(person())
    for hours in range(1, 12):
        later(hours=hours)
        assert is_in(client)
    later(seconds=configured.SESSION_COOKIE_AGE + 1)
    assert not is_in(client)


def test_a_use_is_noted_once_a_minute_at_most(later):
    client = client_for(person())
    row = Session.objects.get()
    is_in(client)
    assert Session.objects.get().used_at == row.used_at
    later(minutes=2)
    is_in(client)
    assert Session.objects.get().used_at - row.used_at >= timedelta(minutes=1)


def test_a_session_that_was_deleted_lets_nobody_in():
    client = client_for(person())
    Session.objects.all().delete()
    assert not is_in(client)


def test_an_invented_key_opens_nothing():
    client = Client()
    client.cookies[configured.SESSION_COOKIE_NAME] = "x" * 32
    assert not is_in(client)

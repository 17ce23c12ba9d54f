from datetime import timedelta

import pytest
from django.conf import settings as configured

from commissioning import clock
from commissioning.accounts.services import passwords, people, sessions
from commissioning.people.signing_in import Session
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import actions
from tests.factories import NOW, PASSWORD, client_for, person

pytestmark = pytest.mark.django_db


def is_in(client):
    return client.get("/account/details/").status_code == 200


def test_one_ends_one_of_ones_own():
    user = person()
    here, elsewhere = client_for(user), client_for(user)
    name = Session.objects.get(pk=elsewhere.session.session_key).public_name
    sessions.end(user=user, name=name, now=NOW)
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert actions() == ["session.end"]
    with pytest.raises(Refused, match="ended already"):
        sessions.end(user=user, name=name, now=NOW)


def test_nobody_elses_can_be_meant():
    client = client_for(person())
    with pytest.raises(Refused):
        sessions.end(user=person(), name=Session.objects.get().public_name, now=NOW)
    assert is_in(client)


def test_all_others_end_and_nobody_elses():
    user = person()
    here, others, strangers = client_for(user), [client_for(user), client_for(user)], client_for(person())
    assert sessions.end_others(user=user, this=here.session.session_key, now=NOW) == 2
    assert is_in(here)
    assert is_in(strangers)
    assert not any(map(is_in, others))


def test_a_new_password_leaves_no_session_in_the_table():
    user = person()
    client_for(user)
    passwords.set_new(user=user, password="seven paper boats adrift", now=NOW)
    assert not Session.objects.exists()


def test_changing_the_password_keeps_the_one_it_is_done_in():
    user = person()
    here = client_for(user).session.session_key
    client_for(user)
    passwords.change(
        user=user, current=PASSWORD, password="seven paper boats adrift", this_session=here, now=NOW
    )
    assert Session.objects.get().pk == here


def test_an_account_that_is_switched_off_has_none():
    user = person()
    client_for(user)
    people.maintain(
        user=user, name="Ana", job_title="", is_active=False, actor=person(is_staff=True), now=NOW
    )
    assert not Session.objects.filter(user=user).exists()


def test_those_that_ran_out_are_forgotten(monkeypatch):
    client_for(person())
    assert sessions.forget_old() == 0
    later = clock.real_now() + configured.SESSION_IDLE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert sessions.forget_old() == 1

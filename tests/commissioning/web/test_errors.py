"""A save that failed for want of a database is noted for the outage log; what was typed is shown, no more."""

import re

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from commissioning.records import unsaved
from commissioning.records.sealing import SealingKeyWrong
from commissioning.web.views import received_at
from tests.factories import client_for, person

pytestmark = pytest.mark.django_db
TYPED = {"name": "Ana Bell", "job_title": "Bid writer"}


@pytest.fixture
def noted(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / unsaved.FILE_NAME


def client_that_fails(monkeypatch, error) -> Client:
    def change_own(**_):
        raise error

    monkeypatch.setattr("commissioning.accounts.services.people.change_own", change_own)
    client = client_for(person())
    client.raise_request_exception = False
    return client


def test_a_save_that_the_database_did_not_take_is_noted(noted, monkeypatch):
    client = client_that_fails(monkeypatch, OperationalError("the database is away"))
    response = client.post(reverse("own-details"), TYPED)
    assert response.status_code == 500
    at = received_at(response.wsgi_request)
    assert noted.read_text() == f"{at:{unsaved.MINUTE}}\n"


def test_a_page_that_could_not_be_shown_is_no_failed_save(noted, monkeypatch):
    client = client_that_fails(monkeypatch, OperationalError("the database is away"))
    monkeypatch.setattr("commissioning.accounts.queries.memberships_of", lambda _: 1 / 0)
    assert client.get(reverse("account")).status_code == 500
    assert not noted.exists()


def test_a_fault_of_the_program_is_no_outage(noted, monkeypatch):
    client = client_that_fails(monkeypatch, ValueError("a fault"))
    assert client.post(reverse("own-details"), TYPED).status_code == 500
    assert not noted.exists()


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_only_what_somebody_typed_is_shown_and_all_is_carried_on(is_signed_in):
    client = client_for(person() if is_signed_in else None, enforce_csrf_checks=is_signed_in)
    posted = {**TYPED, "version": "417", "then": "next", "empty": ""}
    page = client.post(reverse("own-details"), posted, headers={"Origin": "http://testserver"})
    shown = page.content.decode()
    assert 'name="version" value="417"' in shown
    assert 'name="then" value="next"' in shown
    assert re.findall('<p class="portal-prewrap">(.*?)</p>', shown) == ["Ana Bell", "Bid writer"]


@pytest.mark.parametrize("is_administrator", [True, False])
def test_with_a_wrong_sealing_key_only_administrators_read_which_key_is_needed(monkeypatch, is_administrator):
    def read_sealed(_):
        raise SealingKeyWrong("set PORTAL_SEALING_KEY to the key of 2027")

    monkeypatch.setattr("commissioning.accounts.queries.memberships_of", read_sealed)
    response = client_for(person(is_staff=is_administrator)).get(reverse("account"))
    assert response.status_code == 409
    assert "Nothing of yours is lost" in response.content.decode()
    assert ("PORTAL_SEALING_KEY" in response.content.decode()) == is_administrator

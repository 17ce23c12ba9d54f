from datetime import timedelta

import pytest
from django.db import IntegrityError

from commissioning.accounts.services import registration
from commissioning.people.models import Organisation, Registration, User
from commissioning.people.roles import Role
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import actions, details, sent
from tests.factories import NOW, PASSWORD, authority, person, provider

pytestmark = pytest.mark.django_db
ANA = {"name": "Ana Bell", "email": "Ana@CamSight.example"}


def register(**given):
    registration.register(**{"details": details(), **ANA, "now": NOW, **given})


def confirm(**given):
    waiting = Registration.objects.latest("pk")
    return registration.confirm(**{"registration": waiting, "password": PASSWORD, "now": NOW, **given})


def test_nothing_counts_before_the_address_is_confirmed():
    register()
    assert not Organisation.objects.exists()
    assert not User.objects.exists()
    assert sent() == [("confirm_email", "ana@camsight.example")]


def test_confirming_makes_the_person_and_the_provider_they_look_after():
    register(details=details(company_number="01234567", address="1 Mill Lane"), job_title="Bid writer")
    user = confirm()
    provider = Organisation.objects.get()
    assert (provider.kind, provider.name, provider.company_number) == ("provider", "Cam Sight", "01234567")
    assert (user.email, user.name, user.job_title) == ("ana@camsight.example", "Ana Bell", "Bid writer")
    assert user.email_confirmed_at == NOW
    assert user.check_password(PASSWORD)
    assert user.roles_in([provider.pk]) == {Role.PROVIDER_ADMIN}
    assert not Registration.objects.exists()
    assert actions() == [
        "person.create",
        "organisation.create",
        "role.give",
        "registration.confirm",
    ]


def test_a_known_address_gets_a_message_and_nothing_else_happens():
    person(email="ana@camsight.example")
    register()
    assert sent() == [("account_exists", "ana@camsight.example")]
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ({"name": "CAM SIGHT LTD"}, {"name": "Cam Sight"}),
        ({"company_number": "01234567"}, {"company_number": "01234567"}),
        ({"charity_number": "1123456"}, {"charity_number": "1123456"}),
        ({"cqc_provider_id": "1-101639123"}, {"cqc_provider_id": "1-101639123"}),
    ],
)
def test_a_provider_that_is_there_already_is_found_and_its_administrators_are_told(there, typed):
    admin = person(provider(**there), Role.PROVIDER_ADMIN)
    register(details=details(**{"name": "Another Name", **typed}))
    assert sent() == [
        ("organisation_exists", "ana@camsight.example"),
        ("registration_attempt", admin.email),
    ]
    assert not Registration.objects.exists()


def test_an_authority_of_the_same_name_is_another_thing():
    authority(name="Cam Sight")
    register()
    assert sent() == [("confirm_email", "ana@camsight.example")]


def test_an_address_is_written_to_three_times_a_day_at_most():
    for number in range(5):
        register(details=details(f"Charity {number}"), now=NOW + timedelta(minutes=number))
    assert len(sent()) == 3
    register(details=details("Charity 9"), now=NOW + timedelta(days=1, hours=1))
    assert len(sent()) == 4


def test_a_registration_runs_out_and_is_forgotten():
    register()
    with pytest.raises(Refused, match="run out"):
        confirm(now=NOW + timedelta(days=2))
    assert registration.forget_expired(now=NOW + timedelta(days=1)) == 0
    assert registration.forget_expired(now=NOW + timedelta(days=2)) == 1
    assert not Registration.objects.exists()


def test_a_registration_is_confirmed_once():
    register()
    waiting = Registration.objects.get()
    confirm()
    with pytest.raises(Refused, match="run out or was confirmed before"):
        registration.confirm(registration=waiting, password=PASSWORD, now=NOW)
    assert Organisation.objects.count() == 1


def test_who_confirms_second_is_told_that_the_provider_is_there():
    register()
    register(email="ben@camsight.example", name="Ben")
    first, second = Registration.objects.order_by("pk")
    registration.confirm(registration=first, password=PASSWORD, now=NOW)
    with pytest.raises(Refused, match="registered already"):
        registration.confirm(registration=second, password=PASSWORD, now=NOW)
    assert not User.objects.filter(email="ben@camsight.example").exists()


def test_two_confirmations_at_once_make_one_provider(monkeypatch):
    register()
    monkeypatch.setattr(
        "commissioning.accounts.services.organisations.refuse_duplicates", lambda *a, **k: None
    )
    provider("Cam Sight")
    with pytest.raises(Refused, match="just been registered by somebody else"):
        confirm()
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "password12345", "ana@camsight.example", "123456789012"])
def test_a_weak_password_is_refused_with_the_reason_beside_its_box(password):
    register()
    with pytest.raises(Refused) as refused:
        confirm(password=password)
    assert {reason.field for reason in refused.value.reasons} == {"password"}
    assert Registration.objects.exists()
    assert not User.objects.exists()


def test_an_address_that_got_an_account_meanwhile_signs_in_instead():
    register()
    person(email="ana@camsight.example")
    with pytest.raises(Refused, match="sign in instead"):
        confirm()


def test_two_accounts_of_one_address_cannot_be(monkeypatch):
    register()
    person(email="ana@camsight.example")
    monkeypatch.setattr("commissioning.accounts.queries.person", lambda email: None)
    with pytest.raises(Refused, match="has an account"):
        confirm()
    with pytest.raises(IntegrityError):
        person(email="ana@camsight.example")

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from commissioning.people.models import Organisation, RoleGrant, User
from commissioning.people.references import ALPHABET, random_reference
from commissioning.people.roles import AUTHORITY_ROLES, PROVIDER_ROLES, SENSITIVE_ROLES, Role
from tests.factories import NOW, authority, member, person, provider

pytestmark = pytest.mark.django_db


def fresh(user):
    return User.objects.get(pk=user.pk)


def grant(user, organisation, role, **given):
    return RoleGrant.objects.create(
        membership=member(user, organisation), role=role, given_at=NOW, **{"confirmed_at": NOW, **given}
    )


def test_addresses_are_kept_in_lower_case_and_found_in_any():
    user = person(email="Ana@Example.ORG")
    assert user.email == "ana@example.org"
    assert User.objects.get_by_natural_key(" ANA@example.org ") == user


def test_one_address_has_one_account_whatever_its_case():
    person(email="ana@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ANA@example.org", name="Ana", created_at=NOW)])


def test_a_role_counts_while_it_is_confirmed_not_withdrawn_and_its_holder_is_there():
    council = authority()
    for given in ({"confirmed_at": None}, {"withdrawn_at": NOW}):
        user = person()
        grant(user, council, Role.LEAD, **given)
        assert fresh(user).roles_in([council.pk]) == frozenset()
    leaver = person(council, Role.LEAD)
    leaver.memberships.update(left_at=NOW)
    assert fresh(leaver).roles_in() == frozenset()


def test_an_account_that_is_switched_off_has_no_role():
    council = authority()
    user = person(council, Role.LEAD, is_active=False)
    assert fresh(user).roles_in([council.pk]) == frozenset()


def test_the_administrator_is_one_nowhere_in_particular_and_never_a_superuser():
    council = authority()
    user = person(council, Role.AUDITOR, is_staff=True)
    assert user.roles_in() == {"auditor", "administrator"}
    assert user.roles_in([council.pk]) == {"auditor"}
    assert not user.is_superuser


def test_roles_are_read_once_for_the_life_of_a_user(django_assert_num_queries):
    council = authority()
    user = fresh(person(council, Role.LEAD))
    with django_assert_num_queries(1):
        assert user.roles_in([council.pk]) == {"lead"}
        assert user.organisation_ids(Role.LEAD) == {council.pk}
        assert user.organisation_ids(Role.DIRECTOR) == frozenset()
        assert user.organisation_ids() == {council.pk}


def test_one_sees_the_organisations_one_belongs_to_today():
    council, charity = authority(), provider()
    user = person(council, Role.COMMISSIONER)
    assert list(Organisation.objects.visible_to(user)) == [council]
    member(user, charity)
    assert set(Organisation.objects.visible_to(user)) == {council, charity}
    user.memberships.filter(organisation=council).update(left_at=NOW)
    assert list(Organisation.objects.visible_to(user)) == [charity]


def test_an_organisation_is_its_own():
    council = authority("PCC")
    assert council.owned_by == council.sighted_by == {council.pk}
    assert council.is_authority
    assert not provider().is_authority


def test_one_is_a_member_once_at_a_time_and_may_come_back():
    council = authority()
    user = person(council)
    first = user.memberships.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        user.memberships.create(organisation=council, joined_at=NOW)
    first.left_at = NOW + timedelta(days=1)
    first.save()
    assert user.memberships.create(organisation=council, joined_at=NOW + timedelta(days=2)).pk


@pytest.mark.parametrize(
    "field", ["company_number", "charity_number", "code"], ids=["company", "charity", "code"]
)
def test_a_number_belongs_to_one_organisation(field):
    provider(**{field: "123456"})
    with pytest.raises(IntegrityError), transaction.atomic():
        provider(**{field: "123456"})
    provider(**{field: ""})


def test_every_role_is_a_providers_or_an_authoritys():
    assert set(Role) == PROVIDER_ROLES | AUTHORITY_ROLES
    assert not PROVIDER_ROLES & AUTHORITY_ROLES
    assert SENSITIVE_ROLES < AUTHORITY_ROLES


def test_references_are_random_and_without_look_alikes():
    references = {random_reference("APP") for _ in range(200)}
    assert len(references) > 195
    assert all(
        reference.startswith("APP-") and len(reference) == 9 and set(reference[4:]) <= set(ALPHABET)
        for reference in references
    )
    assert not set("01IOLU") & set(ALPHABET)


def test_a_reference_that_is_taken_is_drawn_again(monkeypatch):
    drawn = iter(["ORG-22222", "ORG-22222", "ORG-33333"])
    monkeypatch.setattr("commissioning.people.references.random_reference", lambda prefix: next(drawn))
    assert [provider().reference, provider().reference] == ["ORG-22222", "ORG-33333"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_bank_holidays_are_there_after_every_transactional_test(turn):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_bankholiday")
        assert cursor.fetchone()[0] > 300

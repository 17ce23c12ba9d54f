import pytest

from commissioning.accounts.services import organisations
from commissioning.audit.models import Event
from commissioning.people.actors import System
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import details
from tests.factories import NOW, authority, person, provider

pytestmark = pytest.mark.django_db


def test_an_administrator_sets_up_an_authority():
    made = organisations.create_authority(
        details=details("Peterborough City Council", sector="council"),
        code="pcc",
        actor=person(is_staff=True),
        now=NOW,
    )
    assert (made.kind, made.code, made.short_name, made.created_at) == ("authority", "PCC", "PCC", NOW)
    assert Event.objects.get().action == "organisation.create"


def test_nobody_else_sets_up_an_authority():
    lead = person(authority(), Role.LEAD)
    with pytest.raises(Denied):
        organisations.create_authority(details=details(), code="X", actor=lead, now=NOW)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"code": "PCC"}, "The code PCC belongs to another authority."),
        ({"code": " "}, "Enter the authority's short code"),
        ({"details": details("The PETERBOROUGH Council")}, "of this name is registered already"),
        ({"details": details("...")}, "must have letters or digits"),
    ],
)
def test_what_is_taken_is_refused(given, sentence):
    authority("PCC", name="Peterborough Council")
    with pytest.raises(Refused, match=sentence):
        organisations.create_authority(
            **{"details": details("New"), "code": "NEW", "actor": System("set-up"), "now": NOW, **given}
        )


def test_its_administrator_changes_a_providers_details():
    charity = provider("Cam Sight", company_number="01234567")
    admin = person(charity, Role.PROVIDER_ADMIN)
    organisations.change(
        organisation=charity,
        details=details("Cam Sight Limited", company_number="07654321", address="2 High Street"),
        actor=admin,
        now=NOW,
    )
    assert (charity.name, charity.company_number) == ("Cam Sight Limited", "07654321")
    event = Event.objects.get()
    assert event.data["before"]["company_number"] == "01234567"
    assert event.data["after"]["address"] == "2 High Street"
    assert "sector" not in event.data["after"]


def test_nothing_changed_is_nothing_recorded():
    charity = provider("Cam Sight", address="")
    admin = person(charity, Role.PROVIDER_ADMIN)
    organisations.change(organisation=charity, details=details("Cam Sight"), actor=admin, now=NOW)
    assert not Event.objects.exists()


def test_a_number_of_another_provider_is_refused_beside_its_box():
    provider("Other", charity_number="1123456")
    charity = provider("Cam Sight")
    with pytest.raises(Refused) as refused:
        organisations.change(
            organisation=charity,
            details=details("Cam Sight", charity_number="1123456"),
            actor=person(charity, Role.PROVIDER_ADMIN),
            now=NOW,
        )
    (reason,) = refused.value.reasons
    assert reason.field == "charity_number"
    assert reason.text.startswith("An organisation with this charity number is registered already.")


def test_an_editor_changes_no_details_and_nobody_those_of_another():
    charity = provider("Cam Sight")
    for actor in (person(charity, Role.PROVIDER_EDITOR), person(provider(), Role.PROVIDER_ADMIN)):
        with pytest.raises(Denied):
            organisations.change(organisation=charity, details=details("New name"), actor=actor, now=NOW)


def test_who_works_for_an_authority_registers_no_provider():
    with pytest.raises(Refused, match="belongs to an authority"):
        organisations.register_provider(
            details=details(), admin=person(authority(), Role.COMMISSIONER), actor=System("x"), now=NOW
        )


# Two spellings of one provider, each in a pool of its own (rulebook A6).
CERA = ("Cera Care Operations Ltd", "Cera Care Operations LTD")


def register(name, **given):
    return organisations.register_provider(
        details=details(name, **given), admin=person(), actor=System("x"), now=NOW
    )


@pytest.mark.parametrize("second", [CERA[1], "The Cera Care Operations Limited", "Cera-Care Operations"])
def test_one_provider_in_two_spellings_is_registered_once(second):
    register(CERA[0])
    with pytest.raises(Refused) as refused:
        register(second)
    (reason,) = refused.value.reasons
    assert reason.field == "name"
    assert reason.text == (
        "An organisation of this name is registered already. If it is yours, ask a colleague there to "
        "invite you: each organisation is here once."
    )


@pytest.mark.parametrize(
    ("column", "number"),
    [
        ("company_number", "01234567"),
        ("charity_number", "1123456-1"),
        ("cqc_provider_id", "1-101639123"),
    ],
)
def test_a_number_tells_one_provider_under_two_names_and_says_nothing_of_the_other(column, number):
    register(CERA[0], **{column: number})
    with pytest.raises(Refused) as refused:
        register("Quite Another Name", **{column: number})
    (reason,) = refused.value.reasons
    assert reason.field == column
    assert "invite you" in reason.text
    assert "Cera" not in reason.text
    other = register("Quite Another Name")
    with pytest.raises(Refused, match="invite you"):
        organisations.change(
            organisation=other,
            details=details("Quite Another Name", **{column: number}),
            actor=person(other, Role.PROVIDER_ADMIN),
            now=NOW,
        )


def test_a_number_that_an_organisation_of_the_other_kind_has_is_refused_in_words():
    authority(company_number="01234567")
    charity = provider("Cam Sight")
    with pytest.raises(Refused, match="registered already"):
        organisations.change(
            organisation=charity,
            details=details("Cam Sight", company_number="01234567"),
            actor=person(charity, Role.PROVIDER_ADMIN),
            now=NOW,
        )

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from commissioning.audit.models import Event
from commissioning.people.models import User
from commissioning.people.roles import Role
from tests.factories import authority, client_for, person

pytestmark = pytest.mark.django_db


def test_the_operator_makes_an_administrator_who_chooses_a_password(capsys):
    call_command("make_administrator", "Sam@portal.example", "Sam Portal")
    link = "/account/" + capsys.readouterr().out.strip().partition("/account/")[2]
    made = User.objects.get()
    assert (made.email, made.is_staff) == ("sam@portal.example", True)
    assert Event.objects.get().actor_name == "system: command line"
    Client().post(link, {"password": "ten grey owls"})
    made.refresh_from_db()
    assert made.check_password("ten grey owls")
    assert client_for(made).get("/admin/").status_code == 200


def test_somebody_of_an_organisation_is_refused_with_a_sentence():
    lead = person(authority(), Role.LEAD)
    with pytest.raises(CommandError, match="belongs to an organisation"):
        call_command("make_administrator", lead.email, "Lead")

import pytest
from django.core.management import CommandError, call_command

from commissioning.pages import checks
from commissioning.people.models import Installation

pytestmark = pytest.mark.django_db


def test_migrating_writes_once_how_the_database_began(settings):
    assert Installation.objects.get().is_demo is False
    settings.PORTAL_DEMO = True
    call_command("migrate", verbosity=0)
    assert Installation.objects.get().is_demo is False


def test_a_demonstration_is_refused_on_a_database_that_was_not_created_as_one(settings):
    settings.PORTAL_DEMO = True
    with pytest.raises(CommandError, match="was not created as a demonstration"):
        call_command("check", "--database", "default")
    Installation.objects.update(is_demo=True)
    call_command("check", "--database", "default")


def test_a_database_made_as_a_demonstration_may_be_opened_without_its_accounts(settings):
    Installation.objects.update(is_demo=True)
    assert list(checks.demo_has_a_database_of_its_own(None, databases=["default"])) == []


def test_a_listed_sweep_that_is_not_there_stops_the_start(settings):
    settings.SWEEPS = ["lots.nothing.sweep"]
    with pytest.raises(CommandError, match=r"lots\.nothing\.sweep"):
        call_command("check")

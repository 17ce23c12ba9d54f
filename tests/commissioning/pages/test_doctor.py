from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError

from commissioning.audit import triggers
from commissioning.pages import health
from commissioning.pages.management.commands import doctor
from commissioning.people.models import Installation

pytestmark = pytest.mark.django_db


def asked() -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except SystemExit as stop:
        return out.getvalue(), int(str(stop.code))
    return out.getvalue(), 0


@pytest.fixture(autouse=True)
def _assets_are_built(monkeypatch):
    monkeypatch.setattr(
        doctor, "LOOKS", tuple(look for look in doctor.LOOKS if look is not doctor.static_files)
    )


def test_a_machine_in_order_is_told_so():
    said, status = asked()
    assert status == 0
    assert "MEND" not in said
    for line in ("Letters can be drawn", "The record refuses change", "The sealing key opens"):
        assert f"well  {line}" in said


def test_a_database_that_does_not_answer_is_said_with_its_reason_and_the_rest_is_still_looked_at(monkeypatch):
    def fails() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "database_answers", fails)
    said, status = asked()
    assert status == 1
    assert "MEND  database: connection refused" in said
    assert "well  The file store takes files" in said


def test_a_missing_trigger_is_named_with_the_way_to_put_it_back(monkeypatch):
    monkeypatch.setattr(triggers, "missing", lambda: ["audit_event_no_update"])
    said, status = asked()
    assert status == 1
    assert "audit_event_no_update" in said
    assert "./portal manage migrate" in said


def test_a_demonstration_on_another_database_is_refused(settings):
    settings.PORTAL_DEMO = True
    assert Installation.objects.get().is_demo is False
    said, status = asked()
    assert status == 1
    assert "was not created as a demonstration" in said


def test_what_only_the_tests_need_is_no_illness(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    said, status = asked()
    assert status == 0
    assert "note  No Chromium" in said


def test_it_makes_a_fresh_sealing_key_that_the_settings_take():
    said, _ = asked()
    assert len(said.strip().splitlines()[-1].rsplit(" ", 1)[1]) == 44


def test_a_portal_without_a_virus_scanner_is_noted_and_not_ill(settings):
    settings.CLAMD_URL = ""
    said, status = asked()
    assert status == 0
    assert "note  No virus scanner" in said


def test_a_virus_scanner_that_answers_is_well_and_a_dead_one_is_to_be_mended(clamd):
    said, status = asked()
    assert (status, "well  The virus scanner answers" in said) == (0, True)
    clamd.kill()
    said, status = asked()
    assert status == 1
    assert "MEND  The virus scanner does not answer" in said
    assert clamd.url in said

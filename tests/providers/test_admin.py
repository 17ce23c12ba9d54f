"""The administration looks up; it neither writes nor learns who applies before the opening."""

import pytest
from django.contrib import admin
from django.urls import reverse

from providers.models import AnswerVersion, Package, Submission, SubmittedFile
from providers.services import openings
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(time_machine):
    time_machine.move_to(f.NOW)
    return people.client_for(people.person(is_staff=True))


def test_applications_appear_once_their_window_is_opened(client, time_machine):
    entry = f.submitted()
    window, application = entry.window_lot.window, entry.application
    listing = reverse("admin:providers_application_changelist")
    detail = reverse("admin:providers_application_change", args=[application.reference])
    assert application.reference not in client.get(listing).content.decode()
    assert client.get(detail).status_code == 302
    openings.open_entries(window=window, actor=f.lead_of(window.agreement), now=f.AFTER)
    assert application.reference in client.get(listing).content.decode()
    assert "Being evaluated" not in client.get(detail).content.decode()
    assert client.get(detail).status_code == 200


def test_nothing_is_written_here(client):
    admission = f.admission(f.agreement(lots=1).lots.get())
    url = reverse("admin:providers_admission_change", args=[admission.pk])
    page = client.get(url).content.decode()
    assert admission.organisation.name in page
    assert 'name="_save"' not in page
    assert client.post(url, {"state": "removed"}).status_code == 403
    assert client.get(reverse("admin:providers_admission_add")).status_code == 403


def test_what_is_sealed_has_no_page_here():
    for model in (Submission, AnswerVersion, SubmittedFile, Package):
        assert model not in admin.site._registry

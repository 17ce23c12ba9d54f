"""The pages on which a lead keeps an agreement's documents."""

import pytest
from django.urls import reverse

from commissioning import clock
from commissioning.people.roles import Role
from tests.commissioning.records import files
from tests.factories import authority, client_for, person
from tests.lots import factories
from tests.lots.pages import send

pytestmark = pytest.mark.django_db
DAY = {"issued_on_day": "4", "issued_on_month": "1", "issued_on_year": "2021"}


@pytest.fixture
def setting():
    return factories.agreement(now=clock.now())


@pytest.fixture
def document(setting):
    url = reverse("agreement-document-add", args=[setting.agreement.reference])
    given = {"title": "Guide", "audience": "public", "file": files.upload(), **DAY}
    page = send(client_for(setting.lead), url, **given)
    assert page.status_code == 302
    return setting.agreement.documents.get()


def address(name, document):
    return reverse(name, args=[document.agreement.reference, document.reference])


def test_it_is_added_issued_anew_and_taken_out(setting, document):
    client, public = client_for(setting.lead), setting.agreement.get_absolute_url()
    assert "Issue 1 of 4 January 2021" in client_for().get(public).content.decode()
    later = {**DAY, "issued_on_day": "5"}
    send(client, address("agreement-document-issue", document), file=files.upload(), **later)
    page = client_for().get(public).content.decode()
    assert "Issue 2 of 5 January 2021" in page
    assert "issue 1 of 4 January 2021" in page
    file = reverse("document", args=[document.issues.get(number=1).document.reference])
    assert client_for().get(file)["Content-Disposition"].startswith("attachment")
    send(client, address("agreement-document-take-out", document), reason="It named a person.")
    assert "Guide" not in client_for().get(public).content.decode()
    assert client_for().get(file).status_code == 404
    assert client_for(setting.lead).get(file).status_code == 404


def test_whoever_is_not_its_lead_is_told_why_not(setting, document):
    commissioner = person(setting.lead_authority, Role.COMMISSIONER)
    for name in ("agreement-document-issue", "agreement-document-take-out"):
        url = address(name, document)
        assert client_for(person(authority(), Role.LEAD)).get(url).status_code == 403
        assert client_for(commissioner).get(url).status_code == 403
        assert client_for(setting.lead).get(url.replace(document.reference, "AD-XXXXX")).status_code == 404


def test_without_a_file_the_page_says_so_and_keeps_what_was_typed(setting):
    url = reverse("agreement-document-add", args=[setting.agreement.reference])
    page = send(client_for(setting.lead), url, title="Guide", audience="members", **DAY)
    assert page.status_code == 422
    assert "Choose a file for the document" in page.content.decode()
    assert "Guide" in page.content.decode()

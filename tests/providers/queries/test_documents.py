"""Who may have which document of an agreement, by the file's own address."""

from datetime import date

import pytest
from django.urls import reverse

from commissioning import clock
from commissioning.audit.models import AccessEntry
from commissioning.people.roles import Role
from lots.services import documents
from tests.commissioning.records import files
from tests.factories import authority, client_for, person, provider
from tests.lots import factories as lots
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting():
    return lots.agreement(now=clock.now())


@pytest.fixture
def terms(setting):
    return documents.add(
        agreement=setting.agreement,
        title="Terms for members",
        audience="members",
        issued_on=date(2021, 1, 4),
        file=files.upload(),
        actor=setting.lead,
        now=clock.now(),
    )


def given(user, document):
    """Return whether this person is given the file, and whether the agreement's page shows it to them."""
    client = client_for(user)
    file = client.get(reverse("document", args=[document.issues.get().document.reference]))
    shown = "Terms for members" in client.get(document.agreement.get_absolute_url()).content.decode()
    assert shown is (file.status_code == 200)
    return shown


def test_a_member_and_the_authorities_have_it_and_nobody_else(setting, terms):
    since = {"decided_at": clock.now(), "effective_at": clock.now()}
    inside, coming = (f.admission(setting.lot, state=state, **since) for state in ("current", "standstill"))
    gone, held = (f.admission(setting.lots[1], state=state, **since) for state in ("removed", "suspended"))
    for admission, may in ((inside, True), (held, True), (coming, False), (gone, False)):
        assert given(f.bid_writer(admission.organisation), terms) is may
    for user in (setting.lead, setting.member, person(setting.partner, Role.AUDITOR)):
        assert given(user, terms)
    elsewhere = f.admission(lots.agreement(now=clock.now()).lot, **since).organisation
    strangers = (None, f.bid_writer(elsewhere), f.bid_writer(provider()), person(authority(), Role.LEAD))
    for stranger in strangers:
        assert not given(stranger, terms)


def test_who_had_it_is_noted(setting, terms):
    assert given(setting.lead, terms)
    entry = AccessEntry.objects.get(what="Terms for members")
    assert entry.actor_name == setting.lead.audit_name


def test_taken_out_nobody_has_it(setting, terms):
    documents.take_out(document=terms, reason="Wrong file.", actor=setting.lead, now=clock.now())
    assert not given(setting.lead, terms)


def test_the_agreements_page_costs_as_much_with_three_documents_as_with_one(
    setting, terms, django_assert_num_queries
):
    client, url = client_for(setting.lead), setting.agreement.get_absolute_url()
    client.get(url)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    for title in ("Two", "Three"):
        documents.add(
            agreement=setting.agreement,
            title=title,
            audience="public",
            issued_on=date(2021, 1, 4),
            file=files.upload(),
            actor=setting.lead,
            now=clock.now(),
        )
    with django_assert_num_queries(len(captured)):
        client.get(url)

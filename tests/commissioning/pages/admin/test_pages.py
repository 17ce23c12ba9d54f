from datetime import date

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from commissioning.audit.models import AccessEntry, Event
from commissioning.audit.services import note_access, record, unit
from commissioning.people.models import BankHoliday, Invitation, Organisation
from commissioning.people.roles import Role
from commissioning.records.models import Message, Round
from commissioning.records.services import outbox
from commissioning.web.admin import GROUPS
from tests.commissioning.accounts.factories import fresh
from tests.factories import NOW, authority, client_for, person, provider

pytestmark = pytest.mark.django_db
PAGES = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry)
WRITTEN = {
    "people_organisation",
    "people_user",
    "people_bankholiday",
    "records_messagetemplate",
    "lots_agreement",
}
SEALED = {"records_sealedblob", "records_wrap", "records_draftkey", "records_signingkey", "records_round"}

# What the browser sends for the members shown with an organisation or a person.
SHOWN = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}


def text(response):
    return response.content.decode()


@pytest.fixture
def sam():
    return person(is_staff=True, name="Sam Portal")


@pytest.fixture
def client(sam):
    return client_for(sam)


def url(page, what="changelist", *arguments):
    return reverse(f"admin:{page}_{what}", args=arguments)


class TestTheDoor:
    def test_nobody_signs_in_here_but_at_the_portals_own_page(self):
        response = Client().get("/admin/people/user/", follow=True)
        assert response.redirect_chain[-1][0] == "/account/sign-in/?next=/admin/people/user/"

    def test_a_password_posted_here_signs_nobody_in(self, sam):
        response = Client().post("/admin/login/", {"username": sam.email, "password": "x"})
        assert response.url.startswith("/account/sign-in/")

    def test_who_is_no_administrator_is_refused(self):
        client = client_for(person(authority(), Role.LEAD))
        response = client.get("/admin/", follow=True)
        assert response.status_code == 403
        assert "for administrators of the portal" in text(response)

    def test_an_account_that_is_off_has_no_way_in(self):
        assert client_for(person(is_staff=True, is_active=False)).get("/admin/").status_code == 302

    def test_signing_out_and_changing_the_password_are_the_portals(self, client):
        assert client.get("/admin/password_change/").url == "/account/password/"
        assert client.post("/admin/logout/").url == "/account/sign-in/"
        assert "_auth_user_id" not in client.session


def test_the_index_is_grouped_as_the_administrator_thinks(client):
    response = client.get("/admin/")
    names = [group["name"] for group in response.context["app_list"]]
    assert names == [name for name in GROUPS if name in names]
    assert {"People", "Organisations", "Reference data", "Messages and letters", "Audit"} <= set(names)
    assert "Recent actions" not in text(response)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_found_searched_and_named_by_its_app(client, page):
    assert client.get(url(page)).status_code == 200
    assert client.get(url(page), {"q": "Ana"}).status_code == 200
    assert client.get(f"/admin/{page.split('_')[0]}/").status_code == 200


def test_keys_and_sealed_content_have_no_page():
    assert SEALED.isdisjoint(PAGES)
    assert "auth_group" not in PAGES
    assert not [page for page in PAGES if page.startswith("axes")]


@pytest.mark.parametrize("page", sorted(set(PAGES) - WRITTEN))
def test_what_a_service_owns_is_read_only(client, page):
    site = admin.site
    model = next(m for m in site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == page)
    request = client.get("/admin/").wsgi_request
    shown = site._registry[model]
    assert not shown.has_add_permission(request)
    assert not shown.has_change_permission(request)
    assert not shown.has_delete_permission(request)
    assert client.get(url(page, "add")).status_code == 403


class TestOrganisations:
    typed = {
        "name": "Peterborough City Council",
        "code": "pcc",
        "sector": "council",
        "address": "Town Hall",
        "company_number": "",
        "charity_number": "",
        "cqc_provider_id": "",
    }

    def test_an_authority_is_set_up_through_the_service(self, client, sam):
        response = client.post(url("people_organisation", "add"), self.typed)
        made = Organisation.objects.get()
        assert response.status_code == 302
        assert (made.code, made.kind, made.matching_name) == ("PCC", "authority", "peterboroughcitycouncil")
        event = Event.objects.get()
        assert (event.action, event.actor) == ("organisation.create", sam)

    def test_a_refusal_stands_beside_its_box_with_what_was_typed(self, client):
        authority("PCC")
        response = client.post(url("people_organisation", "add"), self.typed)
        assert response.status_code == 200
        assert "belongs to another authority" in text(response)
        assert "Peterborough City Council" in text(response)
        assert Organisation.objects.count() == 1
        assert not Event.objects.exists()

    def test_details_are_changed_and_the_code_is_not(self, client):
        council = authority("PCC")
        changed = {**self.typed, **SHOWN, "code": "XXX", "company_number": "123"}
        page = url("people_organisation", "change", council.pk)
        assert "must be 8 digits" in text(client.post(page, changed))
        assert client.post(page, {**changed, "company_number": "1234567"}).status_code == 302
        kept = fresh(council)
        assert (kept.name, kept.code, kept.company_number) == (
            "Peterborough City Council",
            "PCC",
            "01234567",
        )

    def test_the_history_is_the_record(self, client):
        council = authority("PCC")
        response = client.get(url("people_organisation", "history", council.pk))
        assert response.url == f"/admin/audit/event/?q={council.reference}"
        assert client.get(response.url).status_code == 200

    def test_first_administrators_are_invited(self, client):
        council = authority("PCC")
        page = url("people_organisation", "first_admins", council.pk)
        assert "An authority needs two people" in text(client.get(page))
        typed = {
            "first_name": "A",
            "first_email": "a@pcc.example",
            "second_name": "B",
            "second_email": "a@pcc.example",
        }
        assert "two different people" in text(client.post(page, typed))
        response = client.post(page, {**typed, "second_email": "b@pcc.example"})
        assert response.url == url("people_organisation", "change", council.pk)
        assert Invitation.objects.filter(roles=["authority_admin"]).count() == 2

    def test_a_provider_needs_one(self, client):
        charity = provider()
        page = url("people_organisation", "first_admins", charity.pk)
        assert "second_name" not in text(client.get(page))
        assert client.post(page, {"first_name": "A", "first_email": "a@x.example"}).status_code == 302

    def test_others_invite_nobody_here(self):
        council = authority("PCC")
        client = client_for(person(council, Role.AUTHORITY_ADMIN))
        assert client.get(url("people_organisation", "first_admins", council.pk)).status_code == 302


class TestPeople:
    def test_name_and_account_are_changed_and_nothing_else(self, client, sam):
        user = person(authority(), Role.LEAD, email="moira@pcc.example")
        password = user.password
        response = client.post(
            url("people_user", "change", user.pk),
            {
                "name": "Moira Kelly",
                "job_title": "Lead",
                "email": "thief@example.org",
                "password": "x",
                "is_staff": "on",
                **SHOWN,
            },
        )
        assert response.status_code == 302
        kept = fresh(user)
        assert (kept.name, kept.is_active, kept.is_staff) == ("Moira Kelly", False, False)
        assert (kept.email, kept.password) == ("moira@pcc.example", password)
        assert Event.objects.get().action == "person.change"

    def test_no_page_shows_or_sets_a_password(self, client):
        user = person()
        page = text(client.get(url("people_user", "change", user.pk)))
        assert user.password not in page
        assert "password" not in page.split("<form", 2)[-1].split("</form")[0].lower()

    def test_nobody_switches_themselves_off(self, client, sam):
        response = client.post(
            url("people_user", "change", sam.pk), {"name": "Sam", "job_title": "", **SHOWN}
        )
        assert "your own account" in text(response)
        assert fresh(sam).is_active

    def test_people_are_not_made_here(self, client):
        assert client.get(url("people_user", "add")).status_code == 403


class TestReferenceData:
    typed = {"division": "england-and-wales", "date": "2027-06-14", "name": "A late proclamation"}

    def test_bank_holidays_are_kept_through_the_service(self, client):
        add = url("people_bankholiday", "add")
        assert client.post(add, self.typed).status_code == 302
        made = BankHoliday.objects.get(date=date(2027, 6, 14))
        assert "already exists" in text(client.post(add, self.typed))
        change = url("people_bankholiday", "change", made.pk)
        assert client.post(change, {**self.typed, "name": "Renamed"}).status_code == 302
        assert fresh(made).name == "Renamed"
        assert client.post(url("people_bankholiday", "delete", made.pk), {"post": "yes"}).status_code == 302
        assert not BankHoliday.objects.filter(pk=made.pk).exists()
        assert list(Event.objects.values_list("action", flat=True)) == [
            "bank_holiday.add",
            "bank_holiday.change",
            "bank_holiday.remove",
        ]

    def test_the_shipped_wordings_are_listed_and_lead_to_an_own_one(self, client):
        assert "?kind=confirm_email" in text(client.get(url("records_messagetemplate")))
        add = url("records_messagetemplate", "add")
        assert "Confirm your e-mail address" in text(client.get(add, {"kind": "confirm_email"}))
        assert client.get(add, {"kind": "nonsense"}).status_code == 200


class TestTheVeil:
    @pytest.fixture
    def sealed(self):
        bidder = person(provider("Veiled Charity"), Role.PROVIDER_EDITOR, name="Vera Veiled")
        made = Round.objects.create(
            title="Lot 1",
            quality_public=b"",
            quality_private=b"",
            price_public=b"",
            price_private=b"",
            sealing_key_id="k",
            created_at=NOW,
        )
        with unit():
            record("entry.submit", "APP-23456", actor=bidder, at=NOW, veil=made.reference)
            outbox.queue(
                kind="password_changed",
                to=bidder,
                key="k",
                facts={"changed_at": NOW, "forgotten_url": "x"},
                now=NOW,
                veil=made.reference,
            )
        refused = AccessEntry.Outcome.REFUSED
        note_access(refused, "APP-23456", actor=bidder, at=NOW, what="read", veil=made.reference)
        return made

    @pytest.mark.parametrize("page", ["audit_event", "audit_accessentry", "records_message"])
    def test_what_a_sealed_round_hides_is_not_there(self, client, sealed, page):
        listed = text(client.get(url(page)))
        for word in ("APP-23456", "Vera Veiled", fresh_address()):
            assert word not in listed
        row = {"audit_event": Event, "audit_accessentry": AccessEntry, "records_message": Message}[page]
        address = {"audit_event": "hash", "records_message": "reference"}.get(page, "pk")
        one = url(page, "change", getattr(row.objects.latest("pk"), address))
        assert client.get(one).status_code == 302
        Round.objects.update(opened_at=NOW)
        # What has no digest of its own stands whole in the list.
        assert client.get(one).status_code == (302 if page == "audit_accessentry" else 200)
        assert "0 " not in text(client.get(url(page))).split('class="paginator"')[-1][:40]


def fresh_address():
    return Message.objects.latest("pk").address


def test_lists_cost_as_much_for_many_rows_as_for_one(client, django_assert_max_num_queries):
    for _ in range(5):
        with unit():
            record("thing.did", "X-1", actor=person(), at=NOW)
    with django_assert_max_num_queries(14):
        client.get(url("audit_event"))
    for _ in range(6):
        person(authority(), Role.LEAD)
    with django_assert_max_num_queries(10):
        client.get(url("people_organisation"))
    with django_assert_max_num_queries(10):
        client.get(url("people_rolegrant"))


def test_an_organisation_shows_its_people_with_their_roles(client):
    council = authority("PCC")
    person(council, Role.LEAD, Role.EVALUATOR, name="Moira")
    page = text(client.get(url("people_organisation", "change", council.pk)))
    assert "Moira" in page
    assert "Procurement lead and Evaluator" in page

import pytest
from django.urls import reverse

from commissioning.audit.models import Event
from lots.models import Agreement
from lots.services.agreements import REFERENCES
from tests.factories import client_for, person
from tests.lots import factories

pytestmark = pytest.mark.django_db
KINDS = ("agreement", "lot", "scheme", "window")


def key(kind, thing):
    """Return by what admin addresses a thing: a window never by its number, which counts those hidden."""
    return thing.reference if kind == "window" else thing.pk


@pytest.fixture
def world():
    setting = factories.agreement()
    window = factories.window(setting)
    scheme = window.lots.all()[0].scheme
    return dict(zip(KINDS, (setting.agreement, setting.lot, scheme, window), strict=True))


@pytest.fixture
def administrator():
    return client_for(person(is_staff=True))


def test_everything_is_found_and_shown_without_a_way_out_of_administration(world, administrator):
    for kind, thing in world.items():
        search = administrator.get(reverse(f"admin:lots_{kind}_changelist"), {"q": "AGR"})
        assert search.status_code == 200
        page = administrator.get(reverse(f"admin:lots_{kind}_change", args=[key(kind, thing)]))
        assert page.status_code == 200
        assert str(thing) in page.content.decode()
        assert "View on site" not in page.content.decode()


def test_nothing_is_added_deleted_or_written_there(world, administrator):
    for kind, thing in world.items():
        assert administrator.get(reverse(f"admin:lots_{kind}_add")).status_code == 403
        assert (
            administrator.post(reverse(f"admin:lots_{kind}_delete", args=[key(kind, thing)])).status_code
            == 403
        )
        if kind != "agreement":
            url = reverse(f"admin:lots_{kind}_change", args=[key(kind, thing)])
            assert administrator.post(url, {"title": "Other"}).status_code == 403


def test_references_are_put_right_through_the_service_and_recorded(world, administrator):
    agreement = world["agreement"]
    url = reverse("admin:lots_agreement_change", args=[agreement.pk])
    form = {name: getattr(agreement, name) for name in REFERENCES} | {"ocid": "ocds-1", "title": "Other"}
    for prefix in ("authorities", "lots"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert administrator.post(url, form).status_code == 302
    kept = Agreement.objects.get(pk=agreement.pk)
    assert (kept.ocid, kept.title) == ("ocds-1", agreement.title)
    assert "ocds-1" in Event.objects.get(action="agreement.correct").payload


def test_whoever_is_no_administrator_gets_no_page(world):
    client = client_for(person())
    assert client.get(reverse("admin:lots_agreement_changelist")).status_code == 302

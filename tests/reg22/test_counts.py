"""Before the opening no number tells how many there are, not even beside what is shown (settled 18)."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from commissioning.audit.models import Event
from commissioning.audit.services import close_access_batches, record, unit
from commissioning.records.models import Message
from commissioning.records.services import heads
from commissioning.web.admin import PartlyHidden
from lots.models import Agreement
from providers.services import entries
from tests import factories as people
from tests.providers import factories as f
from tests.reg22 import ground as g

pytestmark = pytest.mark.django_db
PARTLY_HIDDEN = {
    "audit_event": "hash",
    "audit_accessentry": "",
    "audit_signedhead": "",
    "records_message": "reference",
    "providers_application": "reference",
    "lots_window": "reference",
    "calloffs_bid": "reference",
}


@pytest.fixture
def ground(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return g.prepare()


@pytest.fixture
def client(ground):
    return people.client_for(ground.strangers["administrator"])


def page(name, kind="changelist", *key):
    return reverse(f"admin:{name}_{kind}", args=key)


def read(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", answer.content.decode())


def apply_once_more(ground):
    """Let one more provider write, enter every lot and submit one, all of it hidden."""
    made = f.application(ground.window, by=f.bid_writer(people.provider("Another Ltd")))
    entry = f.fill(f.entry_of(made))
    entries.submit(entry=entry, actor=f.writer_of(made), now=f.NOW)


def something_is_done(ground):
    """Record something that nobody hides."""
    with unit():
        record("thing.did", ground.window.agreement, actor=f.lead_of(ground.window.agreement), at=f.NOW)


def test_these_are_the_kinds_of_which_some_are_hidden():
    found = {
        f"{model._meta.app_label}_{model._meta.model_name}": shown.address_field
        for model, shown in admin.site._registry.items()
        if isinstance(shown, PartlyHidden)
    }
    assert found == PARTLY_HIDDEN
    assert "audit_accessbatch" not in {
        f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry
    }


def test_no_list_of_the_administration_changes_when_one_more_applies(ground, client):
    lists = [page(name) for name in PARTLY_HIDDEN]
    before = {url: read(client, url) for url in lists}
    apply_once_more(ground)
    assert {url: read(client, url) for url in lists} == before


def test_rows_shown_beside_hidden_ones_are_addressed_by_what_counts_nothing(ground, client):
    something_is_done(ground)
    apply_once_more(ground)
    something_is_done(ground)
    shapes = {"hash": r"[0-9a-f]{64}", "reference": r"[A-Z]+-[2-9A-Z]{5}"}
    for name, field in PARTLY_HIDDEN.items():
        text = read(client, page(name))
        start = page(name).removesuffix("/")
        keys = re.findall(rf'href="{start}/([^/"?]+)/(?:change/)?', text)
        assert not field or all(re.fullmatch(shapes[field], key) for key in keys), (name, keys)
        assert field or not keys, name
        for key in set(keys) - {"add"}:
            shown = read(client, page(name, "change", key))
            assert f"{start}/{key}/history/" in shown
    events = Event.objects.filter(chain__name=ground.window.agreement.reference, veil="")
    shown = read(client, page("audit_event", "change", events.latest("pk").hash))
    assert not re.search(rf"\b{events.latest('pk').number}\b", re.sub(r"<[^>]*>|[\d:.-]{4,}", " ", shown))


def test_nothing_is_found_by_its_number(ground, client):
    something_is_done(ground)
    latest, message = Event.objects.filter(veil="").latest("pk"), Message.objects.latest("pk")
    for name, row in (("audit_event", latest), ("records_message", message), ("lots_window", ground.window)):
        for kind in ("change", "history", "delete"):
            there, nowhere = (client.get(page(name, kind, key)) for key in (row.pk, 10**9))
            assert there.status_code == nowhere.status_code in {302, 403}
            assert there.headers.get("Location", "").replace(str(row.pk), "") == (
                nowhere.headers.get("Location", "").replace(str(10**9), "")
            )
        for query in (f"id={row.pk}", f"id__gte={row.pk}", f"pk__lt={row.pk}"):
            assert client.get(f"{page(name)}?{query}").status_code == 400, query
    assert client.get(f"{page('audit_event')}?number__lte={latest.number}").status_code == 400
    assert client.get(f"{page('audit_signedhead')}?length__lte=9").status_code == 400
    assert client.get(f"{page('audit_event')}?subject_type={latest.subject_type}").status_code == 200


def test_no_door_of_the_administration_finds_any_row_by_its_number(ground, client):
    for path in ("r/1/1/", "autocomplete/?app_label=providers&model_name=entry&field_name=application"):
        assert client.get(f"/admin/{path}").status_code == 404


def test_neither_the_record_nor_what_auditors_are_sent_tells_a_length(ground):
    something_is_done(ground)
    apply_once_more(ground)
    close_access_batches(now=f.NOW)
    signed = heads.sign_daily(now=f.NOW)
    agreement = Agreement.objects.get(pk=ground.window.agreement.pk)
    head = next(one for one in signed if one.chain == agreement.reference)
    length = rf"(?<![\w-]){head.length}(?![\w-])"
    for message in Message.objects.filter(kind="record_heads"):
        assert f"{head.chain}: {head.head}" in message.body
        assert not re.search(length, message.body.split("\n\n", 2)[-1])
    for role in ("auditor", "lead"):
        shown = people.client_for(ground.strangers[role]).get(f"/record/{agreement.reference}/")
        assert "is signed each day" in shown.content.decode()
        assert "entries" not in shown.content.decode().split('class="portal-timeline"')[0]

"""Whatever a browser brings back in a hidden box: it is taken as lost, and nothing is saved or breaks."""

import json
from typing import Any

import pytest
from django.urls import reverse

from commissioning.audit.models import Event
from lots.forms.carried import brought_back
from lots.models import Lot
from tests.factories import client_for
from tests.lots import factories
from tests.lots.pages import addresses, filled

pytestmark = pytest.mark.django_db
LOST = "What this page showed when you opened it was lost on the way"
# Too deep, too deep within a box, no words, no mark at all, a null character.
WHOLE = [
    "[" * 60_000,
    '{"title": ' + "[" * 60_000,
    "1" * 10_000,
    '{"title": 7}',
    "[]",
    "\x00",
]
MONEY = ["NaN", "sNaN", "Infinity", "-Infinity", "1e99999", "1e-99999", "many"]
TIMES = [
    "2026-01-01T00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01",
    "soon",
]
DAYS = ["2026-01-01T00:00", "0000-00-00", "soon"]
TEXTS = ["\ud800", "a\x00b"]
# What is typed in one box of each page, and what a spoilt mark says of another.
PAGES: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "agreement-change": (
        {"title": "Mine"},
        {"published_maximum": MONEY, "starts_on": DAYS, "description": TEXTS},
    ),
    "agreement-references": ({"support_hours": "Mornings"}, {"ocid": TEXTS}),
    "agreement-reopening": ({"reopen_every_months": "6"}, {"reopen_at": ["25:00", "09:00+01:00", *TEXTS]}),
    "authority-change": ({"may_call_off_alone": ""}, {"spend_cap": MONEY}),
    "authority-governance": ({"decided_by": "Mine"}, {"key_decision_from": MONEY}),
    "lot-change": ({"title": "Mine"}, {"annual_value": MONEY, "description": TEXTS}),
    "question-change": ({"title": "Mine"}, {"weight": ["\ud800"], "text": TEXTS}),
    "window-change": (
        {"title": "Mine"},
        {
            "deadline": TIMES,
            "questions_close_at": TIMES,
            "expected_decision_on": DAYS,
            "common_scheme": TEXTS,
        },
    ),
}


@pytest.fixture
def opened():
    setting = factories.agreement(published=False)
    scheme = factories.scheme(setting, published=False)
    window = factories.window(setting, announced=False, lots=[(setting.lot, scheme)])
    lead = client_for(setting.lead)
    urls = addresses(setting, scheme, window)
    # Something has to stand, or nothing could be saved over.
    governed = urls["authority-governance"]
    assert lead.post(governed, filled(lead.get(governed), decided_by="Cabinet")).status_code == 302
    referred = urls["agreement-references"]
    assert lead.post(referred, filled(lead.get(referred), ocid="ocds-1")).status_code == 302
    return lead, urls


def refused(lead, url, typed, seen):
    events = Event.objects.count()
    answer = lead.post(url, filled(lead.get(url), **typed, seen=seen))
    assert answer.status_code == 422, seen[:200]
    assert LOST in answer.content.decode()
    assert Event.objects.count() == events
    return answer


@pytest.mark.parametrize("page", PAGES)
def test_a_mark_that_cannot_be_read_is_a_lost_one(opened, page):
    lead, urls = opened
    for spoilt in WHOLE:
        answer = refused(lead, urls[page], PAGES[page][0], spoilt)
        assert answer.context["form"]["seen"].value() != spoilt
    # The page it gives back is whole again.
    assert lead.post(urls[page], filled(answer)).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_a_mark_with_one_box_that_the_portal_never_wrote_is_a_lost_one(opened, page):
    lead, urls = opened
    typed, boxes = PAGES[page]
    mark = json.loads(lead.get(urls[page]).context["form"]["seen"].value())
    for box, texts in boxes.items():
        for text in texts:
            refused(lead, urls[page], typed, json.dumps(mark | {box: text}))


@pytest.mark.parametrize("asked", ["[" * 60_000, "7", "[7]", '["\\ud800"]', "\x00"])
def test_sentences_that_were_spoilt_were_never_asked(opened, asked):
    lead, urls = opened
    url = urls["window-change"]
    sent = filled(lead.get(url), title="", meant="on") | {"asked": asked}
    mistyped = lead.post(url, sent)
    assert mistyped.status_code == 422
    assert 'name="meant"' not in mistyped.content.decode()
    assert lead.post(url, sent | {"title": "Mine"}).status_code == 302


def test_a_mark_is_sound_on_every_page_that_the_portal_draws(opened):
    lead, urls = opened
    for page, (typed, _) in PAGES.items():
        answer = lead.post(urls[page], filled(lead.get(urls[page]), **typed))
        assert answer.status_code == 302, page


def test_a_long_text_in_any_script_is_no_spoilt_mark():
    setting = factories.agreement(published=False)
    Lot.objects.filter(pk=setting.lot.pk).update(description="\N{DECIDUOUS TREE}" * 90_000)
    url = reverse("lot-change", args=[setting.agreement.reference, setting.lot.number])
    client = client_for(setting.lead)
    assert client.post(url, filled(client.get(url), title="A new title")).status_code == 302
    assert Lot.objects.get(pk=setting.lot.pk).title == "A new title"


def test_what_is_longer_than_a_page_can_send_is_spoilt(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert brought_back('"' + "a" * 98 + '"') == "a" * 98
    assert brought_back('"' + "a" * 99 + '"') is None

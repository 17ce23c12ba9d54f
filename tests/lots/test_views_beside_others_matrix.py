"""Each page on which something is set up: the second to save reads the first's words, and keeps the own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from commissioning.audit.models import Event
from commissioning.people.roles import Role
from lots.models import Agreement, Window
from lots.services import schemes
from tests.factories import NOW, client_for, person
from tests.lots import factories
from tests.lots.pages import addresses, boxes, filled

pytestmark = pytest.mark.django_db
AFTER = "after you opened the page. Nothing was saved over it"


@dataclass(frozen=True)
class Case:
    """A page; what the first and the second type in one box, how the first's is told; another box.

    Where `second` is None the box has no third value: a second who changes it agrees with the first.
    """

    page: str
    box: str
    first: Any
    told: str
    second: Any
    other: tuple[str, Any]

    def __str__(self) -> str:
        return f"{self.page}-{self.box}"


CASES = [
    Case("agreement-change", "title", "Ours", "“Ours”", "Mine", ("extension_years", "1")),
    Case("agreement-change", "published_maximum", "9000000", "“£9,000,000”", "8000000", ("title", "Mine")),
    Case(
        *("agreement-change", "security_level", "raised"),
        "“Raised: sealed, and opened by two authorised people”",
        *(None, ("title", "Mine")),
    ),
    Case("agreement-change", "maximum_is_inferred", "on", "This is ticked now", None, ("title", "Mine")),
    Case("agreement-references", "ocid", "ocds-1", "“ocds-1”", "ocds-2", ("support_hours", "Mornings")),
    Case("agreement-reopening", "reopen_every_months", "6", "“6 months”", "12", ("reopen_weeks", "8")),
    Case("authority-change", "spend_cap", "500000", "“£500,000”", "250000", ("may_call_off_alone", "")),
    Case("authority-governance", "call_in_days", "5", "“5 working days”", "7", ("decided_by", "Cabinet")),
    Case("board-change", "name", "Our board", "“Our board”", "My board", ("quorum", "2")),
    Case("board-change", "chair_has_casting_vote", "on", "This is ticked now", None, ("quorum", "2")),
    Case("lot-change", "annual_value", "700000", "“£700,000”", "800000", ("title", "Mine")),
    Case("lot-change", "state", "established", "“Established, not activated”", None, ("title", "Mine")),
    Case("lot-points", "skills", "Listen\nLearn", "“Listen / Learn”", "Lead", ("outcomes", "Calm")),
    Case("lot-rates", "zones", "North\nSouth", "“North / South”", "East", ("bands", "Rural; hour; 24.50")),
    Case(
        *("lot-holds", "documents", ["public_liability"], "“Public liability insurance”"),
        *(["dbs_policy"], ("lowest_rating", "good")),
    ),
    Case("window-change", "title", "Ours", "“Ours”", "Mine", ("common_scheme", "")),
    Case("window-change", "scheme_2", "SCHEME", "(draft)”", None, ("title", "Mine")),
    Case("scheme-change", "threshold", "70", "“70%”", "60", ("title", "Mine")),
    Case("scheme-change", "panel_sees_last_score", "on", "This is ticked now", None, ("title", "Mine")),
    Case("scheme-scale", "descriptor_3", "Good", "“Good”", "Fine", ("label_0", "None at all")),
    Case("question-change", "weight", "25", "“25%”", "20", ("title", "Mine")),
    Case("question-change", "kind", "social_value", "“Social value”", None, ("title", "Mine")),
    Case("standard-change", "text", "We do.", "“We do.”", "We shall.", ("evidence_wanted", "A policy")),
    Case("price-line-change", "ceiling", "24.50", "“£24.50”", "30", ("unit", "visit")),
]


@pytest.fixture
def opened():
    """Return how two procurement leads of one authority open a page, each with an own browser."""
    setting = factories.agreement(published=False)
    scheme = factories.scheme(setting, published=False)
    window = factories.window(setting, announced=False, lots=[(setting.lot, scheme)])
    priced = factories.scheme(setting, kind="competition", published=False)
    facts = {"code": "HOUR", "title": "An hour", "unit": "hour", "quantity": Decimal(100), "ceiling": None}
    schemes.add_price_line(scheme=priced, actor=setting.lead, now=NOW, **facts)
    urls = addresses(setting, scheme, window)
    urls["price-line-change"] = reverse("price-line-change", args=[priced.reference, "HOUR"])
    people = setting.lead, person(setting.lead_authority, Role.LEAD)
    clients = [client_for(user) for user in people]
    return clients, urls, people, {"SCHEME": scheme.reference}


def stands(client, url, box):
    return client.get(url).context["form"][box].value()


@pytest.mark.parametrize("case", [case for case in CASES if case.second is not None], ids=str)
def test_the_second_to_save_reads_the_firsts_words_keeps_the_own_and_wins_by_saving_again(opened, case):
    (first, second), urls, (lead, _), names = opened
    url = urls[case.page]
    theirs = names["SCHEME"] if case.first == "SCHEME" else case.first
    pages = first.get(url), second.get(url)
    assert first.post(url, filled(pages[0], **{case.box: theirs})).status_code == 302
    saved = stands(first, url, case.box)
    events = Event.objects.count()

    refused = second.post(url, filled(pages[1], **{case.box: case.second, case.other[0]: case.other[1]}))
    page, form = refused.content.decode(), refused.context["form"]
    assert refused.status_code == 422
    assert f"{lead.name} saved this on" in page
    assert AFTER in page
    assert case.told in page
    assert list(form.errors) == [case.box]
    assert form[case.box].value() == case.second
    assert "What you wrote is in the box" in page
    assert form[case.other[0]].value() in (case.other[1], False)
    assert (stands(first, url, case.box), Event.objects.count()) == (saved, events)

    assert second.post(url, filled(refused)).status_code == 302
    assert stands(first, url, case.box) != saved
    assert Event.objects.count() == events + 1 or case.page == "lot-points"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_where_each_changed_another_box_both_changes_stand_in_the_end(opened, case):
    (first, second), urls, _, names = opened
    url = urls[case.page]
    theirs = names["SCHEME"] if case.first == "SCHEME" else case.first
    pages = first.get(url), second.get(url)
    assert first.post(url, filled(pages[0], **{case.box: theirs})).status_code == 302
    saved, before = stands(first, url, case.box), stands(first, url, case.other[0])
    refused = second.post(url, filled(pages[1], **{case.other[0]: case.other[1]}))
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [case.box]
    assert "You had left it as it was, so this box holds what stands now." in refused.content.decode()
    assert "What you wrote is in the box" not in refused.content.decode()

    # Saving again undoes nothing of the first's, and saves what the second changed.
    assert second.post(url, filled(refused)).status_code == 302
    assert stands(first, url, case.box) == saved
    assert before == case.other[1] or stands(first, url, case.other[0]) != before


@pytest.mark.parametrize("page", sorted({case.page for case in CASES}))
def test_a_page_saved_as_it_was_opened_changes_nothing(opened, page):
    (first, _), urls, _, _ = opened
    shown, events = first.get(urls[page]), Event.objects.count()
    # Browsers end the lines of a box in their own way.
    sent = {name: _as_a_browser(value) for name, value in filled(shown).items()}
    answer = first.post(urls[page], sent)
    told = answer.content.decode()
    assert answer.status_code == 302 or "This is how it opens already: nothing was changed." in told
    assert Event.objects.count() == events


def test_days_and_times_are_told_in_words(opened):
    (first, second), urls, _, _ = opened
    url = urls["window-change"]
    pages = first.get(url), second.get(url)
    moved = boxes("deadline", datetime(2027, 2, 10, tzinfo=UTC), "12:00")
    assert first.post(url, filled(pages[0]) | moved).status_code == 302
    answer = second.post(url, filled(pages[1], title="Mine"))
    refused = answer.content.decode()
    assert "This is “Wednesday 10 February 2027, 12:00 noon London time” now; when you opened" in refused
    assert second.post(url, filled(answer)).status_code == 302
    window = Window.objects.get()
    assert (window.title, window.deadline) == ("Mine", datetime(2027, 2, 10, 12, tzinfo=UTC))

    url = urls["agreement-change"]
    pages = first.get(url), second.get(url)
    moved = {"starts_on_day": "1", "starts_on_month": "4", "starts_on_year": "2026"}
    assert first.post(url, filled(pages[0]) | moved).status_code == 302
    answer = second.post(url, filled(pages[1], title="Mine"))
    assert "This is “Wednesday 1 April 2026” now; when you opened" in answer.content.decode()
    assert second.post(url, filled(answer)).status_code == 302
    agreement = Agreement.objects.get()
    assert (agreement.title, agreement.starts_on) == ("Mine", date(2026, 4, 1))


def test_of_a_long_text_what_stands_now_is_told_alone(opened):
    (first, second), urls, _, _ = opened
    url, long = urls["question-change"], "How do you listen to people? " * 20
    pages = first.get(url), second.get(url)
    first.post(url, filled(pages[0], text=long))
    refused = second.post(url, filled(pages[1], text="How?")).content.decode()
    assert f"This was changed after you opened the page. It is “{long.strip()}” now." in refused


def test_a_question_moved_by_another_question_is_told_without_a_name(opened):
    (first, second), urls, _, _ = opened
    url = urls["question-change"]
    shown = second.get(url)
    added = {"code": "NEW", "kind": "information", "title": "New", "text": "What?", "word_limit": "100"}
    sent = filled(first.get(reverse("question-add", args=[url.split("/")[2]])), **added, position="1")
    assert first.post(reverse("question-add", args=[url.split("/")[2]]), sent).status_code == 302
    refused = second.post(url, filled(shown, title="Mine"))
    assert list(refused.context["form"].errors) == ["position"]
    assert f"This was saved, {AFTER}" in refused.content.decode()


def _as_a_browser(value):
    return value.replace("\n", "\r\n") if isinstance(value, str) else value

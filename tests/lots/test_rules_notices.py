from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from lots.rules.notices import notice_refusals

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WHOLE: dict[str, Any] = {
    "agreement": SimpleNamespace(state="published"),
    "title": "Meet us",
    "text": "Come.",
    "event_at": NOW + 9 * DAY,
    "place": "Town Hall",
    "link": "",
    "sign_up_by": NOW + 5 * DAY,
    "now": NOW,
}


def fields(**given: Any) -> list[str | None]:
    return [reason.field for reason in notice_refusals(**{**WHOLE, **given})]


def test_a_notice_may_stand_with_an_event_and_without():
    assert fields() == []
    assert fields(event_at=None, place="", sign_up_by=None) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"agreement": SimpleNamespace(state="draft")}, None),
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"event_at": NOW, "sign_up_by": None}, "event_at"),
        ({"place": ""}, "place"),
        ({"sign_up_by": NOW + 10 * DAY}, "sign_up_by"),
        ({"sign_up_by": NOW}, "sign_up_by"),
        ({"event_at": None, "sign_up_by": None}, "place"),
        ({"event_at": None, "sign_up_by": None, "place": "", "places": 9}, "places"),
    ],
)
def test_what_is_impossible_is_refused_at_its_box(given, field):
    assert fields(**given) == [field]

"""The addresses written into this app's messages are those of its pages."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import resolve

EMAILS = Path(settings.BASE_DIR) / "templates" / "emails"
PAGES = {
    "window_question_asked": "window-questions",
    "window_question_declined": "window",
    "window_answer": "window",
    "window_answer_follower": "window",
    "window_announced": "window",
    "window_extended": "window",
    "window_extended_follower": "window",
    "window_cancelled": "window",
    "window_cancelled_follower": "window",
    "follow_confirm": "agreement",
    "event_sign_up_confirm": "notice",
    "event_signed_up": "notice",
    "event_moved": "notice",
    "event_called_off": "notice",
    "agreement_abandoned_follower": "agreement",
    "agreement_notice": "notice",
    "agreement_notice_follower": "notice",
}


@pytest.mark.parametrize(("kind", "name"), PAGES.items())
def test_each_message_leads_to_the_page_it_speaks_of(kind, name):
    written = (EMAILS / f"{kind}.txt").read_text()
    (path,) = re.findall(r"{{ portal_url }}(/[^#\n]*)", written)
    path = path.replace("{{ reference }}", "WIN-7K3M9").replace("{{ notice }}", "NOT-7K3M9")
    path = path.replace("{{ agreement }}", "EIP-PDPS")
    assert resolve(path).url_name == name

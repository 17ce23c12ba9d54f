"""The addresses written into this app's messages are those of its pages."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import resolve

EMAILS = Path(settings.BASE_DIR) / "templates" / "emails"
PAGES = {
    "bid_lapsed": "bid",
    "bid_received": "bid-receipt",
    "bid_sent_at_close": "bid-receipt",
    "bid_withdrawn": "bid",
    "competition_abandoned": "bid-invitation",
    "competition_extended": "bid-invitation",
    "contract_issued": "contract",
    "contract_signed": "contract",
    "invitation_to_bid": "bid-invitation",
    "no_award": "bid-invitation",
    "question_answered": "bid-invitation",
    "question_asked": "competition",
}


@pytest.mark.parametrize(("kind", "name"), PAGES.items())
def test_each_message_leads_to_the_page_it_speaks_of(kind, name):
    written = (EMAILS / f"{kind}.txt").read_text()
    (path,) = re.findall(r"{{ portal_url }}(/[^#\n]*)", written)
    path = path.replace("{{ reference }}", "CO-7K3M9").replace("{{ package }}", "3")
    assert resolve(path).url_name == name

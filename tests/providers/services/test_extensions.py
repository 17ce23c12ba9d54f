"""The term is extended and the pool gets its notice, or neither happens."""

from datetime import date

import pytest

from commissioning.records.models import Letter, Message
from commissioning.workflow import Refused
from lots.models import TermExtension
from providers.services import extensions
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


def extend(agreement, **given):
    return extensions.extend(
        agreement=agreement,
        actor=f.lead_of(agreement),
        now=f.NOW,
        **{
            "new_end": agreement.latest_end,
            "decision_reference": "KEY/1",
            "decided_on": date(2027, 1, 4),
            "reason": "The pool works.",
            **given,
        },
    )


@pytest.fixture
def agreement():
    made = f.agreement(lots=2, extension_years=2)
    first, second = made.lots.order_by("number")
    care = people.provider("Care Network")
    f.bid_writer(care)
    f.admission(first, care)
    f.admission(second, care)
    f.admission(second, people.provider("Not Yet In"), state="standstill")
    return made


def test_each_provider_in_a_pool_gets_one_notice_of_its_lots(agreement):
    old_end = agreement.ends_on
    extend(agreement)
    letter = Letter.objects.get()
    facts = letter.facts
    assert letter.organisation.name == "Care Network"
    assert letter.released_at == f.NOW
    assert len(facts["lots"]) == 2
    assert (facts["old_end"], facts["new_end"]) == (str(old_end), str(agreement.latest_end))
    assert facts["decision"] == "KEY/1, 4 January 2027"
    message = Message.objects.get()
    assert letter.reference in message.body
    assert message.organisation == letter.organisation


def test_a_refused_extension_writes_to_nobody(agreement):
    with pytest.raises(Refused):
        extend(agreement, decision_reference=" ")
    assert not Letter.objects.exists()
    assert not Message.objects.exists()


def test_no_notice_no_extension(agreement, monkeypatch):
    def fails(**given):
        raise OSError("The disk is full.")

    monkeypatch.setattr(extensions.letters, "release", fails)
    with pytest.raises(OSError, match="disk"):
        extend(agreement)
    assert not TermExtension.objects.exists()
    assert not Letter.objects.exists()


def test_the_page_names_everyone_who_will_be_told(agreement):
    client = people.client_for(f.lead_of(agreement))
    page = client.get(f"/agreements/{agreement.reference}/extend/").content.decode()
    assert "by a letter and an e-mail: Care Network." in page
    assert "Not Yet In" not in page


def test_once_the_whole_option_is_used_the_page_says_so_before_anything_is_typed(agreement):
    extend(agreement)
    page = people.client_for(f.lead_of(agreement)).get(f"/agreements/{agreement.reference}/extend/")
    assert "The whole option to extend is used" in page.content.decode()
    assert 'name="new_end_day"' not in page.content.decode()

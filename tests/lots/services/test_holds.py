"""A lot's own rule on what its members keep in date."""

import pytest

from commissioning.audit.models import Event
from commissioning.policies import Denied
from commissioning.workflow import Refused
from lots.services import holds
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return f.agreement(lots=1).lots.get()


def set_rule(
    lot,
    actor=None,
    documents=("dbs_policy", "public_liability"),
    lowest="good",
    reason="The board asked for it.",
):
    holds.set_rule(
        lot=lot,
        documents=documents,
        lowest_rating=lowest,
        reason=reason,
        actor=actor or f.lead_of(lot.agreement),
        now=f.NOW,
    )
    lot.refresh_from_db()


def test_the_lead_sets_it_also_once_the_agreement_is_published_and_it_reads_aloud(lot):
    set_rule(lot)
    assert lot.holding_documents == ["public_liability", "dbs_policy"]
    assert lot.hold_rule() == [
        "public liability insurance in date",
        "DBS policy in date",
        "a CQC rating of Good or better, where the CQC has rated them",
    ]
    assert Event.objects.get().data["before"] == {"documents": [], "lowest_rating": ""}


def test_once_published_only_with_a_reason_which_is_recorded(lot):
    with pytest.raises(Refused, match="give the reason") as refusal:
        set_rule(lot, reason=" ")
    assert [one.field for one in refusal.value.reasons] == ["reason"]
    assert lot.hold_rule() == []
    set_rule(lot)
    assert Event.objects.get().data["reason"] == "The board asked for it."


def test_while_it_is_a_draft_no_reason_is_needed(lot):
    lot.agreement.state = "draft"
    lot.agreement.save()
    set_rule(lot, reason="")
    assert lot.hold_rule() != []


def test_the_same_again_is_nothing_recorded(lot):
    set_rule(lot)
    set_rule(lot)
    assert Event.objects.count() == 1


def test_nobody_else_sets_it_and_nothing_unknown_is_taken(lot):
    for actor in (people.person(lot.agreement.lead, "commissioner"), f.bid_writer()):
        with pytest.raises(Denied):
            set_rule(lot, actor)
    with pytest.raises(Refused, match="kinds of documents"):
        set_rule(lot, documents=["passport"])
    with pytest.raises(Refused, match="rating"):
        set_rule(lot, lowest="splendid")
    assert lot.hold_rule() == []

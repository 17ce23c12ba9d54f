"""Opening by two people: one proposes, another confirms within a day (settled 14, rulebook R22-e)."""

from datetime import timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records import queries, sealing
from commissioning.records.models import Message, OpeningProposal, SealedBlob
from commissioning.records.services import openings
from commissioning.workflow import Refused
from lots.services import windows
from providers.services import openings as entries
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def window():
    agreement = f.agreement(security_level="raised")
    made = f.window(agreement)
    for row in made.lots.select_related("round"):
        row.round.opened_by_two = True
        row.round.save(update_fields=["opened_by_two"])
    return made


@pytest.fixture
def first(window):
    return f.lead_of(window.agreement)


@pytest.fixture
def second(window, first):
    return f.lead_of(window.agreement)


def propose(window, who, now=f.AFTER):
    return windows.propose_opening(window=window, actor=who, now=now)


def open_(window, who, now=f.AFTER):
    return entries.open_entries(window=window, actor=who, now=now)


def is_open(window):
    return window.lots.filter(round__opened_at__isnull=False).exists()


def test_one_person_alone_opens_nothing(window, first):
    f.submitted(window)
    with pytest.raises(Refused, match="Nobody has proposed it"):
        open_(window, first)
    propose(window, first)
    with pytest.raises(Refused, match="a second person must confirm"):
        open_(window, first)
    window.refresh_from_db()
    assert not is_open(window)
    assert window.unsealed_at is None


def test_a_second_person_confirms_and_both_are_on_the_record(window, first, second):
    entry = f.submitted(window)
    proposal = propose(window, first)
    assert not is_open(window)
    open_(window, second, f.AFTER + timedelta(hours=23))
    entry.refresh_from_db()
    proposal.refresh_from_db()
    assert (entry.state, proposal.state, proposal.ended_by) == ("opened", "confirmed", second)
    acts = Event.objects.filter(action__startswith="opening.").order_by("pk")
    assert [(act.action, act.actor) for act in acts] == [
        ("opening.propose", first),
        ("opening.confirm", second),
    ]
    assert all(act.chain.name == window.agreement.reference for act in acts)


def test_after_a_day_it_must_be_proposed_again(window, first, second):
    old = propose(window, first)
    with pytest.raises(Refused, match="ran out"):
        open_(window, second, old.ends_at + timedelta(microseconds=1))
    assert not is_open(window)
    again = propose(window, second, old.ends_at + timedelta(microseconds=1))
    old.refresh_from_db()
    assert old.state == "lapsed"
    open_(window, first, again.ends_at)
    assert is_open(window)


def test_it_is_proposed_once_at_a_time_and_can_be_withdrawn(window, first, second):
    proposal = propose(window, first)
    with pytest.raises(Refused, match="proposed already"):
        propose(window, second)
    openings.withdraw(proposal=proposal, actor=first, now=f.AFTER)
    with pytest.raises(Refused, match="Nobody has proposed it"):
        open_(window, second)
    with pytest.raises(Refused, match="Withdrawn"):
        openings.withdraw(proposal=proposal, actor=first, now=f.AFTER)
    propose(window, second)
    open_(window, first)
    assert is_open(window)


def test_nothing_is_proposed_before_the_deadline_and_the_margin(window, first):
    for now in (f.NOW, f.DEADLINE, f.DEADLINE + timedelta(seconds=30)):
        with pytest.raises(Refused, match=r"sealed until|cannot be done now"):
            propose(window, first, now)
    assert not OpeningProposal.objects.exists()


def test_only_leads_of_the_running_authority_propose_confirm_or_withdraw(window, first):
    others = (
        f.bid_writer(),
        f.lead_of(f.agreement()),
        people.person(window.agreement.lead, Role.EVALUATOR, Role.AUDITOR, Role.COMMISSIONER),
        people.person(is_staff=True),
    )
    for who in others:
        with pytest.raises(Denied):
            propose(window, who)
    proposal = propose(window, first)
    for who in others:
        with pytest.raises(Denied):
            open_(window, who)
        with pytest.raises(Denied):
            openings.withdraw(proposal=proposal, actor=who, now=f.AFTER)
    assert not is_open(window)


def test_where_one_is_enough_nothing_is_proposed():
    window = f.window()
    lead = f.lead_of(window.agreement)
    with pytest.raises(Refused, match="opened by one person"):
        propose(window, lead)
    open_(window, lead)
    assert is_open(window)


def test_the_seal_itself_asks_for_two_whatever_verb_calls_it(window, first, second):
    round = window.lots.select_related("round").first().round
    for open_it in (sealing.open_round, sealing.open_prices):
        with pytest.raises(Refused):
            open_it(round=round, actor=first, now=f.AFTER)
    propose(window, first)
    with pytest.raises(Refused, match="opened by two people"):
        sealing.open_round(round=round, actor=second, now=f.AFTER)
    round.refresh_from_db()
    assert not round.is_open


def test_confirming_the_rest_does_not_confirm_the_prices(window, first, second):
    propose(window, first)
    open_(window, second)
    round = window.lots.select_related("round").first().round
    for who in (first, second):
        with pytest.raises(Refused, match="opened by two people"):
            sealing.open_prices(round=round, actor=who, now=f.AFTER)
    rounds, price = [round], SealedBlob.Compartment.PRICE
    given = {"thing": window, "rounds": rounds, "compartment": price, "now": f.AFTER}
    openings.propose(authority=window.agreement.lead, what="the prices", actor=second, **given)
    openings.confirm(actor=first, **given)
    sealing.open_prices(round=round, actor=first, now=f.AFTER)
    round.refresh_from_db()
    assert round.prices_are_open


def test_the_other_leads_are_told_and_nobody_else(window, first, second):
    f.submitted(window)
    people.person(window.agreement.lead, Role.LEAD, is_active=False)
    Message.objects.all().delete()
    proposal = propose(window, first)
    assert {message.recipient for message in Message.objects.all()} == {second}
    open_(window, second)
    assert {m.recipient for m in Message.objects.filter(kind="opening_confirmed")} == {first}
    said = Message.objects.get(kind="opening_proposed")
    assert first.name in said.body
    assert proposal.about in said.subject


def test_who_waits_for_whom(window, first, second):
    proposal = propose(window, first)
    for who in (first, second):
        assert list(queries.proposals_waiting(who, f.AFTER)) == [proposal]
        assert list(queries.proposals_visible_to(who)) == [proposal]
    assert not queries.proposals_waiting(second, f.AFTER + 2 * DAY)
    for stranger in (f.bid_writer(), f.lead_of(f.agreement())):
        assert not queries.proposals_visible_to(stranger)

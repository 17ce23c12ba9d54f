import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning import policies
from commissioning.audit.models import AccessEntry, Event
from commissioning.audit.services import note_access, record, unit
from commissioning.people.actors import System
from commissioning.people.roles import Role
from commissioning.records import trail
from commissioning.records.models import Round
from tests.factories import NOW, authority, person, provider
from tests.lots import factories as lots

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def charity():
    return provider("P3 Charity")


@pytest.fixture
def bidder(charity):
    return person(charity, Role.PROVIDER_EDITOR, name="Ana Bell")


@pytest.fixture
def sealed(charity, bidder):
    """A round, and what the bidder did in it, which it veils."""
    made = Round.objects.create(
        title="Lot 1",
        quality_public=b"",
        quality_private=b"",
        price_public=b"",
        price_private=b"",
        sealing_key_id="k",
        created_at=NOW,
    )
    with unit():
        record("entry.submit", charity, actor=bidder, at=NOW, veil=made.reference)
        record("organisation.change", charity, actor=bidder, at=NOW, after={"name": "P3", "n": 3})
    note_access(AccessEntry.Outcome.REFUSED, charity, actor=bidder, at=NOW, what="read", veil=made.reference)
    return made


def seen(charity, viewer):
    return [event.action for event in trail.events_for(charity, viewer)]


@pytest.mark.parametrize("role", [Role.LEAD, Role.AUDITOR, Role.AUTHORITY_ADMIN, None])
def test_before_opening_nobody_of_an_authority_sees_a_bidders_act(sealed, charity, role):
    viewer = person(authority(), role) if role else person(is_staff=True)
    assert seen(charity, viewer) == ["organisation.change"]
    assert not trail.accesses_for(charity, viewer).exists()


def test_another_bidder_does_not_either(sealed, charity):
    assert seen(charity, person(provider(), Role.PROVIDER_ADMIN)) == ["organisation.change"]


def test_the_bidders_own_people_do(sealed, charity):
    colleague = person(charity, Role.PROVIDER_ADMIN)
    assert seen(charity, colleague) == ["entry.submit", "organisation.change"]
    assert trail.accesses_for(charity, colleague).count() == 1


def test_by_reference_alone_nobody_is_taken_for_the_owner(sealed, charity, bidder):
    assert seen(charity.reference, bidder) == ["organisation.change"]


def test_after_opening_the_veil_is_gone(sealed, charity):
    lead = person(authority(), Role.LEAD)
    Round.objects.filter(pk=sealed.pk).update(opened_at=NOW)
    assert seen(charity, lead) == ["entry.submit", "organisation.change"]
    assert trail.accesses_for(charity, lead).count() == 1


def test_a_veil_of_no_known_round_hides(charity):
    with unit():
        record("entry.submit", charity, actor=System("x"), at=NOW, veil="RND-99999")
    assert seen(charity, person(authority(), Role.LEAD)) == []


def test_events_are_told_in_words(sealed, charity, bidder):
    lines = trail.lines(trail.events_for(charity, bidder), bidder)
    assert [(line.title, line.by, line.at) for line in lines] == [
        ("Submit it", "Ana Bell", NOW),
        ("Change its details", "Ana Bell", NOW),
    ]
    assert lines[1].text == "n: 3; name: P3"
    assert trail.title("signing_key.make") == "Make a signing key"
    assert trail.title("thing.do_it") == "Thing: do it"


def test_every_act_that_the_portal_notes_has_its_words():
    source = "".join(
        path.read_text(encoding="utf-8")
        for top in ("commissioning", "lots", "providers", "evaluation", "calloffs")
        for path in (ROOT / top).rglob("*.py")
        if "migrations" not in path.parts
    )
    noted = set(re.findall(r'\brecord\(\s*"([a-z_ ]+\.[a-z_]+)"', source))
    assert len(noted) > 50
    assert sorted(noted - set(trail.WORDS) - set(policies.TABLE)) == []


def test_facts_are_called_as_pages_call_them():
    agreement = lots.agreement().agreement
    with unit():
        record(
            "competition.extend",
            agreement,
            actor=System("test"),
            at=NOW,
            after={"maximum_is_inferred": True, "common": "SCH-3F7KM", "next_due_at": "2027-01-11T09:30:00Z"},
        )
    event = Event.objects.filter(action="competition.extend").get()
    text = trail.lines([event], person(authority(), Role.LEAD))[0].text
    assert "maximum is inferred: yes" in text
    assert "the common part: SCH-3F7KM" in text
    assert "looked at next: " in text
    assert "_" not in text


def test_what_a_decision_rests_on_stands_beside_what_it_changed():
    agreement = lots.agreement().agreement
    facts = {"decision": "EX-1", "decided_on": NOW.date(), "reason": "The pool works."}
    with unit():
        record(
            "agreement.extend", agreement, actor=System("t"), at=NOW, after={"ends_on": NOW.date()}, **facts
        )
        record("agreement.extend", agreement, actor=System("t"), at=NOW, reason="long " * 300)
    told = trail.lines(
        Event.objects.filter(action="agreement.extend").order_by("number"), person(authority(), Role.LEAD)
    )
    assert "decision: EX-1; decided on: Monday 11 January 2027; reason: The pool works." in told[0].text
    assert told[1].text.endswith("…")
    assert len(told[1].text) < 700


def test_times_in_what_was_changed_are_told_as_everywhere(charity, bidder):
    after = {"at": NOW, "on": NOW.date(), "of": ["a list"], "is_open": True, "empty": ""}
    with unit():
        record("organisation.change", charity, actor=bidder, at=NOW, after=after)
    (line,) = trail.lines(trail.events_for(charity, bidder), bidder)
    assert "at: Monday 11 January 2027, 09:30 London time" in line.text
    assert "on: Monday 11 January 2027" in line.text
    assert "is open: yes" in line.text
    assert "list" not in line.text
    assert "empty" not in line.text


def test_a_provider_reads_no_names_of_an_authoritys_people(charity, bidder):
    lead = person(authority(), Role.LEAD, name="Moira")
    with unit():
        record("entry.open", charity, actor=lead, at=NOW)
        record("window.close", charity, actor=System("sweep"), at=NOW)
    events = list(trail.events_for(charity, bidder))
    assert [line.by for line in trail.lines(events, bidder)] == ["The authority", "The portal"]
    assert [line.by for line in trail.lines(events, lead)] == ["Moira", "The portal"]


def test_words_cost_as_much_for_many_events_as_for_one(charity, bidder):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            trail.lines(trail.events_for(charity, bidder), bidder)
        return len(queries)

    with unit():
        record("entry.submit", charity, actor=bidder, at=NOW)
    cost()  # reads the viewer's roles, once
    one = cost()
    with unit():
        for _ in range(5):
            record("entry.submit", charity, actor=person(charity), at=NOW)
    assert cost() == one

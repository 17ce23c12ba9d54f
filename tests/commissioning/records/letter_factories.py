"""Rows of records for tests."""

from datetime import UTC, datetime
from typing import Any

from commissioning.audit.services import unit
from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from commissioning.records.letter_parts import LetterFacts
from commissioning.records.models import Letter, LetterBatch, Message
from commissioning.records.services import letters, outbox
from tests.commissioning.records import facts
from tests.factories import authority, person, provider

SENT = datetime(2021, 3, 23, 10, 0, tzinfo=UTC)
LETTERS_FACTS = {
    "title": "Outcomes of the first round",
    "authority": "Peterborough City Council",
    "organisation": "P3 Charity",
    "letters": "* You are admitted to Lot 1 (LET-22222)",
    "correspondence_url": "http://testserver/organisations/ORG-22222/correspondence/",
    "sent_at": SENT,
}


def message(**given: Any) -> Message:
    """Return a queued message."""
    given.setdefault("kind", "letters_released")
    given.setdefault("to", "bids@p3-charity.example")
    given.setdefault("key", "letters:BAT-22222:ORG-22222")
    given.setdefault("facts", LETTERS_FACTS)
    given.setdefault("now", SENT)
    with unit():
        return outbox.queue(**given)


def batch(
    *organisations: Organisation, lead: User | None = None, letter_facts: LetterFacts | None = None
) -> LetterBatch:
    """Return a drafted batch with a letter for each organisation given, or for one provider of its own."""
    lead = lead or person(authority(), Role.LEAD)
    runs = Organisation.objects.get(pk__in=lead.organisation_ids(Role.LEAD))
    if not organisations:
        organisations = (provider(),)
        person(organisations[0], Role.PROVIDER_ADMIN)
    with unit():
        drafted = letters.draft_batch(
            title="Outcomes of the first round",
            authority=runs,
            planned_on=facts.SENT_ON,
            chain="EIP-PDPS",
            actor=lead,
            now=SENT,
        )
        for organisation in organisations:
            letters.draft(
                facts=letter_facts or facts.admission(),
                organisation=organisation,
                about="APP-7K3M9",
                chain="EIP-PDPS",
                actor=lead,
                now=SENT,
                batch=drafted,
            )
    return drafted


def rendered(batch: LetterBatch) -> LetterBatch:
    """Return the batch with every letter made into a PDF."""
    for pk in Letter.objects.filter(batch=batch).values_list("pk", flat=True):
        assert letters.render(pk)
    return batch

"""Documents of an agreement: added, issued anew, taken out; a draft's are nobody else's."""

from datetime import date, timedelta
from typing import Any

import pytest

from commissioning.audit.models import Event
from commissioning.audit.services import in_unit
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records import scanning
from commissioning.records.models import Document
from commissioning.workflow import Refused
from lots.services import agreements, documents
from tests.commissioning.records import files
from tests.factories import NOW, person
from tests.lots import factories

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 4)


def add(setting, **given):
    facts: dict[str, Any] = {"title": "Guide", "audience": "public", "issued_on": DAY, **given}
    facts.setdefault("file", files.upload())
    facts.setdefault("actor", setting.lead)
    return documents.add(agreement=setting.agreement, now=NOW, **facts)


def issue(document, setting, **given):
    facts: dict[str, Any] = {"issued_on": DAY + timedelta(days=1), "file": files.upload(), **given}
    return documents.issue(document=document, actor=setting.lead, now=NOW, **facts)


def shown():
    return [one.is_public for one in Document.objects.order_by("pk")]


def test_a_public_one_is_everybodys_and_one_for_members_is_not():
    setting = factories.agreement()
    add(setting)
    add(setting, title="Terms", audience="members")
    assert shown() == [True, False]
    event = Event.objects.get(action="agreement.add_document", payload__contains="Guide")
    assert event.chain.name == setting.agreement.reference


def test_a_drafts_public_document_waits_for_the_publication():
    setting = factories.agreement(published=False)
    document = add(setting)
    issue(document, setting)
    documents.take_out(document=add(setting, title="Old"), reason="Out of date.", actor=setting.lead, now=NOW)
    add(setting, title="Terms", audience="members")
    assert shown() == [False] * 4
    agreements.publish(agreement=setting.agreement, actor=setting.lead, now=NOW)
    assert shown() == [True, True, False, False]


def test_a_new_issue_has_the_next_number_and_the_earlier_stays():
    setting = factories.agreement()
    document = add(setting)
    made = issue(document, setting)
    assert [(one.number, one.issued_on) for one in document.issues.all()] == [
        (2, DAY + timedelta(days=1)),
        (1, DAY),
    ]
    assert made.document.replaces == document.issues.get(number=1).document
    assert shown() == [True, True]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " GUIDE "}, "title"),
        ({"title": "New", "issued_on": NOW.date() + timedelta(days=1)}, "issued_on"),
        ({"title": "New", "file": files.upload(b"<html>", "page.html")}, "file"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(given, field):
    setting = factories.agreement()
    add(setting)
    with pytest.raises(Refused) as refusal:
        add(setting, **given)
    assert [reason.field for reason in refusal.value.reasons] == [field]
    assert setting.agreement.documents.count() == 1


def test_an_issue_is_not_dated_before_the_one_it_replaces():
    setting = factories.agreement()
    document = add(setting)
    with pytest.raises(Refused, match="dated before"):
        issue(document, setting, issued_on=DAY - timedelta(days=1))


def test_taken_out_it_is_nobodys_and_its_title_is_free():
    setting = factories.agreement()
    document = add(setting)
    issue(document, setting)
    with pytest.raises(Refused, match="Give the reason"):
        documents.take_out(document=document, reason=" ", actor=setting.lead, now=NOW)
    documents.take_out(document=document, reason="It named a person.", actor=setting.lead, now=NOW)
    assert shown() == [False, False]
    assert Event.objects.filter(action="document.set_public").count() == 2
    with pytest.raises(Refused, match="taken out"):
        issue(document, setting)
    add(setting)


def test_only_the_lead_keeps_them():
    setting = factories.agreement()
    for actor in (setting.member, person(setting.partner, Role.LEAD)):
        with pytest.raises(Denied):
            add(setting, actor=actor)
    assert not Document.objects.exists()


def test_no_lock_is_held_while_a_file_is_scanned(monkeypatch):
    held = []

    def scan(pieces):
        held.append(in_unit())
        return scanning.Scan(scanning.Verdict.CLEAN)

    monkeypatch.setattr(scanning, "is_set_up", lambda: True)
    monkeypatch.setattr(scanning, "scan", scan)
    setting = factories.agreement()
    issue(add(setting), setting)
    assert held == [False, False]


def test_a_document_is_locked_after_its_agreement_whose_publication_says_who_is_given_it():
    setting = factories.agreement()
    document = add(setting)
    assert document.lock_parents() == (setting.agreement,)

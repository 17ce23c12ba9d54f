"""Too many refused attempts are told to the agreement's auditors, with no bidder's name (rulebook R22-g)."""

from datetime import timedelta

import pytest

from commissioning.audit.models import LATE_ATTEMPT, AccessEntry
from commissioning.audit.services import note_access
from commissioning.people.roles import Role
from commissioning.records.models import Message
from lots.services import attempts
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
NAME = "Xylophone Friends"


@pytest.fixture
def entry():
    return f.submitted(by=f.bid_writer(people.provider(NAME)))


@pytest.fixture
def auditor(entry):
    return people.person(entry.window_lot.window.agreement.lead, Role.AUDITOR)


@pytest.fixture
def nosy(entry):
    return people.person(entry.window_lot.window.agreement.lead, Role.COMMISSIONER, name="Nosy Parker")


def refuse(subject, who, number, now=f.NOW, **given):
    for _ in range(number):
        note_access(
            AccessEntry.Outcome.REFUSED,
            subject,
            actor=who,
            at=now,
            **{"what": "answers", "reason": "This is sealed until its recorded opening.", **given},
        )


def told():
    return Message.objects.filter(kind="refused_attempts")


def test_five_in_an_hour_by_one_person_are_told_once(entry, auditor, nosy):
    people.person(people.authority(), Role.AUDITOR)
    refuse(entry, nosy, 4)
    assert attempts.tell_auditors(now=f.NOW) == 0
    refuse(entry, nosy, 1)
    assert attempts.tell_auditors(now=f.NOW) == 1
    refuse(entry, nosy, 9)
    assert attempts.tell_auditors(now=f.NOW) == 0
    assert [message.recipient for message in told()] == [auditor]


def test_the_message_names_the_person_and_the_window_and_no_bidder(entry, auditor, nosy):
    refuse(entry, nosy, 5)
    attempts.tell_auditors(now=f.NOW)
    body = told().get().body
    assert "Nosy Parker" in body
    assert entry.window_lot.window.reference in body
    for secret in (NAME, entry.application.reference, entry.application.organisation.reference):
        assert secret not in body


def test_what_is_spread_over_more_than_an_hour_is_not_told(entry, auditor, nosy):
    for minutes in range(0, 100, 20):
        refuse(entry, nosy, 1, f.NOW + timedelta(minutes=minutes))
    assert attempts.tell_auditors(now=f.NOW + timedelta(minutes=80)) == 0


def test_twenty_at_one_round_by_many_people_are_told(entry, auditor):
    agreement = entry.window_lot.window.agreement
    for _ in range(19):
        refuse(entry, people.person(agreement.lead, Role.EVALUATOR), 1)
    assert attempts.tell_auditors(now=f.NOW) == 0
    refuse(entry, people.person(agreement.lead, Role.EVALUATOR), 1)
    assert attempts.tell_auditors(now=f.NOW) == 1
    assert "and 10 more" in told().get().body


def test_the_thresholds_are_settings(entry, auditor, nosy, settings):
    settings.ATTEMPTS_BY_ONE_PERSON = 2
    refuse(entry, nosy, 2)
    assert attempts.tell_auditors(now=f.NOW) == 1


def test_coming_late_with_ones_own_is_no_attempt(entry, auditor):
    refuse(entry, f.writer_of(entry.application), 30, what=LATE_ATTEMPT)
    assert attempts.tell_auditors(now=f.NOW) == 0


def test_the_next_day_tells_again(entry, auditor, nosy):
    for days in (0, 1):
        now = f.NOW + timedelta(days=days)
        refuse(entry, nosy, 5, now)
        assert attempts.tell_auditors(now=now) == 1

from datetime import timedelta

import pytest
from django.core.management import call_command

from commissioning.audit import triggers
from commissioning.audit.models import AccessEntry, Event, SignedHead
from commissioning.audit.services import close_access_batches, note_access, record, unit
from commissioning.audit.verification import verify
from commissioning.people.actors import System
from commissioning.people.roles import Role
from commissioning.records.models import Message
from commissioning.records.services import heads
from tests.factories import NOW, authority, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def happened(chain="EIP-PDPS"):
    with unit():
        record("thing.did", "X-1", actor=System("test"), at=NOW, chain=chain)


def signed():
    return list(SignedHead.objects.order_by("pk").values_list("chain", "length"))


def test_each_chain_that_grew_is_signed_once_a_london_day():
    happened()
    happened("ISF-PDPS")
    assert len(heads.sign_daily(now=NOW)) == 2
    happened()
    assert heads.sign_daily(now=NOW + timedelta(hours=1)) == []
    heads.sign_daily(now=NOW + DAY)
    assert ("EIP-PDPS", 1) in signed()
    assert ("EIP-PDPS", 2) in signed()
    assert signed().count(("ISF-PDPS", 1)) == 1


def test_the_access_log_is_signed_by_its_last_batch():
    note_access(AccessEntry.Outcome.READ, "APP-1", actor=System("x"), at=NOW, what="read")
    close_access_batches(now=NOW)
    heads.sign_daily(now=NOW)
    assert ("access log", AccessEntry.objects.latest("pk").pk) in signed()


def test_auditors_keep_the_heads_and_nobody_else_gets_them():
    auditor = person(authority(), Role.AUDITOR)
    person(authority(), Role.LEAD)
    happened()
    heads.sign_daily(now=NOW)
    message = Message.objects.get()
    assert message.address == auditor.email
    head = SignedHead.objects.get(chain="EIP-PDPS")
    assert f"EIP-PDPS: {head.head}" in message.body
    assert f"EIP-PDPS {head.length}" not in message.body


def test_a_line_that_an_auditor_kept_is_found_in_the_record_or_missed(capsys):
    auditor = person(authority(), Role.AUDITOR)
    happened()
    note_access(AccessEntry.Outcome.READ, "APP-1", actor=System("x"), at=NOW, what="read")
    close_access_batches(now=NOW)
    heads.sign_daily(now=NOW)
    body = Message.objects.get(recipient=auditor).body
    lines = [line for line in body.splitlines() if line.startswith(("EIP-PDPS:", "access log:"))]
    assert len(lines) == 2
    happened()
    verify_audit("--kept", lines[0], "--kept", lines[1])
    assert "checked from the first on" in capsys.readouterr().out
    verify_audit("--kept", lines[0].replace("EIP-PDPS:", "EIP-PDPS 1:"))
    assert "none broken" in capsys.readouterr().out
    for forged in (lines[0][:-1] + "x", lines[0].replace("EIP", "ISF"), "nonsense"):
        with pytest.raises(SystemExit):
            verify_audit("--kept", forged)
        assert "does not hold it" in capsys.readouterr().err


def test_a_signature_holds_for_its_own_head_alone():
    happened()
    head = heads.sign_daily(now=NOW)[0]
    assert heads.check(head)
    head.length += 1
    assert not heads.check(head)
    head.length -= 1
    head.key_id = "another"
    assert not heads.check(head)


def test_a_signed_record_stays_whole_and_is_checked_from_its_head():
    happened()
    heads.sign_daily(now=NOW)
    happened()
    report = verify(check=heads.check)
    assert report.problem is None
    assert report.checked < verify(full=True, check=heads.check).checked


def verify_audit(*arguments):
    call_command("verify_audit", *arguments)


def test_the_command_counts_a_whole_record(capsys):
    happened()
    verify_audit("--full")
    assert capsys.readouterr().out.startswith("1 events, none broken: 1 checked from the first on")


def test_the_command_names_the_first_broken_event_and_exits_1(capsys):
    happened()
    happened()
    with triggers.lifted():
        Event.objects.filter(number=2).update(subject="X-9")
    with pytest.raises(SystemExit) as stop:
        verify_audit()
    assert stop.value.code == 1
    assert "EIP-PDPS 2" in capsys.readouterr().err


def test_the_command_refuses_a_forged_head(capsys):
    happened()
    head = heads.sign_daily(now=NOW)[0]
    with triggers.lifted():
        SignedHead.objects.filter(pk=head.pk).update(signature="00" * 64)
    with pytest.raises(SystemExit):
        verify_audit()
    assert "does not hold" in capsys.readouterr().err

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from commissioning.audit.models import Event
from commissioning.audit.services import unit
from commissioning.clock import real_now
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records import links, tasks, wording
from commissioning.records.models import Message, MessageTemplate
from commissioning.records.services import outbox
from commissioning.workflow import Refused
from tests.commissioning.records.letter_factories import LETTERS_FACTS, SENT, message
from tests.commissioning.records.workers import at_once
from tests.factories import NOW, authority, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch):
    """Let every sending fail with the error that the test names."""

    def make(error: Exception) -> None:
        def fail(self, messages):
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", fail)

    return make


@pytest.fixture
def invitation(monkeypatch, tmp_path):
    """A kind of message that carries a secret link."""
    (tmp_path / "invited.txt").write_text("Join {{ organisation }}\n{{ greeting }}\n\n{{ secret_link }}\n")
    (tmp_path / "_foot.txt").write_text("-- {{ portal_url }}")
    monkeypatch.setattr(wording, "folder", lambda: tmp_path)
    made = []

    def maker(subject: str) -> str:
        made.append(subject)
        return f"https://portal.example/join/secret-{len(made)}/"

    monkeypatch.setitem(links._makers, "join", maker)
    yield {"kind": "invited", "facts": {"organisation": "P3"}, "link_purpose": "join", "link_subject": "17"}
    wording.shipped.cache_clear()


def again_later(waiting: Message) -> None:
    """Let the wait before another attempt, or a lease, have run out."""
    Message.objects.filter(pk=waiting.pk).update(leased_until=real_now() - timedelta(seconds=1))


def test_a_message_is_kept_as_it_will_be_read():
    kept = message(to=person(name="Ana Silva", email="ana@p3.example"))
    assert kept.address == "ana@p3.example"
    assert kept.subject == "Outcomes of the first round: your letters are ready"
    assert kept.body.startswith("Dear Ana Silva,")
    assert "Tuesday 23 March 2021, 10:00 London time" in kept.body
    assert kept.body.count("{{") == 0


def test_a_key_is_sent_once():
    first, second = message(), message(facts={**LETTERS_FACTS, "title": "Other"})
    assert first == second
    assert Message.objects.count() == 1


def test_a_message_without_a_fact_it_needs_is_refused():
    with pytest.raises(ValueError, match="needs: title"):
        message(facts={key: value for key, value in LETTERS_FACTS.items() if key != "title"})


def test_an_unknown_kind_is_a_lookup_error():
    with pytest.raises(LookupError, match="no wording"):
        message(kind="greetings")


def test_a_message_needs_its_act():
    with pytest.raises(RuntimeError, match="outside a unit"):
        outbox.queue(kind="letters_released", to="a@b.example", key="k", facts=LETTERS_FACTS, now=SENT)


def test_a_name_with_a_line_break_cannot_add_a_header():
    kept = message(facts={**LETTERS_FACTS, "title": "Round\nBcc: other@example.org"})
    assert kept.subject == "Round Bcc: other@example.org: your letters are ready"


def test_sending_marks_it_and_is_recorded():
    kept = message()
    assert outbox.deliver(kept.pk, now=SENT)
    kept.refresh_from_db()
    assert (kept.state, kept.sent_at, kept.attempts) == ("sent", SENT, 1)
    assert [one.to for one in mail.outbox] == [["bids@p3-charity.example"]]
    assert Event.objects.get(action="message.sent").data["kind"] == "letters_released"


def test_what_is_sent_is_not_sent_again():
    kept = message()
    outbox.deliver(kept.pk, now=SENT)
    assert not outbox.deliver(kept.pk, now=SENT)
    assert tasks.sweep(SENT)["messages sent"] == 0
    assert len(mail.outbox) == 1


def test_nothing_is_sent_before_its_time():
    kept = message(not_before=SENT + timedelta(hours=1))
    assert not outbox.deliver(kept.pk, now=SENT)
    assert outbox.due(now=SENT) == []
    assert outbox.deliver(kept.pk, now=SENT + timedelta(hours=1))


def test_trouble_with_the_mail_server_is_tried_again_and_then_shown(broken):
    broken(ConnectionRefusedError("no server"))
    kept = message()
    for attempt in range(1, outbox.ATTEMPTS + 1):
        assert not outbox.deliver(kept.pk, now=SENT)
        kept.refresh_from_db()
        assert kept.attempts == attempt
        if attempt < outbox.ATTEMPTS:
            assert kept.state == "queued"
            assert outbox.due(now=SENT) == []  # it waits first
            again_later(kept)
    assert kept.state == "failed"
    assert kept.problem == "ConnectionRefusedError: no server"
    assert Event.objects.get().action == "message.failed"


def test_a_refused_address_is_not_tried_again_and_does_not_stand_in_the_log(broken, caplog):
    broken(smtplib.SMTPRecipientsRefused({"x@y.example": (550, b"unknown")}))
    kept = message()
    outbox.deliver(kept.pk, now=SENT)
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == ("failed", 1)
    assert kept.reference in caplog.text
    assert "x@y.example" not in caplog.text


def test_a_failed_message_is_sent_again_by_a_lead(broken, monkeypatch):
    broken(smtplib.SMTPRecipientsRefused({}))
    kept = message()
    outbox.deliver(kept.pk, now=SENT)
    monkeypatch.undo()
    outbox.send_again(message=kept, actor=person(authority(), Role.LEAD), now=SENT)
    assert outbox.deliver(kept.pk, now=SENT)
    assert len(mail.outbox) == 1


def test_only_a_failed_message_is_sent_again():
    with pytest.raises(Refused, match="Waiting to be sent"):
        outbox.send_again(message=message(), actor=person(authority(), Role.LEAD), now=SENT)


def test_an_evaluator_sends_nothing_again():
    with pytest.raises(Denied):
        outbox.send_again(message=message(), actor=person(authority(), Role.EVALUATOR), now=SENT)


def test_a_sender_killed_before_marking_is_followed_by_another_that_says_so(monkeypatch):
    kept = message()
    with monkeypatch.context() as killed:
        killed.setattr(outbox, "_mark_sent", lambda *args, **kwargs: None)
        outbox.deliver(kept.pk, now=SENT)
    kept.refresh_from_db()
    assert kept.state == "sending"
    assert outbox.due(now=SENT) == []  # its lease still runs
    again_later(kept)
    assert tasks.sweep(SENT)["messages sent"] == 1
    kept.refresh_from_db()
    assert kept.state == "sent"
    assert "may have arrived twice" in kept.problem
    first, second = (one.extra_headers["Message-ID"] for one in mail.outbox)
    assert first == second


def test_a_sender_whose_lease_ran_out_marks_nothing(monkeypatch):
    kept = message()
    slow = outbox._claim(kept.pk, SENT)
    assert slow
    again_later(kept)
    assert outbox.deliver(kept.pk, now=SENT)
    outbox._mark_failed(slow, "too late", now=SENT)
    kept.refresh_from_db()
    assert kept.state == "sent"


def test_the_secret_link_is_made_at_sending_and_rests_nowhere(invitation):
    kept = message(**invitation)
    assert "https://portal.example/join" not in kept.body
    outbox.deliver(kept.pk, now=SENT)
    kept.refresh_from_db()
    assert "https://portal.example/join/secret-1/" in mail.outbox[0].body
    assert "secret-1" not in kept.body + kept.problem + Event.objects.get().payload


def test_a_fact_cannot_bring_in_the_secret_link(invitation):
    message(**{**invitation, "facts": {"organisation": wording.LINK_MARK}})
    outbox.deliver(Message.objects.get().pk, now=SENT)
    assert "secret-" not in mail.outbox[0].subject


def test_a_link_that_may_no_longer_be_made_fails_the_message(invitation, monkeypatch):
    def closed(subject):
        raise links.NoLink("The invitation was withdrawn.")

    monkeypatch.setitem(links._makers, "join", closed)
    kept = message(**invitation)
    outbox.deliver(kept.pk, now=SENT)
    kept.refresh_from_db()
    assert (kept.state, kept.problem) == ("failed", "NoLink: The invitation was withdrawn.")
    assert mail.outbox == []


def test_a_wording_with_a_link_needs_its_purpose(invitation):
    with pytest.raises(ValueError, match="do not agree"):
        message(**{**invitation, "link_purpose": ""})


def test_a_link_needs_a_wording_that_holds_it():
    with pytest.raises(ValueError, match="do not agree"):
        message(link_purpose="join")


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_sends_nothing(monkeypatch):
    handed = []
    monkeypatch.setattr(outbox.celery.app, "send_task", lambda name, args, **rest: handed.append(args))
    with unit():
        message()
        transaction.set_rollback(True)
    assert (handed, Message.objects.count()) == ([], 0)
    kept = message()
    assert handed == [[kept.pk]]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_undo_the_act(monkeypatch, caplog):
    def away(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr(outbox.celery.app, "send_task", away)
    message()
    assert tasks.sweep(SENT)["messages sent"] == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_twice():
    kept = [message(key=f"k{number}") for number in range(10)]
    mine, other = at_once(2, lambda: [one.pk for one in kept if outbox.deliver(one.pk, now=SENT)])
    assert sorted(mine + other) == [one.pk for one in kept]
    assert len(mail.outbox) == 10


@pytest.fixture
def administrator():
    return person(is_staff=True)


def test_an_administrators_wording_is_used_from_then_on(administrator):
    before = message(key="before")
    outbox.change_template(
        kind="letters_released",
        subject="News for {{ organisation }}",
        body="{{ greeting }}\n\n{{ letters }}\n{{ correspondence_url }}\n{{ sent_at }}",
        actor=administrator,
        now=NOW,
    )
    after = message(key="after")
    assert after.subject == "News for P3 Charity"
    assert "Tuesday 23 March 2021, 10:00 London time" in after.body
    before.refresh_from_db()
    assert before.subject == "Outcomes of the first round: your letters are ready"
    event = Event.objects.get(action="message template.change")
    assert event.data["after"]["subject"] == "News for {{ organisation }}"
    outbox.restore_template(kind="letters_released", actor=administrator, now=NOW)
    assert message(key="restored").subject == "Outcomes of the first round: your letters are ready"


@pytest.mark.parametrize(
    ("subject", "body", "sentence"),
    [
        ("Hello", "{{ salary }}", "The text names “salary”"),
        ("{{ who }}", "Hello", "The subject names “who”"),
        ("Hello", "{% include 'x' %}", "brackets that are no placeholder"),
        ("Hello", "{{ title|upper }}", "brackets that are no placeholder"),
    ],
)
def test_a_wording_that_cannot_work_is_refused(administrator, subject, body, sentence):
    with pytest.raises(Refused, match=sentence):
        outbox.change_template(
            kind="letters_released", subject=subject, body=body, actor=administrator, now=NOW
        )
    assert not MessageTemplate.objects.exists()


def test_a_wording_must_keep_its_secret_link(administrator, invitation):
    with pytest.raises(Refused, match="must hold"):
        outbox.change_template(kind="invited", subject="Join", body="Now.", actor=administrator, now=NOW)
    with pytest.raises(Refused, match="may not stand in the subject"):
        outbox.change_template(
            kind="invited",
            subject="{{ secret_link }}",
            body="{{ secret_link }}",
            actor=administrator,
            now=NOW,
        )


def test_only_an_administrator_changes_a_wording():
    with pytest.raises(Denied):
        outbox.change_template(
            kind="letters_released", subject="a", body="b", actor=person(authority(), Role.LEAD), now=NOW
        )


@pytest.mark.parametrize("kind", wording.kinds())
def test_every_shipped_wording_names_its_facts_and_greets(kind):
    subject, body = wording.shipped(kind)
    assert subject
    assert "{{ greeting }}" in body
    facts = {name: f"<{name}>" for name in wording.facts_needed(kind)}
    rendered = wording.render_shipped(kind, {**facts, "greeting": "Hello,", "portal_url": ""})
    assert "{{" not in rendered[0] + rendered[1]

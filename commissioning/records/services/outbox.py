"""The outbox: a message is a row in the deciding transaction, and an e-mail only after it.

A worker claims a row, sends outside any transaction, and marks it. A claim lasts until its lease ends; the
lease and the waiting time before another attempt are real time (settled 12).
"""

import logging
import smtplib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from commissioning import celery, policies
from commissioning.audit.hashing import START, link
from commissioning.audit.services import PORTAL, in_unit, record, unit
from commissioning.clock import real_now
from commissioning.people.actors import Actor, System
from commissioning.people.models import Organisation, User
from commissioning.records import links, wording
from commissioning.records.models import Message, MessageTemplate
from commissioning.workflow import Refused

log = logging.getLogger(__name__)

SENDER = System("outbox")
LEASE = timedelta(minutes=5)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
ATTEMPTS = len(WAITS) + 1
SWEEP_SIZE = 200
# What a replay queued for longer ago than this is history.
HISTORY = timedelta(days=1)
UNDONE = (Message.State.QUEUED, Message.State.SENDING)


def queue(
    *,
    kind: str,
    to: User | str,
    key: str,
    facts: Mapping[str, Any],
    now: datetime,
    organisation: Organisation | None = None,
    about: str = "",
    chain: str = PORTAL,
    veil: str = "",
    link_purpose: str = "",
    link_subject: str = "",
    not_before: datetime | None = None,
) -> Message:
    """Save a message with the decision it tells of; it is sent once that is committed, and never twice a key.

    `organisation` is whose correspondence it is; without one only its recipient ever sees it in the portal.
    The wording is rendered now; only a secret link waits for the sending (settled 26). A key that is taken
    returns the message that holds it. Raises ValueError for a missing fact, LookupError for an unknown
    kind, RuntimeError outside a unit.
    """
    if not in_unit():
        raise RuntimeError(
            f"The message “{kind}” was queued outside a unit: nothing is told without its act."
        )
    subject, body = rendered(kind, to, facts)
    if (wording.LINK_MARK in body) != bool(link_purpose):
        raise ValueError(f"The wording of “{kind}” and the link's purpose “{link_purpose}” do not agree.")
    try:
        with transaction.atomic():
            message = Message.objects.create(
                key=key,
                kind=kind,
                recipient=to if isinstance(to, User) else None,
                organisation=organisation,
                address=to.email if isinstance(to, User) else to.strip().lower(),
                subject=subject,
                body=body,
                link_purpose=link_purpose,
                link_subject=link_subject,
                about=about,
                audit_chain=chain,
                veil=veil,
                queued_at=now,
                not_before=not_before,
            )
    except IntegrityError:
        return Message.objects.get(key=key)
    _offer(message.pk)
    return message


def taken(keys: Iterable[str]) -> set[str]:
    """Return those of these keys under which a message is kept already."""
    return set(Message.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def rendered(kind: str, to: User | str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and body as the message would be kept, in the administrator's wording if any."""
    given = {
        **facts,
        "greeting": f"Dear {to.name}," if isinstance(to, User) and to.name else "Hello,",
        "portal_url": settings.PORTAL_URL,
    }
    # The shipped wording is rendered in any case: it says which facts must be there.
    subject, body = wording.render_shipped(kind, given)
    own = MessageTemplate.objects.filter(kind=kind).first()
    if own:
        subject, body = wording.render_own(own.subject, own.body, given)
    return subject, f"{body}\n\n{wording.foot()}\n"


def deliver(message_id: int, *, now: datetime) -> bool:
    """Send one message if it is this caller's to send, and mark it; return whether it was sent here.

    Safe to call twice, late, or from two workers at once: who does not get the claim does nothing.
    """
    message = _claim(message_id, now)
    if message is None:
        return False
    try:
        _send(message)
    except (smtplib.SMTPRecipientsRefused, links.NoLink, ValueError) as error:
        _mark_failed(message, _said(error), now=now)
    except Exception as error:  # noqa: BLE001 - whatever the mail server does, the row must say so
        _mark_for_retry(message, _said(error), now=now)
    else:
        _mark_sent(message, now=now)
        return True
    return False


def due(*, now: datetime) -> list[int]:
    """Return the messages that wait to be sent, or whose sender stopped in the middle."""
    return list(
        Message.objects.filter(_claimable(), Q(not_before=None) | Q(not_before__lte=now), state__in=UNDONE)
        .order_by("queued_at", "pk")
        .values_list("pk", flat=True)[:SWEEP_SIZE]
    )


def send_again(*, message: Message, actor: Actor, now: datetime) -> None:
    """Offer a message that could not be delivered once more. Raises Denied, and Refused for any other."""
    policies.require(actor, "message.resend", message)
    with unit():
        kept = Message.objects.select_for_update().get(pk=message.pk)
        if kept.state != Message.State.FAILED:
            raise Refused(
                f"This message is “{kept.get_state_display()}”: only one that failed is sent again."
            )
        kept.state, kept.attempts, kept.leased_until = Message.State.QUEUED, 0, None
        kept.save(update_fields=["state", "attempts", "leased_until"])
        _note("message.resend", kept, actor=actor, at=now)
        _offer(kept.pk)
    message.refresh_from_db()


def change_template(*, kind: str, subject: str, body: str, actor: User, now: datetime) -> MessageTemplate:
    """Give one kind of message an administrator's own wording; messages already queued keep theirs.

    Raises Denied, and Refused with a sentence for each placeholder that is wrong or missing.
    """
    policies.require(actor, "organisation.maintain")
    if kind not in wording.kinds():
        raise Refused(f"The portal sends no message called “{kind}”.", field="kind")
    subject, body = subject.strip(), body.replace("\r\n", "\n").strip()
    try:
        wording.check(kind, subject, body)
    except wording.WordingError as error:
        raise Refused(error.sentences) from error
    with unit():
        template = MessageTemplate.objects.select_for_update().filter(kind=kind).first()
        before = {"subject": template.subject, "body": template.body} if template else None
        template = template or MessageTemplate(kind=kind)
        template.subject, template.body = subject, body
        template.changed_at, template.changed_by = now, actor
        template.save()
        after = {"subject": subject, "body": body}
        record("message template.change", kind, actor=actor, at=now, before=before, after=after)
    return template


def restore_template(*, kind: str, actor: User, now: datetime) -> None:
    """Go back to the shipped wording of one kind of message. Raises Denied."""
    policies.require(actor, "organisation.maintain")
    with unit():
        template = MessageTemplate.objects.select_for_update().filter(kind=kind).first()
        if template is not None:
            before = {"subject": template.subject, "body": template.body}
            template.delete()
            record("message template.restore", kind, actor=actor, at=now, before=before)


def _offer(message_id: int) -> None:
    # Robust: the act is committed by then, and a broker that is away must not turn it into an error.
    # What was not handed over is found by the sweep.
    transaction.on_commit(
        lambda: celery.app.send_task("records.send_message", args=[message_id], ignore_result=True),
        robust=True,
    )


def _claimable() -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=real_now())


def _claim(message_id: int, now: datetime) -> Message | None:
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(_claimable(), pk=message_id, state__in=UNDONE)
            .first()
        )
        if message is None or (message.not_before and message.not_before > now):
            return None
        if message.state == Message.State.SENDING:
            # Its sender stopped between sending and marking, and nobody can know whether it had gone out.
            # It goes once more under the same Message-ID, by which mail programs tell the two as one.
            message.problem = "The portal stopped while sending this, so it may have arrived twice."
        message.state = Message.State.SENDING
        message.attempts += 1
        message.leased_until = real_now() + LEASE
        message.save(update_fields=["state", "attempts", "leased_until", "problem"])
    return message


def _send(message: Message) -> None:
    body = message.body
    if message.link_purpose:
        body = body.replace(wording.LINK_MARK, links.make(message.link_purpose, message.link_subject))
    EmailMessage(
        subject=message.subject,
        body=body,
        to=[message.address],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    ).send()


def message_id(message: Message) -> str:
    """Return the e-mail's own identifier: the same at every attempt, and telling nothing of its key."""
    domain = settings.PORTAL_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    return f"<{link(START, {'key': message.key, 'secret': settings.SECRET_KEY})[:40]}@{domain}>"


def _mark_sent(message: Message, *, now: datetime) -> None:
    _mark(message, now=now, state=Message.State.SENT, sent_at=now, leased_until=None)


def _mark_failed(message: Message, problem: str, *, now: datetime) -> None:
    _mark(message, now=now, state=Message.State.FAILED, problem=problem, leased_until=None)


def _mark_for_retry(message: Message, problem: str, *, now: datetime) -> None:
    if message.attempts >= ATTEMPTS:
        _mark_failed(message, problem, now=now)
        return
    wait = real_now() + WAITS[message.attempts - 1]
    _mark(message, now=now, state=Message.State.QUEUED, problem=problem, leased_until=wait)


def _mark(message: Message, *, now: datetime, **fields: Any) -> None:
    with unit():
        # Only the claim that sent it may mark it: after a lease has run out, another attempt owns the row.
        mine = Message.objects.filter(
            pk=message.pk, state=Message.State.SENDING, attempts=message.attempts
        ).update(**fields)
        if mine and fields["state"] != Message.State.QUEUED:
            for name, value in fields.items():
                setattr(message, name, value)
            _note(f"message.{fields['state']}", message, actor=SENDER, at=now)
    if fields["state"] != Message.State.SENT:
        # A mail server's refusal quotes the recipient: the words are kept with the message alone.
        why = fields["problem"].partition(":")[0]
        log.warning("message %s was not sent: %s", message.reference, why)


def _note(action: str, message: Message, *, actor: Actor, at: datetime) -> None:
    record(
        action,
        message,
        actor=actor,
        at=at,
        chain=message.audit_chain,
        veil=message.veil,
        kind=message.kind,
        about=message.about,
        attempts=message.attempts,
    )


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def note_history(*, before: datetime, now: datetime) -> int:
    """Note messages that a replay of the past queued as sent at their own time; return how many.

    Only the demonstration calls this: what it replays was told long ago, and is not sent again today.
    """
    with unit():
        old = Message.objects.filter(state=Message.State.QUEUED, queued_at__lt=before - HISTORY)
        noted = old.update(state=Message.State.SENT, sent_at=F("queued_at"))
        if noted:
            record("message.note_history", "outbox", actor=SENDER, at=now, count=noted)
    return noted

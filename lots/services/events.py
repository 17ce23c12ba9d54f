"""An event that moves or is called off: the change stays beside the notice, and whoever signed up is told."""

from datetime import datetime
from typing import Any

from commissioning import policies
from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access, record, unit
from commissioning.people.models import User
from commissioning.records.services import outbox
from commissioning.workflow import Refused, lock
from lots import letters, links
from lots.models import Agreement, AgreementNotice, EventChange, EventSignUp
from lots.queries import notices as queries
from lots.rules.notices import event_refusals, refusal_to_change_event

from .checks import refuse_any


def move(
    *,
    notice: AgreementNotice,
    event_at: datetime,
    place: str,
    link: str,
    sign_up_by: datetime | None,
    places: int | None,
    reason: str,
    actor: User,
    now: datetime,
) -> EventChange:
    """Change when or where an event is, or how many may come, and tell whoever signed up.

    Whoever holds a place keeps it, also where there are fewer places now. Raises Denied, Refused.
    """
    with unit():
        was = _insist_changeable(notice, actor, now)
        after: dict[str, Any] = {
            "event_at": event_at,
            "place": place.strip(),
            "link": link.strip(),
            "sign_up_by": sign_up_by,
        }
        refuse_any(event_refusals(**after, now=now, stands=notice.sign_up_by))
        after["places"] = places
        before = {name: getattr(notice, name) for name in after}
        _insist_reason(reason)
        if before == after:
            raise Refused("Nothing has changed.", field="event_at")
        change = EventChange.objects.create(
            notice=notice,
            old_event_at=was,
            old_place=notice.place,
            reason=reason.strip(),
            changed_at=now,
            changed_by=actor,
        )
        for name, value in after.items():
            setattr(notice, name, value)
        notice.save(update_fields=list(after))
        record("event.move", notice, actor=actor, at=now, before=before, after=after, reason=change.reason)
        told = letters.EventMoved(
            **facts_of(notice),
            old_event_at=change.old_event_at,
            old_place=change.old_place,
            reason=change.reason,
        )
        _tell_everybody(notice, told, f"event-moved:{change.pk}", now)
    return change


def call_off(*, notice: AgreementNotice, reason: str, actor: User, now: datetime) -> None:
    """Call an event off, and tell whoever signed up why. Raises Denied, Refused."""
    with unit():
        _insist_changeable(notice, actor, now)
        _insist_reason(reason)
        _call_off(notice, reason.strip(), actor, now)


def call_off_with_agreement(*, agreement: Agreement, reason: str, actor: User, now: datetime) -> None:
    """Call every event of the agreement off that is still to come, and tell whoever signed up why.

    In the unit of the act that ends the agreement, before its windows are stopped: who signed up stays
    veiled by the next of them. Raises Denied.
    """
    for notice in queries.events_to_come(agreement, now):
        _insist_changeable(notice, actor, now)
        _call_off(notice, reason, actor, now)


def read_sign_ups(*, notice: AgreementNotice, actor: User, now: datetime, what: str) -> list[EventSignUp]:
    """Return who signed up, for the lead; the reading is noted in the access log. Raises Denied."""
    policies.require(actor, "agreement.read_sign_ups", notice)
    found = list(queries.signed_up(notice))
    note_access(AccessEntry.Outcome.READ, notice, actor=actor, at=now, what=what)
    return found


def facts_of(notice: AgreementNotice) -> dict[str, Any]:
    """Return the facts of the messages to whoever signed up for an event."""
    agreement = notice.agreement
    return {
        "agreement": agreement.title,
        "reference": agreement.reference,
        "notice": notice.reference,
        "title": notice.title,
        "event_at": notice.event_at,
        "place": notice.place,
        "link": notice.link,
        "support": agreement.support,
    }


def tell(wanted: EventSignUp, told: letters.Notice, *, key: str, now: datetime) -> None:
    """Queue a message to somebody who signed up, with the link to their place."""
    outbox.queue(
        kind=told.kind,
        to=wanted.person or wanted.email,
        key=key,
        facts=told.facts,
        now=now,
        about=wanted.notice.agreement.reference,
        veil=queries.veil(wanted.notice.agreement),
        link_purpose=links.SIGN_UP.purpose,
        link_subject=wanted.reference,
    )


def _tell_everybody(notice: AgreementNotice, told: letters.Notice, thing: str, now: datetime) -> None:
    for wanted in queries.signed_up(notice).select_related("person", "notice__agreement"):
        tell(wanted, told, key=f"{thing}:{wanted.reference}", now=now)


def _call_off(notice: AgreementNotice, reason: str, actor: User, now: datetime) -> None:
    notice.called_off_at, notice.called_off_reason = now, reason
    notice.save(update_fields=["called_off_at", "called_off_reason"])
    record("event.call_off", notice, actor=actor, at=now, reason=reason)
    told = letters.EventCalledOff(**facts_of(notice), reason=reason)
    _tell_everybody(notice, told, f"event-called-off:{notice.reference}", now)


def _insist_changeable(notice: AgreementNotice, actor: User, now: datetime) -> datetime:
    """Return when the event is to take place, once it is sure that it can still be changed."""
    lock(notice)
    policies.require(actor, "agreement.change_event", notice)
    refusal = refusal_to_change_event(notice, now)
    if refusal or notice.event_at is None:
        raise Refused(refusal or "This notice speaks of no event.")
    return notice.event_at


def _insist_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("Give the reason, which everybody can read.", field="reason")

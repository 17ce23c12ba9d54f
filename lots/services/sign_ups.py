"""Signing up for an event: asked for, confirmed and cancelled by one link, and forgotten after the event."""

from datetime import datetime

from commissioning.accounts.rules import email_address
from commissioning.accounts.services import limits
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.actors import Actor, System
from commissioning.people.models import User
from commissioning.workflow import Refused, lock
from lots import letters
from lots.models import AgreementNotice, EventSignUp
from lots.queries import notices as queries
from lots.rules.notices import SIGN_UPS_KEPT, refusal_to_come, refusal_to_send_link, refusal_to_sign_up
from lots.rules.questions import CONFIRM_WITHIN

from .events import facts_of, tell
from .knocks import BY_LINK, insist_not_flooded, network_of

SWEEP = System("end of events")


def ask(
    *,
    notice: AgreementNotice,
    name: str,
    email: str,
    organisation_name: str,
    access_needs: str,
    address: str,
    now: datetime,
) -> None:
    """Keep who wants to come without an account, and write to the address to have it confirmed.

    No place is held before that. Whoever holds one already is sent its link again, at most once a day, and
    the page's answer is the same (settled 31); what a stranger typed changes nothing of it. `address` is
    where the request came from. It is no event of the record: a stranger is nobody yet. Raises Refused.
    """
    email, network = email_address(email), network_of(address)
    with unit():
        lock(notice)
        _insist_open(notice, now)
        insist_not_flooded(network, now=now)
        wanted = queries.sign_up_of(notice, email)
        if wanted is not None and wanted.confirmed_at is not None:
            _tell_signed_up(wanted, now)
            return
        wanted = wanted or EventSignUp(notice=notice, email=email)
        wanted.name, wanted.organisation_name = name.strip(), organisation_name.strip()
        wanted.access_needs = access_needs.strip()
        wanted.asked_at, wanted.network = now, network
        wanted.save()
        told = letters.SignUpToConfirm(**facts_of(notice), until=now + CONFIRM_WITHIN)
        tell(wanted, told, key=f"sign-up:{wanted.reference}:{london_date(now)}", now=now)


def send_link(*, notice: AgreementNotice, email: str, address: str, now: datetime) -> None:
    """Send whoever holds a place under this address its link again, at most once a day.

    Also where the event is full, or was called off and what was given can still be deleted. To any other
    address nothing is sent, and the page's answer is the same (settled 31). Raises Refused, and TooMany for
    what comes too often from one network `address`.
    """
    email = email_address(email)
    if refusal := refusal_to_send_link(notice, now):
        raise Refused(refusal)
    limits.insist(limits.LINK_AGAIN, address)
    with unit():
        lock(notice)
        wanted = queries.sign_up_of(notice, email)
        if wanted is None or wanted.confirmed_at is None:
            return
        if notice.called_off_at is None:
            _tell_signed_up(wanted, now)
            return
        told = letters.EventCalledOff(**facts_of(notice), reason=notice.called_off_reason)
        tell(wanted, told, key=f"event-called-off:{wanted.reference}:{london_date(now)}", now=now)


def sign_up(
    *,
    notice: AgreementNotice,
    name: str,
    organisation_name: str,
    access_needs: str,
    actor: User,
    now: datetime,
) -> EventSignUp:
    """Give a place to somebody who is signed in, whose address is proved; signing up again changes the rest.

    Raises Refused where sign-up is over or all places are taken, and for whoever holds a place once the event
    was called off or is over.
    """
    with unit():
        lock(notice)
        wanted = queries.sign_up_of(notice, actor.email)
        if wanted is None or wanted.confirmed_at is None:
            _insist_open(notice, now)
            wanted = wanted or EventSignUp(notice=notice, email=actor.email, asked_at=now)
        elif refusal := refusal_to_come(notice, now):
            raise Refused(refusal)
        wanted.person, wanted.name, wanted.organisation_name = actor, name.strip(), organisation_name.strip()
        wanted.access_needs = access_needs.strip()
        _give_place(wanted, actor, now)
    return wanted


def confirm(*, sign_up: EventSignUp, now: datetime) -> None:
    """Give the place, once its asker's address was proved; a second time changes nothing.

    Raises Refused where sign-up is over by now or all places are taken.
    """
    with unit():
        lock(sign_up)
        if sign_up.confirmed_at is None:
            _insist_open(sign_up.notice, now)
            _give_place(sign_up, BY_LINK, now)


def cancel(*, sign_up: EventSignUp, now: datetime) -> None:
    """Give the place up: the portal forgets who held it, and somebody else can have it."""
    with unit():
        lock(sign_up)
        _record("sign_up.cancel", sign_up, BY_LINK, now)
        sign_up.delete()


def forget(*, now: datetime) -> int:
    """Remove what nobody confirmed in time, and everybody of events a month past; return how many."""
    with unit():
        unconfirmed = EventSignUp.objects.unconfirmed_since(now - CONFIRM_WITHIN).delete()[0]
        past = EventSignUp.objects.of_events_before(now - SIGN_UPS_KEPT)
        over = AgreementNotice.objects.filter(sign_ups__in=past).select_related("agreement").distinct()
        for notice in over.order_by("pk"):
            record("sign_up.forget", notice, actor=SWEEP, at=now)
        return unconfirmed + past.delete()[0]


def _insist_open(notice: AgreementNotice, now: datetime) -> None:
    if refusal := refusal_to_sign_up(notice, queries.signed_up(notice).count(), now):
        raise Refused(refusal)


def _give_place(wanted: EventSignUp, actor: Actor, now: datetime) -> None:
    is_new = wanted.confirmed_at is None
    wanted.confirmed_at = wanted.confirmed_at or now
    wanted.save()
    if is_new:
        _record("sign_up.confirm", wanted, actor, now)
    _tell_signed_up(wanted, now)


def _tell_signed_up(wanted: EventSignUp, now: datetime) -> None:
    key = f"signed-up:{wanted.reference}:{london_date(now)}"
    tell(wanted, letters.SignedUp(**facts_of(wanted.notice)), key=key, now=now)


def _record(action: str, wanted: EventSignUp, actor: Actor, now: datetime) -> None:
    # SECURITY: without name and address, veiled, and on the portal's own chain, as with followers: whoever
    # comes to meet the buyers is likely to apply.
    record(action, wanted, actor=actor, at=now, veil=queries.veil(wanted.notice.agreement))

"""Following an agreement by e-mail: asked for, confirmed by a link, and ended by a link in every message."""

from datetime import datetime

from commissioning.accounts.rules import email_address
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.records.services import outbox
from commissioning.workflow import lock
from lots import letters, links
from lots.models import Agreement, Follower
from lots.queries import notices
from lots.rules.notices import refusal_to_follow
from lots.rules.questions import CONFIRM_WITHIN

from .checks import refuse_if
from .knocks import BY_LINK, insist_not_flooded, network_of


def follow(*, agreement: Agreement, email: str, address: str, now: datetime) -> None:
    """Write to an address that somebody typed, so that its owner confirms; at most once a day.

    Whether it follows already makes no difference to the page (settled 31). `address` is where the request
    came from. It is no event of the record: a stranger is nobody yet. Raises Refused.
    """
    email, network = email_address(email), network_of(address)
    with unit():
        lock(agreement)
        refuse_if(refusal_to_follow(agreement))
        insist_not_flooded(network, now=now)
        follower = notices.follower(agreement, email)
        if follower is not None and follower.confirmed_at is not None:
            return
        if follower is None:
            follower = Follower(agreement=agreement, email=email)
        follower.asked_at, follower.network = now, network
        follower.save()
        notice = letters.FollowToConfirm(
            agreement=agreement.title, reference=agreement.reference, until=now + CONFIRM_WITHIN
        )
        outbox.queue(
            kind=notice.kind,
            to=email,
            key=f"follow:{follower.reference}:{london_date(now)}",
            facts=notice.facts,
            now=now,
            about=agreement.reference,
            veil=notices.veil(agreement),
            link_purpose=links.FOLLOW.purpose,
            link_subject=follower.reference,
        )


def confirm(*, follower: Follower, now: datetime) -> None:
    """Let an address count as following, once its owner opened the link; a second time changes nothing.

    Raises Refused where the agreement has ended meanwhile.
    """
    with unit():
        lock(follower)
        if follower.confirmed_at is None:
            refuse_if(refusal_to_follow(follower.agreement))
            follower.confirmed_at = now
            follower.save(update_fields=["confirmed_at"])
            _record("follower.confirm", follower, now)


def end(*, follower: Follower, now: datetime) -> None:
    """Forget an address: nothing more is sent to it, and the portal does not keep it."""
    with unit():
        lock(follower)
        _record("follower.end", follower, now)
        follower.delete()


def forget_unconfirmed(*, now: datetime) -> int:
    """Remove the addresses that nobody confirmed in time; return how many."""
    with unit():
        return Follower.objects.unconfirmed_since(now - CONFIRM_WITHIN).delete()[0]


def _record(action: str, follower: Follower, now: datetime) -> None:
    # SECURITY: without the address, veiled, and on the portal's own chain: nobody counts followers by it.
    record(action, follower, actor=BY_LINK, at=now, veil=notices.veil(follower.agreement))

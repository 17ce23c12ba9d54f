"""Leaving an organisation: the roles there end, the sessions end, what was done stays."""

from datetime import datetime

from commissioning import policies
from commissioning.accounts import letters
from commissioning.accounts.services import invitations, roles, sessions
from commissioning.audit.services import record, unit
from commissioning.people.models import Membership, User
from commissioning.people.signing_in import FactorReset
from commissioning.workflow import Refused


def end_membership(*, membership: Membership, actor: User, now: datetime, this_session: str = "") -> None:
    """Record that a person has left: their roles there end, what they did stays. Raises Denied and Refused.

    Everyone may leave by themselves; the last administrator may not (make another one first). The
    invitations they sent and that nobody accepted are withdrawn. Their sessions end at once, but for the
    one with the key `this_session`, in which they leave by themselves.
    """
    organisation = membership.organisation
    if membership.user_id != actor.pk:
        policies.require(actor, "organisation.end_membership", organisation)
    with unit():
        kept = roles.locked(membership)
        if kept.left_at:
            raise Refused("They have left before.")
        roles.refuse_last_admin(kept, actor)
        kept.left_at = now
        kept.save(update_fields=["left_at"])
        record("organisation.leave", organisation, actor=actor, at=now, person=kept.user.reference)
        sent = organisation.invitations.filter(invited_by=kept.user, accepted_at=None, withdrawn_at=None)
        for invitation in sent.select_for_update():
            invitations.end(invitation, actor=actor, now=now)
        resets = FactorReset.objects.waiting().filter(user=kept.user, organisation=organisation)
        resets.update(declined_at=now, declined_by=actor)
        sessions.drop(kept.user, but=this_session)
        letters.membership_ended(kept, now=now)
    membership.refresh_from_db()

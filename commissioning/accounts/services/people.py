"""People: their own name and job title, and what an administrator of the portal may do to an account."""

from datetime import datetime

from commissioning import policies
from commissioning.accounts import letters, queries
from commissioning.accounts.services import sessions
from commissioning.audit.services import record, unit
from commissioning.people.actors import Actor
from commissioning.people.models import User
from commissioning.workflow import Refused


def change_own(*, user: User, name: str, job_title: str, now: datetime) -> None:
    """Change one's own name and job title; letters already written keep the old ones."""
    with unit():
        _change(user, {"name": name.strip(), "job_title": job_title.strip()}, actor=user, now=now)


def maintain(*, user: User, name: str, job_title: str, is_active: bool, actor: Actor, now: datetime) -> None:
    """Correct a person's name or job title, or switch an account off or on, as the portal's administrator.

    Neither password nor e-mail address nor role can be changed here (settled 26). Raises Denied and Refused.
    """
    policies.require(actor, "organisation.maintain")
    if user.pk == actor.pk and not is_active:
        raise Refused("You cannot switch off your own account.", field="is_active")
    with unit():
        _change(
            user,
            {"name": name.strip(), "job_title": job_title.strip(), "is_active": is_active},
            actor=actor,
            now=now,
        )
        if not is_active:
            sessions.drop(user)


def make_administrator(*, email: str, name: str, actor: Actor, now: datetime) -> User:
    """Make a person an administrator of the portal and send them the link to choose a password.

    Called by the operator's command on the server alone: no page makes an administrator. Raises Denied, and
    Refused for a person who belongs to an organisation (settled 26: the administrator is nobody's colleague).
    """
    policies.require(actor, "organisation.maintain")
    with unit():
        user = queries.person(email)
        if user is None:
            user = User.objects.create_user(email, name.strip(), created_at=now, is_staff=True)
        elif user.memberships.current().exists():
            raise Refused(f"{user.email} belongs to an organisation. Use another address.", field="email")
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        record("person.make_administrator", user, actor=actor, at=now)
        letters.new_password(user, now=now)
    return user


def _change(user: User, wanted: dict[str, str | bool], *, actor: Actor, now: datetime) -> None:
    kept = User.objects.select_for_update().get(pk=user.pk)
    changed = {name: value for name, value in wanted.items() if getattr(kept, name) != value}
    if not wanted.get("name"):
        raise Refused("Enter the name.", field="name")
    if changed:
        before = {name: getattr(kept, name) for name in changed}
        for name, value in changed.items():
            setattr(kept, name, value)
        kept.save(update_fields=list(changed))
        record("person.change", kept, actor=actor, at=now, before=before, after=changed)
    user.refresh_from_db()

"""Passwords: forgotten, set by a link, changed. Nobody sets one for somebody else (settled 26)."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from commissioning.accounts import demo, letters, queries, rules
from commissioning.accounts.passwords import REPEATS_NAME, repeats_a_name
from commissioning.accounts.services import limits, sessions
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused


def ask_for_new(*, email: str, now: datetime) -> None:
    """Write to the address: a link to its owner, or that it has no account.

    The page's answer is always the same, and so is the work done (settled 31): nothing but the message is
    written, since a stranger at the door is no event of the record.
    """
    email = rules.email_address(email)
    with unit():
        user = queries.person(email)
        if user and user.is_active:
            letters.new_password(user, now=now)
        else:
            letters.no_account(email, now=now)


def set_new(*, user: User, password: str, now: datetime) -> None:
    """Set the password of whoever holds the link sent to the address, and tell them. Raises Refused if weak.

    Every session of the account ends, and the link that was used is void.
    """
    with unit():
        kept = User.objects.select_for_update().get(pk=user.pk)
        _set(kept, password, now)
        sessions.drop(kept)
        if kept.email_confirmed_at is None:
            kept.email_confirmed_at = now
            kept.save(update_fields=["email_confirmed_at"])
        record("password.reset", kept, actor=kept, at=now)


def change(*, user: User, current: str, password: str, this_session: str, now: datetime) -> None:
    """Change one's own password, the present one given; every session but the one with this key ends.

    Wrong tries are counted. Raises Refused, and TooMany.
    """
    until = limits.take(limits.PASSWORD, user.reference)
    right = user.check_password(current)
    if until is not None:
        raise limits.TooMany(until)
    if not right:
        raise Refused("This is not your present password.", field="current")
    limits.forgive(limits.PASSWORD, user.reference)
    with unit():
        kept = User.objects.select_for_update().get(pk=user.pk)
        _set(kept, password, now)
        sessions.drop(kept, but=this_session)
        record("password.change", kept, actor=kept, at=now)
    user.password = kept.password


def refuse_weak(password: str, user: User, *, organisation: str = "") -> None:
    """Raise Refused with a sentence for each reason why a password is too weak (settled 31).

    `organisation` is the name of one that a new person is about to belong to.
    """
    if settings.PORTAL_DEMO and password == demo.PASSWORD:
        return
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused(Reason(text, field="password") for text in weak.messages) from None
    names = [organisation] if organisation else []
    if user.pk:
        names += user.memberships.current().values_list("organisation__name", flat=True)
    if repeats_a_name(password, names):
        raise Refused(REPEATS_NAME, field="password")


def _set(user: User, password: str, now: datetime) -> None:
    refuse_weak(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    letters.password_changed(user, now=now)

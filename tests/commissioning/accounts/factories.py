"""Messages, grants and details for tests of accounts."""

import pyotp

from commissioning import clock
from commissioning.accounts import rules, second_factor
from commissioning.audit.models import Event
from commissioning.people.models import RoleGrant
from commissioning.people.signing_in import RecoveryCode, SecondFactor
from commissioning.records.models import Message
from commissioning.records.sealing import keys
from tests.factories import NOW


def details(name="Cam Sight", **given):
    return rules.Details(**{"name": name, "sector": "charity", **given})


def sent():
    """Return (kind, address) of every message, in the order queued."""
    return list(Message.objects.order_by("pk").values_list("kind", "address"))


def kinds_to(user):
    return [kind for kind, address in sent() if address == user.email]


def actions():
    return list(Event.objects.order_by("pk").values_list("action", flat=True))


def waiting(membership, role, giver):
    return RoleGrant.objects.create(membership=membership, role=role, given_at=NOW, given_by=giver)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def enrolled(user, *, recovery="7K3M-9QXA-2HPD"):
    """Switch on a second factor with `SECRET` and one recovery code."""
    wrapped, key_id = keys.wrap_private(SECRET.encode(), owner=SecondFactor(user=user).key_owner)
    factor = SecondFactor.objects.create(user=user, secret=wrapped, sealing_key_id=key_id, enrolled_at=NOW)
    RecoveryCode.objects.create(factor=factor, digest=second_factor.recovery_digest(user, recovery))
    user.__dict__.pop("_has_second_factor", None)
    return factor


def code(steps=0, secret=SECRET):
    """Return what an app with this secret shows now, or so many half minutes from now."""
    step = int(clock.real_now().timestamp()) // second_factor.STEP_SECONDS + steps
    return pyotp.TOTP(secret).generate_otp(step)

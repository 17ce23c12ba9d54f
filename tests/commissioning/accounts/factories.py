"""Messages, grants and details for tests of accounts."""

from commissioning.accounts import rules
from commissioning.audit.models import Event
from commissioning.people.models import RoleGrant
from commissioning.records.models import Message
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

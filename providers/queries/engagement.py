"""Whom an agreement's lead writes to between and in windows, and which names anybody can read."""

from django.db.models import Q

from commissioning.people.models import Organisation
from lots.models import Agreement
from providers.models import Admission, Entry

IN_POOL = ("current", "suspended")


def public_names(agreement: Agreement) -> list[str]:
    """Return the providers' names that the agreement's public pages show: those in its pools.

    SECURITY: not those who apply. A refusal of a name must not tell the lead that its bearer is here.
    """
    members = Organisation.objects.filter(admissions__lot__agreement=agreement, admissions__state__in=IN_POOL)
    return list(members.distinct().order_by("name").values_list("name", flat=True))


def known_to(agreement: Agreement) -> list[Organisation]:
    """Return the providers in the pools, and those that an earlier window's outcome turned down.

    SECURITY: who applies in a window that is not opened is not among them for it.
    """
    members = Admission.objects.filter(lot__agreement=agreement, state__in=IN_POOL)
    turned_down = Entry.objects.filter(window_lot__window__agreement=agreement, state="not_admitted")
    found = Organisation.objects.filter(
        Q(pk__in=members.values("organisation")) | Q(pk__in=turned_down.values("application__organisation"))
    )
    return list(found.order_by("name"))

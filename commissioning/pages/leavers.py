"""What people leave behind in the apps when they leave an organisation, and who is to mend it.

A role that no longer counts gives no access from that moment; what stays is a place that nobody fills.
"""

import re
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from commissioning.board.models import Seat
from commissioning.people.models import Membership, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.web.worklist import Task
from evaluation.models import Panellist
from evaluation.workflow import JUDGING
from lots.models import Agreement
from lots.workflow import ENDED

ADDRESS = re.compile(r"[^\s<>(),;:]+@[^\s<>(),;:]+")
BOARD_ROLES = (Role.BOARD_MEMBER, Role.BOARD_CHAIR)


def _places() -> QuerySet[Panellist]:
    running = Panellist.objects.current().filter(exercise__state__in=JUDGING)
    return running.select_related("user", "exercise")


def _seats() -> QuerySet[Seat]:
    held = Seat.objects.filter(left_at=None, board__agreement__isnull=False)
    # The board of an agreement that was abandoned or discarded decides no more.
    held = held.exclude(board__agreement__state__in=ENDED)
    return held.select_related("user", "organisation", "board__agreement")


def _led_by(organisations: Collection[int]) -> QuerySet[Agreement]:
    """Return the agreements led by these authorities that go on and name an e-mail address to ask."""
    return Agreement.objects.filter(
        support_contact__contains="@",
        authorities__organisation__in=organisations,
        authorities__is_lead=True,
        authorities__until=None,
    ).exclude(state__in=ENDED)


def _addresses(agreement: Agreement) -> set[str]:
    return {found.lower().rstrip(".") for found in ADDRESS.findall(agreement.support_contact)}


def left_behind(membership: Membership) -> list[str]:
    """Return in sentences what would stay unfilled if this person left the organisation now."""
    user, organisation = membership.user, membership.organisation
    found = [
        f"A place on the panel of “{place.exercise.title}”: a procurement lead appoints somebody else."
        for place in _places().filter(user=user, exercise__agreement__authorities__organisation=organisation)
    ]
    for seat in _seats().filter(user=user, organisation=organisation):
        others = _seats().filter(board=seat.board, organisation=organisation).exclude(pk=seat.pk).exists()
        alone = "" if others else f" It is the only one of {organisation.short_name}."
        found.append(
            f"A seat on the {seat.board} ({seat.get_kind_display().lower()}).{alone} "
            "A procurement lead fills it."
        )
    return found + [
        f"{agreement.title} names {user.email} beside each of its deadlines, as whom applicants may ask: a "
        "procurement lead names somebody else."
        for agreement in _led_by([organisation.pk])
        if user.email in _addresses(agreement)
    ]


def tasks(user: User, now: datetime) -> list[Task]:
    """Return the places that this lead is to fill, since the role of whoever holds them no longer counts."""
    mine = user.organisation_ids(Role.LEAD)
    if not mine:
        return []
    grants = RoleGrant.objects.in_force().filter(membership__user=OuterRef("user"))
    places = _places().filter(exercise__authority__in=mine)
    vacant = places.exclude(Exists(grants.filter(role=OuterRef("part"))))
    there = grants.filter(membership__organisation=OuterRef("organisation"), role__in=BOARD_ROLES)
    led = Agreement.objects.filter(
        authorities__organisation__in=mine, authorities__is_lead=True, authorities__until=None
    )
    empty = _seats().filter(board__agreement__in=led).exclude(Exists(there))
    return (
        [
            Task(
                f"Take {place.user.name} off the panel: they no longer hold the role",
                place.exercise.reference,
                None,
                10,
                reverse("exercise-stand-down", args=[place.exercise.reference, place.user.reference]),
                "Stand down",
            )
            for place in vacant
        ]
        + [
            Task(
                f"Fill the seat of {seat.user.name} for {seat.organisation.short_name}: "
                "they no longer hold the role",
                seat.board.agreement.reference,
                None,
                10,
                reverse("seat-end", args=[seat.board.agreement.reference, seat.user.reference]),
                "End the seat",
            )
            for seat in empty
        ]
        + _contacts(mine)
    )


def _contacts(organisations: Collection[int]) -> list[Task]:
    """Return the agreements whose deadlines name somebody to ask who has left the authority."""
    named = {agreement: _addresses(agreement) for agreement in _led_by(organisations)}
    rows = Membership.objects.filter(
        organisation__in=organisations, user__email__in=set().union(*named.values())
    ).values_list("user__email", "left_at")
    here = {email for email, left_at in rows if left_at is None}
    gone = {email for email, left_at in rows if left_at is not None} - here
    return [
        Task(
            f"Name another support contact: {email} has left, and stands beside each deadline",
            agreement.reference,
            None,
            5,
            reverse("agreement-references", args=[agreement.reference]),
            "Change it",
        )
        for agreement, addresses in named.items()
        for email in sorted(addresses & gone)
    ]

"""What people leave behind in the apps when they leave an organisation, and who is to mend it.

A role that no longer counts gives no access from that moment; what stays is a place that nobody fills.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from calloffs.queries import competitions
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


@dataclass(frozen=True)
class _Contact:
    """Where whoever may be asked is named by an e-mail address: beside the deadlines of what goes on."""

    title: str
    reference: str
    text: str
    asked_by: str
    url: str

    @property
    def addresses(self) -> set[str]:
        return {found.lower().rstrip(".") for found in ADDRESS.findall(self.text)}


def _contacts_of(organisations: Collection[int]) -> list[_Contact]:
    """Return the contacts that these authorities name for agreements and mini-competitions that go on."""
    return [
        _Contact(
            agreement.title,
            agreement.reference,
            agreement.support_contact,
            "applicants",
            reverse("agreement-references", args=[agreement.reference]),
        )
        for agreement in _led_by(organisations)
    ] + [
        _Contact(
            f"The mini-competition “{competition.calloff.title}”",
            competition.reference,
            competition.support_contact,
            "bidders",
            reverse("competition-support", args=[competition.reference]),
        )
        for competition in competitions.naming_a_contact(organisations)
    ]


def _led_by(organisations: Collection[int]) -> QuerySet[Agreement]:
    """Return the agreements led by these authorities that go on and name an e-mail address to ask."""
    return Agreement.objects.filter(
        support_contact__contains="@",
        authorities__organisation__in=organisations,
        authorities__is_lead=True,
        authorities__until=None,
    ).exclude(state__in=ENDED)


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
        f"{contact.title} names {user.email} beside each of its deadlines, as whom {contact.asked_by} may "
        "ask: a procurement lead names somebody else."
        for contact in _contacts_of([organisation.pk])
        if user.email in contact.addresses
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
    """Return what names beside its deadlines somebody to ask who has left the authority."""
    members = Membership.objects.filter(organisation__in=organisations)
    left = members.exclude(left_at=None).exclude(user__in=members.filter(left_at=None).values("user"))
    gone = set(left.values_list("user__email", flat=True))
    if not gone:
        # Of most authorities nobody named has left, and whom they name need not be read.
        return []
    return [
        Task(
            f"Name another support contact: {email} has left, and stands beside each deadline",
            contact.reference,
            None,
            5,
            contact.url,
            "Change it",
        )
        for contact in _contacts_of(organisations)
        for email in sorted(contact.addresses & gone)
    ]

"""The two lists of a home page, joined from every app: what needs the person, and what they wait for."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse

from calloffs.queries import bidding
from calloffs.queries import home as calloffs
from commissioning.accounts import queries as accounts
from commissioning.board import queries as board
from commissioning.pages import queries as correspondence
from commissioning.people.models import User
from commissioning.web.worklist import Task, Wait
from evaluation import queries as judging
from lots import queries as lots
from providers.queries import home as providers


def roles_to_confirm(user: User, now: datetime) -> list[Task]:
    """Return the sensitive roles that wait for this person as the second one (settled 26)."""
    return [
        Task(
            f"Confirm {grant.membership.user.name} as {grant.get_role_display().lower()}",
            grant.membership.organisation.short_name,
            None,
            5,
            reverse(
                "role-confirm",
                args=[grant.membership.organisation.reference, grant.membership.user.reference, grant.role],
            ),
            "Confirm",
        )
        for grant in accounts.roles_to_confirm(user)
    ]


def roles_waiting(user: User, now: datetime) -> list[Wait]:
    """Return the person's own roles that wait for a second person (settled 26)."""
    return [
        Wait(
            f"Your role as {grant.get_role_display().lower()} to count",
            grant.membership.organisation.short_name,
            "an administrator who did not give it",
            None,
            reverse("organisation-people", args=[grant.membership.organisation.reference]),
        )
        for grant in accounts.roles_waiting(user)
    ]


WORKLISTS: tuple[Callable[[User, datetime], list[Task]], ...] = (
    roles_to_confirm,
    lots.worklist,
    providers.worklist,
    judging.worklist,
    board.worklist,
    calloffs.worklist,
    bidding.worklist,
    correspondence.worklist,
)
WAITS: tuple[Callable[[User, datetime], list[Wait]], ...] = (
    roles_waiting,
    providers.waits,
    judging.waits,
    bidding.waits,
    calloffs.waits,
)


def tasks(user: User, now: datetime) -> list[Task]:
    """Return all that needs this person; the number of queries does not grow with what is found."""
    return [task for worklist in WORKLISTS for task in worklist(user, now)]


def waits(user: User, now: datetime) -> list[Wait]:
    """Return all that this person waits for, each with whose move it is."""
    return [wait for waiting in WAITS for wait in waiting(user, now)]

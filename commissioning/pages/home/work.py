"""The two lists of a home page, joined from every app: what needs the person, and what they wait for."""

from collections.abc import Callable
from datetime import datetime
from itertools import chain

from django.urls import reverse

from calloffs.queries import bidding
from calloffs.queries import home as calloffs
from commissioning import policies
from commissioning.accounts import queries as accounts
from commissioning.board import queries as board
from commissioning.pages import leavers
from commissioning.pages import queries as correspondence
from commissioning.pages.openings import opening_url
from commissioning.people.models import User
from commissioning.records import queries as records
from commissioning.web.worklist import Task, Wait
from evaluation import queries as judging
from lots import lost_time
from lots import queries as lots
from lots.queries import questions
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


def resets_to_confirm(user: User, now: datetime) -> list[Task]:
    """Return the resets of lost second factors that wait for this person as the second one (settled 26)."""
    return [
        Task(
            f"Confirm the reset of the second factor of {reset.user.name}",
            reset.organisation.short_name,
            None,
            5,
            reverse("factor-reset-confirm", args=[reset.organisation.reference, reset.user.reference]),
            "Confirm",
        )
        for reset in accounts.resets_to_confirm(user)
    ]


def second_factor(user: User, now: datetime) -> list[Task]:
    """Return the task to switch on a second factor, for whose roles do not count without."""
    if not user.roles_in() & policies.GUARDED or not policies.lacks_second_factor(user):
        return []
    return [Task("Switch on your second factor", "", None, 2, reverse("second-factor-on"), "Switch on")]


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
    second_factor,
    roles_to_confirm,
    resets_to_confirm,
    leavers.tasks,
    lots.worklist,
    lost_time.worklist,
    questions.worklist,
    providers.worklist,
    board.worklist,
    bidding.worklist,
    correspondence.worklist,
)
WAITS: tuple[Callable[[User, datetime], list[Wait]], ...] = (
    roles_waiting,
    providers.waits,
    bidding.waits,
)
BOTH: tuple[Callable[[User, datetime], tuple[list[Task], list[Wait]]], ...] = (judging.lists, calloffs.lists)


def lists(user: User, now: datetime) -> tuple[list[Task], list[Wait]]:
    """Return all that needs this person, and all that the person waits for with whose move it is.

    The number of queries does not grow with what is found.
    """
    both = [joint(user, now) for joint in BOTH]
    tasks = [one(user, now) for one in WORKLISTS] + [found for found, _ in both]
    waits = [one(user, now) for one in WAITS] + [found for _, found in both]
    return second_persons(user, list(chain.from_iterable(tasks)), list(chain.from_iterable(waits)), now)


def second_persons(
    user: User, tasks: list[Task], waits: list[Wait], now: datetime
) -> tuple[list[Task], list[Wait]]:
    """Turn openings that wait for a second person into that person's task and the first one's wait."""
    proposals = {opening_url(one): one for one in records.proposals_waiting(user, now)}
    tasks = [task for task in tasks if task.url not in proposals]
    for url, one in proposals.items():
        if one.proposed_by_id == user.pk:
            waits.append(Wait(f"Opening of {one.what}", one.about, "a second lead", one.ends_at, url))
        else:
            tasks.append(
                Task(f"Confirm the opening of {one.what}", one.about, one.ends_at, 5, url, "Confirm")
            )
    return tasks, waits

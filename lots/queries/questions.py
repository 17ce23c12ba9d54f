"""Questions about a window as each side may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from commissioning.people.models import Organisation, RoleGrant, User
from commissioning.people.roles import PROVIDER_ROLES, Role
from commissioning.web.worklist import Task
from lots.models import EventSignUp, Follower, Window, WindowAnswer, WindowAnswerVersion, WindowQuestion
from lots.rules.questions import full_names, why_no_answer_comes

ANSWERING = (Role.LEAD, Role.COMMISSIONER)
# SECURITY: who asked is not even fetched for those who answer (rulebook E4, B21).
SEALED = ("organisation", "person", "name", "email", "organisation_name", "network")


@dataclass(frozen=True)
class Standing:
    """How a question stands by the clock, for whoever asked; drawn by the state tag."""

    state: str
    state_label: str


@dataclass(frozen=True)
class Published:
    """One question with its answer as everybody reads it, and the versions that were corrected."""

    number: int
    published_question: str
    answer: str
    answered_at: datetime
    reason: str
    earlier: list[WindowAnswerVersion]
    correct_url: str = ""


def published(window: Window, *, to_correct: bool = False) -> list[Published]:
    """Return the answers that everybody reads, in their order; `to_correct` adds the way to correct each."""
    shown = []
    for answer in window.answers.prefetch_related("versions"):
        *earlier, standing = answer.versions.all()
        shown.append(
            Published(
                number=answer.number,
                published_question=standing.published_question,
                answer=standing.text,
                answered_at=standing.published_at,
                reason=standing.reason,
                earlier=earlier[::-1],
                correct_url=reverse("window-answer-correct", args=[window.reference, answer.number])
                if to_correct
                else "",
            )
        )
    return shown


def answer(window: Window, number: int) -> WindowAnswer | None:
    """Return a published answer of a window by its number."""
    found = window.answers.filter(number=number).select_related("window__agreement")
    return found.prefetch_related("versions").first()


def to_answer(window: Window) -> QuerySet[WindowQuestion]:
    """Return what was asked, reached those who answer and was not withdrawn, without who asked."""
    return window.questions.that_arrived().exclude(state="withdrawn").defer(*SEALED)


def own(window: Window, user: User, now: datetime) -> list[tuple[WindowQuestion, Standing]]:
    """Return what the person's provider asked about a window, the latest first, and how each stands."""
    asked = WindowQuestion.objects.visible_to(user).filter(window=window)
    rows = asked.select_related("answer").order_by("-asked_at", "-pk")
    return [(question, standing(question, window, now)) for question in rows]


def standing(question: WindowQuestion, window: Window, now: datetime) -> Standing:
    """Return how a question about the window stands: what no answer comes to any more does not wait."""
    if question.state == "asked" and why_no_answer_comes(window, now):
        return Standing("lapsed", "Not answered")
    return Standing(question.state, question.state_label)


def own_questions(user: User) -> QuerySet[WindowQuestion]:
    """Return all that the person's provider asked, about whatever window."""
    return WindowQuestion.objects.visible_to(user).select_related("window__agreement")


def writes_for(user: User) -> QuerySet[Organisation]:
    """Return the providers this person writes for."""
    return Organisation.objects.filter(pk__in=user.organisation_ids(*PROVIDER_ROLES)).order_by("name")


def people_who_answer(window: Window) -> list[User]:
    """Return the procurement leads and commissioners of the authority that runs the window."""
    grants = RoleGrant.objects.in_force().filter(
        role__in=ANSWERING, membership__organisation__in=window.run_by
    )
    people = User.objects.filter(memberships__grants__in=grants, is_active=True)
    return list(people.distinct().order_by("pk"))


def askers(window: Window) -> list[User | str]:
    """Return whoever asked about a window and did not withdraw, for the portal's own letters alone."""
    asked = window.questions.that_arrived().exclude(state="withdrawn").select_related("person")
    return list(dict.fromkeys(one.asker for one in asked if one.person is None or one.person.is_active))


def asker_names(questions: Iterable[WindowQuestion]) -> list[str]:
    """Return what names those who asked: they themselves, their organisations, their addresses."""
    asked = list(
        WindowQuestion.objects.filter(pk__in=[one.pk for one in questions]).select_related(
            "person", "organisation"
        )
    )
    addresses = [one.email or (one.person.email if one.person else "") for one in asked]
    people = [one.name or (one.person.name if one.person else "") for one in asked]
    typed = [one.organisation_name for one in asked]
    members = Organisation.objects.filter(
        Q(pk__in=[one.organisation_id for one in asked])
        | Q(memberships__user__email__in=[address for address in addresses if address])
    )
    names = [*full_names(people), *typed, *members.values_list("name", flat=True)]
    return [name for name in dict.fromkeys([*names, *addresses]) if name.strip()]


def knocks(network: str, since: datetime) -> int:
    """Return how much came from a network since then of people who have not registered."""
    if not network:
        return 0
    recent = {"network": network, "asked_at__gt": since}
    return sum(table.objects.filter(**recent).count() for table in (WindowQuestion, Follower, EventSignUp))


def asked_today(email: str, now: datetime) -> int:
    """Return how many questions an address asked in the last day without being registered."""
    return WindowQuestion.objects.filter(email=email, asked_at__gt=now - timedelta(days=1)).count()


def next_number(window: Window) -> int:
    """Return the number of the next answer."""
    return window.answers.count() + 1


def next_version(answer: WindowAnswer) -> int:
    """Return the number of an answer's next version."""
    return WindowAnswerVersion.objects.filter(answer=answer).count() + 1


def worklist(user: User, now: datetime) -> list[Task]:
    """Return the windows whose questions this person can still answer, one row a window."""
    mine = user.organisation_ids(*ANSWERING)
    if not mine:
        return []
    windows = Window.objects.filter(
        agreement__authorities__organisation__in=mine,
        agreement__authorities__is_lead=True,
        agreement__authorities__until=None,
        questions__state="asked",
        deadline__gte=now,
    ).exclude(state="cancelled")
    return [
        Task(
            f"Answer the questions about “{window.title}”",
            window.reference,
            window.deadline,
            15,
            reverse("window-questions", args=[window.reference]),
            "Answer",
        )
        for window in windows.distinct().order_by("deadline")
    ]

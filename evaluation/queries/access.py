"""Which exercises a person sees, and what its place on a panel lets it read."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from commissioning import policies
from commissioning.accounts.queries import confirmers_of
from commissioning.people.models import Membership, Organisation, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.policies import Denied
from evaluation import rules
from evaluation.models import Assessment, Declaration, Exercise, Panellist
from evaluation.rules.guards import waits_for_second_person
from lots.models import MinimumStandard, Question, Window
from providers.consortium import CODE, is_same
from providers.queries.evaluation import Opened, read_for_evaluation

from .grids import has_failed_a_standard

READABLE = frozenset({"scoring", "moderating"})


def exercises(user: User) -> QuerySet[Exercise]:
    """Return the exercises this person runs or judges, with what a row shows."""
    return Exercise.objects.visible_to(user).select_related("agreement", "authority", "scheme", "round")


def full(user: User) -> QuerySet[Exercise]:
    """Return the same exercises with their panels and questions, for an exercise's own pages."""
    return (
        exercises(user)
        .select_related("window_link__window_lot__window__common_scheme", "window_link__window_lot__lot")
        .prefetch_related("panel__user", "scheme__questions", "scheme__scale", "agreement__authorities")
    )


def windows(user: User) -> QuerySet[Window]:
    """Return the windows this person may see, for the pages on which their lots are judged and decided."""
    return (
        Window.objects.visible_to(user)
        .select_related("agreement")
        .prefetch_related("agreement__authorities__organisation")
    )


def chain_of(reference: str) -> str:
    """Return the agreement of an exercise, whoever asks, or "": a mistyped address is no attempt at one."""
    found = Exercise.objects.filter(reference=reference).values_list("agreement__reference", flat=True)
    return found.first() or ""


def seat_of(exercise: Exercise, user: User) -> Panellist | None:
    """Return the person's place on the panel, if any, with the role that it was given for."""
    held = user.roles_in(exercise.agreement.sighted_by)
    panel = exercise.current_panel()
    return next((seat for seat in panel if seat.user_id == user.pk and seat.part in held), None)


def candidates(exercise: Exercise) -> QuerySet[User]:
    """Return who could be appointed: people of the agreement's authorities with a role that a panel needs."""
    grants = RoleGrant.objects.in_force().filter(
        role__in=Panellist.Part.values, membership__organisation__in=exercise.agreement.sighted_by
    )
    seated = exercise.panel.current().values("user")
    people = User.objects.filter(memberships__grants__in=grants, is_active=True).exclude(pk__in=seated)
    return people.distinct().order_by("name")


def roles_of(exercise: Exercise, people: Iterable[User]) -> dict[int, list[tuple[str, str]]]:
    """Return, by person, the parts each could play and at which authority, for choosing a panel."""
    grants = (
        RoleGrant.objects.in_force()
        .filter(
            role__in=Panellist.Part.values,
            membership__organisation__in=exercise.agreement.sighted_by,
            membership__user__in=list(people),
        )
        .select_related("membership__organisation")
        .order_by("role")
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for grant in grants:
        place = grant.membership.organisation.short_name
        found.setdefault(grant.membership.user_id, []).append((grant.role, place))
    return found


def role_awaiting(exercise: Exercise, user: User, role: str) -> RoleGrant | None:
    """Return the person's role in the agreement that only waits for its second person, if there is one."""
    grants = RoleGrant.objects.awaiting_confirmation().filter(
        role=role, membership__organisation__in=exercise.agreement.sighted_by, membership__user=user
    )
    return grants.select_related("membership__organisation").order_by("given_at", "pk").first()


def waiting_for_second_person(exercise: Exercise) -> list[str]:
    """Return, a sentence each, whose role for a panel is given and waits for its second person.

    Whoever is on the panel, or holds the same role at another of the agreement's authorities, is left out.
    """
    places = exercise.agreement.sighted_by
    held = RoleGrant.objects.in_force().filter(
        role=OuterRef("role"),
        membership__user=OuterRef("membership__user"),
        membership__organisation__in=places,
    )
    grants = (
        RoleGrant.objects.awaiting_confirmation()
        .filter(
            ~Exists(held),
            role__in=Panellist.Part.values,
            membership__organisation__in=places,
            membership__user__is_active=True,
        )
        .exclude(membership__user__in=exercise.panel.current().values("user"))
        .select_related("membership__user", "membership__organisation")
        .order_by("membership__user__name", "role", "pk")
    )
    can_confirm = confirmers_of(list(grants))
    return [waits_for_second_person(grant, can_confirm[grant.pk]) for grant in grants]


def leads(exercise: Exercise) -> list[User]:
    """Return the procurement leads of the authority that runs the exercise."""
    grants = RoleGrant.objects.in_force().filter(
        role=Role.LEAD, membership__organisation=exercise.authority_id, membership__user__is_active=True
    )
    return list(User.objects.filter(memberships__grants__in=grants).distinct().order_by("pk"))


def own_bidders(exercise: Exercise, user: User) -> dict[int, str]:
    """Return the bidders that the person belongs to or has belonged to, by any of their registrations.

    A council that commissions and bids is two rows of one name: its staff have an interest (rulebook G12).
    """
    mine = Organisation.objects.filter(pk__in=Membership.objects.filter(user=user).values("organisation"))
    bidders = Organisation.objects.filter(pk__in=exercise.assessments.values("organisation"))
    own = bidders.filter(Q(pk__in=mine) | Q(matching_name__in=mine.values("matching_name")))
    return called(exercise, exercise.assessments.filter(organisation__in=own))


def called(exercise: Exercise, rows: QuerySet[Assessment] | None = None) -> dict[int, str]:
    """Return what the bidders, or those of these rows, are called, by the organisation, in one query.

    As they were when they submitted, with the name of now where it is another.
    """
    found = exercise.assessments.all() if rows is None else rows
    return {row.organisation_id: row.bidder for row in found.select_related("organisation")}


def with_associates(exercise: Exercise) -> list[Assessment]:
    """Return every bidder with those it applies with, in the order of names and in two queries."""
    rows = exercise.assessments.select_related("organisation", "submission")
    return list(rows.prefetch_related("submission__associates").order_by("name", "pk"))


def named_by_bidder(exercise: Exercise) -> dict[int, list[str]]:
    """Return, by the bidder's organisation, its name and the names of those it applies with."""
    return {
        row.organisation_id: [row.name_sent, *(one.name for one in row.submission.associates.all())]
        for row in with_associates(exercise)
    }


def own_associates(exercise: Exercise, user: User) -> dict[int, str]:
    """Return the bidders that apply with an organisation that the person belongs to or has belonged to.

    By the bidder's organisation, with the words "X, which applies with Y" (settled 28, rulebook G12).
    """
    mine = list(
        Organisation.objects.filter(pk__in=Membership.objects.filter(user=user).values("organisation"))
    )
    return {
        row.organisation_id: f"{one.name}, which applies with {row.bidder}"
        for row in with_associates(exercise)
        for one in row.submission.associates.all()
        if any(is_same(one, organisation) for organisation in mine)
    }


def scored_questions(exercise: Exercise) -> list[Question]:
    """Return the questions that are scored, in their order."""
    return exercise.scored_questions()


def standards_of(exercise: Exercise) -> list[MinimumStandard]:
    """Return the minimum standards of the common part and of the lot that are decided here."""
    return exercise.standards()


def refusal_to_read(exercise: Exercise, seat: Panellist) -> str | None:
    """Return why this panellist may not read any answer of the lot, or nothing (rulebook G12)."""
    if not exercise.round.is_open:
        return "The submissions are sealed."
    mine = Declaration.objects.filter(panellist=seat)
    clear = mine.filter(Q(has_conflict=False) | Q(decision=Declaration.Decision.MAY_JUDGE))
    in_the_way = exercise.assessments.exclude(organisation__in=clear.values("organisation"))
    if not in_the_way.exists():
        return None
    bidders = called(exercise)
    declared = {
        row.organisation_id: rules.interest(has_conflict=row.has_conflict, decision=row.decision)
        for row in mine
    }
    return rules.refusal_to_read(bidders, declared)


def insist_on_reading(exercise: Exercise, reader: User) -> Panellist:
    """Return the reader's place if it may read the answers.

    Raises Denied for whoever has no place, for a role withdrawn, and for an undeclared or open conflict
    (rulebook G12, R22-d, R22-f); the page that asked notes the attempt.
    """
    # SECURITY: asked of the tables each time, never of a panel that was read earlier in the request.
    seat = Panellist.objects.in_force_for(reader).filter(exercise=exercise).first()
    if seat is None:
        raise Denied("Only the panel of this exercise reads the answers.")
    if exercise.state not in READABLE:
        raise Denied(f"The exercise is “{exercise.state_label}”, so its panel reads nothing now.")
    if refusal := refusal_to_read(exercise, seat):
        raise Denied(refusal)
    return seat


def insist_on_answer(exercise: Exercise, assessment: Assessment, reader: User) -> None:
    """Return if the reader may read this bidder's answers: what failed a minimum standard is not scored (D7).

    Raises Denied as `insist_on_reading`.
    """
    insist_on_reading(exercise, reader)
    if has_failed_a_standard(assessment):
        raise Denied("This bidder failed a minimum standard, so its answers are not scored.")


def conflicts(exercise: Exercise) -> QuerySet[Declaration]:
    """Return every declared conflict of the panel."""
    declared = Declaration.objects.filter(
        panellist__exercise=exercise, panellist__stood_down_at=None, has_conflict=True
    )
    return declared.with_names().select_related(
        "panellist__user", "panellist__exercise__agreement", "organisation", "decided_by"
    )


def read_answer(
    exercise: Exercise,
    assessment: Assessment,
    question: Question,
    *,
    reader: User,
    now: datetime,
    address: str | None = None,
) -> Opened:
    """Return one answer as its panel may read it: cut at the word limit, the reading logged.

    Raises Denied as `insist_on_answer`, and `sealing.StillSealed` before the opening.
    """
    insist_on_answer(exercise, assessment, reader)
    read = read_for_evaluation(
        assessment.submission,
        reader=reader,
        now=now,
        only={question.code},
        with_common=False,
        address=address,
    )
    return read.item(question.code)


def read_consortium(
    assessment: Assessment, *, reader: User, now: datetime, address: str | None = None
) -> Opened | None:
    """Return who applies with the bidder and what it says of them, for whoever decides its standards.

    Nothing where its scheme does not ask. Raises Denied, and `sealing.StillSealed` before the opening.
    """
    policies.require(reader, "exercise.gate", assessment.exercise)
    if not assessment.exercise.scheme.asks_consortium:
        return None
    read = read_for_evaluation(
        assessment.submission, reader=reader, now=now, only={CODE}, with_common=False, address=address
    )
    return read.item(CODE)


def read_declarations(
    assessment: Assessment, *, reader: User, now: datetime, address: str | None = None
) -> dict[int, Opened]:
    """Return what the bidder declared on each minimum standard, by the standard, for whoever decides them."""
    policies.require(reader, "exercise.gate", assessment.exercise)
    standards = assessment.exercise.standards()
    own = {row.code: row.pk for row in standards if row.scheme_id == assessment.exercise.scheme_id}
    common = {row.code: row.pk for row in standards if row.scheme_id != assessment.exercise.scheme_id}
    read = read_for_evaluation(
        assessment.submission,
        reader=reader,
        now=now,
        only=set(own),
        with_common=bool(common),
        address=address,
    )
    found = {own[item.item.code]: item for item in read.own if item.item.code in own}
    return found | {common[item.item.code]: item for item in read.common if item.item.code in common}

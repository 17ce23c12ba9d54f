"""Setting up an exercise and its panel, and the start of the scoring (rulebook D20, D21)."""

from collections.abc import Sequence
from datetime import date, datetime

from commissioning import policies
from commissioning.accounts.queries import confirmers
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.models import Organisation, User
from commissioning.records.models import Round
from commissioning.workflow import Refused, lock
from evaluation import queries
from evaluation.models import Assessment, Exercise, Panellist, WindowExercise
from evaluation.rules.guards import refusal_to_set_up, waits_for_second_person
from evaluation.workflow import EXERCISE, JUDGING
from lots.models import Agreement, Scheme, WindowLot
from providers.queries.evaluation import submitted_to

from .notices import tell
from .seats import take_off

TITLE_LENGTH = 200
LARGEST_PANEL = 12
SCORING = "read the answers and score them, alone, with a reason for each score"
MODERATING = "read the answers, and lead the meeting in which the panel agrees one score for each"


def set_up(
    *,
    agreement: Agreement,
    authority: Organisation,
    scheme: Scheme,
    round: Round,
    title: str,
    actor: User,
    now: datetime,
    minimum_panel: int = 3,
    quorum: int = 3,
    scores_due_on: date | None = None,
) -> Exercise:
    """Set up the judging of one round against its scheme, run by the given authority (settled 5).

    Raises Denied, and Refused for a panel, quorum or date that cannot be.
    """
    exercise = Exercise(
        agreement=agreement,
        authority=authority,
        scheme=scheme,
        round=round,
        title=title[:TITLE_LENGTH],
        minimum_panel=minimum_panel,
        quorum=quorum,
        scores_due_on=scores_due_on,
        state="appointing",
        state_since=now,
        created_at=now,
    )
    policies.require(actor, "exercise.appoint", exercise)
    _insist_on_terms(minimum_panel, quorum, scores_due_on, now)
    with unit():
        exercise.save()
        record("exercise.set_up", exercise, actor=actor, at=now, title=exercise.title, after=_terms(exercise))
    return exercise


def set_up_for_lot(
    *,
    window_lot: WindowLot,
    actor: User,
    now: datetime,
    minimum_panel: int = 3,
    quorum: int = 3,
    scores_due_on: date | None = None,
) -> Exercise:
    """Set up the judging of one lot of a window; a lot that has its exercise already is refused."""
    window = window_lot.window
    with unit():
        policies.require(actor, "exercise.appoint", window)
        lock(window)
        if WindowExercise.objects.filter(window_lot=window_lot).exists():
            raise Refused(f"The panel of {window_lot.lot} is being set up already.")
        if refusal := refusal_to_set_up(window):
            raise Refused(refusal)
        exercise = set_up(
            agreement=window.agreement,
            authority=window.agreement.lead,
            scheme=window_lot.scheme,
            round=window_lot.sealed_round,
            title=f"{window_lot.lot}, {window.title}",
            actor=actor,
            now=now,
            minimum_panel=minimum_panel,
            quorum=quorum,
            scores_due_on=scores_due_on,
        )
        WindowExercise.objects.create(exercise=exercise, window_lot=window_lot)
    return exercise


def set_up_for_lots(
    *,
    window_lots: Sequence[WindowLot],
    actor: User,
    now: datetime,
    minimum_panel: int = 3,
    quorum: int = 3,
    scores_due_on: date | None = None,
) -> list[Exercise]:
    """Set up the judging of several lots of a window on the same terms, all or none."""
    with unit():
        return [
            set_up_for_lot(
                window_lot=window_lot,
                actor=actor,
                now=now,
                minimum_panel=minimum_panel,
                quorum=quorum,
                scores_due_on=scores_due_on,
            )
            for window_lot in window_lots
        ]


def change_terms(
    *,
    exercise: Exercise,
    minimum_panel: int,
    quorum: int,
    scores_due_on: date | None,
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    """Change the smallest panel, the quorum or the day on which scores are due, with the reason.

    A later day lets a reminder be sent again. Raises Denied, Refused.
    """
    with unit():
        policies.require(actor, "exercise.appoint", exercise)
        lock(exercise)
        if exercise.state not in JUDGING:
            raise Refused(f"The exercise is “{exercise.state_label}”, so this can no longer be changed.")
        moved = scores_due_on != exercise.scores_due_on
        _insist_on_terms(minimum_panel, quorum, scores_due_on if moved else None, now)
        if not reason.strip():
            raise Refused("Give the reason: it stays in the record.", field="reason")
        before = _terms(exercise)
        exercise.minimum_panel, exercise.quorum = minimum_panel, quorum
        exercise.scores_due_on = scores_due_on
        exercise.save(update_fields=["minimum_panel", "quorum", "scores_due_on"])
        after = _terms(exercise)
        record(
            "exercise.change",
            exercise,
            actor=actor,
            at=now,
            before=before,
            after=after,
            reason=reason.strip(),
        )
        if moved:
            exercise.panel.update(reminded_at=None)
            waiting = (
                exercise.panel.current().filter(handed_in_at=None).exclude(part=Panellist.Part.MODERATOR)
            )
            tell(
                [seat.user for seat in waiting.select_related("user")],
                "panel_date_moved",
                exercise,
                key=f"{exercise.reference}:{now.isoformat()}",
                now=now,
                due=scores_due_on,
                reason=reason.strip(),
            )


def appoint(*, exercise: Exercise, user: User, part: str, actor: User, now: datetime) -> Panellist:
    """Appoint a person to the panel; the part must be a role the person holds in the agreement.

    Evaluators join until the moderation begins, a moderator until it is closed. Raises Denied, Refused.
    """
    part = Panellist.Part(part)
    with unit():
        policies.require(actor, "exercise.appoint", exercise)
        lock(exercise)
        _insist_on_room(exercise, user, part)
        seat = Panellist.objects.create(
            exercise=exercise, user=user, part=part, appointed_at=now, appointed_by=actor
        )
        record("exercise.appoint", exercise, actor=actor, at=now, user=user.pk, part=part)
        if exercise.state == "appointing":
            words = part.label.lower()
            tell([user], "panel_appointed", exercise, key=str(seat.pk), now=now, part=words)
        else:
            _ask_to_declare(exercise, seat, now)
    return seat


def appoint_all(
    *, exercises: Sequence[Exercise], places: Sequence[tuple[User, str]], actor: User, now: datetime
) -> int:
    """Appoint these people, each to a part, to several panels, all or none; return how many places.

    Whoever sits on one of the panels already keeps that place. Raises Denied, Refused.
    """
    appointed = 0
    with unit():
        for exercise in exercises:
            seated = set(exercise.panel.current().values_list("user_id", flat=True))
            for user, part in places:
                if user.pk not in seated:
                    appoint(exercise=exercise, user=user, part=part, actor=actor, now=now)
                    appointed += 1
    return appointed


def stand_down(*, panellist: Panellist, reason: str, actor: User, now: datetime) -> None:
    """Take a person off the panel, with the reason; what the person scored stays on record, unused.

    It ends what the person may read at once (rulebook R22-f). Raises Denied, Refused.
    """
    if not reason.strip():
        raise Refused("Say why this person leaves the panel.", field="reason")
    with unit():
        policies.require(actor, "exercise.appoint", panellist.exercise)
        lock(panellist)
        if panellist.exercise.state not in JUDGING:
            state = panellist.exercise.state_label
            raise Refused(f"This exercise is “{state}”: its panel stays on record as it judged.")
        if panellist.stood_down_at is not None:
            raise Refused("This person has left the panel already.")
        take_off(panellist, reason.strip(), actor, now)


def start(*, exercise: Exercise, actor: User, now: datetime) -> int:
    """Start the scoring: take in every submission that stands, and let the panel declare and score.

    Returns how many submissions there are; refused before the opening, with too small a panel, and where
    nothing was submitted. Raises Denied, Refused.
    """
    with unit():
        EXERCISE.move(exercise, "start", actor=actor, now=now)
        taken = Assessment.objects.bulk_create(
            Assessment(
                exercise=exercise,
                submission=submission,
                organisation=submission.organisation,
                name=submission.name_sent,
            )
            for submission in submitted_to(exercise.round)
        )
        for seat in exercise.panel.current().select_related("user"):
            _ask_to_declare(exercise, seat, now)
    return len(taken)


def end(*, exercise: Exercise, reason: str, actor: User, now: datetime) -> None:
    """End an exercise to which nothing was submitted, with the reason. Raises Denied, Refused."""
    with unit():
        policies.require(actor, "exercise.end", exercise)
        lock(exercise)
        if not exercise.round.is_open:
            raise Refused("The submissions have not been opened yet.")
        if exercise.has_submissions():
            raise Refused("There are submissions here: they must be judged.")
        if not reason.strip():
            raise Refused("Give the reason: it stays in the record.", field="reason")
        EXERCISE.move(exercise, "end", actor=actor, now=now, reason=reason.strip())


def _ask_to_declare(exercise: Exercise, seat: Panellist, now: datetime) -> None:
    tell(
        [seat.user],
        "panel_declare",
        exercise,
        key=str(seat.pk),
        now=now,
        due=exercise.scores_due_on if seat.scores else None,
        part=seat.get_part_display().lower(),
        task=SCORING if seat.scores else MODERATING,
    )


def _insist_on_room(exercise: Exercise, user: User, part: Panellist.Part) -> None:
    is_moderator = part is Panellist.Part.MODERATOR
    open_states = {"appointing", "scoring", "moderating"} if is_moderator else {"appointing", "scoring"}
    if exercise.state not in open_states:
        raise Refused(f"The exercise is “{exercise.state_label}”, so its panel is fixed.")
    if part not in user.roles_in(exercise.agreement.sighted_by):
        raise Refused(_why_not_in_role(exercise, user, part), field="user")
    seated = list(exercise.panel.current())
    if any(seat.user_id == user.pk for seat in seated):
        raise Refused(f"{user.name} is on this panel already.", field="user")
    if is_moderator and not all(seat.scores for seat in seated):
        raise Refused("This panel has a moderator already.", field="part")
    if len(seated) > LARGEST_PANEL:
        raise Refused(f"A panel has at most {LARGEST_PANEL} evaluators and a moderator.")


def _why_not_in_role(exercise: Exercise, user: User, part: Panellist.Part) -> str:
    """Return that the person does not hold the role, or that it is given and waits for a second person."""
    grant = queries.role_awaiting(exercise, user, part)
    if grant is None:
        return f"{user.name} does not hold the role of {part.label.lower()} in this agreement."
    return waits_for_second_person(grant, list(confirmers(grant).order_by("name", "pk")))


def _insist_on_terms(minimum_panel: int, quorum: int, due: date | None, now: datetime) -> None:
    if not 1 <= minimum_panel <= LARGEST_PANEL:
        raise Refused(f"A panel has from 1 to {LARGEST_PANEL} evaluators.", field="minimum_panel")
    if not 1 <= quorum <= minimum_panel:
        raise Refused("The quorum must be at least 1 and at most the smallest panel.", field="quorum")
    if due is not None and due < london_date(now):
        raise Refused("Choose a day that has not passed.", field="scores_due_on")


def _terms(exercise: Exercise) -> dict[str, object]:
    return {
        "minimum_panel": exercise.minimum_panel,
        "quorum": exercise.quorum,
        "scores_due_on": exercise.scores_due_on,
    }

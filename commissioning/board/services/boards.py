"""The verbs on a board and its seats; who may is asked by the agreement's own verbs."""

from datetime import datetime
from typing import Any

from commissioning.audit.services import record, unit
from commissioning.board.models import Board, Seat
from commissioning.people.models import Organisation, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.workflow import Reason, Refused, lock


def set_up(*, name: str, quorum: int = 1) -> Board:
    """Return a new board without seats; whose it is, who may and the event are the caller's."""
    with unit():
        return Board.objects.create(name=name, quorum=quorum)


def change(
    *,
    board: Board,
    name: str,
    quorum: int,
    chair_has_casting_vote: bool,
    chain: str,
    actor: User,
    now: datetime,
) -> None:
    """Name the board, set its quorum and whether the chair has a casting vote; who may is the caller's."""
    problems = []
    if not name.strip():
        problems.append(Reason("Give the board a name.", field="name"))
    if quorum < 1:
        problems.append(Reason("The quorum must be 1 or more.", field="quorum"))
    if problems:
        raise Refused(problems)
    with unit():
        lock(board)
        before = _as_set(board)
        board.name, board.quorum, board.chair_has_casting_vote = name.strip(), quorum, chair_has_casting_vote
        board.save()
        record("board.change", board, actor=actor, at=now, before=before, after=_as_set(board), chain=chain)


def seat(
    *,
    board: Board,
    organisation: Organisation,
    user: User,
    kind: str,
    chain: str,
    actor: User,
    now: datetime,
) -> Seat:
    """Seat one of an authority's board members; who may is the caller's.

    Refused for a person without the role there, a second seat, or a second chair.
    """
    needed = [Role.BOARD_CHAIR] if kind == Seat.Kind.CHAIR else [Role.BOARD_MEMBER, Role.BOARD_CHAIR]
    if kind not in Seat.Kind.values:
        raise Refused("Choose chair, member or deputy.", field="kind")
    if organisation.pk not in user.organisation_ids(*needed):
        role = "board chair" if kind == Seat.Kind.CHAIR else "board member"
        waiting = RoleGrant.objects.awaiting_confirmation().filter(
            membership__user=user, membership__organisation=organisation, role__in=needed
        )
        if waiting.exists():
            raise Refused(
                f"{user} has been given the role of {role} at {organisation.short_name}, but it does not "
                "count until another of its administrators confirms it.",
                field="user",
            )
        raise Refused(
            f"{user} does not hold the role of {role} at {organisation.short_name}; its authority "
            "administrator gives it.",
            field="user",
        )
    with unit():
        lock(board)
        held = board.current_seats()
        if any(one.user_id == user.pk for one in held):
            raise Refused(f"{user} has a seat on this board already.", field="user")
        if kind == Seat.Kind.CHAIR and any(one.kind == Seat.Kind.CHAIR for one in held):
            raise Refused("This board has a chair already; end that seat first.", field="kind")
        taken = Seat.objects.create(
            board=board, organisation=organisation, user=user, kind=kind, joined_at=now
        )
        record("board.seat", board, actor=actor, at=now, after=_seat_facts(taken), chain=chain)
    return taken


def vacate(*, seat: Seat, chain: str, actor: User, now: datetime) -> None:
    """End a seat; what its holder answered and voted stands. Who may is the caller's."""
    with unit():
        lock(seat)
        if seat.left_at is not None:
            raise Refused("This seat has ended already.")
        seat.left_at = now
        seat.save(update_fields=["left_at"])
        record("board.vacate", seat.board, actor=actor, at=now, before=_seat_facts(seat), chain=chain)


def _as_set(board: Board) -> dict[str, Any]:
    return {
        "name": board.name,
        "quorum": board.quorum,
        "chair_has_casting_vote": board.chair_has_casting_vote,
    }


def _seat_facts(seat: Seat) -> dict[str, Any]:
    return {"person": seat.user.name, "authority": seat.organisation.name, "kind": seat.kind}

"""Damage to what was submitted: recorded by name, and told to those who can mend it, once a piece."""

from datetime import datetime

from commissioning.audit.services import record, unit
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, User
from commissioning.records import queries as people
from commissioning.records import sealing
from commissioning.records.models import Round
from commissioning.records.services import outbox
from lots.models import WindowLot
from providers.letters import DamageFound
from providers.queries.damage import DamagedPiece, damaged_in


def tell_of(
    *, round: Round, authority: Organisation, what: str, page: str, actor: Actor, now: datetime
) -> int:
    """Record each damaged piece of an opened round that was not told of yet, and return how many.

    The authority's procurement leads read whose and which it is, the administrators which sealed file it is;
    `page` is the path where it stays readable. Twice at once or again later, nobody is told twice.
    """
    with unit():
        new = sealing.take_untold(round, now=now)
        pieces = [piece for piece in damaged_in([round]) if piece.key in new]
        if not pieces:
            return 0
        for piece in pieces:
            record(
                "submission.find_damage",
                piece.subject,
                actor=actor,
                at=now,
                chain=round.audit_chain,
                veil="",
                after={"damaged": piece.what, "found": piece.when},
                organisation=piece.organisation.reference,
            )
        for_leads = DamageFound(what=what, page=page, pieces=tuple(map(_to_leads, pieces)))
        for_operators = DamageFound(what=what, page="", pieces=tuple(map(_to_operators, pieces)))
        told = {user.pk: (user, for_leads) for user in people.leads_of(authority)}
        for user in User.objects.filter(is_active=True, is_staff=True).order_by("pk"):
            told.setdefault(user.pk, (user, for_operators))
        for user, notice in told.values():
            outbox.queue(
                kind=notice.kind,
                to=user,
                key=f"damage:{max(new)}:{user.pk}",
                facts=notice.facts,
                now=now,
                about=round.reference,
                chain=round.audit_chain,
            )
    return len(pieces)


def tell_of_window_lot(*, offered: WindowLot, actor: Actor, now: datetime) -> int:
    """Tell of the damage found in one lot of a window; as `tell_of`."""
    window = offered.window
    return tell_of(
        round=offered.sealed_round,
        authority=window.agreement.lead,
        what=f"{offered.lot} in “{window.title}”",
        page=f"/windows/{window.reference}/open/",
        actor=actor,
        now=now,
    )


def _to_leads(piece: DamagedPiece) -> str:
    return f"{piece.applicant} ({piece.reference}): {piece.what}, found {piece.when}"


def _to_operators(piece: DamagedPiece) -> str:
    where = f"sealed file {piece.blob.path}" if piece.blob.path else f"sealed row {piece.blob.pk}"
    return f"{piece.what}: {where}, found {piece.when}"

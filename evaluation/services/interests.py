"""Declarations of interest before any content is read, and the decisions about conflicts (rulebook G12)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import Organisation, User
from commissioning.workflow import Refused, lock
from evaluation import queries, rules
from evaluation.models import Declaration, Exercise

from .notices import tell
from .seats import seat_for, take_off


def declare(
    *,
    exercise: Exercise,
    interests: Mapping[int, tuple[bool, str]],
    actor: User,
    now: datetime,
    with_whom: Mapping[int, Sequence[str]] | None = None,
) -> None:
    """Record a panellist's declaration about every named bidder, before any content is read.

    `interests` maps the bidder's organisation to whether there is a conflict and what it is; `with_whom` says
    with which of the bidder, its consortium members and its subcontractors, by name (settled 28). Whoever
    belongs to one of them, or to an authority that bids, has one (rulebook G12). Raises Denied, and Refused
    for anything short of that, and for what is said of a conflict with a bidder that is declared to be none.
    """
    with unit():
        policies.require(actor, "exercise.declare", exercise)
        lock(exercise)
        seat = seat_for(exercise, actor)
        if exercise.state not in {"scoring", "moderating"}:
            raise Refused("The bidders are not known yet; you will be told when to declare.")
        lock(seat)
        if seat.declared_at is not None:
            raise Refused("You have declared already. Tell the procurement lead if something has changed.")
        bidders = queries.called(exercise)
        own = {**queries.own_associates(exercise, actor), **queries.own_bidders(exercise, actor)}
        problems = _problems(bidders, interests, own, with_whom or {})
        if problems:
            raise Refused(problems)
        named = _refuse_strangers(exercise, with_whom or {})
        Declaration.objects.bulk_create(
            Declaration(
                panellist=seat,
                organisation_id=organisation,
                has_conflict=interests[organisation][0],
                nature=interests[organisation][1].strip() if interests[organisation][0] else "",
                with_whom=list(named.get(organisation, ())) if interests[organisation][0] else [],
                declared_at=now,
            )
            for organisation in bidders
        )
        seat.declared_at = now
        seat.save(update_fields=["declared_at"])
        conflicts = {bidders[key]: nature.strip() for key, (has, nature) in interests.items() if has}
        record(
            "exercise.declare",
            exercise,
            actor=actor,
            at=now,
            part=seat.part,
            bidders=len(bidders),
            conflicts=conflicts,
            **_with(bidders, named, conflicts),
        )
        if conflicts:
            tell(
                queries.leads(exercise),
                "panel_conflict_declared",
                exercise,
                key=str(seat.pk),
                now=now,
                person=actor.name,
                bidders=", ".join(sorted(conflicts)),
            )


def declare_later(
    *,
    exercise: Exercise,
    organisation: Organisation,
    nature: str,
    actor: User,
    now: datetime,
    with_whom: Sequence[str] = (),
) -> Declaration:
    """Record a conflict that a panellist has found or come into since declaring; `with_whom` as `declare`.

    From then on every submission here is closed to the panellist until somebody else has decided (C21). What
    was declared of this bidder before still stands beside it: the decision is about both.
    Raises Denied, Refused.
    """
    with unit():
        policies.require(actor, "exercise.declare", exercise)
        lock(exercise)
        if exercise.state not in {"scoring", "moderating"}:
            raise Refused(f"The exercise is “{exercise.state_label}”, so there is nothing left to judge.")
        seat = seat_for(exercise, actor)
        declaration = Declaration.objects.filter(panellist=seat, organisation=organisation).first()
        if declaration is None:
            raise Refused("Declare your interests in all bidders first.")
        if not nature.strip():
            raise Refused("Say what the conflict is.", field="nature")
        if declaration.is_open:
            raise Refused("You have declared this conflict already; it waits for a decision.")
        named = _refuse_strangers(exercise, {organisation.pk: with_whom})
        before = {
            name: getattr(declaration, name) for name in ("has_conflict", "nature", "with_whom", "decision")
        }
        bidder = declaration.bidder
        declaration.nature = "\n\n".join(filter(None, [declaration.nature, nature.strip()]))
        declaration.with_whom = list(dict.fromkeys([*declaration.with_whom, *with_whom]))
        declaration.has_conflict, declaration.declared_at = True, now
        declaration.decision, declaration.measures = "", ""
        declaration.decided_at, declaration.decided_by = None, None
        declaration.save()
        record(
            "exercise.declare",
            exercise,
            actor=actor,
            at=now,
            before=before,
            part=seat.part,
            conflicts={bidder: nature.strip()},
            **_with({organisation.pk: bidder}, named, [bidder]),
        )
        tell(
            queries.leads(exercise),
            "panel_conflict_declared",
            exercise,
            key=f"{declaration.pk}:{now.isoformat()}",
            now=now,
            person=actor.name,
            bidders=bidder,
        )
    return declaration


def decide_conflict(
    *, declaration: Declaration, decision: str, measures: str, actor: User, now: datetime
) -> None:
    """Decide about a declared conflict: the person may judge with measures, or stands down (rulebook B19).

    Nobody decides about their own. Raises Denied, Refused.
    """
    decision = Declaration.Decision(decision)
    with unit():
        exercise, seat = declaration.panellist.exercise, declaration.panellist
        policies.require(actor, "exercise.mitigate", exercise)
        lock(declaration)
        if refusal := rules.refusal_to_decide(seat.user_id, actor.pk):
            raise Refused(refusal)
        if not declaration.is_open:
            raise Refused("There is no open conflict to decide about.")
        if seat.stood_down_at is not None:
            raise Refused("This person has left the panel already.")
        if not measures.strip():
            raise Refused(
                "Say which measures make this safe, or why the person stands down.", field="measures"
            )
        declaration.decision, declaration.measures = decision, measures.strip()
        declaration.decided_at, declaration.decided_by = now, actor
        declaration.save(update_fields=["decision", "measures", "decided_at", "decided_by"])
        record(
            "exercise.mitigate",
            exercise,
            actor=actor,
            at=now,
            panellist=seat.user_id,
            bidder=declaration.bidder,
            decision=decision,
            measures=measures.strip(),
        )
        if decision == Declaration.Decision.STANDS_DOWN:
            take_off(seat, measures.strip(), actor, now)
            return
        tell(
            [seat.user],
            "panel_conflict_decided",
            exercise,
            key=f"{declaration.pk}:{now.isoformat()}",
            now=now,
            bidder=declaration.bidder,
            measures=measures.strip(),
        )


def _refuse_strangers(
    exercise: Exercise, with_whom: Mapping[int, Sequence[str]]
) -> Mapping[int, Sequence[str]]:
    """Return what was given, if each name is the bidder's or of one that it applies with."""
    named = queries.named_by_bidder(exercise)
    for organisation, names in with_whom.items():
        if strange := [name for name in names if name not in named.get(organisation, ())]:
            raise Refused(f"Not named in this entry: {', '.join(strange)}.")
    return with_whom


def _with(
    bidders: Mapping[int, str], named: Mapping[int, Sequence[str]], conflicts: Collection[str]
) -> dict[str, Any]:
    """Return what the event says of whom the conflicts are with, where anybody was named."""
    found = {bidders[key]: list(names) for key, names in named.items() if names and bidders[key] in conflicts}
    return {"with_whom": found} if found else {}


def _problems(
    bidders: Mapping[int, str],
    interests: Mapping[int, tuple[bool, str]],
    own: Mapping[int, str],
    with_whom: Mapping[int, Sequence[str]],
) -> list[str]:
    known = {key: interests[key] for key in bidders if key in interests}
    missing = sorted(name for key, name in bidders.items() if key not in known)
    unsaid = sorted(bidders[key] for key, (has, nature) in known.items() if has and not nature.strip())
    dropped = sorted(
        bidders[key]
        for key, (has, nature) in known.items()
        if not has and (nature.strip() or with_whom.get(key))
    )
    denied = sorted(own[key] for key in own if key in known and not known[key][0])
    problems = []
    if missing:
        problems.append(f"Say for each bidder whether you have a conflict. Missing: {', '.join(missing)}.")
    if unsaid:
        problems.append(f"Say what the conflict is with: {', '.join(unsaid)}.")
    if dropped:
        problems.append(
            f"You named a conflict with: {', '.join(dropped)}. Declare it, or clear what you said of it."
        )
    if denied:
        problems.append(
            f"You belong, or have belonged, to: {', '.join(denied)}. Declare that as a conflict of interest."
        )
    return problems

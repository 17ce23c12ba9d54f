"""Applying: the organisation's one application in a window, the lots it enters, and who may write in it."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from commissioning import policies
from commissioning.audit.models import LATE_ATTEMPT, AccessEntry
from commissioning.audit.services import note_access, record, unit
from commissioning.people.models import Organisation, User
from commissioning.records.models import Round
from commissioning.workflow import Refused, lock
from lots.models import Window, WindowLot
from providers.models import Admission, Application, Entry, Submission

from . import submissions


def start(
    *, window: Window, lots: Collection[WindowLot], organisation: Organisation, actor: User, now: datetime
) -> Application:
    """Start the organisation's one application in a window, with an entry for each of these lots; return it.

    Raises Denied for anyone but the organisation's people, Refused outside the window, without a lot, for
    a lot whose pool it is in already, and where it has started one.
    """
    policies.require(actor, "application.start", window)
    policies.require(actor, "application.write", organisation)
    with unit():
        lock(window)
        refuse_late(window, now)
        if window.made_for_id not in (None, organisation.pk):
            raise Refused("This is another organisation's rolling entry.")
        if not lots:
            raise Refused("Choose at least one lot to apply for.", field="lots")
        if window.applications.filter(organisation=organisation).exists():
            raise Refused(f"{organisation.name} has already started an application in this window.")
        application = Application.objects.create(
            window=window,
            organisation=organisation,
            started_at=now,
            started_by_id=actor.pk,
            common=_common(window, organisation, now),
        )
        _enter(application, lots, now)
        record(
            "application.start",
            application,
            actor=actor,
            at=now,
            veil=veil_of(application),
            lots=sorted(offered.lot.number for offered in lots),
        )
    return application


def enter_lots(
    *, application: Application, lots: Collection[WindowLot], actor: User, now: datetime
) -> list[Entry]:
    """Enter further lots; the common part is sealed to their rounds too (settled 15). Raises as `start`."""
    policies.require(actor, "application.write", application)
    with unit():
        lock(application.window)
        refuse_late(application.window, now)
        if not lots:
            raise Refused("Choose at least one more lot.", field="lots")
        entries = _enter(application, lots, now)
        record(
            "application.enter_lots",
            application,
            actor=actor,
            at=now,
            veil=veil_of(application),
            lots=sorted(offered.lot.number for offered in lots),
        )
    return entries


def insist_on_writing(*, application: Application, actor: User, now: datetime) -> None:
    """Return if the actor may write in the application now. Raises Denied, and Refused after the deadline."""
    policies.require(actor, "application.write", application)
    refuse_late(application.window, now)


def refuse_late(
    window: Window, now: datetime, *, attempted: Entry | None = None, actor: User | None = None
) -> None:
    """Raise Refused while nothing can be submitted in the window; an entry `attempted` then is logged."""
    reason = window.refusal_to_submit(now)
    if reason is None:
        return
    if attempted is not None and actor is not None:
        note_access(
            AccessEntry.Outcome.REFUSED, attempted, actor=actor, at=now, what=LATE_ATTEMPT, reason=reason
        )
    raise Refused(reason)


def rounds_of(application: Application, submission: Submission) -> list[Round]:
    """Return the rounds a part is sealed to: an entry's own, or for the common part all."""
    if submission.round is not None:
        return [submission.round]
    return [
        entry.submission.round
        for entry in application.entries.select_related("submission__round")
        if entry.submission.round is not None
    ]


def veil_of(application: Application) -> str:
    """Return a round that hides the application until the window's entries are opened (settled 18)."""
    first = application.entries.select_related("window_lot__round").first()
    return first.submission.audit_veil if first else ""


def _common(window: Window, organisation: Organisation, now: datetime) -> Submission | None:
    if window.common_scheme is None:
        return None
    return submissions.start(organisation=organisation, scheme=window.common_scheme, round=None, now=now)


def _enter(application: Application, lots: Collection[WindowLot], now: datetime) -> list[Entry]:
    _refuse_lots(application, lots)
    entries = []
    for offered in lots:
        if offered.round is None:
            raise RuntimeError(f"{offered} has no round to seal to: announcing a window makes it.")
        own = submissions.start(
            organisation=application.organisation, scheme=offered.scheme, round=offered.round, now=now
        )
        try:
            with transaction.atomic():
                entry = Entry.objects.create(
                    application=application,
                    window_lot=offered,
                    submission=own,
                    state="draft",
                    state_since=now,
                    created_at=now,
                )
        except IntegrityError:
            raise Refused(f"{offered.lot} is already in this application.", field="lots") from None
        if application.common:
            submissions.seal_to(submission=application.common, round=offered.round)
        entries.append(entry)
    return entries


def _refuse_lots(application: Application, lots: Collection[WindowLot]) -> None:
    if any(offered.window_id != application.window_id for offered in lots):
        raise Refused("Choose from the lots of this window.", field="lots")
    in_pool = Admission.objects.filter(
        organisation=application.organisation, lot__in=[offered.lot_id for offered in lots]
    ).exclude(state="removed")
    if held := [str(admission.lot) for admission in in_pool.select_related("lot")]:
        raise Refused(
            f"{application.organisation.name} already has a place in {', '.join(held)}: take it out.",
            field="lots",
        )

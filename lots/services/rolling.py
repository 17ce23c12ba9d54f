"""Verbs on a rolling entry's window: begun for one provider, closed by its submission (settled 4)."""

from datetime import datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import add_working_days, end_of_london_day, london_date
from commissioning.clock.queries import holidays_in_force
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, User
from commissioning.records import sealing
from commissioning.workflow import Refused, lock
from lots import queries, rules
from lots.models import Agreement, Lot, Window, WindowLot
from lots.workflow import WINDOW

from . import windows

DECISION_DAYS = 10


def begin(*, lot: Lot, organisation: Organisation, actor: User, now: datetime) -> Window:
    """Make the window in which one provider writes its rolling entry to a lot; return it, open.

    Its deadline is the end of the agreement's last day until it is submitted. Nobody but the provider
    learns of it before that: its events are veiled by its own round. Raises Denied for anyone but the
    provider's people, Refused where the lot takes no rolling entry now.
    """
    policies.require(actor, "application.start")
    policies.require(actor, "application.write", organisation)
    with unit():
        lock(lot.agreement)
        lock(lot)
        refusal = queries.refusal_of_rolling_entry(lot, now)
        if refusal or lot.rolling_scheme is None:
            raise Refused(refusal or "This lot takes no entries outside its windows.")
        agreement = lot.agreement
        window = Window.with_unsent.create(
            agreement=agreement,
            title=f"Rolling entry to Lot {lot.number}",
            opens_at=now,
            deadline=end_of_london_day(agreement.ends_on),
            common_scheme=agreement.rolling_common_scheme,
            made_for=organisation,
            state="open",
            state_since=now,
            created_at=now,
        )
        window.next_due_at = rules.next_due(window)
        window.save(update_fields=["next_due_at"])
        row = WindowLot.objects.create(window=window, lot=lot, scheme=lot.rolling_scheme)
        windows.fix(row, now)
        record("window.begin_rolling", window, actor=actor, at=now, lot=lot.number)
    return window


def receive(*, window: Window, actor: User, now: datetime) -> None:
    """Close a rolling entry's window with its submission, received at `now`, in the caller's unit.

    From then on the lead may open it, and the decision is due in 10 working days (rulebook B3). Raises
    Denied, and Refused where it was submitted before.
    """
    with unit():
        lock(window)
        calendar = window.agreement.regime_profile.holiday_calendar
        due = add_working_days(london_date(now), DECISION_DAYS, calendar, holidays_in_force())
        changes = {"received_at": now, "deadline": now, "expected_decision_on": due, "next_due_at": None}
        WINDOW.move(window, "receive", actor=actor, now=now, changes=changes)
        for row in window.lots.select_related("round"):
            sealing.set_not_before(round=row.sealed_round, not_before=now)


def move_ends(*, agreement: Agreement, actor: Actor, now: datetime) -> None:
    """Let what is being written go on to the agreement's new last day; who writes stays hidden."""
    with unit():
        ends = end_of_london_day(agreement.ends_on)
        unsent = Window.with_unsent.filter(agreement=agreement, received_at=None, state="open")
        for window in unsent.exclude(made_for=None):
            lock(window)
            before, window.deadline = window.deadline, ends
            window.next_due_at = rules.next_due(window)
            window.save(update_fields=["deadline", "next_due_at"])
            for row in window.lots.select_related("round"):
                sealing.set_not_before(round=row.sealed_round, not_before=ends)
            record(
                "window.move_end",
                window,
                actor=actor,
                at=now,
                before={"deadline": before},
                after={"deadline": ends},
            )

"""The machine: what steps exist, which are possible now, and the one way to take them.

A step is a row of a table that can be read aloud. Guards answer with nothing, or with a sentence that a
user can read. There are no hooks: what follows from a step is written in the service that takes it.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from commissioning import policies
from commissioning.audit.services import in_unit, record
from commissioning.people.actors import Actor


@dataclass(frozen=True)
class Reason:
    """Why something cannot be done: a sentence, and where it can be mended."""

    text: str
    field: str | None = None
    link: str | None = None


class Refused(Exception):  # noqa: N818 - the field's word, read aloud in services
    """A rule says no; the reasons are fit to show, and nothing has been changed."""

    def __init__(
        self,
        reasons: str | Reason | Iterable[str | Reason],
        *,
        field: str | None = None,
        link: str | None = None,
    ) -> None:
        if isinstance(reasons, str):
            reasons = [Reason(reasons, field, link)]
        elif isinstance(reasons, Reason):
            reasons = [reasons]
        self.reasons = [Reason(reason) if isinstance(reason, str) else reason for reason in reasons]
        super().__init__(" ".join(reason.text for reason in self.reasons))


Guard = Callable[[Any, Actor, datetime], str | Reason | None]


@dataclass(frozen=True)
class Step:
    """One row: from these states, this verb leads to that state, unless a guard gives a reason."""

    name: str
    sources: tuple[str, ...]
    target: str
    label: str
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A step as offered to one person now: allowed, or not with the reason."""

    step: str
    label: str
    allowed: bool
    reason: str


@dataclass(frozen=True)
class Machine:
    """The steps of one kind of thing; `noun` and a step's name make the action in the policy table.

    `called` is the noun as people write it, where that differs.
    """

    noun: str
    states: Sequence[tuple[str, str]]
    steps: tuple[Step, ...]
    called: str = ""
    _by_name: dict[str, Step] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {state for state, _ in self.states}
        for step in self.steps:
            unknown = {*step.sources, step.target} - known
            if unknown:
                raise ValueError(f"{self.noun}.{step.name} names unknown states: {sorted(unknown)}")
        object.__setattr__(self, "_by_name", {step.name: step for step in self.steps})

    def step(self, name: str) -> Step:
        return self._by_name[name]

    def label(self, state: str) -> str:
        return dict(self.states)[state]

    def refusals(self, obj: Any, name: str, *, actor: Actor, now: datetime) -> list[Reason]:
        """Return why the step cannot be taken now, who may take it set aside; empty means it can."""
        step = self.step(name)
        if obj.state not in step.sources:
            noun = self.called or self.noun.replace("_", " ")
            stands = self.label(self._by_the_clock(obj, step, now))
            return [Reason(f"This {noun} is “{stands}”, so it cannot be done now.")]
        answers = [guard(obj, actor, now) for guard in step.guards]
        return [Reason(answer) if isinstance(answer, str) else answer for answer in answers if answer]

    def _by_the_clock(self, obj: Any, step: Step, now: datetime) -> str:
        """Return the state that speaks against the step, by the dates: the sweep may be late."""
        written = str(obj.state)
        state = str(obj.state_at(now)) if hasattr(obj, "state_at") else written
        # One from which the step can be taken would be no reason against it.
        return written if state in step.sources else state

    def choices(
        self, obj: Any, actor: Actor, now: datetime, only: Container[str] | None = None
    ) -> list[Choice]:
        """Return every step, or those in `only`, with whether this person may take it now, and if not why."""
        offered = []
        for step in self.steps:
            if only is not None and step.name not in only:
                continue
            verdict = policies.may(actor, f"{self.noun}.{step.name}", obj)
            reasons = [] if not verdict.allowed else self.refusals(obj, step.name, actor=actor, now=now)
            reason = verdict.reason if not verdict.allowed else " ".join(item.text for item in reasons)
            offered.append(Choice(step.name, step.label, not reason, reason))
        return offered

    def move(
        self,
        obj: Any,
        name: str,
        *,
        actor: Actor,
        now: datetime,
        changes: dict[str, Any] | None = None,
        **data: Any,
    ) -> None:
        """Take a step: lock and refresh the row, ask who may, ask whether it is possible, save, record.

        `changes` are further fields to set with the state; `data` goes into the event. Raises
        `policies.Denied` or `Refused`, and RuntimeError outside a unit.
        """
        if not in_unit():
            raise RuntimeError("A step is taken inside a unit.")
        lock(obj)
        policies.require(actor, f"{self.noun}.{name}", obj)
        reasons = self.refusals(obj, name, actor=actor, now=now)
        if reasons:
            raise Refused(reasons)
        before = {"state": obj.state, **{key: getattr(obj, key) for key in changes or {}}}
        obj.state = self.step(name).target
        obj.state_since = now
        for key, value in (changes or {}).items():
            setattr(obj, key, value)
        obj.save(update_fields=["state", "state_since", *(changes or {})])
        after = {"state": obj.state, **(changes or {})}
        record(f"{self.noun}.{name}", obj, actor=actor, at=now, before=before, after=after, **data)


def lock(obj: models.Model) -> None:
    """Lock the row, parents first (`lock_parents`), and read it again; unsaved changes are lost."""
    for parent in getattr(obj, "lock_parents", lambda: ())():
        lock(parent)
    obj.refresh_from_db(from_queryset=type(obj)._base_manager.select_for_update())


class Stateful(models.Model):
    """A row that a machine moves; only `Machine.move` writes these fields."""

    state = models.CharField(max_length=30)
    state_since = models.DateTimeField()

    class Meta:
        abstract = True

    MACHINE: Machine

    @property
    def state_label(self) -> str:
        return self.MACHINE.label(self.state)

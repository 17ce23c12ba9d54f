"""What each role sees at home below the two lists; a person of several roles sees several parts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from calloffs.queries import bidding, overview
from commissioning.board import queries as board
from commissioning.clock import london_date
from commissioning.people.models import User
from commissioning.people.roles import PROVIDER_ROLES, Role
from commissioning.web.states import tone_of
from commissioning.web.text import day, money, month
from evaluation import queries as judging
from lots import queries as lots
from lots.models import Agreement
from providers.queries import home as providers
from providers.queries import pool

from . import pictures

SHOWN = 10
TIMELINE = 20
RECENT = timedelta(days=365)
COMMISSIONING = (Role.COMMISSIONER, Role.LEAD, Role.DIRECTOR, Role.AUDITOR)
JUDGING = (Role.LEAD, Role.EVALUATOR, Role.LAY_EVALUATOR, Role.MODERATOR)
REFERRING = (Role.BROKER, Role.SOCIAL_WORKER)
SITTING = (Role.BOARD_MEMBER, Role.BOARD_CHAIR)
SPENT = (("first", "Contracted"), ("third", "Under way"), ("fourth", "Drafted"))
Cell = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One part of the page: its name, which is that of its template, and what that shows."""

    name: str
    context: dict[str, Any]

    @property
    def template(self) -> str:
        return f"pages/home/{self.name}.html"


def parts(user: User, now: datetime, agreements: Sequence[Agreement]) -> list[Part]:
    """Return the parts of this person's roles, about these agreements of theirs."""
    return [part for build in PARTS for part in build(user, now, agreements)]


def provider(user: User, now: datetime, agreements: Sequence[Agreement]) -> Iterator[Part]:
    """Yield a provider's lots, applications, contracts and receipts, and what it is invited to."""
    if user.organisation_ids(*PROVIDER_ROLES):
        yield Part("provider", providers.provider(user, now) | bidding.at_home(user, now))


def lead(user: User, now: datetime, agreements: Sequence[Agreement]) -> Iterator[Part]:
    """Yield a procurement lead's calendar of windows."""
    if led := _in(agreements, user, Role.LEAD):
        recent = lots.windows(user).dated().filter(deadline__gte=now - RECENT).exclude(state="cancelled")
        rows = recent.filter(agreement__in=[one.pk for one in led])
        shown = sorted(rows.order_by("-opens_at")[:SHOWN], key=lambda window: window.opens_at)
        today = london_date(now)
        scale = _scale([(london_date(one.opens_at), london_date(one.deadline)) for one in shown], today)
        yield Part(
            "lead",
            {
                "rows": [
                    {
                        "label": f"{window.agreement.reference}: {window.title}",
                        "url": window.get_absolute_url(),
                        "state": window.MACHINE.label(window.state_at(now)),
                        "tone": tone_of(window.state_at(now)),
                        "cells": [
                            _cell(day(window.opens_at, weekday=False)),
                            _cell(day(window.deadline, weekday=False)),
                        ],
                        "parts": pictures.span(
                            london_date(window.opens_at),
                            london_date(window.deadline),
                            of=scale,
                            tone="first" if window.is_open(now) else "second",
                        ),
                    }
                    for window in shown
                ],
                "head": [_cell("Window"), _cell("Opens"), _cell("Closes")],
                "scale": _scale_words(scale),
                "mark": pictures.mark(today, of=scale),
            },
        )


def commissioner(user: User, now: datetime, agreements: Sequence[Agreement]) -> Iterator[Part]:
    """Yield the timeline of call-offs, how many are at each stage, and their value against each lot's."""
    if not (agreements and user.organisation_ids(*COMMISSIONING)):
        return
    rows, today = list(overview.timeline(user, agreements, TIMELINE)), london_date(now)
    scale = _scale([(row.starts_on, row.ends_on) for row in rows], today)
    yield Part(
        "commissioner",
        {
            "rows": [_calloff_row(row, scale) for row in rows],
            "head": [_cell("Call-off"), _cell("Lead"), _cell("Starts"), _cell("Ends")],
            "scale": _scale_words(scale),
            "mark": pictures.mark(today, of=scale),
            "stages": [
                {"label": words, "number": number, "value": money(value)}
                for _, words, number, value in overview.by_stage(user, agreements)
            ],
            "spend": [_spend_row(row) for row in overview.spend(agreements)],
            "spend_head": [
                _cell("Lot"),
                *(
                    _cell(text, numeric=True)
                    for text in (*(label for _, label in SPENT), "Lot value", "Left")
                ),
            ],
            "legend": SPENT,
        },
    )


def panels(user: User, now: datetime, agreements: Sequence[Agreement]) -> Iterator[Part]:
    """Yield how far the panels are that the person runs or sits on."""
    if not user.organisation_ids(*JUDGING):
        return
    yield Part(
        "panels",
        {
            "rows": [_panel_row(row) for row in judging.under_way(user, SHOWN)],
            "head": [
                _cell("Panel"),
                _cell("Handed in", numeric=True),
                _cell("Scores agreed", numeric=True),
                _cell("Scores due"),
            ],
            "legend": [("third", "Evaluators who handed in"), ("first", "Scores agreed")],
        },
    )


def member(user: User, now: datetime, agreements: Sequence[Agreement]) -> Iterator[Part]:
    """Yield the board's papers by stage, and how many providers each lot can call on."""
    if not user.organisation_ids(*SITTING):
        return
    rows = pool.coverage(agreements)
    largest = max((row.total for row in rows), default=0)
    yield Part(
        "board",
        {
            "stages": [
                {"state": state, "label": words, "number": number}
                for state, words, number in board.by_stage(user, (one.board_id for one in agreements))
            ],
            "coverage": [
                {
                    "label": _lot_label(row.lot),
                    "url": row.lot.get_absolute_url(),
                    "cells": [
                        _cell(f"{number}", numeric=True)
                        for number in (row.invitable, row.suspended, row.coming)
                    ],
                    "parts": pictures.stacked(
                        [(row.invitable, "first"), (row.suspended, "fourth"), (row.coming, "third")], largest
                    ),
                }
                for row in rows
            ],
            "coverage_head": [
                _cell("Lot"),
                *(_cell(text, numeric=True) for text in ("Can be invited", "Suspended", "In standstill")),
            ],
            "legend": [("first", "Can be invited"), ("fourth", "Suspended"), ("third", "In standstill")],
        },
    )


def auditor(user: User, now: datetime, agreements: Sequence[Agreement]) -> Iterator[Part]:
    """Yield the records an auditor reads."""
    if user.organisation_ids(Role.AUDITOR):
        yield Part("auditor", {"agreements": agreements})


def referrals(user: User, now: datetime, agreements: Sequence[Agreement]) -> Iterator[Part]:
    """Yield, for brokers and social workers, what comes with referrals and whom each pool holds today."""
    if user.organisation_ids(*REFERRING):
        yield Part(
            "referrals",
            {
                "agreements": [one for one in agreements if one.state == "published"],
                "is_broker": bool(user.organisation_ids(Role.BROKER)),
                "is_social_worker": bool(user.organisation_ids(Role.SOCIAL_WORKER)),
            },
        )


def newcomer(user: User, now: datetime, agreements: Sequence[Agreement]) -> Iterator[Part]:
    """Yield, for who holds no role yet, how that comes about."""
    if not user.roles_in():
        yield Part("newcomer", {})


PARTS: tuple[Callable[[User, datetime, Sequence[Agreement]], Iterator[Part]], ...] = (
    newcomer,
    provider,
    lead,
    commissioner,
    panels,
    member,
    auditor,
    referrals,
)


def _in(agreements: Sequence[Agreement], user: User, role: Role) -> list[Agreement]:
    """Return the agreements that an authority runs where the person holds the role."""
    mine = user.organisation_ids(role)
    return [agreement for agreement in agreements if mine & agreement.run_by]


def _panel_row(row: judging.Progress) -> dict[str, Any]:
    in_hand = [(row.agreed, "first")] if row.agreed else [(row.handed_in, "third")]
    return {
        "label": row.exercise.title,
        "url": row.exercise.get_absolute_url(),
        "state": row.exercise.state_label,
        "tone": tone_of(row.exercise.state),
        "cells": [
            _cell(f"{row.handed_in} of {row.evaluators}", numeric=True),
            _cell(f"{row.agreed} of {row.wanted}", numeric=True),
            _cell(day(row.exercise.scores_due_on, weekday=False)),
        ],
        "parts": pictures.stacked(in_hand, row.wanted if row.agreed else row.evaluators),
    }


def _calloff_row(calloff: Any, scale: tuple[date, date]) -> dict[str, Any]:
    signed = calloff.state == "contracted"
    return {
        "label": calloff.title,
        "url": calloff.get_absolute_url(),
        "state": calloff.state_label,
        "tone": tone_of(calloff.state),
        "cells": [
            _cell(calloff.authority.short_name),
            _cell(day(calloff.starts_on, weekday=False)),
            _cell(day(calloff.ends_on, weekday=False)),
        ],
        "parts": pictures.span(
            calloff.starts_on, calloff.ends_on, of=scale, tone="first" if signed else "second"
        ),
    }


def _spend_row(row: overview.Spend) -> dict[str, Any]:
    amounts = (row.contracted, row.under_way, row.drafted)
    tones = [(amount, tone) for amount, (tone, _) in zip(amounts, SPENT, strict=True)]
    return {
        "label": _lot_label(row.lot),
        "url": row.lot.get_absolute_url(),
        "cells": [_cell(money(value), numeric=True) for value in (*amounts, row.lot.term_value, row.left)],
        "parts": pictures.stacked(tones, max(row.lot.term_value, row.total)),
    }


def _lot_label(lot: Any) -> str:
    return f"{lot.agreement.reference}, {lot}"


def _cell(text: str, *, numeric: bool = False) -> Cell:
    return {"text": text, "numeric": numeric}


def _scale(spans: Sequence[tuple[date, date]], today: date) -> tuple[date, date]:
    days = [day for span in spans for day in span] + [today]
    return min(days), max(days)


def _scale_words(scale: tuple[date, date]) -> str:
    return f"{month(scale[0])} to {month(scale[1])}"

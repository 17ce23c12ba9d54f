"""As many applications as asked for, made as rows: their ceremony is not what is measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from calloffs.models import CallOff
from commissioning import clock, regimes
from commissioning.people.models import Organisation, User
from commissioning.people.references import ALPHABET
from commissioning.records.models import Message
from evaluation.models import (
    Assessment,
    Declaration,
    Exercise,
    Panellist,
    Score,
    StandardDecision,
    WindowExercise,
)
from lots.models import Agreement, Window, WindowLot
from providers.models import Admission, Application, Entry, Submission
from tests import factories as people
from tests.providers import factories as rows

LOTS = 4
NAMED = "Provider of care"


@dataclass(frozen=True)
class World:
    """One agreement with a window that was opened, and the people who look at it."""

    agreement: Agreement
    window: Window
    open_window: Window
    lead: User
    writer: User
    mine: Application
    evaluator: User
    moderator: User
    scoring: Exercise
    moderating: Exercise
    calloff: CallOff


def build(scale: int) -> World:
    """Return a world with so many applications, admissions and messages, besides one being written."""
    agreement = rows.agreement(LOTS, profile=regimes.as_data(regimes.profile("PCR_LTR")))
    window = rows.window(agreement, title="The window that was opened")
    now = clock.now()
    day = timedelta(days=1)
    open_window = rows.window(
        agreement, title="The window that is open", opens_at=now - 9 * day, deadline=now + 20 * day
    )
    lead, writer = rows.lead_of(agreement), rows.bid_writer()
    mine = rows.application(open_window, by=writer, numbers=(1, 2), now=now)
    rows.fill(rows.entry_of(mine, 1), now=now)
    providers = _providers(scale)
    _apply(window, providers)
    _admit(agreement, providers)
    _write_to(lead, agreement.lead, scale)
    evaluator, moderator = (
        people.person(agreement.lead, "evaluator"),
        people.person(agreement.lead, "moderator"),
    )
    scoring, moderating = [
        _judge(offer, state, evaluator, moderator)
        for offer, state in zip(
            window.lots.select_related("lot", "scheme", "round"), ("scoring", "moderating"), strict=False
        )
    ]
    return World(
        agreement=agreement,
        window=window,
        open_window=open_window,
        lead=lead,
        writer=writer,
        mine=mine,
        evaluator=evaluator,
        moderator=moderator,
        scoring=scoring,
        moderating=moderating,
        calloff=_call_off(agreement, lead, max(5, scale // 20)),
    )


def references(prefix: str, count: int) -> Iterator[str]:
    """Yield as many different references; bulk creation passes by the code that draws them."""
    for number in range(count):
        letters = [ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(5)]
        yield f"{prefix}-{''.join(letters)}"


def _providers(count: int) -> list[Organisation]:
    return Organisation.objects.bulk_create(
        Organisation(
            reference=reference,
            kind=Organisation.Kind.PROVIDER,
            sector=Organisation.Sector.CHARITY,
            name=f"{NAMED} {reference}",
            matching_name=f"provider of care {reference}",
            created_at=rows.OPENS,
        )
        for reference in references("ORG", count)
    )


def _apply(window: Window, providers: list[Organisation]) -> None:
    offers = list(window.lots.select_related("scheme", "round"))
    submissions = Submission.objects.bulk_create(
        Submission(
            organisation=provider,
            scheme=offers[place % LOTS].scheme,
            round=offers[place % LOTS].round,
            created_at=rows.NOW,
        )
        for place, provider in enumerate(providers)
    )
    applications = Application.objects.bulk_create(
        Application(reference=reference, window=window, organisation=provider, started_at=rows.NOW)
        for reference, provider in zip(references("APP", len(providers)), providers, strict=True)
    )
    Entry.objects.bulk_create(
        Entry(
            application=application,
            window_lot=offers[place % LOTS],
            submission=submission,
            created_at=rows.NOW,
            state="submitted",
            state_since=rows.NOW,
        )
        for place, (application, submission) in enumerate(zip(applications, submissions, strict=True))
    )
    for offer in offers:
        if offer.round is not None:
            offer.round.opened_at = rows.AFTER
            offer.round.save(update_fields=["opened_at"])
    window.state = "closed"
    window.save(update_fields=["state"])


def _admit(agreement: Agreement, providers: list[Organisation]) -> None:
    lots = list(agreement.lots.order_by("number"))
    # Pages show the pool of today, whatever the day of the rest.
    decided = clock.real_now() - timedelta(days=30)
    Admission.objects.bulk_create(
        Admission(
            organisation=provider,
            lot=lots[place % LOTS],
            decided_at=decided,
            effective_at=decided,
            state="current",
            state_since=decided,
        )
        for place, provider in enumerate(providers)
    )


def _write_to(user: User, organisation: Organisation, count: int) -> None:
    Message.objects.bulk_create(
        Message(
            reference=reference,
            key=f"bench:{reference}",
            kind="window_opened",
            recipient=user,
            address=user.email,
            organisation=organisation,
            subject=f"The window has opened ({reference})",
            body="It is open.",
            state=Message.State.SENT,
            queued_at=rows.NOW - timedelta(minutes=place),
            sent_at=rows.NOW,
        )
        for place, reference in enumerate(references("MSG", count))
    )


def _judge(offer: WindowLot, state: str, evaluator: User, moderator: User) -> Exercise:
    """Let a lot be judged up to this state: everybody declared, the evaluator's scores given."""
    exercise = Exercise.objects.create(
        agreement=offer.lot.agreement,
        authority=offer.lot.agreement.lead,
        scheme=offer.scheme,
        round=offer.round,
        title=str(offer.lot),
        minimum_panel=1,
        quorum=1,
        created_at=rows.AFTER,
        state=state,
        state_since=rows.AFTER,
    )
    WindowExercise.objects.create(exercise=exercise, window_lot=offer)
    seats = [
        Panellist.objects.create(
            exercise=exercise,
            user=user,
            part=part,
            appointed_at=rows.AFTER,
            declared_at=rows.AFTER,
            handed_in_at=rows.AFTER if state == "moderating" else None,
        )
        for user, part in ((evaluator, "evaluator"), (moderator, "moderator"))
    ]
    rows_of = Submission.objects.filter(round=offer.round, organisation__name__startswith=NAMED)
    submissions = rows_of.select_related("organisation", "package")
    assessed = Assessment.objects.bulk_create(
        Assessment(exercise=exercise, submission=row, organisation_id=row.organisation_id, name=row.name_sent)
        for row in submissions
    )
    Declaration.objects.bulk_create(
        Declaration(
            panellist=seat, organisation_id=row.organisation_id, has_conflict=False, declared_at=rows.AFTER
        )
        for seat in seats
        for row in assessed
    )
    StandardDecision.objects.bulk_create(
        StandardDecision(
            assessment=row, standard=standard, is_met=True, reason="Seen.", decided_at=rows.AFTER
        )
        for standard in exercise.standards()
        for row in assessed
    )
    Score.objects.bulk_create(
        Score(
            assessment=row,
            question=question,
            panellist=seats[0],
            score=3,
            reason="It names partners.",
            saved_at=rows.AFTER,
        )
        for question in exercise.scored_questions()
        for row in assessed
    )
    return exercise


def _call_off(agreement: Agreement, lead: User, count: int) -> CallOff:
    """Draft as many call-offs, and return one of them."""
    lots = list(agreement.lots.order_by("number"))
    calloffs = CallOff.objects.bulk_create(
        CallOff(
            reference=reference,
            agreement=agreement,
            lot=lots[place % LOTS],
            authority=agreement.lead,
            title=f"Help at home {reference}",
            need="People need help at home.",
            value=Decimal("300000.00"),
            starts_on=rows.AFTER.date(),
            ends_on=rows.AFTER.date() + timedelta(days=730),
            funding=CallOff.Funding.OWN,
            contract_form=CallOff.Form.COUNCIL,
            created_at=rows.NOW,
            created_by=lead,
            state="draft",
            state_since=rows.NOW,
        )
        for place, reference in enumerate(references("CO", count))
    )
    return calloffs[0]

"""Awards as their pages show them: the ranking, who may do what now, the standstill."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from calloffs import rules
from calloffs.models import Award, Bid, CallOff, Competition, Contract
from calloffs.workflow import AWARD, COMPETITION
from commissioning import policies, regimes
from commissioning.clock import london_date, standstill_calendar
from commissioning.clock.queries import holidays_in_force
from commissioning.people.actors import Actor
from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.records.models import Letter
from commissioning.workflow import Reason
from providers.models import Admission

from . import ranking as ranks

PAGES = {
    "sign": "award-sign",
    "return": "award-return",
    "draft_letters": "award-draft-letters",
    "release": "award-release",
    "take_letters_back": "award-take-letters-back",
}
STAGES = ("Ranking", "Recommended", "Record signed", "Letters", "Standstill", "Contract")
ENDED = ("returned", "ended")
BEFORE_RELEASE = ("recommended", "signed", "lettered")
HOLDABLE = (*BEFORE_RELEASE, "released")


@dataclass(frozen=True)
class Row:
    """One bid of the ranking as the page shows it: exact points, and what must be looked at."""

    bid: str
    organisation: str
    place: int | None
    quality: Decimal
    social_value: Decimal | None
    price: Decimal | None
    price_points: Decimal
    total: Decimal
    notes: tuple[str, ...]
    flags: tuple[str, ...]
    is_recommended: bool


@dataclass(frozen=True)
class Posting:
    """One bidder with its place and its letter, for the table of who gets what."""

    row: Row
    letter: Letter | None


def standing(calloff: CallOff) -> Award | None:
    """Return the award that stands, if any; one sent back or ended is history."""
    return (
        Award.objects.filter(competition__calloff=calloff)
        .exclude(state__in=ENDED)
        .select_related(
            "competition__calloff__agreement",
            "competition__calloff__authority",
            "competition__calloff__lot__agreement",
            "competition__scheme",
            "competition__round",
            "competition__exercise__scheme",
            "bid__organisation",
            "bid__submission__organisation",
            "bid__submission__package",
            "batch",
            "batch__drafted_by",
            "record",
            "recommended_by",
            "signed_by",
        )
        .first()
    )


def contract_of(award: Award) -> Contract | None:
    """Return the contract made from the award, if it was issued."""
    return Contract.objects.filter(award=award).first()


def history(calloff: CallOff) -> list[Award]:
    """Return the recommendations that were sent back or ended, the latest first."""
    rows = Award.objects.filter(competition__calloff=calloff, state__in=ENDED)
    return list(
        rows.select_related(*(f"bid__{name}" for name in Bid.NAMED), "recommended_by").order_by("-pk")
    )


def shown_ranking(
    competition: Competition, award: Award | None, *, reader: Actor, now: datetime
) -> list[dict[str, Any]]:
    """Return the frozen ranking of the award, else the ranking as it now stands for the lead; or nothing."""
    if award is not None:
        return list(award.ranking)
    if not policies.may(reader, "award.recommend", competition).allowed or ranks.not_known_yet(competition):
        return []
    return ranks.frozen(ranks.ranking(competition, reader=reader, now=now))


def table(competition: Competition, award: Award | None, ranking: list[dict[str, Any]]) -> list[Row]:
    """Return a ranking as rows of the page, with why bids were parted or tied and who may get no award."""
    names = {row["bid"]: row["organisation"] for row in ranking}
    bids = competition.bids.filter(reference__in=names)
    members = Admission.objects.filter(lot=competition.calloff.lot).invitable().values("organisation")
    gone = set(bids.exclude(organisation__in=members).values_list("reference", flat=True))
    chosen = award.bid.reference if award else ""
    return [
        Row(
            bid=row["bid"],
            organisation=row["organisation"],
            place=row["place"],
            quality=Decimal(row["quality"]),
            social_value=_decimal(row.get("social_value")),
            price=_decimal(row["price"]),
            price_points=Decimal(row["price_points"]),
            total=Decimal(row["total"]),
            notes=_notes(row, names),
            flags=("Suspended or removed from the pool",) if row["bid"] in gone else (),
            is_recommended=row["bid"] == chosen,
        )
        for row in ranking
    ]


def not_recommendable(competition: Competition, ranking: list[ranks.Ranked]) -> list[Reason]:
    """Return why nothing can be recommended now, each with where it is mended."""
    if competition.state != "unsealed":
        is_over = not COMPETITION.reaches(competition.state, {"unsealed"})
        return [Reason(f"The mini-competition is “{competition.state_label}”.", for_good=is_over)]
    if waits := ranks.not_known_yet(competition):
        return [Reason(waits, link=competition.get_absolute_url())]
    if standing(competition.calloff) is not None:
        award = reverse("award", args=[competition.reference])
        return [Reason("A bid has been recommended already.", link=award)]
    if not any(row.place == 1 for row in ranking):
        end = reverse("calloff-end", args=[competition.reference])
        return [Reason("No bid is ranked: the call-off can only be ended without an award.", link=end)]
    return []


def postings(award: Award, rows: list[Row]) -> list[Posting]:
    """Return each bidder with the letter that is drafted for it."""
    found: dict[str, Letter] = {}
    if award.batch is not None:
        letters = award.batch.letters.filter(withdrawn_at=None).select_related("organisation")
        found = {letter.about: letter for letter in letters.defer("facts")}
    return [Posting(row, found.get(row.bid)) for row in rows]


def blockers(award: Award, actor: User) -> list[Reason]:
    """Return what blocks the award, each with where it is mended or shown (rulebook G14, E15)."""
    calloff = award.calloff
    govern = reverse("calloff-governance", args=[calloff.reference])
    file = f"{calloff.get_absolute_url()}#governance"
    mine = actor.organisation_ids(Role.COMMISSIONER, Role.LEAD)
    found = [
        Reason(text, link=govern if authority.pk in mine else file)
        for authority, text in calloff.governance_missing()
    ]
    if problems := award.winner_problems():
        lot = calloff.lot
        place = reverse(
            "admission", args=[lot.agreement.reference, lot.number, award.bid.organisation.reference]
        )
        found += [Reason(problem, link=place) for problem in problems]
    if above := rules.price_above_value(award.price, calloff.value):
        ends = policies.may(actor, "calloff.end_without_award", calloff).allowed
        end = reverse("calloff-end", args=[award.competition.reference])
        found.append(Reason(above, link=end if ends else calloff.get_absolute_url()))
    return found


def in_the_way(award: Award, step: str, actor: User, now: datetime) -> list[Reason]:
    """Return why a step of the award cannot be taken now, each reason with where it is mended."""
    may_lift = policies.may(actor, "award.lift_hold", award).allowed
    lift = reverse("award-lift-hold", args=[award.reference]) if may_lift else None
    found: list[Reason] = []
    joined = rules.award_blockers_are_gone(award, actor, now)
    held = rules.award_is_not_held(award, actor, now)
    for reason in AWARD.refusals(award, step, actor=actor, now=now):
        if reason.text == joined:
            found += blockers(award, actor)
        else:
            found.append(Reason(reason.text, link=lift) if reason.text == held else reason)
    return found


def refusals(award: Award, step: str, actor: Actor, now: datetime) -> list[str]:
    """Return why a step of the award cannot be taken now, in words."""
    return [reason.text for reason in AWARD.refusals(award, step, actor=actor, now=now)]


def actions(
    competition: Competition, award: Award | None, actor: Actor, now: datetime
) -> list[dict[str, Any]]:
    """Return the award's choices that have a page, for the action bar."""
    here = [competition.reference]
    if award is None:
        if competition.state != "unsealed":
            return []
        verdict = policies.may(actor, "award.recommend", competition)
        reason = verdict.reason or ranks.not_known_yet(competition)
        return [_row("Recommend the award", "award-recommend", here, reason)]
    rows = [
        {
            "label": c.label,
            "allowed": c.allowed,
            "reason": c.reason,
            "step": c.step,
            "url": reverse(PAGES[c.step], args=here),
        }
        for c in AWARD.choices(award, actor, now)
        if c.step in PAGES and award.state in AWARD.step(c.step).sources
    ]
    if award.state == "released" and contract_of(award) is None:
        may = policies.may(actor, "contract.issue", award)
        reason = may.reason or " ".join(refusals(award, "make", actor, now))
        rows.append(_row("Issue the contract", "award-contract", here, reason))
    if award.legal_hold_reason:
        rows += _if_may(actor, "award.lift_hold", award, "Lift the legal hold", "award-lift-hold")
    elif award.state in HOLDABLE:
        rows += _if_may(actor, "award.hold", award, "Place a legal hold", "award-hold")
    return rows


def stages(award: Award | None, contract: Contract | None) -> list[dict[str, str]]:
    """Return the line of an award's stages, with where it is now."""
    reached = {"recommended": 1, "signed": 2, "lettered": 3, "released": 4, "made": len(STAGES)}
    here = 5 if contract is not None and contract.state != "signed" else reached[award.state] if award else 0
    places = ["done" if n < here else "now" if n == here else "next" for n in range(len(STAGES))]
    return [{"label": label, "place": place} for label, place in zip(STAGES, places, strict=True)]


def _if_may(actor: Actor, action: str, award: Award, label: str, name: str) -> list[dict[str, Any]]:
    may = policies.may(actor, action, award).allowed
    return [_row(label, name, [award.reference], "")] if may else []


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _notes(row: dict[str, Any], names: dict[str, str]) -> tuple[str, ...]:
    """Return in words what the tie-break did, and what put a bid out of the ranking (rulebook D16)."""
    notes = []
    if row["parted_by"]:
        notes.append(f"Equal totals, parted by {' and '.join(row['parted_by'])}.")
    if row["tied_with"]:
        tied = ", ".join(names[reference] for reference in row["tied_with"])
        notes.append(f"Tied with {tied}: the published tie-break does not part them.")
    if row["out_because"]:
        notes.append(f"{row['out_because']}, so it is not ranked.")
    return tuple(notes)


def _row(label: str, name: str, arguments: list[str], reason: str) -> dict[str, Any]:
    return {
        "label": label,
        "allowed": not reason,
        "reason": reason,
        "step": name,
        "url": reverse(name, args=arguments),
    }


def standstill(award: Award, now: datetime) -> dict[str, Any] | None:
    """Return the standstill's calendar for the page, once the letters are released."""
    if award.released_at is None or award.standstill_ends_on is None:
        return None
    profile = regimes.from_data(award.calloff.agreement.profile)
    today = london_date(now)
    rows = standstill_calendar(profile.standstill_algorithm, award.released_at, holidays_in_force())
    return {
        "days": [{"day": row.day, "note": row.reason, "passed": row.day < today} for row in rows],
        "last_day": award.standstill_ends_on,
        "law": profile.law,
        "rule": profile.standstill_rule,
    }

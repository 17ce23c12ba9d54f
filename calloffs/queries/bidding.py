"""A provider's own invitations, bids and contracts, as its pages show them.

SECURITY: everything starts from the invitations of the person's own provider, and shows nobody else's.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, IntegerField, Prefetch, QuerySet, Value, When
from django.urls import reverse

from calloffs.models import (
    Award,
    Bid,
    BidInstruction,
    Clarification,
    Competition,
    CompetitionChange,
    Contract,
    Invitation,
    Share,
)
from commissioning.people.models import Organisation, User
from commissioning.records.models import Letter
from commissioning.records.queries import letters_visible_to
from commissioning.web.worklist import Task, Wait
from providers.models import Package
from providers.queries import parts
from providers.queries.parts import Part, Standing

from .competitions import invitations

SHOWN_AT_HOME = 10
SCHEME = ("questions", "standards", "price_lines", "scale")


@dataclass(frozen=True)
class Row:
    """An invitation with the provider's own bid, as a list shows it."""

    invitation: Invitation
    bid: Bid | None
    standing: Standing
    url: str
    bid_url: str


def sorted_invitations(user: User, now: datetime) -> QuerySet[Invitation]:
    """Return the person's invitations: those still open first, the next deadline first; then the latest."""
    is_open = When(competition__state="open", competition__deadline__gte=now, then=Value(0))
    return (
        invitations(user)
        .annotate(place=Case(is_open, default=Value(1), output_field=IntegerField()))
        .order_by(
            "place",
            Case(When(place=0, then=F("competition__deadline"))),
            "-competition__deadline",
            "organisation__name",
        )
    )


def rows(user: User, found: Iterable[Invitation], now: datetime) -> list[Row]:
    """Return these invitations of the person with what a list shows of each, in two further queries."""
    found = list(found)
    mine = Bid.objects.visible_to(user).filter(competition__in=[row.competition_id for row in found])
    bids = {
        (bid.competition_id, bid.organisation_id): bid
        for bid in mine.select_related("submission__package").prefetch_related("instructions")
    }
    counted = Counter(invitations(user).order_by().values_list("competition_id", flat=True))
    listed = []
    for row in found:
        bid = bids.get((row.competition_id, row.organisation_id))
        named = counted[row.competition_id] > 1
        listed.append(
            Row(
                row,
                bid,
                standing(row, bid, now),
                address(row, "bid-invitation", named=named),
                address(row, "bid", named=named) if bid else "",
            )
        )
    return listed


def at_home(user: User, now: datetime) -> dict[str, Any]:
    """Return a provider's invitations, bids and contracts, as its home shows them."""
    mine = list(sorted_invitations(user, now)[:SHOWN_AT_HOME])
    return {"invitations": rows(user, mine, now), "contracts": list(contracts(user)[:SHOWN_AT_HOME])}


def of_calloff(user: User, reference: str) -> list[Invitation]:
    """Return the person's invitations for one call-off: several where they write for several providers."""
    found = invitations(user).filter(competition__calloff__reference=reference)
    return list(
        found.prefetch_related(*(f"competition__scheme__{part}" for part in SCHEME)).order_by(
            "organisation__name"
        )
    )


def published(reference: str) -> Competition | None:
    """Return the mini-competition for the call-off of this reference, whoever asks, or None.

    SECURITY: for the access log alone; nothing of it is shown to who was not invited.
    """
    found = Competition.objects.filter(calloff__reference=reference)
    return found.select_related("calloff__agreement").first()


def bid_of(user: User, invitation: Invitation) -> Bid | None:
    """Return the bid that the invited provider has started, if it has."""
    return (
        Bid.objects.visible_to(user)
        .filter(competition=invitation.competition_id, organisation=invitation.organisation_id)
        .select_related(
            "submission__package",
            "submission__organisation",
            "submission__round",
            "competition__calloff__agreement",
            "competition__round",
            "organisation",
        )
        .prefetch_related(
            *(f"submission__scheme__{part}" for part in SCHEME),
            Prefetch("instructions", BidInstruction.objects.select_related("given_by", "cleared_by")),
        )
        .first()
    )


def part_of(bid: Bid) -> Part:
    """Return the bid item by item, with what stands as submitted; nothing is opened."""
    return parts.part_of(bid.submission, bid.competition.deadline)


def people_at_work(bid: Bid) -> list[User]:
    """Return who has written in the bid."""
    return parts.people_at_work([bid.submission])


def packages(bid: Bid) -> list[Package]:
    """Return what was ever submitted, the latest first."""
    return list(bid.submission.packages.order_by("-number"))


def standing(invitation: Invitation, bid: Bid | None, now: datetime) -> Standing:
    """Return where an invitation and its bid stand, in the words its provider sees.

    SECURITY: a bid is "Being evaluated" until the letters are released; the award shows in nothing here.
    """
    competition = invitation.competition
    if competition.state == "abandoned" and (bid is None or bid.state in {"draft", "lapsed", "ended"}):
        return Standing("abandoned", "Ended without an award")
    if bid is not None and bid.state == "draft":
        if now <= competition.deadline:
            return Standing("draft", "Bid started, not submitted")
        if bid.instruction is not None:
            # For the few minutes until the close is settled.
            return Standing("closed", "Closed")
        return Standing("lapsed", "Not submitted")
    if bid is not None:
        return Standing(bid.state, bid.state_label)
    if competition.refusal_to_submit(now):
        return Standing("closed", "Closed, you did not bid")
    words = {
        Invitation.Intention.UNDECIDED: "Invited",
        Invitation.Intention.WILL_BID: "You will bid",
        Invitation.Intention.WILL_NOT: "You will not bid",
    }
    tone = "declined" if invitation.intention == Invitation.Intention.WILL_NOT else "invited"
    return Standing(tone, words[Invitation.Intention(invitation.intention)])


def authorities(invitation: Invitation) -> list[Organisation]:
    """Return the authorities that share the call-off, its lead first."""
    lead = invitation.competition.calloff.authority
    shares = Share.objects.filter(calloff=invitation.competition.calloff).select_related("organisation")
    return [lead, *sorted((row.organisation for row in shares if row.organisation != lead), key=str)]


def answered(invitation: Invitation) -> list[dict[str, Any]]:
    """Return the questions and answers that all invited providers read.

    SECURITY: as published; who asked, and in which words, is not even fetched (rulebook E4).
    """
    found = Clarification.objects.filter(competition=invitation.competition, answered_at__isnull=False)
    shown = found.order_by("answered_at", "pk").values("published_question", "answer", "answered_at")
    return [dict(row) for row in shown]


def own_questions(invitation: Invitation) -> list[Clarification]:
    """Return what this provider asked that is not answered yet."""
    return list(
        Clarification.objects.filter(
            competition=invitation.competition, asked_by=invitation.organisation, answered_at=None
        )
    )


def deadline_changes(invitation: Invitation) -> list[CompetitionChange]:
    """Return how the deadline was moved, the first change first."""
    return list(invitation.competition.deadline_changes.order_by("changed_at"))


def letters(user: User, bid: Bid) -> list[Letter]:
    """Return the letters on the bid that were sent, the outcome among them; none before the release."""
    return list(letters_visible_to(user, ()).filter(about=bid.reference))


def contracts(user: User) -> QuerySet[Contract]:
    """Return the contracts of the person's own providers, the latest first."""
    return (
        Contract.objects.filter(organisation__in=user.organisation_ids("provider_admin", "provider_editor"))
        .select_related("calloff__authority", "organisation")
        .order_by("-issued_at")
    )


def contract_of(user: User, bid: Bid) -> Contract | None:
    """Return the contract that was issued for the bid, if it won and the contract stands."""
    return contracts(user).filter(award__bid=bid).exclude(state="withdrawn").first()


def address(invitation: Invitation, name: str, *more: Any, named: bool) -> str:
    """Return the address of a page; it names the provider too where the person was invited for several."""
    place = [invitation.competition.calloff.reference]
    if named:
        place.append(invitation.organisation.reference)
    return reverse(name, args=[*place, *more])


def worklist(user: User, now: datetime) -> list[Task]:
    """Return the invitations that wait for an answer or a bid, soonest deadline first."""
    waiting = (
        sorted_invitations(user, now)
        .filter(competition__state="open", competition__deadline__gte=now)
        .exclude(intention=Invitation.Intention.WILL_NOT)
    )
    found = []
    for row in rows(user, waiting, now):
        if row.bid is not None and row.bid.state == "submitted":
            continue
        competition, begun = row.invitation.competition, row.bid is not None
        if begun:
            what = "Finish and submit your bid"
        elif row.invitation.intention == Invitation.Intention.UNDECIDED:
            what = "Say whether you will bid"
        else:
            what = "Write and submit your bid"
        title, reference = competition.calloff.title, competition.reference
        found.append(
            Task(
                f"{what}: {title}",
                reference,
                competition.deadline,
                60,
                row.bid_url or row.url,
                "Go on" if begun else "Open",
            )
        )
    return found


def waits(user: User, now: datetime) -> list[Wait]:
    """Return the outcomes that the person's providers wait for, and the contracts of what they won."""
    sent = Bid.objects.visible_to(user).filter(
        state__in=["submitted", "opened", "won"], competition__deadline__lt=now
    )
    mine = list(invitations(user).filter(competition__in=sent.values("competition")))
    released = Award.objects.filter(bid__in=sent, state="released").select_related("contract")
    won = {award.bid_id: award for award in released}
    found = []
    for row in rows(user, mine, now):
        if row.bid is None:
            continue
        if row.bid.state in {"submitted", "opened"}:
            found.append(_outcome(row, row.bid))
        elif (award := won.get(row.bid.pk)) and (wait := _contract(row, row.bid, award, now)):
            found.append(wait)
    return found


def _outcome(row: Row, bid: Bid) -> Wait:
    competition = row.invitation.competition
    return Wait(
        f"The outcome of your bid: {competition.calloff.title}",
        bid.reference,
        f"{competition.calloff.authority.short_name} evaluates it.",
        competition.expected_award_on,
        row.bid_url,
    )


def _contract(row: Row, bid: Bid, award: Award, now: datetime) -> Wait | None:
    """Return what the winner waits for until the contract is in force; nothing while it is its own move."""
    calloff, contract = row.invitation.competition.calloff, getattr(award, "contract", None)
    whose = f"{calloff.authority.short_name}’s move"
    if contract is None:
        kept = award.contract_from is not None and now < award.contract_from
        ends = award.standstill_ends_on if kept else None
        whose = "Standstill has to end first" if ends else whose
        return Wait(f"The contract to sign: {calloff.title}", bid.reference, whose, ends, row.bid_url)
    if contract.state == "provider_signed":
        what = f"The authority’s signature on the contract: {calloff.title}"
        return Wait(what, contract.reference, whose, contract.starts_on, contract.get_absolute_url())
    return None

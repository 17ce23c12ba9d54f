"""Mini-competitions and bids as their pages show them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from calloffs.models import Bid, CallOff, Clarification, Competition, CompetitionChange, Invitation
from calloffs.workflow import COMPETITION
from commissioning import policies
from commissioning.people.models import Organisation, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.records.models import SealedBlob
from evaluation import queries as judging
from evaluation.models import Exercise
from evaluation.origins import Origin
from providers.models import Admission, Package

from .overview import UNDER_WAY


def competitions(user: User) -> QuerySet[Competition]:
    """Return the mini-competitions this person may see for an authority, with what their pages show."""
    return Competition.objects.visible_to(user).select_related(
        "calloff__agreement",
        "calloff__lot__agreement",
        "calloff__authority",
        "round__opened_by",
        "round__prices_opened_by",
        "scheme",
        "exercise__agreement",
        "published_by",
    )


def members(calloff: CallOff) -> QuerySet[Admission]:
    """Return whom a mini-competition published now would invite: exactly these (rulebook E1, G8)."""
    found = Admission.objects.filter(lot=calloff.lot).invitable().select_related("organisation")
    return found.order_by("organisation__name")


def questions(competition: Competition) -> list[Clarification]:
    """Return what was asked, in its order; who asked is left out, for nobody is to learn it (rulebook E4)."""
    return list(competition.clarifications.defer("asked_by"))


def changes(competition: Competition) -> list[CompetitionChange]:
    """Return the moves of the deadline, the first one first."""
    return list(competition.deadline_changes.select_related("changed_by").order_by("pk"))


def received(competition: Competition) -> list[Bid]:
    """Return the bids that were opened, with when each was received; nothing before the opening."""
    return list(opened_bids(competition).select_related(*Bid.NAMED).order_by("organisation__name", "pk"))


def not_bidding(competition: Competition) -> list[Invitation]:
    """Return, after the opening, the invited providers whose bid was not there, with what they had said."""
    # SECURITY: before it nobody learns who intends to bid (settled 18).
    if not competition.round.is_open:
        return []
    found = competition.invitations.select_related("organisation").order_by("organisation__name")
    return list(found.exclude(organisation__in=opened_bids(competition).values("organisation")))


def origin_of(exercise: Exercise) -> Origin | None:
    """Return what a mini-competition's exercise judges, for the judging pages to lead back to."""
    found = Competition.objects.filter(exercise=exercise).select_related("calloff").first()
    if found is None:
        return None
    return Origin(
        title=str(found.calloff.title),
        url=found.get_absolute_url(),
        label=f"The mini-competition for “{found.calloff.title}”",
        outcome_url=reverse("award", args=[found.reference]),
        outcome_label=f"Prices, ranking and award of “{found.calloff.title}”",
        is_ranked=True,
    )


def actions(competition: Competition, actor: User, now: datetime) -> list[dict[str, Any]]:
    """Return what can be done in the competition by those whose role it is, for the action bar."""
    rows = [
        ("competition.extend", "Move the deadline", "competition-extend", _why_not_extend(competition, now)),
        ("competition.correct", "Change whom bidders may ask", "competition-support", ""),
        ("competition.unseal", "Open the bids", "competition-unseal", _why_not_open(competition, actor, now)),
        ("competition.unseal_prices", "Open the prices", "competition-prices", _why_not_prices(competition)),
        ("award.read", "Ranking and award", "award", "" if competition.round.is_open else None),
    ]
    return [
        {
            "label": label,
            "allowed": not why_not,
            "reason": why_not,
            "step": name,
            "url": reverse(name, args=[competition.reference]),
        }
        for action, label, name, why_not in rows
        if why_not is not None and policies.may(actor, action, competition).allowed
    ]


def support_stands(competition: Competition) -> dict[str, str]:
    """Return whom bidders may ask and when, by the name of the box in which it is written."""
    return {name: getattr(competition, name) for name in ("support_contact", "support_hours")}


def naming_a_contact(organisations: Collection[int]) -> QuerySet[Competition]:
    """Return the competitions of these authorities that name an e-mail address to ask, until the contract.

    Bidders ask in the standstill too. Whom an old one names can still be changed, but is nobody's task.
    """
    named = Competition.objects.filter(calloff__authority__in=organisations, support_contact__contains="@")
    return named.filter(calloff__state__in=UNDER_WAY).select_related("calloff")


def why_not_open(competition: Competition, actor: User, now: datetime) -> str:
    """Return why bids that are taken or closed stay sealed now, or nothing."""
    answers = [guard(competition, actor, now) for guard in COMPETITION.step("unseal").guards]
    return " ".join(str(answer) for answer in answers if answer)


def panel_of(competition: Competition, user: User) -> Exercise | None:
    """Return the competition's exercise where this person may see it."""
    return judging.exercises(user).filter(competition=competition).first()


def _why_not_extend(competition: Competition, now: datetime) -> str | None:
    return "" if competition.state == "open" and now <= competition.deadline else None


def _why_not_open(competition: Competition, actor: User, now: datetime) -> str | None:
    if competition.state not in {"open", "closed"} or now <= competition.deadline:
        return None
    return why_not_open(competition, actor, now)


def _why_not_prices(competition: Competition) -> str | None:
    if competition.state != "unsealed" or not competition.scheme.price_weight:
        return None
    return None if competition.round.prices_are_open else prices_stay_sealed(competition)


def invited(competition: Competition) -> list[Organisation]:
    """Return the invited providers, as they were fixed at the publication."""
    return list(Organisation.objects.filter(invitations_to_bid__competition=competition).order_by("name"))


def bidders(competition: Competition) -> list[Organisation]:
    """Return the providers whose bid stands or was opened."""
    standing = competition.bids.filter(state__in=["submitted", "opened", "won", "lost"])
    return list(Organisation.objects.filter(pk__in=standing.values("organisation")).order_by("name"))


def people_who_answer(competition: Competition) -> list[User]:
    """Return the procurement leads and commissioners of the authority that runs the competition."""
    grants = RoleGrant.objects.in_force().filter(
        role__in=[Role.LEAD, Role.COMMISSIONER], membership__organisation__in=competition.run_by
    )
    people = User.objects.filter(memberships__grants__in=grants, is_active=True)
    return list(people.distinct().order_by("pk"))


def standing_pieces(competition: Competition, *, prices: bool) -> list[SealedBlob]:
    """Return the sealed pieces of the bids that stand: the prices, or all that is not a price."""
    standing = Package.objects.filter(stands_for__round=competition.round, withdrawn_at=None)
    is_price = Q(compartment=SealedBlob.Compartment.PRICE)
    kept = SealedBlob.objects.filter(is_price if prices else ~is_price)
    pieces = Q(pk__in=standing.values("answers__blob"))
    if not prices:
        pieces |= Q(pk__in=standing.values("files__blob")) | Q(pk__in=standing.values("files__label"))
    return list(kept.filter(pieces).select_related("owner").distinct())


def prices_stay_sealed(competition: Competition) -> str:
    """Return why the prices are not opened now, or nothing (rulebook R22-d)."""
    if competition.round.prices_are_open:
        return "The prices have been opened already."
    if competition.state == "abandoned":
        return "This mini-competition was abandoned: its prices are not opened."
    if competition.exercise is None or competition.exercise.state != "closed":
        return "The prices are opened once the panel has closed its moderation of quality."
    return ""


def opened_bids(competition: Competition) -> QuerySet[Bid]:
    """Return the bids that were opened; before it nobody learns who bid, or how many (settled 18)."""
    # SECURITY: a bid may also have ended unopened, with its competition: the opening itself decides.
    if not competition.round.is_open:
        return Bid.objects.none()
    opened = competition.bids.filter(state__in=["opened", "won", "lost", "ended"])
    return opened.select_related("organisation")


def invitations(user: User) -> QuerySet[Invitation]:
    """Return the invitations of this person's provider, with what a row and its page show."""
    return Invitation.objects.visible_to(user).select_related(
        "competition__calloff__agreement",
        "competition__calloff__lot__agreement",
        "competition__calloff__authority",
        "competition__calloff__specification",
        "competition__round",
        "competition__scheme",
        "organisation",
    )


def support_of(calloff: CallOff) -> tuple[str, str]:
    """Return whom bidders ask at the call-off's lead authority, and when; empty where nobody is known.

    It is the contact of that authority's latest mini-competition; else the agreement's own, where the
    authority leads that as well: another authority's contact could not answer.
    """
    named = Competition.objects.filter(calloff__authority=calloff.authority_id).exclude(support_contact="")
    if latest := named.order_by("-published_at", "-pk").first():
        return latest.support_contact, latest.support_hours
    agreement = calloff.agreement
    if calloff.authority_id in agreement.run_by:
        return agreement.support_contact, agreement.support_hours
    return "", ""

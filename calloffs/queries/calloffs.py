"""Call-offs as their pages show them: lists, and what a call-off's own page and its forms need."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery

from calloffs import rules
from calloffs.models import Award, CallOff, CallOffPaper, Competition, Contract, Governance, Share
from commissioning.board.models import Condition
from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from lots.models import Agreement, Lot, Scheme
from providers.models import Admission

# An award sent back or ended is history.
STANDING = ("recommended", "signed", "lettered", "released", "made")


def calloffs(user: User) -> QuerySet[CallOff]:
    """Return the call-offs this person may see, with what a row shows."""
    link = CallOffPaper.objects.filter(calloff=OuterRef(OuterRef("pk"))).order_by("-pk").values("paper")
    waiting = Condition.objects.filter(paper=Subquery(link[:1]), met_at=None).order_by().values("paper")
    standing = Award.objects.filter(competition__calloff=OuterRef("pk"), state__in=STANDING)
    issued = Contract.objects.filter(calloff=OuterRef("pk"), state__in=["issued", "provider_signed"])
    return (
        CallOff.objects.visible_to(user)
        .select_related("agreement", "lot__agreement", "authority")
        .annotate(
            is_issued=Exists(issued),
            standstill_until=Subquery(standing.values("standstill_ends_on")[:1]),
            conditions_left=Subquery(waiting.annotate(number=Count("pk")).values("number")),
        )
    )


def full(user: User) -> QuerySet[CallOff]:
    """Return the same call-offs with what a call-off's own page shows."""
    return (
        calloffs(user)
        .select_related("specification", "created_by", "agreement__board")
        .prefetch_related(
            Prefetch("shares", Share.objects.select_related("organisation")),
            Prefetch("governance", Governance.objects.select_related("organisation", "recorded_by")),
            "agreement__authorities__organisation",
            "agreement__board__seats",
            "paper_links__paper__conditions__owner",
        )
    )


def agreements(user: User) -> QuerySet[Agreement]:
    """Return the agreements of this person's authorities, with who takes part in them."""
    return Agreement.objects.sighted_by(user).prefetch_related("authorities__organisation")


def agreements_to_call_off(user: User, now: datetime) -> list[Agreement]:
    """Return the agreements under which this person may draft a call-off now."""
    mine = user.organisation_ids(Role.COMMISSIONER, Role.LEAD)
    rows = agreements(user).order_by("reference") if mine else ()
    return [one for one in rows if mine & one.sighted_by and not rules.agreement_refusal(one, now)]


def lots_to_call_off(agreement: Agreement) -> QuerySet[Lot]:
    """Return an agreement's lots in their order; one that is not active is refused with its reason."""
    return Lot.objects.filter(agreement=agreement).exclude(state="removed").select_related("agreement")


def own_authorities(user: User, agreement: Agreement) -> QuerySet[Organisation]:
    """Return the authorities of the agreement for which this person may draft."""
    mine = user.organisation_ids(Role.COMMISSIONER, Role.LEAD) & agreement.sighted_by
    return Organisation.objects.filter(pk__in=mine)


def usual_funding(user: User, agreement: Agreement) -> dict[str, str]:
    """Return the usual funding routes of the person's authorities, each with whose it is (product 2)."""
    mine = user.organisation_ids(Role.COMMISSIONER, Role.LEAD)
    whose: dict[str, list[str]] = {}
    for place in agreement.current_authorities():
        if place.organisation_id in mine:
            for route in place.funding_routes:
                whose.setdefault(route, []).append(place.organisation.short_name)
    return {route: " and ".join(names) for route, names in whose.items()}


def own_sharing_authorities(user: User, calloff: CallOff) -> QuerySet[Organisation]:
    """Return the authorities with a share whose own decision this person may record, and record again."""
    mine = user.organisation_ids(Role.COMMISSIONER, Role.LEAD)
    sharing = {share.organisation_id for share in calloff.shares.all()}
    return Organisation.objects.filter(pk__in=mine & sharing)


def lots_listed(user: User) -> QuerySet[Lot]:
    """Return the lots by which this person may filter: those of the agreements of their authorities."""
    rows = Lot.objects.filter(agreement__in=Agreement.objects.sighted_by(user)).select_related("agreement")
    return rows.order_by("agreement__reference", "number")


def authorities_listed(user: User) -> QuerySet[Organisation]:
    """Return the authorities by which this person may filter."""
    return Organisation.objects.filter(
        agreement_places__agreement__in=Agreement.objects.sighted_by(user)
    ).distinct()


def schemes_for(calloff: CallOff) -> QuerySet[Scheme]:
    """Return the published schemes that a mini-competition of this call-off may use."""
    return Scheme.objects.filter(agreement=calloff.agreement, kind=Scheme.Kind.COMPETITION, state="published")


def pool_size(calloff: CallOff) -> int:
    """Return how many members of the lot's pool could be invited now."""
    return Admission.objects.filter(lot=calloff.lot).invitable().count()


def competition_of(calloff: CallOff) -> Competition | None:
    """Return the call-off's mini-competition, if it was published."""
    return Competition.objects.filter(calloff=calloff).select_related("round", "scheme", "exercise").first()


def contracts(user: User) -> QuerySet[Contract]:
    """Return the contracts this person may see, with what a row and its page show."""
    return Contract.objects.visible_to(user).select_related(
        "calloff__agreement",
        "calloff__authority",
        "calloff__lot__agreement",
        "organisation",
        "letter",
        "award",
    )


def public_contracts(agreement: Any) -> QuerySet[Contract]:
    """Return the signed contracts of an agreement for its public page."""
    return (
        Contract.objects.filter(calloff__agreement=agreement, state="signed")
        .select_related("calloff__authority", "calloff__lot__agreement", "organisation")
        .order_by("-authority_signed_at")
    )

"""Call-offs of whole agreements at a glance: by stage, over time, and their value against each lot's."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, CharField, Count, QuerySet, Sum, Value, When

from calloffs.models import CallOff, Contract
from calloffs.workflow import CALLOFF
from commissioning.people.models import User
from lots.models import Agreement, Lot

DRAFTED = ("draft", "with_board", "returned")
UNDER_WAY = ("approved", "open", "evaluating", "recommended", "standstill")
ENDED = ("refused", "abandoned", "no_award")
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Spend:
    """A lot's value and what call-offs take of it, in GBP over their whole life."""

    lot: Lot
    contracted: Decimal
    under_way: Decimal
    drafted: Decimal

    @property
    def total(self) -> Decimal:
        return self.contracted + self.under_way + self.drafted

    @property
    def left(self) -> Decimal:
        """Return what contracts and approved call-offs leave of the lot's value; overdrawn below zero."""
        return self.lot.term_value - self.contracted - self.under_way


def spend(agreements: Iterable[Agreement]) -> list[Spend]:
    """Return each lot with what is contracted, called off and drafted under it, in three queries."""
    wanted = [agreement.pk for agreement in agreements]
    values = _sums(CallOff.objects.filter(agreement__in=wanted), "lot", "state")
    signed = _sums(Contract.objects.filter(calloff__agreement__in=wanted), "calloff__lot", "state")
    lots = Lot.objects.filter(agreement__in=wanted).exclude(state="removed").select_related("agreement")
    return [
        Spend(
            lot=lot,
            contracted=_total(signed, lot, ("signed",)),
            under_way=_total(values, lot, UNDER_WAY),
            drafted=_total(values, lot, DRAFTED),
        )
        for lot in lots.order_by("agreement__reference", "number")
    ]


def by_stage(user: User, agreements: Iterable[Agreement]) -> list[tuple[str, str, int, Decimal]]:
    """Return each stage that call-offs this person sees are at: state, its words, how many, their value."""
    seen = CallOff.objects.visible_to(user).filter(agreement__in=[one.pk for one in agreements])
    rows = CallOff.objects.filter(pk__in=seen.values("pk")).order_by()
    found = {
        state: (number, total)
        for state, number, total in rows.values("state")
        .annotate(number=Count("pk"), total=Sum("value"))
        .values_list("state", "number", "total")
    }
    return [(state, words, *found[state]) for state, words in CALLOFF.states if state in found]


def timeline(user: User, agreements: Iterable[Agreement], limit: int) -> QuerySet[CallOff]:
    """Return the call-offs this person sees that have not come to nothing, by when their services start."""
    seen = CallOff.objects.visible_to(user).filter(agreement__in=[one.pk for one in agreements])
    rows = CallOff.objects.filter(pk__in=seen.values("pk")).exclude(state__in=ENDED)
    return rows.select_related("lot", "authority").order_by("starts_on", "pk")[:limit]


def public_pipeline(agreement: Agreement) -> QuerySet[CallOff]:
    """Return what the board has approved and no contract was signed for yet, with the words for everybody.

    Of a competition that is closed nobody is told more than that it is being decided (settled 18).
    """
    rows = CallOff.objects.filter(agreement=agreement, state__in=UNDER_WAY)
    stage = Case(
        When(state="approved", then=Value("Approved, bids are invited next")),
        When(state="open", then=Value("Open to the pool for bids")),
        default=Value("Being decided"),
        output_field=CharField(),
    )
    return rows.annotate(public_stage=stage).select_related("lot", "authority").order_by("starts_on", "pk")


def _sums(rows: QuerySet[CallOff] | QuerySet[Contract], *by: str) -> dict[tuple[int, str], Decimal]:
    found = rows.order_by().values(*by).annotate(total=Sum("value")).values_list(*by, "total")
    return {(lot, state): total for lot, state, total in found}


def _total(sums: dict[tuple[int, str], Decimal], lot: Lot, states: Iterable[str]) -> Decimal:
    return sum((sums.get((lot.pk, state), ZERO) for state in states), ZERO)

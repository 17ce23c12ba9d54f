"""Call-offs, mini-competitions, bids, awards and contracts in Django admin: to look up.

SECURITY: before the recorded opening not even an administrator learns who bids, how many do or who means to
(settled 18), so bids appear after it; awards once their letters are sent (settled 21). What was written or
priced in a bid never does.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from calloffs.models import (
    Award,
    Bid,
    CallOff,
    Competition,
    CompetitionChange,
    Contract,
    Governance,
    Invitation,
    Share,
)
from commissioning.web.admin import LookUpAdmin, LookUpInline, PartlyHidden


class ShareInline(LookUpInline):
    model = Share


class GovernanceInline(LookUpInline):
    model = Governance
    exclude = ("substance_fingerprint",)


@admin.register(CallOff)
class CallOffAdmin(LookUpAdmin):
    """Needs under a lot, with the authorities that share them and their own decisions."""

    list_display = ("reference", "title", "lot", "authority", "value", "starts_on", "state_label")
    list_filter = ("agreement", "state")
    list_select_related = ("lot__agreement", "authority")
    search_fields = ("reference", "title", "also_known_as", "authority__name")
    inlines = (ShareInline, GovernanceInline)


class InvitedInline(LookUpInline):
    model = Invitation
    verbose_name_plural = "Invited providers"
    fields = ("organisation", "invited_at")
    readonly_fields = fields


class CompetitionChangeInline(LookUpInline):
    model = CompetitionChange


@admin.register(Competition)
class CompetitionAdmin(LookUpAdmin):
    """Mini-competitions: their dates, and who was invited."""

    list_display = ("calloff", "published_at", "deadline", "state_label")
    list_filter = ("calloff__agreement", "state")
    list_select_related = ("calloff",)
    search_fields = ("calloff__reference", "calloff__title")
    exclude = ("next_due_at",)
    inlines = (InvitedInline, CompetitionChangeInline)


class OfProviders(LookUpAdmin):
    """Things whose own page in the portal is their provider's alone, so that none is linked."""


@admin.register(Bid)
class BidAdmin(PartlyHidden, OfProviders):
    """Bids of mini-competitions whose opening is recorded."""

    list_display = ("reference", "organisation", "competition", "state_label")
    list_filter = ("competition__calloff__agreement",)
    list_select_related = ("organisation", "competition__calloff")
    search_fields = ("reference", "organisation__name", "competition__calloff__reference")
    fields = ("reference", "organisation", "competition", "state_label", "started_at", "started_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bid]:
        return super().get_queryset(request).filter(competition__round__opened_at__isnull=False)


@admin.register(Award)
class AwardAdmin(OfProviders):
    """Awards whose letters were sent, with their standstill."""

    list_display = ("competition", "winner", "released_at", "standstill_ends_on", "state_label")
    list_select_related = ("competition__calloff", "bid__organisation")
    search_fields = ("competition__calloff__reference", "competition__calloff__title")
    fields = (
        "competition",
        "winner",
        "state_label",
        "recommended_at",
        "recommended_by",
        "signed_at",
        "signed_by",
        "released_at",
        "standstill_ends_on",
        "contract_from",
        "legal_hold_reason",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Award]:
        return super().get_queryset(request).filter(released_at__isnull=False)

    @admin.display(ordering="bid__organisation__name")
    def winner(self, obj: Award) -> str:
        return obj.bid.organisation.name


@admin.register(Contract)
class ContractAdmin(LookUpAdmin):
    """Contracts with their signatures."""

    list_display = ("reference", "calloff", "organisation", "value", "starts_on", "state_label")
    list_filter = ("calloff__agreement", "state")
    list_select_related = ("calloff", "organisation")
    search_fields = ("reference", "calloff__reference", "calloff__title", "organisation__name")

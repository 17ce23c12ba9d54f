"""Applications and places in pools in Django admin: to look up; each act on them is the portal's own page.

SECURITY: before a window's recorded opening not even an administrator learns who applies, or how many do
(settled 18), so applications appear here after it. What was written in them never does.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from commissioning.web.admin import LookUpAdmin, LookUpInline, PartlyHidden
from providers.models import Admission, Application, Entry, ProfileDocument, Rating, Suspension


class EntryInline(LookUpInline):
    model = Entry
    fields = ("window_lot", "state", "state_since")
    readonly_fields = fields


@admin.register(Application)
class ApplicationAdmin(PartlyHidden):
    """Applications of windows whose entries were opened."""

    list_display = ("reference", "organisation", "window", "started_at")
    list_filter = ("window__agreement",)
    list_select_related = ("organisation", "window")
    search_fields = ("reference", "organisation__name", "window__reference")
    fields = ("reference", "organisation", "in_window", "started_at", "started_by")
    inlines = (EntryInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return super().get_queryset(request).filter(window__unsealed_at__isnull=False)

    @admin.display(description="Window")
    def in_window(self, obj: Application) -> str:
        # Not as a link, which Django makes by the row's number.
        return f"{obj.window.title} ({obj.window.reference})"


class SuspensionInline(LookUpInline):
    model = Suspension
    fk_name = "admission"


@admin.register(ProfileDocument)
class ProfileDocumentAdmin(LookUpAdmin):
    """Documents that providers keep on record, with their dates."""

    list_display = ("organisation", "kind", "issued_on", "expires_on", "taken_out_at")
    list_filter = ("kind",)
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "organisation__reference", "document__reference")


@admin.register(Rating)
class RatingAdmin(LookUpAdmin):
    """CQC ratings as recorded."""

    list_display = ("organisation", "rating", "published_on", "recorded_at")
    list_filter = ("rating",)
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "organisation__reference")


@admin.register(Admission)
class AdmissionAdmin(LookUpAdmin):
    """Places in pools, as the register shows them."""

    list_display = ("organisation", "lot", "state", "effective_at", "standstill_ends_on")
    list_filter = ("lot__agreement", "state")
    list_select_related = ("organisation", "lot__agreement")
    search_fields = ("organisation__name", "organisation__reference", "lot__title")
    inlines = (SuspensionInline,)

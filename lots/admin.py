"""Agreements, schemes and windows in Django admin: to look up, and to put an agreement's references right."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest

from commissioning.people.models import User
from commissioning.web.admin import LookUpAdmin, LookUpInline, PartlyHidden
from commissioning.web.views import received_at
from lots.models import (
    Agreement,
    AgreementAuthority,
    DeadlineChange,
    Lot,
    LotPoint,
    MinimumStandard,
    PriceLine,
    Question,
    ScaleLevel,
    Scheme,
    Window,
    WindowLot,
)
from lots.services import agreements


class AuthorityInline(LookUpInline):
    model = AgreementAuthority
    fk_name = "agreement"


class LotInline(LookUpInline):
    model = Lot
    fields = ("number", "title", "state", "annual_value", "term_value")
    readonly_fields = fields


@admin.register(Agreement)
class AgreementAdmin(LookUpAdmin):
    """References and contact are put right by the service, which records it; the rest is the portal's."""

    list_display = ("reference", "title", "regime", "state", "starts_on", "ends_on")
    list_filter = ("state", "regime")
    search_fields = (
        "reference",
        "title",
        "council_reference",
        "portal_reference",
        "notice_reference",
        "ocid",
    )
    inlines = (AuthorityInline, LotInline)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_staff", False))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in Agreement._meta.fields if field.name not in agreements.REFERENCES]

    def save_model(self, request: HttpRequest, obj: Agreement, form: Any, change: bool) -> None:
        references = {name: form.cleaned_data[name] for name in agreements.REFERENCES}
        kept = Agreement._base_manager.get(pk=obj.pk)
        agreements.correct_references(
            agreement=kept, actor=cast("User", request.user), now=received_at(request), **references
        )


class PointInline(LookUpInline):
    model = LotPoint


@admin.register(Lot)
class LotAdmin(LookUpAdmin):
    list_display = ("agreement", "number", "title", "state", "term_value")
    list_filter = ("agreement", "state")
    list_select_related = ("agreement",)
    search_fields = ("title", "agreement__reference")
    inlines = (PointInline,)


class QuestionInline(LookUpInline):
    model = Question


class StandardInline(LookUpInline):
    model = MinimumStandard


class ScaleInline(LookUpInline):
    model = ScaleLevel


class PriceLineInline(LookUpInline):
    model = PriceLine


@admin.register(Scheme)
class SchemeAdmin(LookUpAdmin):
    list_display = ("reference", "title", "agreement", "kind", "state")
    list_filter = ("agreement", "kind", "state")
    list_select_related = ("agreement",)
    search_fields = ("reference", "title", "agreement__reference")
    inlines = (QuestionInline, StandardInline, ScaleInline, PriceLineInline)


class WindowLotInline(LookUpInline):
    model = WindowLot
    fields = ("lot", "scheme")
    readonly_fields = fields


class DeadlineChangeInline(LookUpInline):
    model = DeadlineChange


@admin.register(Window)
class WindowAdmin(PartlyHidden):
    list_display = ("reference", "title", "agreement", "opens_at", "deadline", "state")
    list_filter = ("agreement", "state")
    list_select_related = ("agreement",)
    search_fields = ("reference", "title", "agreement__reference")
    # SECURITY: whose rolling entry it is, is not shown here: the window is known before it is opened.
    exclude = ("made_for",)
    inlines = (WindowLotInline, DeadlineChangeInline)
